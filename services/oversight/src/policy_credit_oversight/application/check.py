"""Record a check of a loan's use."""

from policy_credit_oversight.domain.loan_use import LOAN_USE, CheckLoanUse, check_use, loan_use_id
from policy_credit_shared.store.books import Books


def check(command: CheckLoanUse, books: Books) -> None:
    """Record what the check found; raises a Refusal."""
    aggregate = loan_use_id(command.loan)
    books.record(LOAN_USE, aggregate, check_use(books.get(LOAN_USE, aggregate), command))
