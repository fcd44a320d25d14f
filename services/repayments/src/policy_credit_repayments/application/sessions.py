"""What entries mean for the transaction-point session that they name."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from policy_credit_repayments.domain.point_commands import session_id
from policy_credit_repayments.domain.session import (
    SESSION,
    Moved,
    SessionMoved,
    enter,
    take_back,
)
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.kernel.identifiers import Office
from policy_credit_shared.store.books import Books


def note(books: Books, session: UUID | None, *, office: Office, on: date, **amounts: int) -> None:
    """Count an entry in its session, if it names one, in the entry's own transaction.

    `amounts` are by kind, as in `Moved`. Raises a Refusal unless the session is open, the
    office's, and held on the day of the entry.
    """
    if session is not None:
        aggregate, moved = session_id(session), Moved(lines=1, **amounts)
        entered = enter(books.get(SESSION, aggregate), session, office, on, moved)
        books.record(SESSION, aggregate, entered)


def note_reversal(books: Books, session: UUID | None, **amounts: int) -> None:
    """Count an entry no more: it was reversed while its session is still open."""
    if session is not None:
        aggregate = session_id(session)
        taken = take_back(books.get(SESSION, aggregate), Moved(lines=1, **amounts))
        if taken is not None:
            books.record(SESSION, aggregate, taken)


def touches(loan: LoanDisbursed) -> Iterable[UUID]:
    """The session in which a loan was paid out."""
    return () if loan.session is None else (session_id(loan.session),)


def note_disbursement(loan: LoanDisbursed, books: Books) -> None:
    """Count what was paid out; never a refusal, for it happened, and may come at any time."""
    if loan.session is not None:
        moved = Moved(lines=1, disbursed=loan.amount)
        event = SessionMoved(office=loan.office, on=loan.occurred_on, moved=moved)
        books.record(SESSION, session_id(loan.session), event)
