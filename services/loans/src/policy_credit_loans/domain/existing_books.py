"""An office's existing books (sổ sách hiện có): begun, taken part by part, opened once.

Until they are opened, nothing of them is known to anybody; then all of it is, at once.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_loans.domain.books_commands import BeginBooks, OpenBooks, Totals
from policy_credit_loans.domain.books_refusals import (
    BooksAreOpen,
    BooksDiffer,
    BooksNotBegun,
    PartTakenBefore,
)
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import Office


class _OfBooks(DomainEvent, frozen=True, kw_only=True):
    office: Office
    books: UUID
    by: str


class BooksBegun(_OfBooks, frozen=True, kw_only=True):
    """Books were announced, in place of any that were begun before."""

    TOPIC: ClassVar[str] = "loans.books_begun.v1"

    opened_on: date
    totals: Totals


class PartTaken(_OfBooks, frozen=True, kw_only=True):
    """A part of the books is staged: so many events, and what they add up to."""

    TOPIC: ClassVar[str] = "loans.books_part_taken.v1"

    part: int
    events: int
    totals: Totals


class BooksOpened(_OfBooks, frozen=True, kw_only=True):
    """The books took effect."""

    TOPIC: ClassVar[str] = "loans.books_opened.v1"

    opened_on: date
    totals: Totals


BooksEvent = BooksBegun | PartTaken | BooksOpened


class ExistingBooks(Struct, frozen=True, kw_only=True):
    """The books as far as they have come; `taken` adds up the parts, `events` counts theirs."""

    books: UUID
    opened_on: date
    totals: Totals
    parts: frozenset[int] = frozenset()
    last_part: int = 0
    taken: Totals = Totals()
    events: int = 0
    opened: bool = False


def evolve(state: ExistingBooks | None, event: BooksEvent) -> ExistingBooks:
    """The books after an event."""
    if isinstance(event, BooksBegun):
        return ExistingBooks(books=event.books, opened_on=event.opened_on, totals=event.totals)
    if state is None:
        raise InvariantBroken("books are begun before anything happens to them")
    match event:
        case PartTaken():
            return replace(
                state,
                parts=state.parts | {event.part},
                last_part=event.part,
                taken=state.taken.plus(event.totals),
                events=state.events + event.events,
            )
        case BooksOpened():
            return replace(state, opened=True)


def merge(last: BooksEvent, new: BooksEvent) -> PartTaken | None:
    """The lines of a part are one event."""
    if isinstance(last, PartTaken) and isinstance(new, PartTaken) and last.part == new.part:
        return replace(last, events=last.events + new.events, totals=last.totals.plus(new.totals))
    return None


EXISTING_BOOKS: Kind[ExistingBooks] = Kind(evolve, name="existing_books", merge=merge)


def begin(state: ExistingBooks | None, command: BeginBooks, by: str) -> BooksBegun | None:
    """Decide to begin; None if these books are begun already. Raises a Refusal."""
    if state is not None and state.opened:
        raise BooksAreOpen(command.office)
    if state is not None and state.books == command.books:
        return None
    return BooksBegun(
        office=command.office,
        books=command.books,
        opened_on=command.opened_on,
        totals=command.totals,
        by=by,
    )


def under_way(state: ExistingBooks | None, office: Office, books: UUID) -> ExistingBooks:
    """The books that are being taken; raises a Refusal."""
    if state is not None and state.opened:
        raise BooksAreOpen(office)
    if state is None or state.books != books:
        raise BooksNotBegun(books)
    return state


def new_part(state: ExistingBooks, part: int, *, first_line: bool) -> None:
    """Raise PartTakenBefore if the part came before, and is not the one that this call brings."""
    if part in state.parts and (first_line or part != state.last_part):
        raise PartTakenBefore(part)


def open_books(state: ExistingBooks | None, command: OpenBooks, by: str) -> BooksOpened:
    """Decide to open: the parts add up to what was announced. Raises a Refusal."""
    books = under_way(state, command.office, command.books)
    announced = Totals().plus(books.totals)
    differing = [
        f"{field} {getattr(books.taken, field)} instead of {getattr(announced, field)}"
        for field in announced.__struct_fields__
        if getattr(books.taken, field) != getattr(announced, field)
    ]
    if books.taken.members != books.taken.grouped:
        differing.append(f"{books.taken.members} members in {books.taken.grouped} households")
    if differing:
        raise BooksDiffer(differing)
    return BooksOpened(
        office=command.office,
        books=command.books,
        opened_on=books.opened_on,
        totals=books.taken,
        by=by,
    )
