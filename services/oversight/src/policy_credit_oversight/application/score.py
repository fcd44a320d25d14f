"""Count what loans and repayments say in the month's sums of the group it is about."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from policy_credit_oversight.domain.counting import LOAN_FACTS, counted, month_counted
from policy_credit_oversight.domain.figures import Rows, Sums
from policy_credit_oversight.domain.group_loan import (
    GROUP_LOAN,
    FactsWaited,
    LoanPlaced,
    group_loan_id,
)
from policy_credit_oversight.domain.group_rating import GROUP_RATING, end, group_rating_id
from policy_credit_oversight.domain.group_score import (
    GROUP_SCORE,
    FactsCounted,
    GroupEnded,
    GroupKnown,
    group_score_id,
)
from policy_credit_oversight.domain.office_groups import (
    OFFICE_GROUPS,
    GroupsListed,
    office_groups_id,
)
from policy_credit_shared.events.catalogue import reversed_entry
from policy_credit_shared.events.collection import (
    EntryReversed,
    LoanTransferred,
    SavingsDeposited,
    SavingsWithdrawn,
)
from policy_credit_shared.events.lending import (
    GroupDissolved,
    GroupFormed,
    GroupMemberJoined,
    GroupMemberLeft,
    LoanCarriedOver,
    LoanDisbursed,
    SavingsCarriedOver,
)
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.intake import TakeIn
from policy_credit_shared.store.books import Books


def _of_group(fact: Any, books: Books, sign: int = 1) -> None:
    _count(books, fact.group, _row(fact, sign))


def _of_loan(fact: Any, books: Books, sign: int = 1) -> None:
    row = _row(fact, sign)
    loan = books.get(GROUP_LOAN, group_loan_id(fact.loan))
    if loan is not None and loan.group is not None:
        _count(books, loan.group, row)
    elif row:
        books.record(GROUP_LOAN, group_loan_id(fact.loan), FactsWaited(rows=dict(row)))


def _row(fact: PublicEvent, sign: int) -> Rows:
    sums = Sums().plus(counted(fact), sign)
    return {month_counted(fact): sums} if sums != Sums() else {}


def _count(books: Books, group: UUID, rows: Rows) -> None:
    if rows:
        books.record(GROUP_SCORE, group_score_id(group), FactsCounted(rows=dict(rows)))


def _place(books: Books, loan: UUID, group: UUID) -> None:
    """Count what waited for the loan's first group in that group."""
    aggregate = group_loan_id(loan)
    held = books.get(GROUP_LOAN, aggregate)
    if held is None or held.group is None:
        books.record(GROUP_LOAN, aggregate, LoanPlaced(group=group))
        _count(books, group, held.waiting if held else {})


def _lent(fact: LoanDisbursed | LoanCarriedOver, books: Books) -> None:
    _place(books, fact.loan, fact.group)
    _of_group(fact, books)


def _transferred(fact: LoanTransferred, books: Books) -> None:
    if fact.direction == "out":
        _place(books, fact.loan, fact.group)
    else:
        books.record(GROUP_LOAN, group_loan_id(fact.loan), LoanPlaced(group=fact.group))
    _of_group(fact, books)


def _formed(fact: GroupFormed, books: Books) -> None:
    known = GroupKnown(
        office=fact.office,
        locality=fact.locality,
        group=fact.group,
        association=fact.association,
        village=fact.village,
        on=fact.occurred_on,
    )
    books.record(GROUP_SCORE, group_score_id(fact.group), known)
    listed = GroupsListed(groups=(fact.group,))
    books.record(OFFICE_GROUPS, office_groups_id(fact.office), listed)


def _dissolved(fact: GroupDissolved, books: Books) -> None:
    books.record(GROUP_SCORE, group_score_id(fact.group), GroupEnded(on=fact.occurred_on))
    held = books.get(GROUP_RATING, group_rating_id(fact.group))
    if held is not None and not held.ended:
        ended = end(fact.group, held, fact.occurred_on)
        books.record(GROUP_RATING, group_rating_id(fact.group), ended)


def _reversed(reversal: EntryReversed, books: Books) -> None:
    """What was booked by mistake did not happen in the month that it was booked in."""
    entry = reversed_entry(reversal)
    if isinstance(entry, LOAN_FACTS):
        _of_loan(entry, books, -1)
    elif isinstance(entry, _GROUP_FACTS):
        _of_group(entry, books, -1)


def _touched_by_reversal(reversal: EntryReversed) -> Iterable[UUID]:
    entry = reversed_entry(reversal)
    if isinstance(entry, LOAN_FACTS):
        return _loan(entry)
    return _group(entry) if isinstance(entry, _GROUP_FACTS) else ()


def _loan(fact: Any) -> Iterable[UUID]:
    return (group_loan_id(fact.loan),)


def _group_of_loan(fact: Any, books: Books) -> Iterable[UUID]:
    loan = books.get(GROUP_LOAN, group_loan_id(fact.loan))
    return (group_score_id(loan.group),) if loan is not None and loan.group is not None else ()


def _group(fact: Any) -> Iterable[UUID]:
    return (group_score_id(fact.group),)


def _both(fact: Any) -> Iterable[UUID]:
    return group_loan_id(fact.loan), group_score_id(fact.group)


_GROUP_FACTS: Final[tuple[type[PublicEvent], ...]] = (
    GroupMemberJoined,
    GroupMemberLeft,
    LoanDisbursed,
    SavingsCarriedOver,
    SavingsDeposited,
    SavingsWithdrawn,
)
"""Facts that name their group."""

SCORES: Final[Mapping[type[PublicEvent], TakeIn]] = {
    GroupFormed: TakeIn(lambda f: (*_group(f), office_groups_id(f.office)), _formed),
    GroupDissolved: TakeIn(lambda f: (*_group(f), group_rating_id(f.group)), _dissolved),
    **dict.fromkeys(_GROUP_FACTS, TakeIn(_group, _of_group)),
    LoanDisbursed: TakeIn(_both, _lent),
    LoanCarriedOver: TakeIn(_both, _lent),
    LoanTransferred: TakeIn(_both, _transferred),
    **dict.fromkeys(LOAN_FACTS, TakeIn(_loan, _of_loan, _group_of_loan)),
    EntryReversed: TakeIn(_touched_by_reversal, _reversed),
}
