"""A session of a commune's transaction point (phiên giao dịch xã): its plan, entries and cash.

Entries of many aggregates move one session's totals, each in its own transaction. Disbursements
are the loans service's and arrive later, or before the session is opened: none may be lost, so
those that do not belong to the session as it is opened, or come after it is closed, are kept as
astray for people to look at.
"""

from datetime import date
from functools import reduce
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict, replace

from policy_credit_repayments.domain.point_commands import CloseSession, OpenSession
from policy_credit_repayments.domain.refusals import (
    CashDiffers,
    PointInSession,
    RecordedAlready,
    SessionClosedAlready,
    SessionOnAnotherDay,
    SessionOpenedAlready,
    SessionUnknown,
)
from policy_credit_shared.events.collection import SessionAmounts
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import CommuneCode, Locality, Office
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.kernel.units import served_locality


class Moved(Struct, frozen=True, kw_only=True):
    """What entries moved, by kind, in dong, and how many they are.

    A repayment from savings is two entries, a withdrawal and a payment: it moves no cash.
    """

    lines: int = 0
    disbursed: int = 0
    principal: int = 0
    interest: int = 0
    recovered: int = 0
    savings_deposited: int = 0
    savings_withdrawn: int = 0
    mobilised_deposited: int = 0
    mobilised_withdrawn: int = 0

    def plus(self, other: "Moved", sign: int = 1) -> "Moved":
        """Both together; with the sign -1, without the other."""
        return Moved(**{k: v + sign * getattr(other, k) for k, v in asdict(self).items()})

    @property
    def amounts(self) -> dict[str, int]:
        """What moved, by kind; money paid out is less than 0."""
        return {
            "principal": self.principal,
            "interest": self.interest,
            "recovered": self.recovered,
            "savings_deposited": self.savings_deposited,
            "savings_withdrawn": -self.savings_withdrawn,
            "mobilised_deposited": self.mobilised_deposited,
            "mobilised_withdrawn": -self.mobilised_withdrawn,
            "disbursed": -self.disbursed,
        }

    @property
    def cash(self) -> int:
        """By how much there is more cash."""
        return sum(self.amounts.values())


class SessionOpened(DomainEvent, frozen=True, kw_only=True):
    """The session began, with cash brought along."""

    TOPIC: ClassVar[str] = "repayments.session_opened.v1"

    office: Office
    commune: CommuneCode
    locality: Locality
    on: date
    opening_cash: int
    planned: SessionAmounts


class SessionMoved(DomainEvent, frozen=True, kw_only=True):
    """Entries of one office and day that name the session; all those of one call together."""

    TOPIC: ClassVar[str] = "repayments.session_moved.v1"

    office: Office
    on: date
    moved: Moved


class SessionClosed(DomainEvent, frozen=True, kw_only=True):
    """The session ended, its cash counted and right."""

    TOPIC: ClassVar[str] = "repayments.session_closed.v1"

    session: UUID
    office: Office
    commune: CommuneCode
    locality: Locality
    on: date
    planned: SessionAmounts
    realised: Moved
    counted_cash: int


SessionEvent = SessionOpened | SessionMoved | SessionClosed


class Session(Struct, frozen=True, kw_only=True):
    """A session as its events made it; only `waiting` is known before it is opened."""

    opened: SessionOpened | None = None
    realised: Moved = Moved()
    counted_cash: int | None = None
    waiting: dict[str, Moved] = {}
    """By office and day: what came before the session was opened."""
    astray: Moved = Moved()

    @property
    def cash(self) -> int:
        """What must be in the cash box now."""
        return (self.opened.opening_cash if self.opened else 0) + self.realised.cash


def evolve(session: Session | None, event: SessionEvent) -> Session:
    """The session after an event."""
    session = session or Session()
    match event:
        case SessionOpened():
            realised = session.waiting.get(_desk(event), Moved())
            waited = reduce(Moved.plus, session.waiting.values(), Moved())
            return Session(opened=event, realised=realised, astray=waited.plus(realised, -1))
        case SessionClosed():
            return replace(session, counted_cash=event.counted_cash)
        case SessionMoved() if session.opened is None:
            before = session.waiting.get(_desk(event), Moved())
            waiting = {**session.waiting, _desk(event): before.plus(event.moved)}
            return replace(session, waiting=waiting)
        case SessionMoved():
            if session.counted_cash is None and _desk(event) == _desk(session.opened):
                return replace(session, realised=session.realised.plus(event.moved))
            return replace(session, astray=session.astray.plus(event.moved))


def merge(last: DomainEvent, new: DomainEvent) -> SessionMoved | None:
    """Two events of one call in one, where both only move totals."""
    if isinstance(last, SessionMoved) and isinstance(new, SessionMoved):
        if _desk(last) == _desk(new):
            return replace(last, moved=last.moved.plus(new.moved))
    return None


def _desk(event: SessionOpened | SessionMoved) -> str:
    return f"{event.office} {event.on}"


SESSION: Kind[Session] = Kind(evolve, name="session", state=Session, merge=merge)


class PointTaken(DomainEvent, frozen=True, kw_only=True):
    """A session is open at a point on its day."""

    TOPIC: ClassVar[str] = "repayments.point_taken.v1"

    session: UUID


class PointFreed(DomainEvent, frozen=True, kw_only=True):
    """The session at the point is closed."""

    TOPIC: ClassVar[str] = "repayments.point_freed.v1"

    session: UUID


class PointDay(Struct, frozen=True):
    """Which session is open at a commune's point on a day."""

    session: UUID | None


def _point_evolve(_: PointDay | None, event: PointTaken | PointFreed) -> PointDay:
    return PointDay(event.session if isinstance(event, PointTaken) else None)


POINT_DAY: Kind[PointDay] = Kind(_point_evolve)


def open_session(
    session: Session | None, day: PointDay | None, command: OpenSession
) -> SessionOpened:
    """Decide to open a session; raises a Refusal."""
    locality = served_locality(command.commune, command.office)
    if session is not None and session.opened is not None:
        if session.opened == _opening(command, locality):
            raise RecordedAlready("session", command.session)
        raise SessionOpenedAlready(command.session, session.opened.on)
    if day is not None and day.session is not None:
        raise PointInSession(command.commune, command.held_on, day.session)
    return _opening(command, locality)


def _opening(command: OpenSession, locality: Locality) -> SessionOpened:
    return SessionOpened(
        office=command.office,
        commune=command.commune,
        locality=locality,
        on=command.held_on,
        opening_cash=command.opening_cash,
        planned=command.planned,
    )


def enter(
    session: Session | None, asked: UUID, office: Office, on: date, moved: Moved
) -> SessionMoved:
    """Decide that an entry belongs to an open session of its office and day; raises a Refusal."""
    _, opened = _open(session, asked, office)
    if on != opened.on:
        raise SessionOnAnotherDay(asked, on, opened.on)
    return SessionMoved(office=office, on=on, moved=moved)


def take_back(session: Session | None, moved: Moved) -> SessionMoved | None:
    """What a reversed entry means: nothing once the session's cash was counted with it."""
    if session is None or session.opened is None or session.counted_cash is not None:
        return None
    opened = session.opened
    return SessionMoved(office=opened.office, on=opened.on, moved=Moved().plus(moved, -1))


def close_session(session: Session | None, command: CloseSession) -> SessionClosed:
    """Decide to close a session; raises a Refusal that says by how much the cash differs."""
    if session is not None and session.counted_cash == command.counted_cash:
        if session.opened is not None and session.opened.office == command.office:
            raise RecordedAlready("session", command.session)
    session, opened = _open(session, command.session, command.office)
    if command.counted_cash != session.cash:
        account = _account(opened, session.realised)
        raise CashDiffers(command.counted_cash, session.cash, account)
    return SessionClosed(
        session=command.session,
        office=opened.office,
        commune=opened.commune,
        locality=opened.locality,
        on=opened.on,
        planned=opened.planned,
        realised=session.realised,
        counted_cash=command.counted_cash,
    )


def _open(session: Session | None, asked: UUID, office: Office) -> tuple[Session, SessionOpened]:
    if session is None or session.opened is None:
        raise SessionUnknown(asked)
    if session.opened.office != office:
        raise WrongOffice("session", session.opened.office)
    if session.counted_cash is not None:
        raise SessionClosedAlready(asked, session.opened.on)
    return session, session.opened


def _account(opened: SessionOpened, realised: Moved) -> str:
    """How the expected cash comes about, in one sentence."""
    parts = [f"{opened.opening_cash} opening"]
    parts += [f"{a:+} {kind.replace('_', ' ')}" for kind, a in realised.amounts.items() if a]
    return f"That is {' '.join(parts)}."
