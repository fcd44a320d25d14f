"""What moved a published report since, event by event, wherever in the log it was taken."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import build
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw
from readmodel import SOURCE, records_of

from policy_credit_reporting.api.published_examples import EXAMPLES
from policy_credit_reporting.audit.adjustments import MovedSince, moved_since
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.reports.adjusting import Adjustments, differences
from policy_credit_reporting.reports.answers import (
    ClosingStatus,
    Proposal,
    PublicKey,
    PublishedReport,
    RegisterLine,
)
from policy_credit_reporting.reports.statement import ChainHead, NextOffset, Taken
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.store.progress import Partition

FIRST, LAST = date(2019, 3, 1), date(2019, 3, 31)
GOLDEN = Path(__file__).parents[2] / "golden" / "events.jsonl"


def history() -> list[PublicEvent]:
    """Loans before, in and after the month, some in a commune elsewhere; and every event type."""
    golden = [decode(line)[1] for line in GOLDEN.read_bytes().splitlines()]
    days = [date(2019, 2, 6), date(2019, 3, 29), date(2019, 4, 1)]
    loans = [build.loan_disbursed(amount=10 + n, occurred_on=day) for n, day in enumerate(days)]
    elsewhere = build.loan_disbursed(amount=5, occurred_on=days[1], locality="22366-22366")
    undone = EntryReversed(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=date(2019, 3, 30),
        entry_id=build.some_id("event"),
        entry_type=loans[0].type(),
        entry=Raw(msgspec.json.encode(loans[0])),
        reason="booked twice",
    )
    return [*loans, elsewhere, *golden, *loans, undone]


EVENTS = history()
RECORDS = records_of(EVENTS)


def figures(events: Sequence[PublicEvent]) -> dict[str, int]:
    """The month's figures of the commune, added up event by event."""
    found: Counter[str] = Counter()
    for event in events:
        for effect in ALGEBRA.effects(event):
            first = FIRST if ALGEBRA.measures[effect.measure].kind == "flow" else date.min
            if first <= event.occurred_on <= LAST and effect.cell.unit == build.LOCALITY:
                found[effect.measure] += effect.amount
    return {name: found[name] for name in ALGEBRA.measures}


def report(taken_after: int) -> Taken:
    """What was published when the log held so many events."""
    heads = [ChainHead(topic="loans", partition=0, source=SOURCE, sequence=taken_after, chain="")]
    return Taken(
        unit=build.COMMUNE,
        period="2019-03",
        first_day=FIRST,
        last_day=LAST,
        units=[],
        kinds={measure.name: measure.kind for measure in ALGEBRA.measures.values()},
        ratios={},
        figures={build.COMMUNE: figures(EVENTS[:taken_after])},
        generation="",
        offsets=[NextOffset(topic="loans", partition=0, next_offset=taken_after)],
        heads=heads if taken_after else [],
        heard={},
        taken_at=build.NOW + timedelta(days=30),
        gaps=[],
    )


def since(taken: Taken, until: int = len(EVENTS)) -> MovedSince:
    land, offsets = frozenset({build.LOCALITY}), {Partition("loans", 0): until}
    return moved_since(ALGEBRA, taken, land, [RECORDS], lambda _: None, offsets)


def plus(published: dict[str, int], moved: Mapping[str, int]) -> dict[str, int]:
    """Published figures with what moved them."""
    return {name: amount + moved.get(name, 0) for name, amount in published.items()}


@settings(deadline=None, max_examples=25)
@given(st.integers(0, len(EVENTS)), st.data())
def test_published_figures_and_later_events_give_the_figures_of_any_moment(
    taken_after: int, data: st.DataObject
) -> None:
    until = data.draw(st.integers(taken_after, len(EVENTS)))
    taken = report(taken_after)
    found = since(taken, until)
    published = taken.figures[build.COMMUNE]
    assert plus(published, found.moved) == figures(EVENTS)
    assert plus(published, found.reflected) == figures(EVENTS[:until])
    lines: Counter[str] = Counter()
    for line in found.lines:
        assert line.sequence > taken_after
        lines[line.measure] += line.amount
    assert plus(published, lines) == figures(EVENTS)


def test_a_report_that_nothing_came_after_is_not_moved() -> None:
    assert since(report(len(EVENTS))).lines == []


def test_only_what_differs_is_an_adjustment() -> None:
    published = {"587": {"outstanding": 7, "loans": 1, "gone": 5}, "22870": {"outstanding": 7}}
    now = {"587": {"outstanding": 9, "loans": 1}, "22870": {"outstanding": 7}}
    assert differences(published, now) == {("587", "outstanding"): (7, 9)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("closings", list[ClosingStatus]),
        ("proposal", Proposal),
        ("lines", list[RegisterLine]),
        ("report", PublishedReport),
        ("adjustments", Adjustments),
        ("key", PublicKey),
    ],
)
def test_examples_are_answers(name: str, kind: type) -> None:
    example: object = msgspec.convert(EXAMPLES[name], kind)
    assert msgspec.json.decode(msgspec.json.encode(example)) == EXAMPLES[name]
