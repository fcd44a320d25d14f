"""Whether live figures are what their events add up to, at the same offsets."""

from collections import Counter

from msgspec import Struct

from policy_credit_reporting.audit.explain import Asked, Explained
from policy_credit_reporting.audit.live import Live
from policy_credit_reporting.indicators.numbers import VI
from policy_credit_reporting.store.audited import FigureEvents, FigureSum


class Compared(Struct, frozen=True):
    """What is to be said of the comparison, and whether a figure differs."""

    sentences: list[str]
    differ: bool


def compare(explained: Explained, live: Live) -> Compared:
    """Hold each live figure against its events; what cannot be compared does not differ."""
    if live.missing:
        return _not_compared(live.missing)
    for partition, offset in live.offsets.items():
        end = explained.ends.get(partition, 0)
        if offset > end:
            return _not_compared(
                f"they reflect {partition.topic}[{partition.number}] until offset {offset}, and"
                f" this log ends at {end}"
            )
    found = []
    if later := sum(explained.ends.values()) - sum(live.offsets.values()):
        found.append(
            f"the live figures do not reflect the last {later} records; compared without them"
        )
    for name, shown in live.figures.items():
        given = explained.reflected[name]
        found.append(
            f"{name}: the live figure at the same offsets is the same"
            if given == shown
            else f"DIFFERS {name}: the live figure is {VI.whole(shown)}, its events give"
            f" {VI.whole(given)}, at the same offsets"
        )
    return Compared(found, differ=explained.reflected != live.figures)


def not_counted(explained: Explained) -> list[str]:
    """What the log holds and the figure does not."""
    found = []
    if explained.dead_letters:
        found.append(
            f"{explained.dead_letters} records cannot be read and do not count (dead letters)"
        )
    if explained.beyond_holes:
        found.append(f"{explained.beyond_holes} records lie beyond holes and do not count yet")
    return found


def figure_events(
    code: str,
    name: str,
    asked: Asked,
    explained: Explained,
    live: Live,
    compared: Compared,
    page: slice,
) -> FigureEvents:
    """The same as one answer, with a page of the events."""
    moved = Counter[str]()
    for line in explained.lines:
        moved[line.measure] += line.amount
    return FigureEvents(
        code=code,
        name=name,
        day=asked.until,
        since=asked.since,
        sums=[
            FigureSum(
                measure=one.name,
                label=one.label,
                unit=one.unit,
                opening=explained.opening.get(one.name, 0),
                moved=moved[one.name],
                value=explained.figures[one.name],
                live=live.figures.get(one.name),
                at_live=explained.reflected[one.name],
            )
            for one in asked.measures
        ],
        events=explained.lines[page],
        total=len(explained.lines),
        limit=None if page.stop is None else page.stop - page.start,
        offset=page.start,
        remarks=[*not_counted(explained), *compared.sentences],
        is_right=not compared.differ,
    )


def _not_compared(why: str) -> Compared:
    return Compared([f"not compared with live figures: {why}"], differ=False)
