"""Open and close the session of a commune's transaction point."""

from policy_credit_repayments.domain import session
from policy_credit_repayments.domain.point_commands import (
    CloseSession,
    OpenSession,
    point_day_id,
    session_id,
)
from policy_credit_repayments.domain.session import POINT_DAY, SESSION, PointFreed, PointTaken
from policy_credit_shared.store.books import Books


def open_session(command: OpenSession, books: Books) -> None:
    """Record that the session began, and that its point holds no other."""
    aggregate = session_id(command.session)
    day = point_day_id(command.commune, command.held_on)
    known, held = books.get(SESSION, aggregate), books.get(POINT_DAY, day)
    opened = session.open_session(known, held, command)
    books.record(SESSION, aggregate, opened)
    books.record(POINT_DAY, day, PointTaken(session=command.session))


def close_session(command: CloseSession, books: Books) -> None:
    """Record that the session ended with the right cash, and that its point is free."""
    aggregate = session_id(command.session)
    closed = session.close_session(books.get(SESSION, aggregate), command)
    books.record(SESSION, aggregate, closed)
    day = point_day_id(closed.commune, closed.on)
    books.record(POINT_DAY, day, PointFreed(session=command.session))
