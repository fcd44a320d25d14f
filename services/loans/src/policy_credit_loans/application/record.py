"""Record what happened to a loan, with what follows for its household's credit and its office's
capital: the one place where the three are kept in step."""

from uuid import UUID

from policy_credit_loans.domain.capital import CAPITAL, Capital, capital_id, hand_over, lent
from policy_credit_loans.domain.credit import CREDIT, Credit, CreditChanged, Line, credit_id
from policy_credit_loans.domain.loan import LOAN, Loan
from policy_credit_loans.domain.loan_events import LoanEvent, LoanReassigned
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.store.books import Books


def record(books: Books, identifier: UUID, event: LoanEvent) -> None:
    """Record the event and all that follows from it."""
    before = books.get(LOAN, identifier)
    books.record(LOAN, identifier, event)
    after = books.get(LOAN, identifier)
    if after is None:
        raise InvariantBroken("a loan to which something happened is known")
    keep_credit(books, identifier, after)
    if isinstance(event, LoanReassigned) and event.to.office != event.standing.office:
        _hand_over(books, event, after.outstanding)
    elif moved := after.outstanding - (before.outstanding if before else 0):
        at = after.standing
        books.record(CAPITAL, capital_id(at.office), lent(at.office, at.fund, at.programme, moved))


def keep_credit(books: Books, identifier: UUID, loan: Loan) -> None:
    """Record how a loan stands with its household's credit."""
    standing = loan.standing
    line = Line(
        programme=standing.programme,
        fund=standing.fund,
        group=standing.group,
        approved=loan.undisbursed,
        outstanding=loan.outstanding,
        overdue=loan.overdue,
    )
    held = (books.get(CREDIT, credit_id(standing.household)) or Credit()).lines.get(identifier)
    if line != held and (held is not None or line.is_open):
        changed = CreditChanged(household=standing.household, loan=identifier, line=line)
        books.record(CREDIT, credit_id(standing.household), changed)


def _hand_over(books: Books, event: LoanReassigned, outstanding: int) -> None:
    if outstanding == 0:
        return
    gives, takes = capital_id(event.standing.office), capital_id(event.to.office)
    given, taken = hand_over(
        books.get(CAPITAL, gives) or Capital(office=event.standing.office),
        books.get(CAPITAL, takes),
        event.to.office,
        (event.standing.fund, event.standing.programme, outstanding),
        event.reason,
        event.on,
    )
    books.record(CAPITAL, gives, given)
    books.record(CAPITAL, takes, taken)
