"""What happens to the account of a loan: its private events."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from msgspec import Struct

from policy_credit_repayments.domain.principal import Frozen, Layers, Part, Schedule, amount_of
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.kernel.identifiers import (
    Association,
    Bucket,
    Category,
    Fund,
    Locality,
    Office,
    Place,
    Programme,
)
from policy_credit_shared.kernel.instalments import Ageing, Plan
from policy_credit_shared.kernel.money import AnnualRate

Via = Literal["borrower", "group_leader"]
"""Who brings the money: the borrower, or the head of the savings-and-credit group (tổ trưởng)."""


class Terms(Struct, frozen=True, kw_only=True):
    """Where the loan belongs and what it costs; `opened_by` is the office that lent it."""

    office: Office
    locality: Locality
    opened_by: Office
    household: UUID
    programme: Programme
    association: Association
    fund: Fund
    annual_rate: AnnualRate
    category: Category | None = None
    in_group: UUID | None = None


class _OnAccount(DomainEvent, frozen=True, kw_only=True):
    """`carries_forward` is by how much more, or less, is owed of instalments carried forward."""

    terms: Terms
    on: date
    carries_forward: int = 0


class TrancheReceived(_OnAccount, frozen=True, kw_only=True):
    """A tranche was disbursed; the first opens the account. `reopens` a settled loan.

    `plan` pays back all that was lent so far; what it moves ahead of overdue principal is `cured`.
    """

    TOPIC: ClassVar[str] = "repayments.tranche_received.v1"

    amount: int
    plan: Plan
    ageing: Ageing
    cured: tuple[Part, ...] = ()
    cures: bool = False
    reopens: bool = False


class BalanceCarriedOver(_OnAccount, frozen=True, kw_only=True):
    """A loan of its office's existing books, with its balances at the beginning of the day.

    `plan` is what is left to be paid of the agreed plan, `schedule` the instalments in term.
    """

    TOPIC: ClassVar[str] = "repayments.balance_carried_over.v1"

    plan: Plan
    ageing: Ageing
    schedule: Schedule
    layers: Layers
    frozen: tuple[Frozen, ...]
    interest_arrears: int


class InterestCharged(_OnAccount, frozen=True, kw_only=True):
    """Interest became due for the days from `period_from` until `period_until`, that day not
    counted; it may round to 0. `on` is the last day counted. `month_end` is a close's.
    """

    TOPIC: ClassVar[str] = "repayments.interest_charged.v1"

    amount: int
    period_from: date
    period_until: date
    month_end: bool = False


class PaymentTaken(_OnAccount, frozen=True, kw_only=True):
    """A payment, and the parts of principal that it paid."""

    TOPIC: ClassVar[str] = "repayments.payment_taken.v1"

    payment: UUID
    parts: tuple[Part, ...] = ()
    interest: int = 0
    cures: bool = False
    settles: bool = False
    place: Place
    by: str
    via: Via = "borrower"
    session: UUID | None = None

    @property
    def overdue(self) -> int:
        return amount_of(part for part in self.parts if part.bucket)

    @property
    def in_term(self) -> int:
        return amount_of(part for part in self.parts if not part.bucket)

    @property
    def principal(self) -> int:
        return amount_of(self.parts)


class PaymentReversed(_OnAccount, frozen=True, kw_only=True):
    """`entry`, the account's event number `entry_version`, was booked by mistake."""

    TOPIC: ClassVar[str] = "repayments.payment_reversed.v1"

    entry: PaymentTaken
    entry_version: int
    reason: str
    falls_overdue: bool = False
    reopens: bool = False


class RecoveryTaken(_OnAccount, frozen=True, kw_only=True):
    """The borrower paid what had been written off."""

    TOPIC: ClassVar[str] = "repayments.recovery_taken.v1"

    payment: UUID
    amount: int
    place: Place
    by: str
    session: UUID | None = None


class RecoveryReversed(_OnAccount, frozen=True, kw_only=True):
    """A recovery was booked by mistake."""

    TOPIC: ClassVar[str] = "repayments.recovery_reversed.v1"

    entry: RecoveryTaken
    entry_version: int
    reason: str


class InstalmentFellDue(_OnAccount, frozen=True, kw_only=True):
    """An instalment's day came; `paid` of its `amount` was paid by then."""

    TOPIC: ClassVar[str] = "repayments.instalment_fell_due.v1"

    amount: int
    paid: int


class InstalmentCarried(_OnAccount, frozen=True, kw_only=True):
    """What was not paid of an instalment is to be paid with the next one."""

    TOPIC: ClassVar[str] = "repayments.instalment_carried.v1"

    amount: int
    due_on: date
    new_due_on: date


class PrincipalFellOverdue(_OnAccount, frozen=True, kw_only=True):
    """Principal in term fell overdue; `first` if none was overdue before.

    It is what was not paid of instalments; `called_in`, it was owed before its day.
    """

    TOPIC: ClassVar[str] = "repayments.principal_fell_overdue.v1"

    parts: tuple[Part, ...]
    called_in: bool = False
    first: bool = False

    @property
    def amount(self) -> int:
        return amount_of(self.parts)


class LayerAged(_OnAccount, frozen=True, kw_only=True):
    """An overdue layer grew out of its bucket."""

    TOPIC: ClassVar[str] = "repayments.layer_aged.v1"

    layer: Part
    to_bucket: Bucket


class PlanChanged(_OnAccount, frozen=True, kw_only=True):
    """The loan was extended or rescheduled; `cured` principal is in term again."""

    TOPIC: ClassVar[str] = "repayments.plan_changed.v1"

    plan: Plan
    cured: tuple[Part, ...] = ()
    cures: bool = False


class RateChanged(_OnAccount, frozen=True, kw_only=True):
    """The loan earns another rate from a day; the terms say which."""

    TOPIC: ClassVar[str] = "repayments.rate_changed.v1"


class DebtFrozen(_OnAccount, frozen=True, kw_only=True):
    """Principal was frozen; `cures` if none is overdue any more."""

    TOPIC: ClassVar[str] = "repayments.debt_frozen.v1"

    frozen: tuple[Frozen, ...]
    cures: bool = False


class DebtUnfrozen(_OnAccount, frozen=True, kw_only=True):
    """Frozen principal is owed again; `falls_overdue` if none was overdue before and some is."""

    TOPIC: ClassVar[str] = "repayments.debt_unfrozen.v1"

    frozen: tuple[Frozen, ...]
    falls_overdue: bool = False


class DebtWrittenOff(_OnAccount, frozen=True, kw_only=True):
    """Principal was written off; `closes` if none is left, `cures` if none is overdue any more."""

    TOPIC: ClassVar[str] = "repayments.debt_written_off.v1"

    frozen: tuple[Frozen, ...] = ()
    parts: tuple[Part, ...] = ()
    closes: bool = False
    cures: bool = False

    @property
    def amount(self) -> int:
        return amount_of(self.parts) + amount_of(frozen.part for frozen in self.frozen)


class LoanMoved(_OnAccount, frozen=True, kw_only=True):
    """The loan went to another group, commune or office, with these balances."""

    TOPIC: ClassVar[str] = "repayments.loan_moved.v1"

    previously: Terms
    group: UUID
    to_group: UUID
    in_term: int
    frozen: int
    overdue: dict[Bucket, int]
    carried_forward: int = 0


AccountEvent = (
    TrancheReceived
    | BalanceCarriedOver
    | InterestCharged
    | PaymentTaken
    | PaymentReversed
    | RecoveryTaken
    | RecoveryReversed
    | InstalmentFellDue
    | InstalmentCarried
    | PrincipalFellOverdue
    | LayerAged
    | PlanChanged
    | RateChanged
    | DebtFrozen
    | DebtUnfrozen
    | DebtWrittenOff
    | LoanMoved
)
