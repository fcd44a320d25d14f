"""Disburse a loan, in one or several tranches."""

from policy_credit_loans.application.record import record
from policy_credit_loans.application.rerate import catch_up, catch_up_with_closed_days
from policy_credit_loans.domain.capital import CAPITAL, capital_id, may_lend
from policy_credit_loans.domain.disbursing import DisburseLoan
from policy_credit_loans.domain.disbursing import disburse as decide
from policy_credit_loans.domain.loan import LOAN, own
from policy_credit_shared.store.books import Books


def disburse(command: DisburseLoan, books: Books) -> None:
    """Record the disbursement, at the rate of its day; raises a Refusal."""
    own(books.get(LOAN, command.loan), command.loan, command.office)
    catch_up(command.loan, command.disbursed_on, books)
    loan = own(books.get(LOAN, command.loan), command.loan, command.office)
    event = decide(loan, command, books.by)
    at = loan.standing
    capital = books.get(CAPITAL, capital_id(at.office))
    may_lend(capital, at.fund, at.programme, command.amount, command.disbursed_on.year)
    record(books, command.loan, event)
    catch_up_with_closed_days(command.loan, books)
