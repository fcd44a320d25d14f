"""Transfers: a loan, with what is owed on it, goes to another group, commune or office."""

from datetime import date
from uuid import UUID

import build
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.household import HOUSEHOLD_DEBT, debt_id
from policy_credit_repayments.domain.refusals import ReversedAfterTransfer
from policy_credit_shared.events import collection
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.refusals import WrongOffice

MOVED = date(2019, 5, 5)
TWO = build.some_id("second loan")


def desk() -> build.Desk:
    """40 dong lent, 5 of them overdue and 10 frozen."""
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=40))
    repayments.takes_in(build.freezing_approved(amount=10, occurred_on=date(2019, 3, 6)))
    repayments.does(build.mark_overdue(amount=5))
    return repayments


def moves(repayments: build.Desk, **transfer: object) -> list[PublicEvent]:
    before = len(repayments.said())
    repayments.takes_in(build.loan_reassigned(occurred_on=MOVED, **transfer))
    return repayments.said()[before:]


def test_the_balances_leave_one_place_and_come_to_the_other() -> None:
    out, came, *_ = moves(desk())
    assert isinstance(out, collection.LoanTransferred)
    assert isinstance(came, collection.LoanTransferred)
    assert (out.direction, out.office, out.locality) == ("out", build.OFFICE, build.LOCALITY)
    assert (out.association, out.group) == ("women", build.GROUP)
    there = (came.direction, came.office, came.locality)
    assert there == ("in", build.OTHER_OFFICE, build.OTHER_LOCALITY)
    assert (came.association, came.group) == ("farmers", build.some_id("other group"))
    for said in (out, came):
        assert (said.in_term, said.overdue, said.frozen, said.outstanding) == (25, 5, 10, 40)
        assert (said.overdue_1_90, said.overdue_91_180) == (5, 0)
        assert (said.loans, said.overdue_loans, said.occurred_on) == (1, 1, MOVED)


def test_a_loan_without_overdue_principal_is_no_overdue_loan_there_either() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    assert [getattr(x, "overdue_loans", 0) for x in moves(repayments)[:2]] == [0, 0]


def test_a_settled_loan_goes_without_a_word() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=40))
    repayments.does(build.collect(principal=40))
    assert moves(repayments) == []


def test_only_the_new_office_acts_on_it_afterwards() -> None:
    repayments = desk()
    moves(repayments)
    with pytest.raises(WrongOffice, match=build.OTHER_OFFICE):
        repayments.does(build.collect(principal=1))
    repayments.does(build.collect(office=build.OTHER_OFFICE, principal=1))
    last = repayments.said()[-1]
    assert (last.office, last.locality) == (build.OTHER_OFFICE, build.OTHER_LOCALITY)


def test_all_that_is_said_of_a_loan_goes_where_its_first_office_sends() -> None:
    repayments = desk()
    moves(repayments)
    repayments.does(build.collect(office=build.OTHER_OFFICE, principal=1))
    offices = {
        publication.office
        for entry in repayments.store.log
        for publication in PARTS.translate(entry.recorded)
    }
    assert offices == {build.OFFICE}


def test_a_close_of_its_new_office_finds_it() -> None:
    repayments = desk()
    moves(repayments)
    assert repayments.closes(date(2019, 5, 31), build.OFFICE) == []
    assert repayments.closes(date(2019, 5, 31), build.OTHER_OFFICE) != []


def test_a_payment_from_before_is_not_reversed() -> None:
    repayments = desk()
    repayments.does(build.collect(principal=1, collected_on=date(2019, 5, 4)))
    moves(repayments)
    other = build.OTHER_OFFICE
    reverse = build.reverse(office=other, reversed_on=date(2019, 5, 6))
    with pytest.raises(ReversedAfterTransfer) as refused:
        repayments.does(reverse, by=build.DIRECTOR)
    assert (refused.value.code, refused.value.field) == ("reversed-after-transfer", "payment")
    repayments.does(build.collect(office=other, payment=TWO, principal=1, collected_on=MOVED))
    later = build.reverse(office=other, payment=TWO, reversed_on=date(2019, 5, 6))
    assert repayments.does(later, by=build.DIRECTOR)


def households(said: list[PublicEvent]) -> list[tuple[str, str, str, int]]:
    return [
        (x.NAME.removeprefix("household."), x.locality, x.programme, x.overall)
        for x in said
        if isinstance(x, collection.HouseholdEnteredDebt | collection.HouseholdLeftDebt)
    ]


def test_the_households_home_goes_with_the_loan_with_all_that_it_owes() -> None:
    repayments = desk()
    repayments.takes_in(build.loan_disbursed(loan=TWO, programme="NSVSMT"))
    assert households(moves(repayments)) == [
        ("left_debt", build.LOCALITY, "HN", 0),
        ("left_debt", build.LOCALITY, "NSVSMT", 1),
        ("entered_debt", build.OTHER_LOCALITY, "HN", 1),
        ("entered_debt", build.OTHER_LOCALITY, "NSVSMT", 0),
    ]
    debt = repayments.state(HOUSEHOLD_DEBT, debt_id(build.HOUSEHOLD))
    assert debt is not None
    assert (debt.office, debt.locality) == (build.OTHER_OFFICE, build.OTHER_LOCALITY)
    # The second loan follows; the home is there already.
    assert households(moves(repayments, loan=TWO)) == []


def test_a_transfer_within_the_commune_moves_no_home() -> None:
    repayments = desk()
    said = moves(repayments, to_office=build.OFFICE, to_locality=build.LOCALITY)
    assert [x.NAME for x in said] == ["loan.transferred", "loan.transferred"]


def test_a_home_elsewhere_stays_where_it_is() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(loan=TWO, locality="22876-22876"))
    repayments.takes_in(build.loan_disbursed())
    assert households(moves(repayments)) == []


def test_a_moved_household_leaves_debt_at_its_new_home() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=40))
    moves(repayments)
    repayments.does(build.collect(office=build.OTHER_OFFICE, principal=40))
    assert households(repayments.said())[-1] == ("left_debt", build.OTHER_LOCALITY, "HN", 1)


def test_an_account_remembers_where_it_was_opened() -> None:
    repayments = desk()
    moves(repayments)
    account = repayments.state(ACCOUNT, build.LOAN)
    assert account is not None
    assert (account.terms.opened_by, account.terms.office) == (build.OFFICE, build.OTHER_OFFICE)


@pytest.mark.parametrize("in_group", [build.GROUP, None])
def test_a_loan_leaves_the_group_it_was_in_if_any_and_comes_to_the_other(
    in_group: UUID | None,
) -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=40, in_group=in_group))
    out, came, *_ = moves(repayments)
    assert isinstance(out, collection.LoanTransferred)
    assert isinstance(came, collection.LoanTransferred)
    assert (out.in_group, came.in_group) == (in_group, came.group)
    before = len(repayments.said())
    repayments.does(build.collect(office=build.OTHER_OFFICE, principal=1, collected_on=MOVED))
    (collected,) = repayments.said()[before:]
    assert isinstance(collected, collection.PrincipalCollected)
    assert collected.in_group == came.group
