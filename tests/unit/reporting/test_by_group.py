"""Figures by savings-and-credit group: sums of the same postings that add up to localities'."""

from collections import Counter
from uuid import UUID

import build
import numpy as np
import pytest
from effects import GOLDEN, event
from histories import History, work
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw, json

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.by_group import BY_GROUP
from policy_credit_reporting.indicators.columns import Moved
from policy_credit_reporting.indicators.declarations import ALGEBRA, MEASURES, POSTINGS
from policy_credit_reporting.indicators.group_rows import (
    NO_GROUP,
    GroupRows,
    add_up_rows,
    from_bytes,
    id_of,
    to_bytes,
)
from policy_credit_reporting.indicators.measures import debt, supervision
from policy_credit_reporting.indicators.movements import LOCALITY, MEASURE, Layout, Movements
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.store.memory import MemoryLedger
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.messaging.admission import sift

LAYOUT = Layout.of(ALGEBRA)
NAMES = LAYOUT.meaning.measures
OTHER = build.some_id("other group")


def told(rows: GroupRows) -> dict[tuple[UUID, str], int]:
    """By group and measure."""
    sums = Counter[tuple[UUID, str]]()
    for high, low, key, amount in rows.tolist():
        sums[id_of(high, low), NAMES[MEASURE.of_one(key)]] += amount
    return {place: amount for place, amount in sums.items() if amount}


def moved(*events: PublicEvent) -> dict[tuple[UUID, str], int]:
    """What events move by group."""
    moved = Moved()
    for one in events:
        moved.add(one)
    return told(moved.movements_and_groups(ALGEBRA, LAYOUT)[1])


def by_locality(movements: Movements) -> dict[tuple[int, str], int]:
    """What each measure that is kept by group comes to in each locality."""
    sums = Counter[tuple[int, str]]()
    for key, amount in movements.tolist():
        if (name := NAMES[MEASURE.of_one(key)]) in ALGEBRA.by_group:
            sums[LOCALITY.of_one(key), name] += amount
    return {place: amount for place, amount in sums.items() if amount}


def of_all_groups(rows: GroupRows) -> dict[tuple[int, str], int]:
    """The same, of all groups and of none together."""
    return by_locality(rows[:, 2:])


def test_a_loans_debt_is_its_groups_from_the_first_dong_to_the_last() -> None:
    lent = event("loan.disbursed", amount=40, tranche=1)
    group = lent.in_group  # type: ignore[attr-defined]
    late = event("principal.fell_overdue", amount=15, in_group=str(group))
    paid = event("principal.collected", amount=5, debt_class="overdue", bucket="1_90")
    assert moved(lent) == {(group, "outstanding"): 40, (group, "loans"): 1}
    assert moved(lent, late, paid) == {
        (group, "outstanding"): 35,
        (group, "overdue"): 10,
        (group, "loans"): 1,
    }


def test_a_reversed_entry_is_taken_off_the_group_that_it_was_of() -> None:
    paid = event("principal.collected", amount=5, debt_class="in_term", bucket=None)
    undone = EntryReversed(
        office=build.OFFICE,
        locality=build.LOCALITY,
        occurred_on=build.DAY,
        entry_id=build.some_id("entry"),
        entry_type=paid.type(),
        entry=Raw(json.encode(paid)),
        reason="booked twice",
    )
    assert moved(paid, undone) == {}


def test_a_loan_that_is_handed_over_leaves_one_group_and_comes_to_the_other() -> None:
    out = event("loan.transferred", direction="out", group=str(build.GROUP))
    came = event("loan.transferred", direction="in", group=str(OTHER), in_group=str(OTHER))
    found = moved(out, came)
    assert {group for group, _ in found} == {build.GROUP, OTHER}
    for (group, measure), amount in found.items():
        assert amount == -found[OTHER if group == build.GROUP else build.GROUP, measure]
    assert found[OTHER, "outstanding"] == 21


def test_a_loan_from_before_its_group_was_said_is_in_none_with_all_that_became_of_it() -> None:
    lent = event("loan.disbursed", amount=40, tranche=1, in_group=None)
    paid = event("principal.collected", amount=5, debt_class="in_term", bucket=None, in_group=None)
    assert moved(lent, paid) == {(NO_GROUP, "outstanding"): 35, (NO_GROUP, "loans"): 1}


def test_a_groups_rating_is_the_one_of_its_ratings_that_is_one() -> None:
    first = event("group.rated", rating="good", previous=None, previously_scored=0)
    group = first.group  # type: ignore[attr-defined]
    then = event("group.rated", rating="weak", previous="good", scored=0, previously_scored=0)
    rated = {name: n for (_, name), n in moved(first, then).items() if name.startswith("groups_")}
    assert rated["groups_weak"] == 1
    assert "groups_good" not in rated
    assert {one for one, _ in moved(first, then)} == {group}


def test_what_is_kept_by_group_is_said_with_its_group() -> None:
    members = [
        *(event(name) for name in ("group.formed", "group.member_joined", "savings.deposited")),
        event("savings.carried_over"),
    ]
    for one in members:
        group = one.group  # type: ignore[attr-defined]
        assert {named for named, _ in moved(one)} == {group}


def test_a_measure_that_moves_without_a_group_cannot_be_kept_by_group() -> None:
    with pytest.raises(InvariantBroken, match="says the group that it moves"):
        Algebra(MEASURES, [], POSTINGS, [*BY_GROUP, supervision.use_checks_open])
    with pytest.raises(InvariantBroken, match="is kept by association"):
        Algebra(MEASURES, [], POSTINGS, [debt.frozen, ALGEBRA.measures["mobilised"]])


@given(st.lists(st.sampled_from(GOLDEN), max_size=12), st.integers(0, 12))
def test_groups_add_up_to_their_localities_however_events_are_batched(
    events: list[PublicEvent], cut: int
) -> None:
    at_once, first, rest = Moved(), Moved(), Moved()
    for number, one in enumerate(events):
        at_once.add(one)
        (first if number < cut else rest).add(one)
    movements, rows = at_once.movements_and_groups(ALGEBRA, LAYOUT)
    parts = [part.movements_and_groups(ALGEBRA, LAYOUT)[1] for part in (first, rest)]
    assert of_all_groups(rows) == by_locality(movements)
    assert told(add_up_rows(np.concatenate(parts))) == told(rows)


def test_rows_that_are_mixed_alike_are_kept_apart_and_added_up() -> None:
    """Halves that are swapped are mixed to the same number."""
    rows = np.array([[1, 2, 9, 5], [2, 1, 9, 7], [1, 2, 9, 6], [2, 1, 9, -7]], np.int64)
    assert add_up_rows(rows).tolist() == [[1, 2, 9, 11]]


@given(st.lists(st.tuples(*[st.integers(-(2**63), 2**63 - 1)] * 2, st.integers(0, 9))))
def test_rows_read_back_as_they_were_stored(found: list[tuple[int, int, int]]) -> None:
    rows = np.array([[high, low, 0, amount] for high, low, amount in found], np.int64)
    assert from_bytes(to_bytes(rows.reshape(-1, 4))).tolist() == rows.reshape(-1, 4).tolist()


def test_in_a_made_up_history_groups_add_up_to_what_every_locality_has() -> None:
    history = History(work(months=8))
    ledger = MemoryLedger(LAYOUT)
    folding = Folding(ALGEBRA, LAYOUT)
    records, formed = list(history.records), 0
    for number in range(0, len(records), 3_000):
        commit = folding.fold(sift(ledger.progress(), records[number : number + 3_000]))
        formed += len(commit.formed)
        ledger.commit(commit)
    expected = by_locality(ledger.movements())
    assert of_all_groups(ledger.by_group) == expected
    groups = {group for group, _ in told(ledger.by_group)}
    assert NO_GROUP not in groups
    assert len(groups) > 3
    assert formed == history.tally.total("groups")
    assert {"outstanding", "overdue", "savings", "group_members", "points"} <= {
        name for _, name in expected
    }
