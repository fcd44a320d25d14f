"""Whatever is asked of an account, valid or not, its books stay straight."""

from datetime import timedelta
from typing import Any

import build
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_repayments.application.handlers import HANDLERS
from policy_credit_repayments.application.open import open_account
from policy_credit_repayments.domain.account import (
    ACCOUNT,
    Account,
    PaymentReversed,
    PaymentTaken,
    TrancheReceived,
)
from policy_credit_repayments.domain.household import HOUSEHOLD_DEBT, debt_id
from policy_credit_repayments.publishing.translation import translate
from policy_credit_shared.events.collection import HouseholdEnteredDebt, HouseholdLeftDebt
from policy_credit_shared.store.books import Books, LinesRefused, decide
from policy_credit_shared.store.memory import MemoryEventStore

LOANS = [build.some_id(f"loan {n}") for n in range(3)]
PROGRAMMES = ["HN", "HN", "HCN"]
PAYMENTS = [build.some_id(f"payment {n}") for n in range(6)]

amounts = st.integers(1, 60)
days = st.integers(0, 900).map(lambda n: build.DAY + timedelta(days=n))
loans = st.sampled_from(LOANS)
payments = st.sampled_from(PAYMENTS)

commands = st.one_of(
    st.builds(
        lambda loan, payment, amount, interest, on: build.collect(
            loan=loan, payment=payment, principal=amount, interest=interest, collected_on=on
        ),
        loans,
        payments,
        amounts,
        st.integers(0, 3),
        days,
    ),
    st.builds(
        lambda loan, p, on: build.reverse(loan=loan, payment=p, reversed_on=on),
        loans,
        payments,
        days,
    ),
    st.builds(lambda loan, on: build.charge_interest(loan=loan, until=on), loans, days),
    st.builds(
        lambda loan, n, on: build.mark_overdue(loan=loan, amount=n, fell_on=on),
        loans,
        amounts,
        days,
    ),
    st.builds(
        lambda loan, n, on: build.freeze(loan=loan, amount=n, frozen_on=on), loans, amounts, days
    ),
)
tranches = st.builds(
    lambda n, amount: build.loan_disbursed(loan=LOANS[n], programme=PROGRAMMES[n], amount=amount),
    st.integers(0, 2),
    amounts,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(tranches, commands), max_size=30))
def test_the_books_stay_straight(asked: list[Any]) -> None:
    store = MemoryEventStore()
    for one in asked:
        books = Books(store)
        if type(one) in HANDLERS:
            try:
                store.append(decide(books, build.clock, HANDLERS, [one]))
            except LinesRefused:
                continue
        else:
            open_account(one, books)
            store.append(books.decided(build.clock))
        check_books(store)


def check_books(store: MemoryEventStore) -> None:
    owed: set[str] = set()
    for loan, programme in zip(LOANS, PROGRAMMES, strict=True):
        account = Books(store).get(ACCOUNT, loan)
        if account is None:
            continue
        assert min(account.in_term, account.overdue, account.frozen, account.interest_due) >= 0
        assert account.outstanding == received(store, loan) - collected(store, loan)
        assert replayed(store, loan) == account
        if account.outstanding:
            owed.add(programme)
    entered = [
        (type(event), event.programme, event.overall)
        for entry in store.log
        for publication in translate(entry.recorded)
        if isinstance(event := publication.event, HouseholdEnteredDebt | HouseholdLeftDebt)
    ]
    in_debt = sum(o if kind is HouseholdEnteredDebt else -o for kind, _, o in entered)
    assert in_debt == (1 if owed else 0)
    for programme in set(PROGRAMMES):
        count = sum(
            1 if kind is HouseholdEnteredDebt else -1
            for kind, said, _ in entered
            if said == programme
        )
        assert count == (1 if programme in owed else 0)
    debt = Books(store).get(HOUSEHOLD_DEBT, debt_id(build.HOUSEHOLD))
    assert (debt is None or not debt.owed) == (not owed)


def received(store: MemoryEventStore, loan: Any) -> int:
    return sum(
        r.event.amount
        for r in store.histories([loan])[loan]
        if isinstance(r.event, TrancheReceived)
    )


def collected(store: MemoryEventStore, loan: Any) -> int:
    total = 0
    for recorded in store.histories([loan])[loan]:
        match recorded.event:
            case PaymentTaken() as taken:
                total += taken.in_term + taken.overdue
            case PaymentReversed(entry=entry):
                total -= entry.in_term + entry.overdue
    return total


def replayed(store: MemoryEventStore, loan: Any) -> Account | None:
    account: Account | None = None
    for recorded in store.histories([loan])[loan]:
        account = ACCOUNT.evolve(account, recorded.event)
    return account
