"""Opening accounts: given what was disbursed before, when a tranche is, then events."""

from datetime import date

import build

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.application.open import touches
from policy_credit_repayments.domain.entries import TrancheReceived
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.household import DebtBegun, debt_id
from policy_credit_repayments.domain.opening import receive_tranche

MILLION = build.MILLION


def test_a_disbursement_opens_the_account_in_term() -> None:
    account = build.opened(amount=40 * MILLION)
    assert build.classes(account) == (40 * MILLION, 0, 0)
    assert (account.version, account.interest_due, account.charged_until) == (1, 0, build.DAY)


def test_the_account_keeps_the_loans_terms() -> None:
    loan = build.loan_disbursed(programme="NSVSMT", fund="local", annual_rate=900)
    terms = receive_tranche(None, loan).terms
    for field in set(type(terms).__struct_fields__) - {"opened_by"}:
        assert getattr(terms, field) == getattr(loan, field)
    assert terms.opened_by == loan.office


def test_a_further_tranche_adds_to_it() -> None:
    given = build.opened(amount=40 * MILLION)
    tranche = receive_tranche(given, build.loan_disbursed(tranche=2, amount=5 * MILLION))
    assert not tranche.reopens
    assert build.classes(build.after(given, tranche)) == (45 * MILLION, 0, 0)


def test_a_tranche_after_the_settlement_reopens_the_loan() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=MILLION))
    repayments.does(build.collect(principal=MILLION))
    received, begun = repayments.takes_in(build.loan_disbursed(tranche=2, amount=2 * MILLION))
    assert isinstance(received, TrancheReceived)
    assert isinstance(begun, DebtBegun)
    assert (received.reopens, begun.overall) == (True, True)


def test_a_disbursement_opens_the_account_and_the_households_debt_together() -> None:
    repayments = build.Desk(PARTS)
    received, begun = repayments.takes_in(build.loan_disbursed())
    assert isinstance(received, TrancheReceived)
    assert isinstance(begun, DebtBegun)
    assert [entry.recorded.aggregate for entry in repayments.store.log] == [
        build.LOAN,
        debt_id(build.HOUSEHOLD),
    ]
    assert list(touches(build.loan_disbursed())) == [build.LOAN, debt_id(build.HOUSEHOLD)]


def test_a_further_tranche_leaves_the_households_debt_alone() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    (received,) = repayments.takes_in(build.loan_disbursed(tranche=2))
    assert isinstance(received, TrancheReceived)


def test_what_loans_says_is_what_repayments_takes_in() -> None:
    loans, repayments = build.lending_desk(), build.Desk(PARTS)
    loans.does(build.apply_for(list=build.list_of(build.HOUSEHOLD, "HN")), build.approve())
    before = len(loans.said())
    loans.does(
        build.disburse(amount=3 * MILLION),
        build.disburse(tranche=2, amount=4 * MILLION, disbursed_on=date(2019, 6, 1)),
    )
    disbursed = loans.said()[before:]
    repayments.takes_in(*disbursed)
    account = repayments.state(ACCOUNT, build.LOAN)
    assert account is not None
    assert build.classes(account) == (7 * MILLION, 0, 0)
    assert {type(event) for event in disbursed} <= set(PARTS.takes_in)
