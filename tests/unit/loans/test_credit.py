"""A household's credit: what counts towards its ceilings, and what rules a loan out."""

from typing import Any

import build
import pytest
from build import HOUSEHOLD, MILLION
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from policy_credit_loans.application.credit import owes
from policy_credit_loans.domain.credit import (
    CREDIT,
    Credit,
    CreditChanged,
    Line,
    credit_id,
    evolve,
    may_borrow,
)
from policy_credit_loans.domain.credit_refusals import (
    BeyondCeiling,
    CategoryNotEntitled,
    HouseholdOverdue,
    ProgrammesExclude,
)
from policy_credit_loans.domain.programme import Terms, catalogue, terms_on
from policy_credit_loans.domain.refusals import LoanUnknown, MoreThanLent
from policy_credit_shared.kernel.identifiers import Category, Programme
from policy_credit_shared.store.books import Books


def terms(programme: Programme = "HN") -> Terms:
    return terms_on(catalogue(), programme, build.DAY, "central", build.PROVINCE)


def line(**fields: Any) -> Line:
    start: dict[str, Any] = {"programme": "HN", "fund": "central", "group": build.GROUP}
    return Line(**start | {"approved": 0, "outstanding": 0} | fields)


def credit(*lines: Line) -> Credit:
    held: Credit | None = None
    for number, one in enumerate(lines):
        loan = build.some_id(f"loan {number}")
        held = evolve(held, CreditChanged(household=HOUSEHOLD, loan=loan, line=one))
    return held or Credit()


def test_the_ceiling_counts_what_is_owed_and_what_is_approved_across_loans() -> None:
    held = credit(line(outstanding=50 * MILLION), line(approved=20 * MILLION))
    may_borrow(held, terms(), "poor", 30 * MILLION)
    with pytest.raises(BeyondCeiling, match="70000000 is owed or approved") as refused:
        may_borrow(held, terms(), "poor", 30 * MILLION + 1)
    assert refused.value.fix == "Ask for at most 30000000 dong."


def test_loans_of_other_programmes_do_not_count() -> None:
    may_borrow(
        credit(line(programme="NSVSMT", outstanding=20 * MILLION)), terms(), "poor", 100 * MILLION
    )


@pytest.mark.parametrize("category", ["near_poor", "student"])
def test_a_programme_is_for_its_categories(category: Category) -> None:
    with pytest.raises(CategoryNotEntitled, match=f"is for poor; .* as {category}"):
        may_borrow(None, terms(), category, MILLION)


@pytest.mark.parametrize(
    ("held", "asked", "category"),
    [("HCN", "HN", "poor"), ("HMTN", "HN", "poor"), ("HN", "HCN", "near_poor")],
)
def test_a_poor_households_loan_and_others_of_the_kind_exclude_each_other(
    held: Programme, asked: Programme, category: Category
) -> None:
    with pytest.raises(ProgrammesExclude):
        may_borrow(credit(line(programme=held, approved=1)), terms(asked), category, MILLION)


def test_a_household_with_overdue_principal_gets_no_new_loan_unless_the_programme_says_so() -> None:
    held = credit(line(programme="NSVSMT", outstanding=MILLION, overdue=True))
    with pytest.raises(HouseholdOverdue):
        may_borrow(held, terms(), "poor", MILLION)
    may_borrow(held, replace(terms(), new_loan_while_overdue=True), "poor", MILLION)


def test_a_loan_that_is_over_rules_nothing_out() -> None:
    held = credit(line(programme="HCN", outstanding=0, overdue=True))
    assert held.lines == {}
    may_borrow(held, terms(), "poor", MILLION)


def known(desk: build.Desk) -> tuple[int, int, bool]:
    """Approved, owed and overdue of the loan."""
    held = desk.state(CREDIT, credit_id(HOUSEHOLD)) or Credit()
    one = held.lines.get(build.LOAN)
    return (one.approved, one.outstanding, one.overdue) if one else (0, 0, False)


def test_an_approval_reserves_a_disbursement_draws_and_a_repayment_releases() -> None:
    desk = build.lending_desk()
    desk.does(build.apply_for(list=build.list_of(HOUSEHOLD, "HN")))
    assert known(desk) == (0, 0, False)
    desk.does(build.approve())
    assert known(desk) == (40 * MILLION, 0, False)
    desk.does(build.disburse(amount=30 * MILLION))
    assert known(desk) == (10 * MILLION, 30 * MILLION, False)
    desk.takes_in(build.principal_collected(amount=20 * MILLION), build.fell_overdue())
    assert known(desk) == (10 * MILLION, 10 * MILLION, True)
    desk.takes_in(build.principal_collected(amount=10 * MILLION), build.cured())
    assert known(desk) == (0, 0, False)


def test_a_reversed_repayment_is_owed_again_even_of_a_loan_that_was_over() -> None:
    desk = build.lending_desk()
    build.lend(desk)
    desk.takes_in(build.principal_collected(amount=40 * MILLION))
    assert known(desk) == (0, 0, False)
    desk.takes_in(build.collection_reversed(amount=40 * MILLION))
    assert known(desk) == (0, 40 * MILLION, False)


def test_a_declined_approval_is_released() -> None:
    desk = build.lending_desk()
    desk.does(build.apply_for(list=build.list_of(HOUSEHOLD, "HN")), build.approve())
    desk.does(build.decline())
    assert known(desk) == (0, 0, False)


def test_a_household_owes_while_a_loan_is_approved_or_outstanding() -> None:
    desk = build.lending_desk()
    assert not owes(HOUSEHOLD, Books(desk.store))
    build.lend(desk)
    assert owes(HOUSEHOLD, Books(desk.store))
    desk.takes_in(build.principal_collected(amount=40 * MILLION))
    assert not owes(HOUSEHOLD, Books(desk.store))


def test_facts_that_cannot_be_are_not_taken_in() -> None:
    desk = build.lending_desk()
    with pytest.raises(LoanUnknown):
        desk.takes_in(build.principal_collected())
    build.lend(desk)
    with pytest.raises(MoreThanLent, match="40000000 at most"):
        desk.takes_in(build.principal_collected(amount=40 * MILLION + 1))
    with pytest.raises(MoreThanLent, match="0 at most"):
        desk.takes_in(build.collection_reversed())
    with pytest.raises(MoreThanLent):
        desk.takes_in(build.principal_written_off(amount=40 * MILLION + 1))


def test_reversals_of_other_entries_leave_a_loan_as_it_is() -> None:
    desk = build.lending_desk()
    build.lend(desk)
    interest = replace(
        build.collection_reversed(),
        entry_type="policycredit.loan.settled.v1",
    )
    assert desk.takes_in(interest) == []


@given(st.lists(st.tuples(st.integers(1, 20 * MILLION), st.booleans()), min_size=1, max_size=8))
def test_whatever_is_repaid_and_reversed_what_is_owed_is_the_rest(
    steps: list[tuple[int, bool]],
) -> None:
    desk = build.lending_desk()
    build.lend(desk)
    owed, collected = 40 * MILLION, list[int]()
    for amount, reverses in steps:
        if collected and reverses:
            back = collected.pop()
            desk.takes_in(build.collection_reversed(amount=back))
            owed += back
        elif amount <= owed:
            collected.append(amount)
            desk.takes_in(build.principal_collected(amount=amount))
            owed -= amount
        assert known(desk)[1] == owed
