"""Begin an office's existing books, and open them: all parts take effect in one transaction."""

from typing import Final

from policy_credit_loans.domain import existing_books
from policy_credit_loans.domain.books_commands import BeginBooks, OpenBooks, existing_books_id
from policy_credit_loans.domain.books_refusals import OnRecordElsewhere, RateChangedSince
from policy_credit_loans.domain.capital import CAPITAL, OutstandingMoved, capital_id
from policy_credit_loans.domain.existing_books import EXISTING_BOOKS, BooksOpened
from policy_credit_loans.domain.programme import programme_id
from policy_credit_loans.domain.programme_change import PROGRAMME, RERATING
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.store.books import Books

COLLISIONS_MAX: Final = 100


def begin_books(command: BeginBooks, books: Books) -> None:
    """Record that the books are begun, and forget others that were; raises a Refusal."""
    aggregate = existing_books_id(command.office)
    before = books.get(EXISTING_BOOKS, aggregate)
    begun = existing_books.begin(before, command, books.by.subject)
    if begun is not None:
        if before is not None:
            books.discard(before.books)
        books.record(EXISTING_BOOKS, aggregate, begun)


def open_books(command: OpenBooks, books: Books) -> None:
    """Record that the books are open, what the office has lent, and all parts; raises a Refusal."""
    aggregate = existing_books_id(command.office)
    state = books.get(EXISTING_BOOKS, aggregate)
    opened = existing_books.open_books(state, command, books.by.subject)
    if state is None:
        raise InvariantBroken("books that are opened were begun")
    _rates_are_of_today(opened, books)
    if found := books.collisions(command.books, COLLISIONS_MAX):
        raise OnRecordElsewhere(found)
    books.record(EXISTING_BOOKS, aggregate, opened)
    if opened.totals.outstanding:
        moves = dict(opened.totals.outstanding)
        moved = OutstandingMoved(office=command.office, moves=moves)
        books.record(CAPITAL, capital_id(command.office), moved)
    books.release(command.books, state.events)


def _rates_are_of_today(opened: BooksOpened, books: Books) -> None:
    """Raise RateChangedSince if a changed rate has already been given to contracts since."""
    for programme in sorted({key.split("/")[1] for key in opened.totals.outstanding}):
        changes = books.get(PROGRAMME, programme_id(programme))
        for change in changes.reaching if changes else ():
            entry = change.entry
            rerating = books.get(RERATING, entry.change) if entry.change else None
            if rerating is None or entry.valid_from <= opened.opened_on:
                continue
            if rerating.done or rerating.after is not None:
                raise RateChangedSince(programme, opened.opened_on, entry.valid_from)
