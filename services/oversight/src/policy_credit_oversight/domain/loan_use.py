"""Checks of how a loan is used (kiểm tra sử dụng vốn vay, 06/TD), due soon after disbursement."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from msgspec import Struct

from policy_credit_oversight.domain.refusals import CheckedBeforeDisbursed, UseCheckedAlready
from policy_credit_shared.events.supervision import UseResult
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import (
    Association,
    CommuneCode,
    Locality,
    Office,
    derived_id,
)
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.kernel.units import served_locality

CHECK_DUE_DAYS: Final = 30
"""Days after a disbursement within which its use is to be checked (form 06/TD)."""


class CheckLoanUse(Struct, frozen=True, kw_only=True, tag="check_loan_use"):
    """Kiểm tra sử dụng vốn vay: record what a check found."""

    office: Office
    commune: CommuneCode
    loan: UUID
    association: Association
    disbursed_on: date
    result: UseResult
    checked_on: date

    def touches(self) -> Iterable[UUID]:
        return (loan_use_id(self.loan),)


class LoanUseChecked(DomainEvent, frozen=True, kw_only=True):
    """The use of a loan was checked."""

    TOPIC: ClassVar[str] = "oversight.loan_use_checked.v1"

    office: Office
    locality: Locality
    loan: UUID
    association: Association
    result: UseResult
    days_after: int
    on_time: bool
    on: date


class LoanUse(Struct, frozen=True):
    """What the last check found, and whose loan it is."""

    office: Office
    result: UseResult


def evolve(_: LoanUse | None, event: LoanUseChecked) -> LoanUse:
    """The loan's use after an event."""
    return LoanUse(event.office, event.result)


LOAN_USE: Kind[LoanUse] = Kind(evolve)


def loan_use_id(loan: UUID) -> UUID:
    """The aggregate of a loan's use."""
    return derived_id("loan-use", loan)


def check_use(use: LoanUse | None, command: CheckLoanUse) -> LoanUseChecked:
    """Decide on a check; raises a Refusal."""
    if use is not None:
        if use.office != command.office:
            raise WrongOffice("loan", use.office)
        if use.result != "not_yet_used":
            raise UseCheckedAlready(command.loan, use.result)
    if command.checked_on < command.disbursed_on:
        raise CheckedBeforeDisbursed(command.checked_on, command.disbursed_on)
    days_after = (command.checked_on - command.disbursed_on).days
    return LoanUseChecked(
        office=command.office,
        locality=served_locality(command.commune, command.office),
        loan=command.loan,
        association=command.association,
        result=command.result,
        days_after=days_after,
        on_time=days_after <= CHECK_DUE_DAYS,
        on=command.checked_on,
    )
