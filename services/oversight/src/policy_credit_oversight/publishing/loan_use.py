"""What is said publicly of checks of loan use."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, TypedDict
from uuid import UUID

from policy_credit_oversight.domain import loan_use
from policy_credit_oversight.domain.loan_use import DebtEnd, LoanUseEvent
from policy_credit_shared.events import supervision
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.identifiers import Association, Locality, Office


class _OfLoan(TypedDict):
    office: Office
    locality: Locality
    association: Association
    occurred_on: date
    loan: UUID


def of_loan_use(event: LoanUseEvent) -> Iterator[PublicEvent]:
    """The public events that an event of a loan's use says; none where no check is open."""
    of = _of(event)
    match event:
        case loan_use.UseCheckOpened():
            yield supervision.LoanUseCheckOpened(
                **of, tranche=event.tranche, disbursed_on=event.on, due_on=event.due_on
            )
            if event.ended:
                yield from _closed(of, event.ended, (event.tranche,), ())
        case loan_use.LoanUseChecked():
            yield supervision.LoanUseChecked(
                **of,
                result=event.result,
                days_after=event.days_after,
                on_time=_flag(event.on_time),
                tranche=event.tranche,
                fell_due=_flag(event.fell_due),
                closes=_flag(event.closes),
                overdue=_flag(event.overdue),
            )
        case loan_use.UseCheckFellDue():
            yield supervision.LoanUseFellDue(**of, tranche=event.tranche, due_on=event.due_on)
        case loan_use.DebtEnded():
            yield from _closed(of, event.how, event.open, event.overdue)
        case loan_use.DebtResumed():
            for tranche, check in event.reopened.items():
                yield supervision.LoanUseCheckOpened(
                    **of,
                    tranche=tranche,
                    disbursed_on=check.disbursed_on,
                    due_on=check.due_on,
                    again=1,
                    overdue=_flag(check.fell_due),
                )
        case loan_use.LoanMoved():
            if event.open:
                yield _moved(_from(event), "out", event)
                yield _moved(of, "in", event)


def _closed(
    of: _OfLoan, reason: DebtEnd, open_: Sequence[int], overdue: Sequence[int]
) -> Iterator[PublicEvent]:
    for tranche in open_:
        yield supervision.LoanUseCheckClosed(
            **of, tranche=tranche, reason=reason, overdue=_flag(tranche in overdue)
        )


def _moved(of: _OfLoan, direction: Literal["out", "in"], event: loan_use.LoanMoved) -> PublicEvent:
    return supervision.LoanUseChecksMoved(
        **of, direction=direction, checks=event.open, overdue=event.overdue
    )


def _of(event: LoanUseEvent) -> _OfLoan:
    return _OfLoan(
        office=event.office,
        locality=event.locality,
        association=event.association,
        occurred_on=event.on,
        loan=event.loan,
    )


def _from(event: loan_use.LoanMoved) -> _OfLoan:
    return _OfLoan(
        office=event.from_office,
        locality=event.from_locality,
        association=event.from_association,
        occurred_on=event.on,
        loan=event.loan,
    )


def _flag(whether: bool) -> Literal[0, 1]:
    return 1 if whether else 0
