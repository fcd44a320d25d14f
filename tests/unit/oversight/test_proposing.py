"""Proposals: given facts, when a day is closed, then a rating is proposed for each month over."""

from datetime import date

import build
import pytest
from scored import (
    A_GOOD_MARCH,
    MILLION,
    MONTH_END,
    disbursed,
    fact,
    formed,
    group,
    joined,
    oversight,
    proposals,
    proposed_march,
    reversal,
)

from policy_credit_oversight.domain.group_score import MONTHS_KEPT
from policy_credit_shared.events import collection, lending


def test_a_month_is_proposed_on_its_last_day_and_not_before() -> None:
    desk = oversight(*A_GOOD_MARCH)
    assert [month for month, _, _ in proposals(desk.closes(date(2019, 3, 30)))] == ["2019-02"]
    assert proposals(desk.closes(MONTH_END)) == [("2019-03", "good", 100)]


def test_closing_again_proposes_nothing_more() -> None:
    assert proposed_march().closes(MONTH_END) == []


def test_a_group_is_rated_from_its_first_month_of_lending() -> None:
    desk = oversight(formed(), joined())
    assert desk.closes(MONTH_END) == []
    desk.takes_in(disbursed(occurred_on=date(2019, 3, 5)))
    assert [month for month, _, _ in proposals(desk.closes(MONTH_END))] == ["2019-03"]


def test_a_month_in_which_nothing_happens_is_rated_too() -> None:
    desk = proposed_march()
    assert [m for m, _, _ in proposals(desk.closes(date(2019, 5, 31)))] == ["2019-04", "2019-05"]


def test_months_closed_at_once_or_one_by_one_are_proposed_alike() -> None:
    one_by_one = oversight(*A_GOOD_MARCH)
    for day in (date(2019, 2, 28), MONTH_END, date(2019, 4, 30)):
        one_by_one.closes(day)
    at_once = oversight(*A_GOOD_MARCH)
    at_once.closes(date(2019, 4, 30))
    assert group(at_once).waiting == group(one_by_one).waiting


def test_a_proposal_says_what_its_points_are_for() -> None:
    proposed = group(proposed_march()).waiting["2019-03"]
    assert proposed.criteria == "2002-10"
    assert (proposed.figures.interest_collected, proposed.points.interest) == (200_000, 20)


def test_figures_that_change_propose_again_from_their_month_on() -> None:
    desk = proposed_march()
    desk.closes(date(2019, 4, 30))
    overdue = fact(collection.PrincipalFellOverdue, amount=MILLION, occurred_on=MONTH_END)
    desk.takes_in(overdue)
    assert [m for m, _, _ in proposals(desk.closes(date(2019, 5, 2)))] == ["2019-03", "2019-04"]
    assert group(desk).waiting["2019-03"].points.overdue == 0


def test_a_reversal_of_a_payment_proposes_its_month_again() -> None:
    desk = proposed_march()
    desk.takes_in(reversal(fact(collection.InterestCollected, amount=200_000)))
    assert proposals(desk.closes(date(2019, 4, 3))) == [("2019-03", "fair", 80)]


def test_a_change_that_is_taken_back_proposes_nothing() -> None:
    desk = proposed_march()
    late = fact(collection.InterestCharged, amount=1, occurred_on=MONTH_END)
    desk.takes_in(late)
    desk.takes_in(reversal(late))
    assert desk.closes(date(2019, 4, 3)) == []


def test_only_the_offices_day_is_closed() -> None:
    desk = oversight(*A_GOOD_MARCH)
    assert desk.closes(MONTH_END, build.OTHER_OFFICE) == []
    assert desk.closes(MONTH_END, build.OFFICE)


def test_a_group_not_told_of_yet_is_not_rated_until_it_is() -> None:
    desk = oversight(disbursed())
    assert desk.closes(MONTH_END) == []
    desk.takes_in(formed())
    assert len(desk.closes(MONTH_END)) == 2


@pytest.mark.parametrize("closed_before", [True, False])
def test_a_dissolved_group_is_rated_no_more(closed_before: bool) -> None:
    desk = proposed_march() if closed_before else oversight(*A_GOOD_MARCH)
    desk.takes_in(fact(lending.GroupDissolved, occurred_on=date(2019, 4, 2)))
    assert desk.closes(date(2019, 5, 31)) == []
    assert group(desk).waiting == {}


def test_a_proposal_that_nobody_confirms_lapses_and_its_stocks_stay() -> None:
    desk = proposed_march()
    outstanding = group(desk).outstanding
    for month in range(4, 13):
        desk.closes(date(2019, month, 30 if month < 12 else 31))
    desk.closes(date(2019, 12, 31))
    state = group(desk)
    assert len(state.waiting) == MONTHS_KEPT + 1
    assert "2019-03" not in state.rows
    assert state.outstanding == outstanding
    assert state.score("2019-12").figures.savings_before == MILLION


def test_what_comes_for_a_month_of_long_ago_moves_stocks_only() -> None:
    desk = proposed_march()
    desk.closes(date(2019, 12, 31))
    kept = set(group(desk).rows)
    desk.takes_in(fact(collection.PrincipalCollected, amount=MILLION))
    assert group(desk).outstanding == 37 * MILLION
    assert set(group(desk).rows) == kept
    assert proposals(desk.closes(date(2020, 1, 2))), "later months stand on it"


def test_the_last_month_of_the_calendar_is_proposed_once() -> None:
    desk = oversight(formed(), disbursed(occurred_on=date(9999, 11, 5)))
    assert [m for m, _, _ in proposals(desk.closes(date.max))] == ["9999-11", "9999-12"]
    assert desk.closes(date.max) == []
