"""What a check of a loan's use finds; what the calendar and others' facts make of the check."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, TypedDict
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_oversight.domain.loan_use import (
    DebtEnd,
    DebtEnded,
    DebtResumed,
    LoanMoved,
    LoanUse,
    LoanUseChecked,
    UseCheck,
    UseCheckFellDue,
    UseCheckOpened,
    due_after,
    loan_use_id,
    overdue_from,
)
from policy_credit_oversight.domain.refusals import (
    CheckedBeforeDisbursed,
    CheckedBeforeLastCheck,
    DeadlineBeforeCheck,
    LoanNotPaidOut,
    TrancheNotPaidOut,
    UseCheckedAlready,
)
from policy_credit_oversight.domain.register import register_id
from policy_credit_shared.events.lending import LoanDisbursed, LoanReassigned
from policy_credit_shared.events.public import LoanEvent
from policy_credit_shared.events.supervision import Body, Severity, UseResult
from policy_credit_shared.kernel.identifiers import Association, Locality, Office
from policy_credit_shared.kernel.refusals import WrongOffice

Tranche = Annotated[int, Meta(ge=1, le=1_000)]


class CheckLoanUse(Struct, frozen=True, kw_only=True, tag="check_loan_use"):
    """Kiểm tra sử dụng vốn vay (06/TD): record what a check found.

    Without `tranche`, it is the first one whose use is not known yet. A wrong use is a finding:
    `severity` says how bad it is, `remedy_by` until when it is to be put right, 30 days if left
    out.
    """

    office: Office
    loan: UUID
    result: UseResult
    checked_on: date
    tranche: Tranche | None = None
    body: Body = "association"
    severity: Severity = "serious"
    remedy_by: date | None = None

    def touches(self) -> Iterable[UUID]:
        return loan_use_id(self.loan), register_id(self.office, "loan_use")


def check_use(use: LoanUse | None, command: CheckLoanUse) -> LoanUseChecked:
    """Decide on a check; raises a Refusal."""
    if use is None or not use.checks:
        raise LoanNotPaidOut(command.loan)
    if use.office != command.office:
        raise WrongOffice("loan", use.office)
    tranche, check = _to_check(use, command)
    if check.result is not None and check.is_concluded:
        raise UseCheckedAlready(command.loan, check.result)
    if command.checked_on < check.disbursed_on:
        raise CheckedBeforeDisbursed(command.checked_on, check.disbursed_on)
    if check.checked_on is not None and command.checked_on < check.checked_on:
        raise CheckedBeforeLastCheck(command.checked_on, check.checked_on)
    if command.remedy_by is not None and command.remedy_by < command.checked_on:
        raise DeadlineBeforeCheck(command.remedy_by, command.checked_on)
    is_open = tranche in use.open_checks
    return LoanUseChecked(
        **_of(use),
        on=command.checked_on,
        result=command.result,
        days_after=(command.checked_on - check.disbursed_on).days,
        on_time=command.checked_on <= check.due_on,
        tranche=tranche,
        fell_due=check.fell_due,
        closes=is_open and command.result != "not_yet_used",
        overdue=is_open and check.fell_due,
    )


def _to_check(use: LoanUse, command: CheckLoanUse) -> tuple[int, UseCheck]:
    tranche = command.tranche or min(use.unconcluded or use.checks)
    if tranche not in use.checks:
        raise TrancheNotPaidOut(command.loan, tranche)
    return tranche, use.checks[tranche]


def open_check(use: LoanUse | None, tranche: LoanDisbursed) -> UseCheckOpened | None:
    """A tranche that was paid out is to be checked; None if that is known already."""
    if use is not None and tranche.tranche in use.checks:
        return None
    return UseCheckOpened(
        **_where(use, tranche),
        on=tranche.occurred_on,
        tranche=tranche.tranche,
        due_on=due_after(tranche.occurred_on),
        ended=use.ended if use else None,
    )


def fall_due(use: LoanUse, until: date) -> Iterable[UseCheckFellDue]:
    """The checks that are overdue by the close of that day, each of the day it came to be so."""
    for tranche, check in use.open_checks.items():
        if not check.fell_due and overdue_from(check.due_on) <= until:
            yield UseCheckFellDue(
                **_of(use),
                on=overdue_from(check.due_on),
                tranche=tranche,
                due_on=check.due_on,
            )


def end_debt(use: LoanUse | None, fact: LoanEvent, how: DebtEnd) -> DebtEnded:
    """Nothing is owed any more, and nothing is to be checked."""
    return DebtEnded(
        **_where(use, fact),
        on=fact.occurred_on,
        how=how,
        open=tuple(use.open_checks) if use else (),
        overdue=use.overdue if use else (),
    )


def resume_debt(use: LoanUse | None, fact: LoanEvent) -> DebtResumed:
    """Something is owed again: what was left unchecked is to be checked."""
    reopened = use.unconcluded if use and use.ended else {}
    return DebtResumed(**_where(use, fact), on=fact.occurred_on, reopened=reopened)


def move(use: LoanUse | None, fact: LoanReassigned) -> LoanMoved:
    """The loan goes to another group, commune or office."""
    return LoanMoved(
        opened_by=use.opened_by if use else fact.office,
        office=fact.to_office,
        locality=fact.to_locality,
        association=fact.to_association,
        loan=fact.loan,
        on=fact.occurred_on,
        from_office=use.office if use else fact.office,
        from_locality=use.locality if use else fact.locality,
        from_association=use.association if use else fact.association,
        open=len(use.open_checks) if use else 0,
        overdue=len(use.overdue) if use else 0,
    )


class _Of(TypedDict):
    opened_by: str
    office: Office
    locality: Locality
    association: Association
    loan: UUID


def _of(use: LoanUse) -> _Of:
    return _Of(
        opened_by=use.opened_by,
        office=use.office,
        locality=use.locality,
        association=use.association,
        loan=use.loan,
    )


def _where(use: LoanUse | None, fact: LoanEvent) -> _Of:
    """Where loans says that the loan is; until loans has said anything, where the fact says."""
    if use is not None and not isinstance(fact, LoanDisbursed):
        return _of(use)
    return _Of(
        opened_by=use.opened_by if use else fact.office,
        office=fact.office,
        locality=fact.locality,
        association=fact.association,
        loan=fact.loan,
    )
