"""What a group member has saved with the bank."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from policy_credit_repayments.domain.commands import DepositSavings
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import Association, Locality, Office, Place
from policy_credit_shared.kernel.units import served_locality


class SavingsDeposited(DomainEvent, frozen=True, kw_only=True):
    """A member saved an amount."""

    TOPIC: ClassVar[str] = "repayments.savings_deposited.v1"

    office: Office
    locality: Locality
    household: UUID
    group: UUID
    association: Association
    amount: int
    on: date
    place: Place


class Savings(Struct, frozen=True):
    """A member's balance in dong."""

    balance: int


def evolve(savings: Savings | None, event: SavingsDeposited) -> Savings:
    """The balance after an event."""
    return Savings((savings.balance if savings else 0) + event.amount)


SAVINGS: Kind[Savings] = Kind(evolve)


def deposit(command: DepositSavings) -> SavingsDeposited:
    """Decide on a deposit; raises CommuneNotServed."""
    return SavingsDeposited(
        office=command.office,
        locality=served_locality(command.commune, command.office),
        household=command.household,
        group=command.group,
        association=command.association,
        amount=command.amount,
        on=command.deposited_on,
        place=command.place,
    )
