"""Whether live figures are what their events add up to, at the same offsets."""

from msgspec import Struct

from policy_credit_reporting.audit.explain import Explained
from policy_credit_reporting.audit.live import Live
from policy_credit_reporting.indicators.numbers import VI


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


def _not_compared(why: str) -> Compared:
    return Compared([f"not compared with live figures: {why}"], differ=False)
