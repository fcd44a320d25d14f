"""What an individual or an organisation has deposited with the bank (huy động tiền gửi)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct

from policy_credit_repayments.domain.point_commands import DepositMobilised, WithdrawMobilised
from policy_credit_repayments.domain.refusals import DepositorIsOther, HeldElsewhere, MoreThanSaved
from policy_credit_shared.events.collection import Depositor
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import Locality, Office, Place
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.kernel.units import served_locality


class _OfDepositor(DomainEvent, frozen=True, kw_only=True):
    office: Office
    locality: Locality
    depositor: UUID
    kind: Depositor
    amount: int
    on: date
    place: Place
    session: UUID | None = None


class MobilisedDeposited(_OfDepositor, frozen=True, kw_only=True):
    """A depositor paid an amount in; the first opens the account."""

    TOPIC: ClassVar[str] = "repayments.mobilised_deposited.v1"


class MobilisedWithdrawn(_OfDepositor, frozen=True, kw_only=True):
    """A depositor took an amount back."""

    TOPIC: ClassVar[str] = "repayments.mobilised_withdrawn.v1"


class Deposit(Struct, frozen=True, kw_only=True):
    """A depositor's balance in dong, and where it is kept."""

    office: Office
    locality: Locality
    depositor: UUID
    kind: Depositor
    balance: int


def evolve(deposit: Deposit | None, event: MobilisedDeposited | MobilisedWithdrawn) -> Deposit:
    """The deposit after an event."""
    balance = deposit.balance if deposit else 0
    return Deposit(
        office=event.office,
        locality=event.locality,
        depositor=event.depositor,
        kind=event.kind,
        balance=balance
        + (event.amount if isinstance(event, MobilisedDeposited) else -event.amount),
    )


MOBILISED: Kind[Deposit] = Kind(evolve, name="mobilised", state=Deposit)


def deposit(held: Deposit | None, command: DepositMobilised) -> MobilisedDeposited:
    """Decide on a deposit; raises a Refusal."""
    locality = served_locality(command.commune, command.office)
    if held is not None:
        if command.kind != held.kind:
            raise DepositorIsOther(held.kind)
        if held.balance and locality != held.locality:
            field = "office" if command.office != held.office else "commune"
            raise HeldElsewhere(field, held.balance, held.office, held.locality.split("-")[0])
    return MobilisedDeposited(
        office=command.office,
        locality=locality,
        depositor=command.depositor,
        kind=command.kind,
        amount=command.amount,
        on=command.deposited_on,
        place=command.place,
        session=command.session,
    )


def withdraw(held: Deposit | None, command: WithdrawMobilised) -> MobilisedWithdrawn:
    """Decide on a withdrawal; raises a Refusal that says the balance."""
    if held is None or not held.balance:
        raise MoreThanSaved(command.amount, 0)
    if held.office != command.office:
        raise WrongOffice("deposit", held.office)
    if command.amount > held.balance:
        raise MoreThanSaved(command.amount, held.balance)
    return MobilisedWithdrawn(
        office=held.office,
        locality=held.locality,
        depositor=held.depositor,
        kind=held.kind,
        amount=command.amount,
        on=command.withdrawn_on,
        place=command.place,
        session=command.session,
    )
