"""Disbursing (giải ngân): paying out what was approved, in one tranche or several."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_loans.domain.applying import APPROVAL_LIMIT
from policy_credit_loans.domain.capital import capital_id
from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.loan_events import Contract, LoanDisbursed
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
)
from policy_credit_loans.domain.refusals import (
    BeyondApproved,
    LoanNotApproved,
    LoanSettled,
    SecondPersonNeeded,
    TermOver,
    TrancheRepeated,
)
from policy_credit_loans.domain.term import instalment_days, months_after
from policy_credit_shared.kernel.identifiers import Office, Place
from policy_credit_shared.kernel.instalments import Plan, scaled, spread
from policy_credit_shared.kernel.money import Dong
from policy_credit_shared.kernel.principals import Principal


class DisburseLoan(Struct, frozen=True, kw_only=True, tag="disburse_loan"):
    """Giải ngân: pay out a tranche of an approved loan."""

    office: Office
    loan: UUID
    tranche: Annotated[int, Meta(ge=1, le=100)] = 1
    amount: Dong
    disbursed_on: date
    place: Place
    session: UUID | None = None

    def touches(self) -> Iterable[UUID]:
        return self.loan, capital_id(self.office)


def disburse(loan: Loan, command: DisburseLoan, by: Principal) -> LoanDisbursed:
    """Decide on a disbursement; raises a Refusal. Capital and plan are `capital.may_lend`'s."""
    contract = loan.contract
    if contract is None or loan.declined:
        raise LoanNotApproved(command.loan)
    if loan.is_settled:
        raise LoanSettled(command.loan)
    if command.tranche != loan.tranches + 1:
        raise TrancheRepeated(command.tranche, loan.tranches + 1)
    if command.amount > loan.undisbursed:
        raise BeyondApproved(command.amount, contract.amount, loan.disbursed)
    if contract.amount > APPROVAL_LIMIT and by.subject == contract.by:
        raise SecondPersonNeeded("approved the loan", by.subject)
    due_on = _dated(loan, contract, command.disbursed_on)
    return LoanDisbursed(
        standing=loan.standing,
        on=command.disbursed_on,
        tranche=command.tranche,
        amount=command.amount,
        annual_rate=loan.annual_rate,
        due_on=due_on,
        plan=_plan(loan, contract, command, due_on),
        ageing=contract.ageing,
        confirmed_on=loan.request.confirmed_on if loan.request else None,
        place=command.place,
        session=command.session,
        by=by.subject,
    )


def _dated(loan: Loan, contract: Contract, on: date) -> date:
    """The day on which the loan is due; the term begins with the first disbursement."""
    earliest, what = contract.approved_on, "the loan was approved"
    if loan.last_disbursed_on is not None:
        earliest, what = loan.last_disbursed_on, "the tranche before was paid out"
    if on < earliest:
        raise DatedBefore("disbursed_on", on, what, earliest)
    due_on = loan.due_on or months_after(on, contract.term_months)
    if on >= due_on:
        raise TermOver(on, due_on)
    return due_on


def _plan(loan: Loan, contract: Contract, command: DisburseLoan, due_on: date) -> Plan:
    """The agreed plan, in proportion for what is paid out with this tranche."""
    first = loan.first_disbursed_on or command.disbursed_on
    days = instalment_days(first, contract.instalment_months, contract.term_months, due_on)
    whole = loan.rescheduled or spread(contract.amount, days)
    return scaled(whole, loan.disbursed + command.amount)
