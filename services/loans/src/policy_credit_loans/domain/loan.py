"""A loan: its terms, and the tranches paid out (giải ngân)."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_loans.domain.refusals import (
    DueBeforeDisbursed,
    TermsDiffer,
    TrancheRepeated,
)
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import (
    Association,
    CommuneCode,
    Fund,
    Locality,
    Office,
    Place,
    Programme,
)
from policy_credit_shared.kernel.money import AnnualRate, Dong
from policy_credit_shared.kernel.units import served_locality


class DisburseLoan(Struct, frozen=True, kw_only=True, tag="disburse_loan"):
    """Giải ngân: pay out a tranche of a loan.

    The branch makes the loan's id, so that a disbursement sent twice is one disbursement.
    """

    office: Office
    commune: CommuneCode
    loan: UUID
    household: UUID
    group: UUID
    programme: Programme
    association: Association
    fund: Fund
    tranche: Annotated[int, Meta(ge=1, le=100)] = 1
    amount: Dong
    annual_rate: AnnualRate
    disbursed_on: date
    due_on: date
    place: Place

    def touches(self) -> Iterable[UUID]:
        return (self.loan,)


class Terms(Struct, frozen=True, kw_only=True):
    """What does not change from tranche to tranche."""

    office: Office
    locality: Locality
    household: UUID
    group: UUID
    programme: Programme
    association: Association
    fund: Fund
    annual_rate: AnnualRate
    due_on: date


class LoanDisbursed(DomainEvent, frozen=True, kw_only=True):
    """A tranche was paid out."""

    TOPIC: ClassVar[str] = "loans.loan_disbursed.v1"

    terms: Terms
    tranche: int
    amount: Dong
    disbursed_on: date
    place: Place


class Loan(Struct, frozen=True):
    """The loan as far as it has been paid out."""

    terms: Terms
    tranches: int
    disbursed: int


def evolve(loan: Loan | None, event: LoanDisbursed) -> Loan:
    """The loan after an event."""
    before = loan.disbursed if loan else 0
    return Loan(event.terms, event.tranche, before + event.amount)


LOAN: Kind[Loan] = Kind(evolve)


def disburse(loan: Loan | None, command: DisburseLoan) -> LoanDisbursed:
    """Decide on a disbursement; raises a Refusal."""
    if command.due_on <= command.disbursed_on:
        raise DueBeforeDisbursed(command.due_on, command.disbursed_on)
    terms = Terms(
        office=command.office,
        locality=served_locality(command.commune, command.office),
        household=command.household,
        group=command.group,
        programme=command.programme,
        association=command.association,
        fund=command.fund,
        annual_rate=command.annual_rate,
        due_on=command.due_on,
    )
    if loan is not None:
        for field in Terms.__struct_fields__:
            if getattr(terms, field) != (agreed := getattr(loan.terms, field)):
                raise TermsDiffer(field, agreed)
    expected = (loan.tranches if loan else 0) + 1
    if command.tranche != expected:
        raise TrancheRepeated(command.tranche, expected)
    return LoanDisbursed(
        terms=terms,
        tranche=command.tranche,
        amount=command.amount,
        disbursed_on=command.disbursed_on,
        place=command.place,
    )
