"""Handing loans over (bàn giao): to another group, commune or office; groups made anew.

A loan goes with its household. Between offices it takes the capital and plan it stands on with
it, so that no office can lend more or less for it.
"""

from collections.abc import Iterable
from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from policy_credit_loans.domain.capital import capital_id
from policy_credit_loans.domain.credit import credit_id
from policy_credit_loans.domain.group import Group, active
from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.loan_events import LoanReassigned
from policy_credit_loans.domain.people_commands import MEMBERS_MAX
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    GroupFull,
    NotAMember,
)
from policy_credit_loans.domain.refusals import (
    GroupElsewhere,
    NothingOwed,
    SameGroup,
    UnitNotAboveBoth,
)
from policy_credit_shared.kernel.identifiers import CommuneCode, Office, Text
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import units_before_reform


class TransferLoan(Struct, frozen=True, kw_only=True, tag="transfer_loan"):
    """Bàn giao món vay: hand a loan over to a group of this or another office.

    Between offices, a unit above both does it.
    """

    office: Office
    loan: UUID
    to_office: Office
    to_commune: CommuneCode
    to_group: UUID
    reason: Text
    transferred_on: date

    def touches(self) -> Iterable[UUID]:
        return self.loan, self.to_group, capital_id(self.office), capital_id(self.to_office)


class RestructureGroup(Struct, frozen=True, kw_only=True, tag="restructure_group"):
    """Sắp xếp lại tổ: move members and their loans to another group of the same commune."""

    office: Office
    group: UUID
    into: UUID
    households: Annotated[tuple[UUID, ...], Meta(min_length=1, max_length=MEMBERS_MAX)]
    reason: Text
    restructured_on: date

    def touches(self) -> Iterable[UUID]:
        return (self.group, self.into, *(credit_id(h) for h in self.households))


def transfer(
    loan: Loan, into: Group | None, command: TransferLoan, by: Principal
) -> LoanReassigned:
    """Decide on a transfer; raises a Refusal."""
    tree = units_before_reform()
    if command.office != command.to_office and not (
        tree.contains(by.unit, command.office) and tree.contains(by.unit, command.to_office)
    ):
        raise UnitNotAboveBoth(by.unit, command.office, command.to_office)
    if not loan.is_agreed:
        raise NothingOwed(command.loan)
    if command.to_group == loan.standing.group:
        raise SameGroup(command.to_group)
    group = active(into, command.to_group, command.to_office)
    if group.commune != command.to_commune:
        raise GroupElsewhere(command.to_group, "to_commune", group.commune)
    dated(loan, "transferred_on", command.transferred_on)
    return reassign(loan, command.to_group, group, command.reason, command.transferred_on, by)


def dated(loan: Loan, field: str, on: date) -> None:
    """Raise DatedBefore if something was still paid out elsewhere after the loan went."""
    if loan.last_disbursed_on is not None and on < loan.last_disbursed_on:
        raise DatedBefore(field, on, "the loan was paid out", loan.last_disbursed_on)


def reassign(
    loan: Loan, to_group: UUID, group: Group, reason: str, on: date, by: Principal
) -> LoanReassigned:
    """A loan comes to a group."""
    to = replace(
        loan.standing,
        office=group.office,
        locality=group.locality,
        group=to_group,
        association=group.association,
        group_said=True,
    )
    return LoanReassigned(
        standing=loan.standing,
        on=on,
        to=to,
        paid_out=loan.tranches > 0,
        reason=reason,
        by=by.subject,
    )


def may_restructure(group: Group | None, into: Group | None, command: RestructureGroup) -> Group:
    """The group that receives; raises a Refusal."""
    if command.group == command.into:
        raise SameGroup(command.into)
    giver = active(group, command.group, command.office)
    receiver = active(into, command.into, command.office)
    if receiver.commune != giver.commune:
        raise GroupElsewhere(command.into, "into", receiver.commune)
    for household in command.households:
        if household not in giver.members:
            raise NotAMember(household, command.group)
    may_take(receiver, command.into, set(command.households))
    return receiver


def may_take(group: Group, identifier: UUID, households: set[UUID]) -> None:
    """Raise GroupFull unless these households find room in the group."""
    if len(group.members | households) > MEMBERS_MAX:
        raise GroupFull(identifier, MEMBERS_MAX)
