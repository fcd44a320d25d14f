"""Take in and pay back what individuals and organisations deposit."""

from policy_credit_repayments.application.sessions import note
from policy_credit_repayments.domain.mobilised import MOBILISED, deposit, withdraw
from policy_credit_repayments.domain.point_commands import (
    DepositMobilised,
    WithdrawMobilised,
    mobilised_id,
)
from policy_credit_shared.store.books import Books


def deposit_mobilised(command: DepositMobilised, books: Books) -> None:
    """Record the deposit."""
    aggregate = mobilised_id(command.depositor)
    deposited = deposit(books.get(MOBILISED, aggregate), command)
    note(
        books,
        command.session,
        office=command.office,
        on=command.deposited_on,
        mobilised_deposited=command.amount,
    )
    books.record(MOBILISED, aggregate, deposited)


def withdraw_mobilised(command: WithdrawMobilised, books: Books) -> None:
    """Record the withdrawal."""
    aggregate = mobilised_id(command.depositor)
    withdrawn = withdraw(books.get(MOBILISED, aggregate), command)
    note(
        books,
        command.session,
        office=command.office,
        on=command.withdrawn_on,
        mobilised_withdrawn=command.amount,
    )
    books.record(MOBILISED, aggregate, withdrawn)
