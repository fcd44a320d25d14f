"""Indicators are an algebra: declared once, additive, and checked when they are declared."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import build
import msgspec
import pytest
from msgspec import Raw

from policy_credit_reporting.indicators.algebra import (
    GIVEN,
    Algebra,
    Cell,
    Days,
    Label,
    Measure,
    Part,
)
from policy_credit_reporting.indicators.columns import movements_of
from policy_credit_reporting.indicators.declarations import ALGEBRA, MEASURES, POSTINGS
from policy_credit_reporting.indicators.movements import DAY, MEASURE, Layout, day_of_number
from policy_credit_reporting.indicators.ratios import RATIOS
from policy_credit_shared.events import lending, supervision
from policy_credit_shared.events.catalogue import EVENT_TYPES
from policy_credit_shared.events.collection import EntryReversed, PrincipalCollected
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.checks import InvariantBroken

COLLECTED = PrincipalCollected(
    office=build.OFFICE,
    locality=build.LOCALITY,
    occurred_on=build.DAY,
    programme="HN",
    association="women",
    fund="central",
    household=build.HOUSEHOLD,
    loan=build.LOAN,
    payment=build.some_id("payment"),
    amount=3,
    debt_class="overdue",
    place="point",
)


def moved(event: object) -> dict[str, int]:
    """What an event moves, but for what follows from that."""
    amounts = Counter[str]()
    for effect in ALGEBRA.effects(event):  # type: ignore[arg-type]
        if not ALGEBRA.measures[effect.measure].follows:
            amounts[effect.measure] += effect.amount
    return dict(amounts)


def golden() -> list[PublicEvent]:
    """An event of every type, and a reversal of each."""
    lines = (Path(__file__).parents[2] / "golden" / "events.jsonl").read_bytes().splitlines()
    events = [decode(line)[1] for line in lines]
    return events + [
        EntryReversed(
            office=event.office,
            locality=event.locality,
            occurred_on=event.occurred_on + timedelta(days=40),
            entry_id=build.some_id("event"),
            entry_type=event.type(),
            entry=Raw(msgspec.json.encode(event)),
            reason="booked twice",
        )
        for event in events
        if not isinstance(event, EntryReversed)
    ]


def test_a_batch_moves_what_its_events_move_one_by_one() -> None:
    """The fold of whole columns says what the postings of each event say, on its own day."""
    layout, events = Layout.of(ALGEBRA), golden()
    one_by_one = Counter[tuple[date, Cell, str]]()
    for event in events:
        for cell, measure, amount in ALGEBRA.effects(event):
            one_by_one[event.occurred_on, cell, measure] += amount
    folded = {
        (
            day_of_number(DAY.of_one(key)),
            layout.cell(key),
            layout.meaning.measures[MEASURE.of_one(key)],
        ): amount
        for key, amount in movements_of(ALGEBRA, layout, events).tolist()
    }
    assert folded == {place: amount for place, amount in one_by_one.items() if amount}
    assert len(folded) > len(ALGEBRA.measures)


def test_every_measure_is_moved_by_some_event() -> None:
    moving = {line.measure for lines in ALGEBRA.postings.values() for line in lines}
    assert moving == set(MEASURES)


def test_every_event_type_is_decided_on() -> None:
    assert {*POSTINGS, EntryReversed} == set(EVENT_TYPES.values())


def test_a_disbursement_moves_what_it_should() -> None:
    assert moved(build.loan_disbursed(amount=40)) == {
        "outstanding": 40,
        "in_term": 40,
        "disbursed": 40,
        "disbursed_at_point": 40,
        "disbursements": 1,
        "loans": 1,
    }
    assert "loans" not in moved(build.loan_disbursed(tranche=2))
    assert "disbursed_at_point" not in moved(build.loan_disbursed(place="office"))


def test_a_reversal_moves_the_opposite_in_the_same_cell() -> None:
    reversal = EntryReversed(
        office="586",
        locality="22834-22834",
        occurred_on=build.DAY,
        entry_id=build.some_id("event"),
        entry_type=COLLECTED.type(),
        entry=Raw(msgspec.json.encode(COLLECTED)),
        reason="booked twice",
    )
    opposite = {(e.cell, e.measure): -e.amount for e in ALGEBRA.effects(COLLECTED)}
    assert {(e.cell, e.measure): e.amount for e in ALGEBRA.effects(reversal)} == opposite


def test_a_rating_moves_a_group_from_one_class_to_another() -> None:
    rated = supervision.GroupRated(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=build.DAY,
        group=build.GROUP,
        association="women",
        month="2019-04",
        rating="fair",
        previous="good",
    )
    assert moved(rated) == {"groups_fair": 1, "groups_good": -1}
    weak = msgspec.structs.replace(rated, rating="weak")
    assert moved(weak) == {"groups_weak": 1, "groups_good": -1}
    first = msgspec.structs.replace(rated, previous=None)
    assert moved(first) == {"groups_rated": 1, "groups_fair": 1}


def test_a_measure_is_kept_by_its_own_dimensions() -> None:
    (effect,) = [e for e in ALGEBRA.effects(COLLECTED) if e.measure == "overdue"]
    assert effect.cell == Cell(build.LOCALITY, "HN", "women", "central")


def test_each_indicator_is_explained_in_both_languages() -> None:
    labels = [i.label for i in MEASURES] + [i.label for i in RATIOS]
    assert all(label.vi != label.en for label in labels)
    meanings = [i.meaning for i in MEASURES] + [i.meaning for i in RATIOS]
    assert all(meaning.vi != meaning.en for meaning in meanings)
    assert all(said.endswith(".") for meaning in meanings for said in (meaning.vi, meaning.en))


def test_a_ratio_means_what_it_is_made_of() -> None:
    meaning = ALGEBRA.ratios["overdue_ratio"].meaning
    assert (meaning.vi, meaning.en) == ("Nợ quá hạn ÷ dư nợ.", "Overdue ÷ outstanding.")


FIRST, SECOND = date(2019, 2, 25), date(2019, 3, 5)


def test_an_amount_can_be_the_days_between_two_dates() -> None:
    algebra = Algebra(
        [extra], [], {lending.LoanDisbursed: [+extra(Days("confirmed_on", "occurred_on"))]}
    )
    event = build.loan_disbursed(confirmed_on=FIRST, occurred_on=SECOND)
    assert [e.amount for e in algebra.effects(event)] == [8]


def test_a_condition_can_be_that_a_field_has_a_value() -> None:
    algebra = Algebra([extra], [], {lending.LoanDisbursed: [+extra(1, confirmed_on=GIVEN)]})
    assert algebra.effects(build.loan_disbursed()) == []
    (effect,) = algebra.effects(build.loan_disbursed(confirmed_on=FIRST))
    assert effect.amount == 1


extra = Measure(
    name="extra",
    label=Label("Thêm", "Extra"),
    unit="dong",
    kind="flow",
    meaning=Label("Để thử.", "For a test."),
)


def test_a_new_measure_is_one_declaration_and_its_postings() -> None:
    algebra = Algebra([extra], [], {lending.LoanDisbursed: [+extra("amount")]})
    (effect,) = algebra.effects(build.loan_disbursed(amount=7))
    assert (effect.measure, effect.amount) == ("extra", 7)


def test_what_moves_a_part_moves_its_sum() -> None:
    other = msgspec.structs.replace(extra, name="other")
    whole = msgspec.structs.replace(extra, name="whole", sums=(extra, other))
    algebra = Algebra(
        [extra, other, whole], [], {lending.LoanDisbursed: [+extra("amount"), -other(2)]}
    )
    effects = [(e.measure, e.amount) for e in algebra.effects(build.loan_disbursed(amount=7))]
    assert effects == [("extra", 7), ("other", -2), ("whole", 7), ("whole", -2)]


def test_what_moves_a_whole_moves_the_part_that_it_belongs_to() -> None:
    parts = [
        msgspec.structs.replace(extra, name=f"of_{value}", part=Part(extra, "category", value))
        for value in ("poor", "student", None)
    ]
    algebra = Algebra(
        [extra, *parts],
        [],
        {lending.LoanDisbursed: [+extra("amount", tranche=1)]},
    )
    of = {
        category: [
            (e.measure, e.amount)
            for e in algebra.effects(build.loan_disbursed(amount=7, category=category))
        ]
        for category in ("student", None)
    }
    assert of["student"] == [("extra", 7), ("of_student", 7)]
    assert of[None] == [("extra", 7), ("of_None", 7)]
    assert algebra.effects(build.loan_disbursed(tranche=2, category="student")) == []


@pytest.mark.parametrize(
    ("measures", "line"),
    [
        ([], extra("amount")),
        ([extra], extra("no_such_field")),
        ([extra], extra(no_such_field=1)),
        ([extra], extra(Days("no_such_field", "occurred_on"))),
    ],
)
def test_a_posting_that_does_not_fit_its_event_is_refused(
    measures: list[Measure], line: object
) -> None:
    with pytest.raises(InvariantBroken):
        Algebra(measures, [], {lending.LoanDisbursed: [line]})  # type: ignore[list-item]


def test_an_event_that_lacks_the_field_moves_the_part_of_which_it_is_absent() -> None:
    whole = msgspec.structs.replace(extra, by=())
    parts = [
        msgspec.structs.replace(whole, name=f"of_{value}", part=Part(whole, "category", value))
        for value in ("poor", None)
    ]
    algebra = Algebra([whole, *parts], [], {supervision.InspectionCarriedOut: [+whole(3)]})
    moving = [
        (line.measure.name, line.where)
        for line in algebra.postings[supervision.InspectionCarriedOut]
    ]
    assert moving == [("extra", ()), ("of_None", ())]


def test_a_measure_by_a_dimension_that_the_event_lacks_is_refused() -> None:
    with pytest.raises(InvariantBroken, match="dimensions"):
        Algebra([extra], [], {supervision.InspectionCarriedOut: [+extra()]})
