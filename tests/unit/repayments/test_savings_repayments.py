"""Repaying from savings: given a loan and savings, when they pay, then both move or neither."""

from datetime import date

import build
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.application.repay_from_savings import restore_savings
from policy_credit_repayments.domain.entries import PaymentTaken
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.household import DebtEnded
from policy_credit_repayments.domain.refusals import (
    HeldElsewhere,
    LoanNotOpen,
    NothingPaid,
    Overpayment,
    PaymentRepeated,
    RecordedAlready,
    SavingsTooSmall,
)
from policy_credit_repayments.domain.savings import SavingsDeposited, SavingsWithdrawn
from policy_credit_shared.events import collection
from policy_credit_shared.events.catalogue import reversed_entry
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.store.books import Books

APRIL = date(2019, 4, 5)
PAYMENT = build.some_id("payment")


def desk(lent: int = 40, saved: int = 30) -> build.Desk:
    """Repayments after a loan at 100 % a year and savings of its household, one month later."""
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=lent, annual_rate=10_000))
    repayments.does(build.deposit(amount=saved), build.charge_interest())
    return repayments


def owed(repayments: build.Desk) -> tuple[int, int]:
    account = repayments.state(ACCOUNT, build.LOAN)
    assert account is not None
    return account.outstanding, account.interest_due


def reversed_at(repayments: build.Desk, on: date) -> list[DomainEvent]:
    """What the reversal of the payment does to the household's savings."""
    books = Books(repayments.store)
    restore_savings(build.HOUSEHOLD, build.LOAN, PAYMENT, on, "wrong loan", books)
    changes = books.changes(build.clock)
    repayments.store.append(changes)
    return [r.event for r in changes.events]


def test_savings_pay_exactly_what_the_payment_takes() -> None:
    repayments = desk(lent=40, saved=30)
    withdrawn, taken = repayments.does(build.repay_from_savings(principal=20, interest=3))
    assert isinstance(withdrawn, SavingsWithdrawn)
    assert isinstance(taken, PaymentTaken)
    assert (withdrawn.amount, withdrawn.payment) == (23, PAYMENT)
    assert build.saved(repayments) == 7
    assert owed(repayments) == (20, 0)


def test_both_are_said_publicly_as_what_they_are() -> None:
    repayments = desk()
    before = len(repayments.said())
    repayments.does(build.repay_from_savings(principal=20, interest=3, repaid_on=APRIL))
    withdrawn, interest, principal = repayments.said()[before:]
    assert isinstance(withdrawn, collection.SavingsWithdrawn)
    assert isinstance(interest, collection.InterestCollected)
    assert isinstance(principal, collection.PrincipalCollected)
    assert (withdrawn.amount, interest.amount, principal.amount) == (23, 3, 20)
    assert withdrawn.occurred_on == interest.occurred_on == principal.occurred_on == APRIL
    assert interest.payment == principal.payment == PAYMENT


@pytest.mark.parametrize(
    ("principal", "interest", "field"), [(31, 0, "principal"), (28, 3, "principal")]
)
def test_too_little_saved_is_refused_with_both_figures(
    principal: int, interest: int, field: str
) -> None:
    repayments = desk(lent=40, saved=30)
    with pytest.raises(SavingsTooSmall, match=r"takes 31 dong, .* has saved 30 dong") as refused:
        repayments.does(build.repay_from_savings(principal=principal, interest=interest))
    assert refused.value.field == field
    assert (build.saved(repayments), owed(repayments)) == (30, (40, 3))


def test_a_household_without_savings_has_saved_nothing() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    with pytest.raises(SavingsTooSmall, match="has saved 0 dong"):
        repayments.does(build.repay_from_savings(principal=1))


def test_the_savings_of_another_household_pay_nothing() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    repayments.does(build.deposit(household=build.some_id("neighbour")))
    with pytest.raises(SavingsTooSmall, match="has saved 0 dong"):
        repayments.does(build.repay_from_savings(principal=1))


def test_what_a_loan_refuses_savings_may_not_pay_either() -> None:
    repayments = desk(lent=40, saved=100)
    with pytest.raises(Overpayment, match="40 dong owed"):
        repayments.does(build.repay_from_savings(principal=41))
    with pytest.raises(NothingPaid):
        repayments.does(build.repay_from_savings())
    with pytest.raises(LoanNotOpen):
        repayments.does(build.repay_from_savings(loan=build.some_id("none"), principal=1))
    with pytest.raises(WrongOffice):
        repayments.does(build.repay_from_savings(office=build.OTHER_OFFICE, principal=1))
    repayments.does(build.repay_from_savings(principal=1))
    with pytest.raises(RecordedAlready):
        repayments.does(build.repay_from_savings(principal=1))
    with pytest.raises(PaymentRepeated):
        repayments.does(build.repay_from_savings(principal=2))
    assert build.saved(repayments) == 99


def test_savings_kept_at_another_office_are_not_this_ones_to_take() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    repayments.does(build.deposit(office=build.OTHER_OFFICE, commune="22834"))
    with pytest.raises(WrongOffice, match=build.OTHER_OFFICE):
        repayments.does(build.repay_from_savings(principal=1))


def test_a_household_leaves_debt_by_its_savings() -> None:
    *_, ended = desk(lent=30, saved=30).does(build.repay_from_savings(principal=30))
    assert isinstance(ended, DebtEnded)


def test_savings_of_two_groups_pay_one_payment() -> None:
    repayments = desk(lent=40, saved=30)
    repayments.does(build.deposit(group=build.some_id("other"), association="youth", amount=5))
    first, second, _ = repayments.does(build.repay_from_savings(principal=33))
    assert isinstance(first, SavingsWithdrawn)
    assert isinstance(second, SavingsWithdrawn)
    assert [(e.association, e.amount) for e in (first, second)] == [("women", 30), ("youth", 3)]
    assert build.saved(repayments) == 2


def test_a_reversed_payment_gives_the_savings_back_once() -> None:
    repayments = desk(lent=40, saved=30)
    repayments.does(build.deposit(group=build.some_id("other"), association="youth", amount=5))
    repayments.does(build.repay_from_savings(principal=33))
    taken = [decode(value) for _, value in repayments.records()]
    before = len(repayments.said())
    assert len(reversed_at(repayments, APRIL)) == 2
    assert build.saved(repayments) == 35
    assert reversed_at(repayments, APRIL) == []
    published = {envelope.id: event for envelope, event in taken}
    for said in repayments.said()[before:]:
        assert isinstance(said, collection.EntryReversed)
        assert reversed_entry(said) == published[said.entry_id]
        assert isinstance(published[said.entry_id], collection.SavingsWithdrawn)
        assert (said.occurred_on, said.reason) == (APRIL, "wrong loan")


def test_a_reversed_payment_in_cash_gives_no_savings() -> None:
    repayments = desk()
    repayments.does(build.collect(principal=5))
    assert reversed_at(repayments, APRIL) == []
    assert build.saved(repayments) == 30


def test_a_payment_of_another_loan_with_the_same_id_keeps_what_it_took() -> None:
    repayments = desk(saved=30)
    other = build.some_id("other loan")
    repayments.takes_in(build.loan_disbursed(loan=other))
    repayments.does(build.repay_from_savings(principal=4))
    repayments.does(build.repay_from_savings(loan=other, principal=5))
    reversed_at(repayments, APRIL)
    assert build.saved(repayments) == 25


def test_savings_come_back_only_where_the_household_saves_now() -> None:
    repayments = desk(saved=30)
    repayments.does(build.repay_from_savings(principal=30))
    repayments.does(build.deposit(office=build.OTHER_OFFICE, commune="22834", amount=9))
    with pytest.raises(HeldElsewhere, match="9 dong are kept already at office 586"):
        reversed_at(repayments, APRIL)


def test_in_a_session_a_repayment_from_savings_moves_no_cash() -> None:
    repayments = desk(lent=40, saved=30)
    repayments.does(build.open_session(opening_cash=100))
    repayments.does(
        build.repay_from_savings(principal=20, interest=3, session=build.SESSION),
        build.deposit(amount=1, session=build.SESSION),
    )
    session = build.session(repayments)
    assert session.realised.principal == 20
    assert session.realised.interest == 3
    assert session.realised.savings_withdrawn == 23
    assert session.cash == 100 + 1


def test_a_repayment_reversed_while_its_session_is_open_was_no_withdrawal() -> None:
    repayments = desk(lent=40, saved=30)
    repayments.does(build.open_session())
    repayments.does(build.repay_from_savings(principal=20, session=build.SESSION))
    reversed_at(repayments, build.DAY)
    session = build.session(repayments)
    assert session.realised.savings_withdrawn == 0


def test_a_refused_repayment_leaves_its_whole_sheet_undone() -> None:
    repayments = desk(lent=40, saved=30)
    with pytest.raises(SavingsTooSmall):
        repayments.does(build.deposit(amount=1), build.repay_from_savings(principal=40))
    assert build.saved(repayments) == 30
    first, *_ = repayments.does(build.deposit(amount=10), build.repay_from_savings(principal=40))
    assert isinstance(first, SavingsDeposited)
    assert build.saved(repayments) == 0
