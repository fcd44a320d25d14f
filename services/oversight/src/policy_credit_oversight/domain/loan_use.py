"""Checks of how a loan is used (kiểm tra sử dụng vốn vay, 06/TD), due soon after disbursement.

Each tranche paid out is to be checked. The check follows the loan to another office, and is no
longer needed once the loan is settled or written off.

Loans tells of tranches and transfers, repayments of the end of a debt, each in its own order.
Whichever is heard first, the same checks are open in the end: a loan's state keeps both apart.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import ClassVar, Final, Literal
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_shared.events.supervision import UseResult
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.identifiers import Association, Locality, Office, derived_id

CHECK_DUE_DAYS: Final = 30
"""Days after a disbursement within which its use is to be checked (form 06/TD); and again after
a check that found the money not yet used."""

DebtEnd = Literal["settled", "written_off"]


class _OfLoan(DomainEvent, frozen=True, kw_only=True):
    """Where the loan is; `opened_by` is the office where it was first heard of."""

    office: Office
    locality: Locality
    association: Association
    loan: UUID
    on: date
    opened_by: str = ""


class UseCheckOpened(_OfLoan, frozen=True, kw_only=True):
    """A tranche was paid out; `ended` says how the debt had ended already, if it had."""

    TOPIC: ClassVar[str] = "oversight.use_check_opened.v1"

    tranche: int
    due_on: date
    ended: DebtEnd | None = None


class LoanUseChecked(_OfLoan, frozen=True, kw_only=True):
    """The use of a tranche was checked.

    `fell_due` if it had fallen due before; `closes` if the check was open and is no more;
    `overdue` if it was among the open ones that are overdue.
    """

    TOPIC: ClassVar[str] = "oversight.loan_use_checked.v1"

    result: UseResult
    days_after: int
    on_time: bool
    tranche: int = 1
    fell_due: bool = False
    closes: bool = False
    overdue: bool = False


class UseCheckFellDue(_OfLoan, frozen=True, kw_only=True):
    """The last day for the check passed."""

    TOPIC: ClassVar[str] = "oversight.use_check_fell_due.v1"

    tranche: int
    due_on: date


class DebtEnded(_OfLoan, frozen=True, kw_only=True):
    """The loan has no principal left; these tranches were open, those of them overdue."""

    TOPIC: ClassVar[str] = "oversight.loan_debt_ended.v1"

    how: DebtEnd
    open: tuple[int, ...] = ()
    overdue: tuple[int, ...] = ()


class DebtResumed(_OfLoan, frozen=True, kw_only=True):
    """The loan has principal again; these checks are open again."""

    TOPIC: ClassVar[str] = "oversight.loan_debt_resumed.v1"

    reopened: dict[int, "UseCheck"] = {}


class LoanMoved(_OfLoan, frozen=True, kw_only=True):
    """The loan came to this office and commune, from that one, with so many open checks."""

    TOPIC: ClassVar[str] = "oversight.checked_loan_moved.v1"

    from_office: Office
    from_locality: Locality
    from_association: Association
    open: int = 0
    overdue: int = 0


class UseCheck(Struct, frozen=True, kw_only=True):
    """The check of one tranche; `result` and `checked_on` are the last check's."""

    disbursed_on: date
    due_on: date
    fell_due: bool = False
    result: UseResult | None = None
    checked_on: date | None = None

    @property
    def is_concluded(self) -> bool:
        """Whether it is known how the money was used."""
        return self.result in ("right_use", "wrong_use")


class LoanUse(Struct, frozen=True, kw_only=True):
    """The checks of a loan by tranche, where it is, and whether its debt has ended."""

    loan: UUID
    opened_by: str
    office: Office
    locality: Locality
    association: Association
    checks: dict[int, UseCheck] = {}
    ended: DebtEnd | None = None

    @property
    def unconcluded(self) -> dict[int, UseCheck]:
        """The checks by which it is not known yet how the money was used."""
        return {t: check for t, check in self.checks.items() if not check.is_concluded}

    @property
    def open_checks(self) -> Mapping[int, UseCheck]:
        """The checks that somebody has to make; none once the debt has ended."""
        return {} if self.ended else self.unconcluded

    @property
    def overdue(self) -> tuple[int, ...]:
        """The open ones that fell due."""
        return tuple(t for t, check in self.open_checks.items() if check.fell_due)


LoanUseEvent = (
    UseCheckOpened | LoanUseChecked | UseCheckFellDue | DebtEnded | DebtResumed | LoanMoved
)


def evolve(use: LoanUse | None, event: LoanUseEvent) -> LoanUse:
    """The loan's use after an event."""
    if use is None:
        use = LoanUse(
            loan=event.loan,
            opened_by=event.opened_by or event.office,
            office=event.office,
            locality=event.locality,
            association=event.association,
        )
    match event:
        case UseCheckOpened():
            check = UseCheck(disbursed_on=event.on, due_on=event.due_on)
            return replace(_at(use, event), checks={**use.checks, event.tranche: check})
        case LoanUseChecked():
            return replace(use, checks={**use.checks, event.tranche: _checked(use, event)})
        case UseCheckFellDue(tranche=tranche):
            fallen = replace(use.checks[tranche], fell_due=True)
            return replace(use, checks={**use.checks, tranche: fallen})
        case DebtEnded():
            return replace(use, ended=event.how)
        case DebtResumed():
            return replace(use, ended=None)
        case LoanMoved():
            return _at(use, event)


def _at(use: LoanUse, event: UseCheckOpened | LoanMoved) -> LoanUse:
    return replace(use, office=event.office, locality=event.locality, association=event.association)


def _checked(use: LoanUse, event: LoanUseChecked) -> UseCheck:
    before = use.checks.get(event.tranche)
    disbursed_on = before.disbursed_on if before else event.on - timedelta(days=event.days_after)
    first_due = before.due_on if before else due_after(disbursed_on)
    again = event.result == "not_yet_used"
    return UseCheck(
        disbursed_on=disbursed_on,
        due_on=due_after(event.on) if again else first_due,
        fell_due=before is not None and before.fell_due and not again,
        result=event.result,
        checked_on=event.on,
    )


def due_after(day: date) -> date:
    """The last day for a check that something on that day asks for."""
    return day + timedelta(days=CHECK_DUE_DAYS)


def overdue_from(due_on: date) -> date:
    """The day from which a check is overdue, or a finding has lapsed."""
    return due_on + timedelta(days=1)


def _wakes(use: LoanUse) -> Wake | None:
    awaited = [check.due_on for check in use.open_checks.values() if not check.fell_due]
    return Wake(use.office, overdue_from(min(awaited))) if awaited else None


LOAN_USE: Kind[LoanUse] = Kind(evolve, name="loan_use", wakes=_wakes)


def loan_use_id(loan: UUID) -> UUID:
    """The aggregate of a loan's use."""
    return derived_id("loan-use", loan)
