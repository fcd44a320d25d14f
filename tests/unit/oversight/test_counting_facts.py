"""Facts of a group's month: given what loans and repayments say, in whatever order, then sums."""

from datetime import date
from random import Random
from typing import Any

import build
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored import (
    A_GOOD_MARCH,
    MILLION,
    MONTH_END,
    OTHER_GROUP,
    disbursed,
    fact,
    formed,
    group,
    joined,
    march,
    oversight,
    reversal,
    transferred,
)

from policy_credit_oversight.application.score import SCORES
from policy_credit_oversight.domain.counting import LOAN_FACTS
from policy_credit_oversight.domain.figures import Figures
from policy_credit_oversight.domain.group_loan import FactsWaited
from policy_credit_oversight.domain.group_score import FactsCounted
from policy_credit_shared.events import collection, lending
from policy_credit_shared.events.public import PublicEvent


def test_a_good_march() -> None:
    assert march(oversight(*A_GOOD_MARCH)) == Figures(
        outstanding=38 * MILLION,
        overdue=0,
        handled=2_700_000,
        handled_at_point=2_700_000,
        interest_due=200_000,
        interest_collected=200_000,
        principal_due=2 * MILLION,
        principal_due_paid=2 * MILLION,
        savings_before=500_000,
        savings=1_000_000,
        members=5,
        members_saving=5,
    )


@pytest.mark.parametrize(
    ("kind", "changes", "moved"),
    [
        (collection.InterestCharged, {}, {"interest_due": 1}),
        (
            collection.InterestCollected,
            {},
            {"interest_collected": 1, "handled": 1, "handled_at_point": 1},
        ),
        (
            collection.InterestCollected,
            {"place": "office"},
            {"interest_collected": 1, "handled": 1},
        ),
        (collection.PrincipalFellDue, {"paid": 1}, {"principal_due": 1, "principal_due_paid": 1}),
        (
            collection.PrincipalCollected,
            {"place": "office"},
            {"outstanding": -1, "handled": 1},
        ),
        (
            collection.PrincipalCollected,
            {"place": "office", "debt_class": "overdue", "bucket": "1_90"},
            {"outstanding": -1, "overdue": -1, "handled": 1},
        ),
        (collection.PrincipalFellOverdue, {}, {"overdue": 1}),
        (collection.OverdueCured, {"bucket": "1_90"}, {"overdue": -1}),
        (collection.LoanFrozen, {"bucket": "1_90"}, {"overdue": -1}),
        (collection.LoanFrozen, {"from_class": "in_term"}, {}),
        (collection.LoanUnfrozen, {"bucket": "1_90"}, {"overdue": 1}),
        (collection.LoanUnfrozen, {"to_class": "in_term"}, {}),
        (collection.LoanWrittenOff, {"bucket": "1_90"}, {"outstanding": -1}),
        (
            collection.LoanWrittenOff,
            {"debt_class": "overdue", "bucket": "1_90"},
            {"outstanding": -1, "overdue": -1},
        ),
        (
            lending.LoanDisbursed,
            {"place": "office", "tranche": 2},
            {"outstanding": 1, "handled": 1},
        ),
        (collection.SavingsWithdrawn, {"place": "office"}, {"savings": -1, "handled": 1}),
        (
            collection.SavingsDeposited,
            {"place": "office"},
            {"savings": 1, "handled": 1, "members_saving": 1},
        ),
        (lending.GroupMemberLeft, {}, {"members": -1}),
    ],
)
def test_each_fact_moves_its_sums_and_its_reversal_takes_them_back(
    kind: type[PublicEvent], changes: dict[str, Any], moved: dict[str, int]
) -> None:
    desk = oversight(disbursed(occurred_on=date(2019, 2, 5)), formed(), joined())
    before = march(desk)
    told = fact(kind, amount=1, **changes)
    desk.takes_in(told)
    after = march(desk)
    found = {n: getattr(after, n) - getattr(before, n) for n in Figures.__struct_fields__}
    assert {name: by for name, by in found.items() if by} == moved
    desk.takes_in(reversal(told))
    assert march(desk) == before


def test_existing_books_are_what_there_was_before_their_month() -> None:
    books = fact(lending.LoanCarriedOver, outstanding=30, overdue=5)
    saved = fact(lending.SavingsCarriedOver, amount=70, occurred_on=date(2019, 3, 5))
    desk = oversight(formed(), books, saved, fact(collection.InterestCollected, amount=3))
    figures = march(desk)
    assert (figures.outstanding, figures.overdue, figures.interest_collected) == (30, 5, 3)
    assert (figures.savings_before, figures.savings, figures.members_saving) == (70, 70, 0)


def test_a_member_who_saves_twice_is_one_that_saves() -> None:
    twice = [fact(collection.SavingsDeposited, amount=n) for n in (10, 20)]
    desk = oversight(formed(), joined(), joined(1), *twice)
    assert (march(desk).members_saving, march(desk).savings) == (1, 30)
    desk.takes_in(reversal(twice[0]))
    assert march(desk).members_saving == 1


def test_a_reversal_lands_in_the_month_of_what_it_reverses() -> None:
    paid = fact(collection.InterestCollected, amount=70)
    desk = oversight(disbursed(), paid, reversal(paid, on=date(2019, 4, 9)))
    assert group(desk).score("2019-03").figures.interest_collected == 0
    assert group(desk).score("2019-04").figures.interest_collected == 0


def test_what_a_score_does_not_ask_for_is_not_stored() -> None:
    desk = oversight(disbursed())
    before = len(desk.store.log)
    desk.takes_in(fact(collection.LoanFrozen, from_class="in_term"))
    assert len(desk.store.log) == before


def test_a_sheet_of_facts_is_one_event_of_its_group() -> None:
    """Else an evening of sessions would store more here than in repayments itself."""
    desk = oversight(disbursed())
    paid = [fact(collection.InterestCollected, amount=n) for n in range(1, 41)]
    (counted,) = desk.takes_in(*paid)
    assert isinstance(counted, FactsCounted)
    assert counted.rows["2019-03"].interest_collected == 820


def test_what_comes_before_its_loan_waits_for_it() -> None:
    desk = oversight()
    (waited,) = desk.takes_in(
        fact(collection.InterestCharged, amount=3), fact(collection.InterestCharged, amount=4)
    )
    assert isinstance(waited, FactsWaited)
    desk.takes_in(disbursed())
    assert march(desk).interest_due == 7
    desk.takes_in(fact(collection.InterestCharged, amount=5))
    assert march(desk).interest_due == 12


HANDED_OVER = [
    fact(collection.PrincipalFellOverdue, amount=3 * MILLION, occurred_on=date(2019, 2, 20)),
    transferred("out", outstanding=40 * MILLION, overdue=3 * MILLION),
    transferred("in", outstanding=40 * MILLION, overdue=3 * MILLION, group=OTHER_GROUP),
    fact(collection.PrincipalCollected, amount=MILLION, debt_class="overdue", bucket="1_90"),
]


@pytest.mark.parametrize("place", range(len(HANDED_OVER) + 1))
def test_a_loan_handed_over_counts_where_it_is_whenever_its_first_group_is_told(
    place: int,
) -> None:
    desk = oversight(*HANDED_OVER[:place], disbursed(), *HANDED_OVER[place:])
    there, here = march(desk, OTHER_GROUP), march(desk)
    assert (here.outstanding, here.overdue) == (0, 0)
    assert (there.outstanding, there.overdue) == (39 * MILLION, 2 * MILLION)
    assert there.handled == MILLION


AMOUNTS = st.integers(1, 5 * MILLION)
DAYS = st.dates(date(2019, 1, 1), date(2019, 4, 30))
LOANS = [build.some_id(f"loan {n}") for n in range(3)]
HOUSEHOLDS = [build.some_id(f"member {n}") for n in range(3)]


@st.composite
def facts(draw: st.DrawFn) -> list[PublicEvent]:
    kinds: list[type[PublicEvent]] = [
        *LOAN_FACTS,
        collection.SavingsDeposited,
        collection.SavingsWithdrawn,
    ]
    found: list[PublicEvent] = []
    for _ in range(draw(st.integers(1, 25))):
        one = fact(
            draw(st.sampled_from(kinds)),
            amount=draw(AMOUNTS),
            loan=draw(st.sampled_from(LOANS)),
            household=draw(st.sampled_from(HOUSEHOLDS)),
            place=draw(st.sampled_from(["point", "office"])),
            debt_class=draw(st.sampled_from(["in_term", "overdue"])),
            bucket="1_90",
            occurred_on=draw(DAYS),
        )
        found.append(one)
        if draw(st.booleans()):
            found.append(reversal(one))
    return found


@settings(max_examples=60, deadline=None)
@given(facts(), st.randoms(use_true_random=False), st.data())
def test_any_order_and_any_split_give_the_same_scores(
    told: list[PublicEvent], random: Random, data: st.DataObject
) -> None:
    lent = [disbursed(loan=loan, household=h) for loan, h in zip(LOANS, HOUSEHOLDS, strict=True)]
    whole = [formed(), *(joined(n) for n in range(3)), *lent, *told]
    one_by_one = oversight(*whole)
    other, left = oversight(), list(whole)
    random.shuffle(left)
    while left:
        size = data.draw(st.integers(1, len(left)))
        other.takes_in(*left[:size])
        left = left[size:]
        if data.draw(st.booleans()):
            other.closes(MONTH_END)
    for desk in (one_by_one, other):
        desk.closes(date(2019, 4, 30))
    assert group(other).waiting == group(one_by_one).waiting
    assert group(other).rows == group(one_by_one).rows
    months = ("2019-01", "2019-02", "2019-03", "2019-04")
    assert [group(other).score(m) for m in months] == [group(one_by_one).score(m) for m in months]


def test_every_fact_that_is_taken_in_says_what_it_needs() -> None:
    kinds = set(SCORES)
    assert set(LOAN_FACTS) < kinds
    for kind in kinds - {collection.EntryReversed, collection.LoanTransferred}:
        assert list(SCORES[kind].touches(fact(kind, bucket="1_90", outstanding=1)))
