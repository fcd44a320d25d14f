"""Fetch what an office takes along to a commune's point: what is owed and saved there, no names."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Final, Protocol, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from policy_credit_branch.outbox.carried import Carried, LoanCarried, SavingsCarried
from policy_credit_branch.submission.services import CallRefused

PAGES_MAX: Final = 10_000

P = TypeVar("P", bound="_Page")


class Books(Protocol):
    """Answers questions about an office's books."""

    def get(self, path: str, parameters: Mapping[str, str]) -> bytes:
        """The answer; raises SubmissionFailed."""


class _Page(Struct, frozen=True):
    after: UUID | None


class _Loans(_Page, frozen=True):
    loans: tuple[LoanCarried, ...]


class _Savings(_Page, frozen=True):
    savings: tuple[SavingsCarried, ...]


def fetch(books: Books, office: str, commune: str, on: date, now: datetime) -> Carried:
    """All of it or none; raises SubmissionFailed."""
    asked = {"commune": commune}
    loans = _pages(books, f"offices/{office}/loans-owed", asked | {"on": str(on)}, _Loans)
    savings = _pages(books, f"offices/{office}/savings", asked, _Savings)
    return Carried(
        office=office,
        commune=commune,
        on=on,
        fetched_at=now,
        loans=tuple(loan for page in loans for loan in page.loans),
        savings=tuple(saved for page in savings for saved in page.savings),
    )


def _pages(books: Books, path: str, asked: dict[str, str], kind: type[P]) -> Iterator[P]:
    after: UUID | None = None
    for _ in range(PAGES_MAX):
        answer = books.get(path, asked | ({"after": str(after)} if after else {}))
        try:
            page = msgspec.json.decode(answer, type=kind)
        except msgspec.DecodeError as error:
            raise CallRefused(f"{path}: {error}") from None
        yield page
        after = page.after
        if after is None:
            return
    raise CallRefused(f"{path}: {PAGES_MAX} pages and no end")
