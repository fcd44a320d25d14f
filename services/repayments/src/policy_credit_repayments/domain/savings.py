"""What a group member has saved with the bank (tiền gửi tiết kiệm của tổ viên).

A household saves through its group. When it comes to another group of its commune, what it saved
before stays with the group and association that it saved with, and is withdrawn first: so each
association's savings are always what came in less what went out.
"""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_repayments.domain.point_commands import (
    DepositSavings,
    RepayFromSavings,
    WithdrawSavings,
)
from policy_credit_repayments.domain.refusals import (
    BeforeTheBooks,
    HeldElsewhere,
    MoreThanSaved,
    RecordedAlready,
    SavingsEntryRepeated,
    SavingsTooSmall,
)
from policy_credit_shared.events.lending import SavingsCarriedOver as CarriedOver
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind, Wake
from policy_credit_shared.kernel.identifiers import Association, Locality, Office, Place
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.kernel.units import served_locality


class _OfMember(DomainEvent, frozen=True, kw_only=True):
    office: Office
    locality: Locality
    household: UUID
    group: UUID
    association: Association
    amount: int
    on: date
    place: Place
    session: UUID | None = None
    entry: UUID | None = None


class SavingsDeposited(_OfMember, frozen=True, kw_only=True):
    """A member saved an amount."""

    TOPIC: ClassVar[str] = "repayments.savings_deposited.v1"


class SavingsWithdrawn(_OfMember, frozen=True, kw_only=True):
    """A member took an amount back, in cash or, with a `loan`, as a `payment` on it."""

    TOPIC: ClassVar[str] = "repayments.savings_withdrawn.v1"

    loan: UUID | None = None
    payment: UUID | None = None


class SavingsRestored(DomainEvent, frozen=True, kw_only=True):
    """The payment that the withdrawal `entry`, event number `entry_version`, made was reversed."""

    TOPIC: ClassVar[str] = "repayments.savings_restored.v1"

    entry: SavingsWithdrawn
    entry_version: int
    on: date
    reason: str


class SavingsCarriedOver(DomainEvent, frozen=True, kw_only=True):
    """What a member had saved, by its office's existing books."""

    TOPIC: ClassVar[str] = "repayments.savings_carried_over.v1"

    office: Office
    locality: Locality
    household: UUID
    group: UUID
    association: Association
    amount: int
    on: date


SavingsEvent = SavingsDeposited | SavingsWithdrawn | SavingsRestored | SavingsCarriedOver


class Part(Struct, frozen=True):
    """What was saved through one group and is still there."""

    group: UUID
    association: Association
    amount: int


class Entry(Struct, frozen=True):
    """A withdrawal, and which event of the savings it was."""

    version: int
    withdrawn: SavingsWithdrawn


class Booked(Struct, frozen=True):
    """An entry that has an id: its day, and its amount, less than 0 if withdrawn."""

    on: date
    amount: int


class Savings(Struct, frozen=True, kw_only=True):
    """A household's savings, those of its earliest group first, and the payments they made.

    `entries` remembers those that have ids, so that none is booked twice.
    Savings of existing books were `carried_over_on` a day; nothing is booked before it.
    """

    version: int = 0
    office: Office
    locality: Locality
    household: UUID
    parts: tuple[Part, ...] = ()
    payments: dict[str, tuple[Entry, ...]] = {}
    entries: dict[UUID, Booked] = {}
    carried_over_on: date | None = None

    @property
    def balance(self) -> int:
        """Số dư, in dong."""
        return sum(part.amount for part in self.parts)


def evolve(savings: Savings | None, event: SavingsEvent) -> Savings:
    """The savings after an event."""
    moved = event.entry if isinstance(event, SavingsRestored) else event
    if savings is None:
        savings = Savings(office=moved.office, locality=moved.locality, household=moved.household)
    amount = -event.amount if isinstance(event, SavingsWithdrawn) else moved.amount
    return replace(
        savings,
        version=savings.version + 1,
        office=moved.office,
        locality=moved.locality,
        parts=_with(savings.parts, Part(moved.group, moved.association, amount)),
        payments=_payments(savings, event),
        entries=_entries(savings, event),
        carried_over_on=event.on
        if isinstance(event, SavingsCarriedOver)
        else savings.carried_over_on,
    )


def _entries(savings: Savings, event: SavingsEvent) -> dict[UUID, Booked]:
    """With the event's: a withdrawal from the parts of several groups is one entry."""
    if isinstance(event, SavingsRestored | SavingsCarriedOver) or event.entry is None:
        return savings.entries
    amount = event.amount if isinstance(event, SavingsDeposited) else -event.amount
    before = savings.entries.get(event.entry)
    booked = Booked(event.on, amount + (before.amount if before else 0))
    return {**savings.entries, event.entry: booked}


def _payments(savings: Savings, event: SavingsEvent) -> dict[str, tuple[Entry, ...]]:
    """The payments that savings made and that stand."""
    match event:
        case SavingsWithdrawn(loan=UUID() as loan, payment=UUID() as payment):
            key = _key(loan, payment)
            entry = Entry(savings.version + 1, event)
            return {**savings.payments, key: (*savings.payments.get(key, ()), entry)}
        case SavingsRestored(
            entry=SavingsWithdrawn(loan=UUID() as loan, payment=UUID() as payment)
        ):
            return {k: made for k, made in savings.payments.items() if k != _key(loan, payment)}
    return savings.payments


def _key(loan: UUID, payment: UUID) -> str:
    return f"{loan}/{payment}"


def _with(parts: Sequence[Part], change: Part) -> tuple[Part, ...]:
    """The parts after one of them changed; parts with nothing left go."""
    through = (change.group, change.association)
    changed = [
        replace(part, amount=part.amount + change.amount)
        if (part.group, part.association) == through
        else part
        for part in parts
    ]
    if all((part.group, part.association) != through for part in parts):
        changed.append(change)
    return tuple(part for part in changed if part.amount)


def _listed(savings: Savings) -> Wake | None:
    """No close of day has anything to do: on the agenda an office's savers are found."""
    return Wake(savings.office, date.max) if savings.balance else None


SAVINGS: Kind[Savings] = Kind(evolve, name="savings", wakes=_listed, state=Savings)


def deposit(savings: Savings | None, command: DepositSavings) -> SavingsDeposited:
    """Decide on a deposit; raises a Refusal."""
    _once(savings, command.entry, Booked(command.deposited_on, command.amount))
    locality = served_locality(command.commune, command.office)
    if savings is not None:
        _at(savings, locality, "office" if command.office != savings.office else "commune")
        _not_before_books(savings, "deposited_on", command.deposited_on)
    return SavingsDeposited(
        office=command.office,
        locality=locality,
        household=command.household,
        group=command.group,
        association=command.association,
        amount=command.amount,
        on=command.deposited_on,
        place=command.place,
        session=command.session,
        entry=command.entry,
    )


def carry_over(savings: Savings | None, fact: CarriedOver) -> SavingsCarriedOver:
    """Decide on savings of existing books; raises HeldElsewhere."""
    if savings is not None:
        _at(savings, fact.locality, "household")
    return SavingsCarriedOver(
        office=fact.office,
        locality=fact.locality,
        household=fact.household,
        group=fact.group,
        association=fact.association,
        amount=fact.amount,
        on=fact.occurred_on,
    )


def withdraw(savings: Savings | None, command: WithdrawSavings) -> Sequence[SavingsWithdrawn]:
    """Decide on a withdrawal; raises a Refusal that says the balance."""
    _once(savings, command.entry, Booked(command.withdrawn_on, -command.amount))
    if savings is None or not savings.balance:
        raise MoreThanSaved(command.amount, 0)
    _own(savings, command.office)
    _not_before_books(savings, "withdrawn_on", command.withdrawn_on)
    if command.amount > savings.balance:
        raise MoreThanSaved(command.amount, savings.balance)
    return _drawn(savings, command.amount, command.withdrawn_on, command)


def repay(
    savings: Savings | None, amount: int, command: RepayFromSavings
) -> Sequence[SavingsWithdrawn]:
    """Decide to take what a payment needs; raises a Refusal that says the payment and balance."""
    field = "principal" if command.principal else "interest"
    if savings is None or not savings.balance:
        raise SavingsTooSmall(field, amount, 0)
    _own(savings, command.office)
    _not_before_books(savings, "repaid_on", command.repaid_on)
    if amount > savings.balance:
        raise SavingsTooSmall(field, amount, savings.balance)
    return _drawn(savings, amount, command.repaid_on, command, command.loan, command.payment)


def restore(
    savings: Savings | None, loan: UUID, payment: UUID, on: date, reason: str
) -> Sequence[SavingsRestored]:
    """What a reversed payment gives back: nothing unless savings made it; raises HeldElsewhere."""
    if savings is None:
        return []
    entries = savings.payments.get(_key(loan, payment), ())
    for entry in entries:
        _at(savings, entry.withdrawn.locality, "payment")
    return [
        SavingsRestored(entry=entry.withdrawn, entry_version=entry.version, on=on, reason=reason)
        for entry in entries
    ]


def _drawn(
    savings: Savings,
    amount: int,
    on: date,
    command: WithdrawSavings | RepayFromSavings,
    loan: UUID | None = None,
    payment: UUID | None = None,
) -> Sequence[SavingsWithdrawn]:
    drawn = []
    for part in savings.parts:
        taken = min(amount, part.amount)
        if taken == 0:
            break
        amount -= taken
        drawn.append(
            SavingsWithdrawn(
                office=savings.office,
                locality=savings.locality,
                household=savings.household,
                group=part.group,
                association=part.association,
                amount=taken,
                on=on,
                place=command.place,
                session=command.session,
                entry=command.entry if isinstance(command, WithdrawSavings) else None,
                loan=loan,
                payment=payment,
            )
        )
    return drawn


def _once(savings: Savings | None, entry: UUID | None, asked: Booked) -> None:
    """Raise RecordedAlready or SavingsEntryRepeated if the entry's id was used before."""
    if savings is None or entry is None or entry not in savings.entries:
        return
    booked = savings.entries[entry]
    if booked == asked:
        raise RecordedAlready("entry", entry)
    raise SavingsEntryRepeated(entry, booked.on, booked.amount)


def _not_before_books(savings: Savings, field: str, on: date) -> None:
    if savings.carried_over_on is not None and on < savings.carried_over_on:
        raise BeforeTheBooks(field, on, savings.carried_over_on)


def _own(savings: Savings, office: str) -> None:
    if savings.office != office:
        raise WrongOffice("savings account", savings.office)


def _at(savings: Savings, locality: Locality, field: str) -> None:
    """What is saved is kept in one place; another may follow once nothing is left."""
    if savings.balance and savings.locality != locality:
        commune = savings.locality.split("-")[0]
        raise HeldElsewhere(field, savings.balance, savings.office, commune)
