"""The account of a loan: a vector (in term, overdue, frozen), interest due, and its payments.

Only the part of a loan that fell overdue is overdue (Decision 976/2015).
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_repayments.domain.commands import (
    ChargeInterest,
    CollectPayment,
    FreezeDebt,
    MarkOverdue,
    ReversePayment,
)
from policy_credit_repayments.domain.refusals import (
    InterestUpToDate,
    MoreThanCollectable,
    MoreThanInTerm,
    NothingPaid,
    Overpayment,
    PaymentRepeated,
    PaymentReversedAlready,
    PaymentUnknown,
)
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import (
    Association,
    Fund,
    Locality,
    Office,
    Place,
    Programme,
)
from policy_credit_shared.kernel.money import AnnualRate, accrual, interest, overdue_rate
from policy_credit_shared.kernel.refusals import WrongOffice


class Terms(Struct, frozen=True, kw_only=True):
    """Where the loan belongs and what it costs."""

    office: Office
    locality: Locality
    household: UUID
    programme: Programme
    association: Association
    fund: Fund
    annual_rate: AnnualRate


class _OnAccount(DomainEvent, frozen=True, kw_only=True):
    terms: Terms
    on: date


class TrancheReceived(_OnAccount, frozen=True, kw_only=True):
    """A tranche was disbursed; the first opens the account. `reopens` a settled loan."""

    TOPIC: ClassVar[str] = "repayments.tranche_received.v1"

    amount: int
    reopens: bool = False


class InterestCharged(_OnAccount, frozen=True, kw_only=True):
    """Interest for the days from `period_from` until `on` became due; it may round to 0."""

    TOPIC: ClassVar[str] = "repayments.interest_charged.v1"

    amount: int
    period_from: date


class PaymentTaken(_OnAccount, frozen=True, kw_only=True):
    """A payment, allocated: overdue principal first."""

    TOPIC: ClassVar[str] = "repayments.payment_taken.v1"

    payment: UUID
    overdue: int = 0
    in_term: int = 0
    interest: int = 0
    cures: bool = False
    settles: bool = False
    place: Place


class PaymentReversed(_OnAccount, frozen=True, kw_only=True):
    """`entry`, the account's event number `entry_version`, was booked by mistake."""

    TOPIC: ClassVar[str] = "repayments.payment_reversed.v1"

    entry: PaymentTaken
    entry_version: int
    reason: str
    falls_overdue: bool = False
    reopens: bool = False


class PrincipalFellOverdue(_OnAccount, frozen=True, kw_only=True):
    """Part of the principal in term passed its due date; `first` if none was overdue before."""

    TOPIC: ClassVar[str] = "repayments.principal_fell_overdue.v1"

    amount: int
    first: bool = False


class DebtFrozen(_OnAccount, frozen=True, kw_only=True):
    """Principal was frozen; `cures` if none is overdue any more."""

    TOPIC: ClassVar[str] = "repayments.debt_frozen.v1"

    overdue: int = 0
    in_term: int = 0
    cures: bool = False


AccountEvent = (
    TrancheReceived
    | InterestCharged
    | PaymentTaken
    | PaymentReversed
    | PrincipalFellOverdue
    | DebtFrozen
)


class Account(Struct, frozen=True, kw_only=True):
    """What is owed on a loan, in dong.

    `burdens` holds, for each change of a balance, its day and by how much it changed what the
    loan earns a day, as `kernel.money.accrual` counts; `accounted` is what earnings the charges so
    far have accounted for, in the same units.
    """

    terms: Terms
    version: int = 0
    in_term: int = 0
    overdue: int = 0
    frozen: int = 0
    interest_due: int = 0
    charged_until: date
    accounted: int = 0
    burdens: tuple[tuple[date, int], ...] = ()
    payments: dict[UUID, tuple[int, PaymentTaken]] = {}
    reversed: frozenset[UUID] = frozenset()

    @property
    def outstanding(self) -> int:
        """Dư nợ."""
        return self.in_term + self.overdue + self.frozen

    @property
    def burden(self) -> int:
        """What the loan earns a day now; frozen principal earns nothing."""
        rate = self.terms.annual_rate
        return accrual(self.in_term, rate, 1) + accrual(self.overdue, overdue_rate(rate), 1)

    def earned_on(self, day: date) -> int:
        """What the loan has earned from its first day until `day`, that day not counted.

        Taken from its whole life, so that entries dated back or ahead count for their days.
        """
        return sum(change * (day - on).days for on, change in self.burdens if on < day)

    def uncharged_on(self, day: date) -> int:
        """Earned until `day` and not accounted for yet; 0 if charges have run ahead."""
        return max(0, self.earned_on(day) - self.accounted)


def evolve(account: Account | None, event: AccountEvent) -> Account:
    """The account after an event."""
    if account is None:
        account = Account(terms=event.terms, charged_until=event.on)
    changed = _changed(replace(account, version=account.version + 1), event)
    if changed.burden == account.burden:
        return changed
    burdens = (*account.burdens, (event.on, changed.burden - account.burden))
    return replace(changed, burdens=burdens)


def _changed(account: Account, event: AccountEvent) -> Account:
    match event:
        case TrancheReceived():
            return replace(account, in_term=account.in_term + event.amount)
        case InterestCharged():
            return replace(
                account,
                interest_due=account.interest_due + event.amount,
                charged_until=event.on,
                accounted=account.accounted + account.uncharged_on(event.on),
            )
        case PaymentTaken():
            payments = {**account.payments, event.payment: (account.version, event)}
            return replace(_moved(account, event, -1), payments=payments)
        case PaymentReversed():
            reversed_now = account.reversed | {event.entry.payment}
            return replace(_moved(account, event.entry, 1), reversed=reversed_now)
        case PrincipalFellOverdue():
            return replace(
                account,
                in_term=account.in_term - event.amount,
                overdue=account.overdue + event.amount,
            )
        case DebtFrozen():
            return replace(
                account,
                in_term=account.in_term - event.in_term,
                overdue=account.overdue - event.overdue,
                frozen=account.frozen + event.in_term + event.overdue,
            )


def _moved(account: Account, payment: PaymentTaken, sign: int) -> Account:
    return replace(
        account,
        in_term=account.in_term + sign * payment.in_term,
        overdue=account.overdue + sign * payment.overdue,
        interest_due=account.interest_due + sign * payment.interest,
    )


ACCOUNT: Kind[Account] = Kind(evolve)


def receive_tranche(account: Account | None, loan: LoanDisbursed) -> TrancheReceived:
    """What a disbursement means for the account."""
    terms = Terms(
        office=loan.office,
        locality=loan.locality,
        household=loan.household,
        programme=loan.programme,
        association=loan.association,
        fund=loan.fund,
        annual_rate=loan.annual_rate,
    )
    reopens = account is not None and account.outstanding == 0
    return TrancheReceived(terms=terms, on=loan.occurred_on, amount=loan.amount, reopens=reopens)


def collect(account: Account, command: CollectPayment) -> PaymentTaken:
    """Decide on a payment; raises a Refusal with the exact amount that is owed."""
    _own(account, command.office)
    if command.payment in account.payments:
        raise PaymentRepeated(command.payment)
    if command.principal == command.interest == 0:
        raise NothingPaid
    collectable = account.in_term + account.overdue
    if command.principal > collectable:
        raise Overpayment("principal", command.principal, collectable)
    if command.interest > account.interest_due:
        raise Overpayment("interest", command.interest, account.interest_due)
    overdue = min(command.principal, account.overdue)
    return PaymentTaken(
        terms=account.terms,
        on=command.collected_on,
        payment=command.payment,
        overdue=overdue,
        in_term=command.principal - overdue,
        interest=command.interest,
        cures=0 < account.overdue == overdue,
        settles=0 < command.principal == account.outstanding,
        place=command.place,
    )


def reverse(account: Account, command: ReversePayment) -> PaymentReversed:
    """Decide on a reversal; raises a Refusal."""
    _own(account, command.office)
    if command.payment not in account.payments:
        raise PaymentUnknown(command.payment)
    if command.payment in account.reversed:
        raise PaymentReversedAlready(command.payment)
    version, entry = account.payments[command.payment]
    return PaymentReversed(
        terms=account.terms,
        on=command.reversed_on,
        entry=entry,
        entry_version=version,
        reason=command.reason,
        falls_overdue=account.overdue == 0 < entry.overdue,
        reopens=account.outstanding == 0 < entry.overdue + entry.in_term,
    )


def charge_interest(account: Account, command: ChargeInterest) -> InterestCharged:
    """Decide on the interest of a period; raises a Refusal."""
    _own(account, command.office)
    if command.until <= account.charged_until:
        raise InterestUpToDate(command.until, account.charged_until)
    return InterestCharged(
        terms=account.terms,
        on=command.until,
        amount=interest(account.uncharged_on(command.until)),
        period_from=account.charged_until,
    )


def mark_overdue(account: Account, command: MarkOverdue) -> PrincipalFellOverdue:
    """Decide that principal fell overdue; raises a Refusal."""
    _own(account, command.office)
    if command.amount > account.in_term:
        raise MoreThanInTerm(command.amount, account.in_term)
    return PrincipalFellOverdue(
        terms=account.terms,
        on=command.fell_on,
        amount=command.amount,
        first=account.overdue == 0,
    )


def freeze(account: Account, command: FreezeDebt) -> DebtFrozen:
    """Decide to freeze principal, overdue first; raises a Refusal."""
    _own(account, command.office)
    collectable = account.in_term + account.overdue
    if command.amount > collectable:
        raise MoreThanCollectable(command.amount, collectable)
    overdue = min(command.amount, account.overdue)
    return DebtFrozen(
        terms=account.terms,
        on=command.frozen_on,
        overdue=overdue,
        in_term=command.amount - overdue,
        cures=0 < account.overdue == overdue,
    )


def _own(account: Account, office: str) -> None:
    if account.terms.office != office:
        raise WrongOffice("loan", account.terms.office)
