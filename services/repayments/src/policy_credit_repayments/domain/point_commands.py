"""What branches ask for at transaction points besides payments: savings, deposits, sessions.

An entry made in a session (phiên giao dịch xã) names it; one made outside of any leaves it out.
"""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from msgspec import Struct

from policy_credit_shared.events.collection import Depositor, SessionAmounts
from policy_credit_shared.kernel.identifiers import (
    Association,
    CommuneCode,
    Office,
    Place,
    derived_id,
)
from policy_credit_shared.kernel.money import Dong, DongOrNone


class _Entry(Struct, frozen=True, kw_only=True):
    office: Office
    place: Place
    session: UUID | None = None

    def in_session(self) -> tuple[UUID, ...]:
        """The session's aggregate, where there is a session."""
        return () if self.session is None else (session_id(self.session),)


class DepositSavings(_Entry, frozen=True, kw_only=True, tag="deposit_savings"):
    """Gửi tiết kiệm: a group member saves.

    The branch makes the entry's id, so that an entry sent twice, or from two copies of a sheet,
    is one entry. Without one only its Idempotency-Key keeps it from being booked again.
    """

    entry: UUID | None = None
    commune: CommuneCode
    household: UUID
    group: UUID
    association: Association
    amount: Dong
    deposited_on: date

    def touches(self) -> Iterable[UUID]:
        return savings_id(self.household), *self.in_session()


class WithdrawSavings(_Entry, frozen=True, kw_only=True, tag="withdraw_savings"):
    """Rút tiết kiệm: a group member takes savings back, in cash; `entry` as in a deposit."""

    entry: UUID | None = None
    household: UUID
    amount: Dong
    withdrawn_on: date

    def touches(self) -> Iterable[UUID]:
        return savings_id(self.household), *self.in_session()


class RepayFromSavings(_Entry, frozen=True, kw_only=True, tag="repay_from_savings"):
    """Trả nợ từ tiền gửi tiết kiệm: the household's savings pay principal, interest or both.

    Either the two are given, or an `amount` to be allocated as a payment's is.
    """

    loan: UUID
    payment: UUID
    principal: DongOrNone = 0
    interest: DongOrNone = 0
    amount: DongOrNone = 0
    repaid_on: date

    def touches(self) -> Iterable[UUID]:
        return self.loan, *self.in_session()


class DepositMobilised(_Entry, frozen=True, kw_only=True, tag="deposit_mobilised"):
    """Huy động tiền gửi: an individual or an organisation deposits; the first opens the account."""

    commune: CommuneCode
    depositor: UUID
    kind: Depositor
    amount: Dong
    deposited_on: date

    def touches(self) -> Iterable[UUID]:
        return mobilised_id(self.depositor), *self.in_session()


class WithdrawMobilised(_Entry, frozen=True, kw_only=True, tag="withdraw_mobilised"):
    """Chi trả tiền gửi: an individual or an organisation takes a deposit back."""

    depositor: UUID
    amount: Dong
    withdrawn_on: date

    def touches(self) -> Iterable[UUID]:
        return mobilised_id(self.depositor), *self.in_session()


class OpenSession(Struct, frozen=True, kw_only=True, tag="open_session"):
    """Mở phiên giao dịch xã: the session of a commune's point begins, with cash brought along."""

    office: Office
    commune: CommuneCode
    session: UUID
    held_on: date
    opening_cash: DongOrNone
    planned: SessionAmounts

    def touches(self) -> Iterable[UUID]:
        return session_id(self.session), point_day_id(self.commune, self.held_on)


class CloseSession(Struct, frozen=True, kw_only=True, tag="close_session"):
    """Đóng phiên giao dịch xã: the cash was counted and must be what the entries say."""

    office: Office
    session: UUID
    counted_cash: DongOrNone

    def touches(self) -> Iterable[UUID]:
        return (session_id(self.session),)


def savings_id(household: UUID) -> UUID:
    """The aggregate of what a household has saved."""
    return derived_id("savings", household)


def mobilised_id(depositor: UUID) -> UUID:
    """The aggregate of what a depositor has deposited."""
    return derived_id("mobilised", depositor)


def session_id(session: UUID) -> UUID:
    """The aggregate of a session: never a loan's, whatever ids branches make."""
    return derived_id("session", session)


def point_day_id(commune: str, day: date) -> UUID:
    """The aggregate that knows which session is open at a commune's point on a day."""
    return derived_id("point-day", commune, day)
