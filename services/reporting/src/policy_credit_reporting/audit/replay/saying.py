"""A replay in words."""

from policy_credit_reporting.audit.terminal import say, signed
from policy_credit_reporting.indicators.numbers import VI
from policy_credit_reporting.store.audited import EventLine, Replay


def say_replay(replay: Replay) -> None:
    """Figures, then what differs, each with the events behind it."""
    say(f"{replay.name}, {replay.day}, as it was known at {replay.known}")
    for one in replay.figures:
        say(f"  {one.label.vi} ({one.measure}): {VI.whole(one.value)} {one.unit}")
    for remark in replay.remarks:
        say(remark, "bold red")
    if replay.beside == "present":
        _say_since(replay)
        return
    if not replay.differing:
        say(f"all {replay.compared} {replay.beside} figures are the same", "green")
        return
    for found in replay.differences:
        say(
            f"DIFFERS {found.measure} of {found.code}: the {replay.beside} figure is"
            f" {VI.whole(found.other)}, the archive gives {VI.whole(found.replayed)}, at the same"
            " offsets",
            "bold red",
        )
        _say_events(found.events)
    say(f"{replay.differing} figures differ", "bold red")


def _say_since(replay: Replay) -> None:
    if not replay.differing:
        say("nothing that became known since changes a figure", "green")
    for found in replay.differences:
        moved = signed(found.other - found.replayed)
        say(f"SINCE {found.measure}: {moved}, now {VI.whole(found.other)}")
        _say_events(found.events)


def _say_events(events: list[EventLine]) -> None:
    for line in events:
        say(
            f"    {line.business_day}  {line.measure} {signed(line.amount)}  {line.event_type}"
            f"  {line.locality}\n"
            f"      {line.topic}[{line.partition}] offset {line.offset}, source {line.source},"
            f" sequence {line.sequence}, recorded {line.recorded_at.isoformat()}"
        )
