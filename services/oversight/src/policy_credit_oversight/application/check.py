"""Record a check of a loan's use; a wrong use is a finding, raised with it."""

from policy_credit_oversight.application.record import record_finding, record_use
from policy_credit_oversight.domain.checking import CheckLoanUse, check_use
from policy_credit_oversight.domain.finding import finding_of_use, wrong_use
from policy_credit_oversight.domain.loan_use import LOAN_USE, loan_use_id
from policy_credit_shared.store.books import Books


def check(command: CheckLoanUse, books: Books) -> None:
    """Record what the check found; raises a Refusal."""
    aggregate = loan_use_id(command.loan)
    checked = check_use(books.get(LOAN_USE, aggregate), command)
    record_use(books, aggregate, checked)
    if checked.result == "wrong_use":
        finding = finding_of_use(command.loan, checked.tranche)
        record_finding(books, finding, wrong_use(checked, command))
