"""Take in and pay back a group member's savings; begin with those of existing books."""

from collections.abc import Iterable
from uuid import UUID

from policy_credit_repayments.application.sessions import note
from policy_credit_repayments.domain.point_commands import (
    DepositSavings,
    WithdrawSavings,
    savings_id,
)
from policy_credit_repayments.domain.savings import SAVINGS, deposit, withdraw
from policy_credit_repayments.domain.savings import carry_over as decide_carry_over
from policy_credit_shared.events.lending import SavingsCarriedOver
from policy_credit_shared.store.books import Books


def save(command: DepositSavings, books: Books) -> None:
    """Record the deposit."""
    aggregate = savings_id(command.household)
    deposited = deposit(books.get(SAVINGS, aggregate), command)
    note(
        books,
        command.session,
        office=command.office,
        on=command.deposited_on,
        savings_deposited=command.amount,
    )
    books.record(SAVINGS, aggregate, deposited)


def withdraw_savings(command: WithdrawSavings, books: Books) -> None:
    """Record the withdrawal."""
    aggregate = savings_id(command.household)
    withdrawn = withdraw(books.get(SAVINGS, aggregate), command)
    note(
        books,
        command.session,
        office=command.office,
        on=command.withdrawn_on,
        savings_withdrawn=command.amount,
    )
    books.record(SAVINGS, aggregate, *withdrawn)


def touches_savings(fact: SavingsCarriedOver) -> Iterable[UUID]:
    """The savings of the household."""
    return (savings_id(fact.household),)


def carry_over(fact: SavingsCarriedOver, books: Books) -> None:
    """Record what the household had saved; raises a Refusal."""
    aggregate = savings_id(fact.household)
    books.record(SAVINGS, aggregate, decide_carry_over(books.get(SAVINGS, aggregate), fact))
