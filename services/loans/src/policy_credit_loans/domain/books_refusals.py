"""Why the loans service says no about an office's existing books.

Refusal
├── BalanceContradicts
├── BooksAreOpen
├── BooksDiffer
├── BooksNotBegun
├── OnRecordElsewhere
├── PartTakenBefore
└── RateChangedSince
"""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from policy_credit_shared.kernel.refusals import Refusal


class BooksAreOpen(Refusal):
    """An office opens its existing books once."""

    code: ClassVar[str] = "books-are-open"

    def __init__(self, office: str) -> None:
        super().__init__(
            f"Office {office} has opened its existing books already.",
            field="office",
            fix="Book what is missing as what it is: a registration, a loan, a payment.",
        )


class BooksNotBegun(Refusal):
    """Parts belong to books that were begun, and not replaced by others since."""

    code: ClassVar[str] = "books-not-begun"

    def __init__(self, books: UUID) -> None:
        super().__init__(
            f"Books {books} were not begun, or others were begun after them.",
            field="books",
            fix="Begin them, then send all of their parts.",
        )


class PartTakenBefore(Refusal):
    """Each part comes once."""

    code: ClassVar[str] = "part-taken-before"

    def __init__(self, part: int) -> None:
        super().__init__(
            f"Part {part} of these books was taken already.",
            field="part",
            fix="Go on with the next part; repeat a call only under its own Idempotency-Key.",
        )


class BooksDiffer(Refusal):
    """What came is not what was announced."""

    code: ClassVar[str] = "books-differ"

    def __init__(self, differing: Sequence[str]) -> None:
        super().__init__(
            f"The parts do not add up to what was announced: {'; '.join(differing)}.",
            field="books",
            fix="Send the parts that are missing, or begin the books again.",
        )


class OnRecordElsewhere(Refusal):
    """Something of the books happened in another way meanwhile."""

    code: ClassVar[str] = "on-record-elsewhere"

    def __init__(self, aggregates: Sequence[UUID]) -> None:
        named = ", ".join(map(str, aggregates))
        super().__init__(
            f"Of these books, there are on record already: {named}.",
            field="books",
            fix="Take those rows out of the books and begin them again.",
        )


class RateChangedSince(Refusal):
    """A changed rate was given to existing contracts after the books' day."""

    code: ClassVar[str] = "rate-changed-since"

    def __init__(self, programme: str, opened_on: date, changed_on: date) -> None:
        super().__init__(
            f"The rate of {programme} changed for existing contracts on {changed_on}; these books"
            f" are of {opened_on}.",
            field="opened_on",
            fix=f"Give the books as of {changed_on} or later, with the rates of that day.",
        )


class BalanceContradicts(Refusal):
    """Two things that the books say of a loan or household cannot both be."""

    code: ClassVar[str] = "balance-contradicts"

    def __init__(self, field: str, detail: str, fix: str) -> None:
        super().__init__(detail, field=field, fix=fix)
