"""Give existing contracts a changed rate: on the close of the day from which it holds.

A contract that is recorded late, under a date before a change whose close has passed it by, is
given the rate when it is paid out.
"""

from datetime import date
from typing import Final
from uuid import UUID

from policy_credit_loans.application.record import record
from policy_credit_loans.domain.loan import LOAN, Loan
from policy_credit_loans.domain.programme import programme_id
from policy_credit_loans.domain.programme_change import PROGRAMME, RERATING, LoansRerated
from policy_credit_loans.domain.rerating import reratings
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import Programme
from policy_credit_shared.store.books import Books

LOANS_MAX: Final = 500
"""How many open loans one transaction looks at."""


def rerate(change: UUID, _: date, books: Books) -> None:
    """Take the next open loans, and say how far that went."""
    rerating = books.get(RERATING, change)
    if rerating is None:
        raise InvariantBroken("what is awaited was decided")
    loans = books.awaited(LOAN, date.max, rerating.after, LOANS_MAX)
    books.prefetch((programme_id(rerating.programme), *loans))
    reached = [loan for loan in loans if _programme(loan, books) == rerating.programme]
    rerated = sum(catch_up(loan, rerating.valid_from, books) for loan in reached)
    books.record(
        RERATING,
        change,
        LoansRerated(
            after=loans[-1] if loans else rerating.after,
            rerated=rerated,
            last=len(loans) < LOANS_MAX,
        ),
    )


def catch_up(identifier: UUID, until: date, books: Books) -> int:
    """Give a contract the changes that hold from `until` or before; returns 1, or 0 if none."""
    loan = _known(identifier, books)
    changes = books.get(PROGRAMME, programme_id(loan.standing.programme))
    found = reratings(loan, changes, until)
    for event in found:
        record(books, identifier, event)
    return 1 if found else 0


def catch_up_with_closed_days(identifier: UUID, books: Books) -> None:
    """Give a contract the changes whose closes have passed it by."""
    changes = books.get(PROGRAMME, programme_id(_programme(identifier, books)))
    for change in changes.reaching if changes else ():
        rerating = books.get(RERATING, change.entry.change) if change.entry.change else None
        if rerating is not None and rerating.has_passed(identifier):
            catch_up(identifier, change.entry.valid_from, books)


def _programme(identifier: UUID, books: Books) -> Programme:
    return _known(identifier, books).standing.programme


def _known(identifier: UUID, books: Books) -> Loan:
    loan = books.get(LOAN, identifier)
    if loan is None:
        raise InvariantBroken("a loan in the agenda is known")
    return loan
