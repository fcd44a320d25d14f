"""The account of a loan: a vector (in term, overdue, frozen), interest due, and its payments."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from msgspec import Struct

from policy_credit_repayments.domain import principal
from policy_credit_repayments.domain.accruing import Change, Rate, earned
from policy_credit_repayments.domain.calendar import days_after, month_number
from policy_credit_repayments.domain.entries import PaymentTaken, RecoveryTaken, Terms
from policy_credit_repayments.domain.principal import Frozen, Layers, Part, Schedule
from policy_credit_repayments.domain.refusals import BeforeTheBooks
from policy_credit_shared.kernel.ages import AGES
from policy_credit_shared.kernel.aggregates import Wake
from policy_credit_shared.kernel.identifiers import Bucket
from policy_credit_shared.kernel.instalments import Ageing, Plan
from policy_credit_shared.kernel.money import accrual, overdue_rate
from policy_credit_shared.kernel.refusals import WrongOffice


class Taken(Struct, frozen=True):
    """What is remembered for ever of a payment or recovery, so that none is booked twice."""

    on: date
    principal: int = 0
    interest: int = 0
    recovered: int = 0


class Account(Struct, frozen=True, kw_only=True):
    """What is owed on a loan, in dong.

    `schedule` holds the instalments in term, `layers` what is overdue, `parked` what is frozen;
    `in_term`, `overdue` and `frozen` are their sums. `plan` is as agreed, whatever was paid.
    `changes` and `rates` are what interest follows from, and `accounted` is what of it charges
    have accounted for. `taken` remembers every payment and recovery, `payments` and `recoveries`
    those that may still be reversed, with their place in the account. A loan of existing books
    was `carried_over_on` a day; nothing is booked on it before that day.
    """

    terms: Terms
    version: int = 0
    plan: Plan = ()
    ageing: Ageing = "at_once"
    schedule: Schedule = ()
    layers: Layers = ()
    parked: tuple[Frozen, ...] = ()
    in_term: int = 0
    overdue: int = 0
    frozen: int = 0
    lent: int = 0
    written_off: int = 0
    recovered: int = 0
    interest_due: int = 0
    charged_until: date
    charged_on: date | None = None
    charged_in_month: int = 0
    month_end: date
    accounted: int = 0
    changes: tuple[Change, ...] = ()
    rates: tuple[Rate, ...]
    taken: dict[UUID, Taken] = {}
    payments: dict[UUID, tuple[int, PaymentTaken]] = {}
    recoveries: dict[UUID, tuple[int, RecoveryTaken]] = {}
    reversed: frozenset[UUID] = frozenset()
    moved_at: int = 0
    carried_over_on: date | None = None

    @property
    def outstanding(self) -> int:
        """Dư nợ."""
        return self.in_term + self.overdue + self.frozen

    @property
    def carried_forward(self) -> int:
        """Gốc chuyển kỳ hạn còn nợ: in term, and was to be paid with an earlier instalment."""
        return sum(due.behind for due in self.schedule)

    @property
    def collectable(self) -> int:
        """Frozen principal is not collected."""
        return self.in_term + self.overdue

    @property
    def recoverable(self) -> int:
        """Written off and not recovered yet."""
        return self.written_off - self.recovered

    @property
    def burden(self) -> int:
        """What the loan earns a day now; frozen principal earns nothing."""
        rate = self.terms.annual_rate
        return accrual(self.in_term, rate, 1) + accrual(self.overdue, overdue_rate(rate), 1)

    @property
    def buckets(self) -> dict[Bucket, int]:
        """Overdue principal by how old it was last said to be."""
        found: dict[Bucket, int] = dict.fromkeys(AGES, 0)
        for layer in self.layers:
            if layer.bucket:
                found[layer.bucket] += layer.amount
        return found

    def earned_on(self, day: date) -> int:
        """What the loan has earned from its first day until `day`, that day not counted."""
        return earned(self.changes, self.rates, day)

    def uncharged_on(self, day: date) -> int:
        """Earned until `day` and not accounted for yet; 0 if charges have run ahead."""
        return max(0, self.earned_on(day) - self.accounted)

    def arrears_on(self, day: date) -> int:
        """Lãi tồn đọng: interest due that was charged before the month of `day`."""
        charged = self.charged_on
        same = charged is not None and month_number(charged) == month_number(day)
        return max(0, self.interest_due - (self.charged_in_month if same else 0))

    @property
    def next_day(self) -> date | None:
        """The next day on which something follows from the calendar alone; None if nothing."""
        return min(self._days(), default=None)

    def _days(self) -> Iterator[date]:
        if self.outstanding:
            yield self.month_end
            for due in self.schedule:
                yield days_after(due.due_on, 1) if due.announced else due.due_on
            for layer in self.layers:
                if (day := principal.ages_on(layer)) is not None:
                    yield day
            for frozen in self.parked:
                yield frozen.until
        elif self.changes and self.uncharged_on(days_after(self.month_end, 1)):
            yield self.month_end


def own(account: Account, office: str) -> None:
    """Raise WrongOffice unless the loan is the office's now."""
    if account.terms.office != office:
        raise WrongOffice("loan", account.terms.office)


def not_before_books(account: Account, field: str, on: date) -> None:
    """Raise BeforeTheBooks if balances that were carried over hold what happened on that day."""
    if account.carried_over_on is not None and on < account.carried_over_on:
        raise BeforeTheBooks(field, on, account.carried_over_on)


def wakes(account: Account) -> Wake | None:
    """When a close of day must look at the account next."""
    day = account.next_day
    return None if day is None else Wake(account.terms.office, day)


def replan(
    account: Account, plan: Plan, on: date, more: int = 0
) -> tuple[Schedule, tuple[Part, ...]]:
    """The instalments by a new plan, and the overdue parts that are in term by it."""
    gone = account.frozen + account.written_off
    return principal.replanned(plan, account.schedule, account.layers, on, gone=gone, more=more)
