"""The close of a day: what the calendar alone makes of accounts, whenever it is asked."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import build
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.application.close import EVENTS_MAX
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.entries import InterestCharged
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_shared.events import collection
from policy_credit_shared.kernel.instalments import spread
from policy_credit_shared.running.closing import close_day
from policy_credit_shared.store.changes import Changes
from policy_credit_shared.store.memory import MemoryEventStore

MARCH, APRIL, MAY = date(2019, 3, 31), date(2019, 4, 30), date(2019, 5, 31)
DAY = timedelta(days=1)


def desk(**loan: Any) -> build.Desk:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(**loan))
    return repayments


def account(repayments: build.Desk) -> Account:
    found = repayments.state(ACCOUNT, build.LOAN)
    assert found is not None
    return found


def charges(repayments: build.Desk) -> list[InterestCharged]:
    events = [recorded.event for recorded in repayments.history(build.LOAN)]
    return [event for event in events if isinstance(event, InterestCharged)]


# -- interest at a month's end -------------------------------------------------------------


def test_a_months_end_charges_the_interest_of_the_month_in_the_month() -> None:
    repayments = desk()
    repayments.closes(APRIL)
    march, april = charges(repayments)
    # 40 million at 6.6 % earn 7,232.88 dong a day: 27 days of March, 30 of April.
    assert (march.on, march.amount) == (MARCH, 195_288)
    assert (april.on, april.amount) == (APRIL, 216_986)
    assert (march.period_from, march.period_until) == (build.DAY, date(2019, 4, 1))
    assert (april.period_from, april.period_until) == (date(2019, 4, 1), date(2019, 5, 1))
    said = [x for x in repayments.said() if isinstance(x, collection.InterestCharged)]
    assert [(x.occurred_on, x.period_until) for x in said] == [
        (MARCH, date(2019, 4, 1)),
        (APRIL, date(2019, 5, 1)),
    ]


def test_a_months_end_charges_what_was_not_charged_before() -> None:
    repayments = desk()
    repayments.does(build.charge_interest(until=date(2019, 3, 21)))
    repayments.closes(MARCH)
    by_hand, by_close = charges(repayments)
    assert by_hand.amount + by_close.amount == 195_288
    assert by_close.period_from == date(2019, 3, 21)


def test_a_month_charged_by_hand_to_its_end_closes_at_nothing() -> None:
    repayments = desk()
    repayments.does(build.charge_interest(until=date(2019, 4, 10)))
    repayments.closes(APRIL)
    assert [charge.amount for charge in charges(repayments)] == [260_384, 0, 151_890]
    said = [x for x in repayments.said() if isinstance(x, collection.InterestCharged)]
    assert len(said) == 2


def test_a_settled_loan_is_charged_once_more_for_its_last_days() -> None:
    repayments = desk()
    settled = build.collect(principal=40_000_000, collected_on=date(2019, 4, 5))
    repayments.closes(MARCH)
    repayments.does(settled)
    repayments.closes(date(2020, 1, 1))
    assert [(x.on, x.amount) for x in charges(repayments)] == [(MARCH, 195_288), (APRIL, 28_932)]
    assert account(repayments).next_day is None


def test_nothing_is_awaited_of_a_loan_that_owes_nothing() -> None:
    repayments = desk(annual_rate=0)
    repayments.does(build.collect(principal=40_000_000))
    assert account(repayments).next_day is None
    assert repayments.closes(date(2030, 1, 1)) == []


def test_frozen_principal_is_charged_nothing_and_counted_all_the_same() -> None:
    repayments = desk()
    repayments.takes_in(build.freezing_approved(amount=40_000_000, occurred_on=build.DAY))
    repayments.closes(MAY)
    assert [charge.amount for charge in charges(repayments)] == [0, 0, 0]
    fees = [x for x in repayments.said() if isinstance(x, collection.EntrustmentFeeAccrued)]
    assert [fee.outstanding for fee in fees] == [40_000_000] * 3


# -- order, repetition, interruption -------------------------------------------------------


def test_events_are_of_their_own_days_in_the_order_of_days() -> None:
    plan = build.instalments((MARCH, 10), (date(2019, 6, 30), 30))
    repayments = desk(amount=40, annual_rate=10_000, plan=plan)
    frozen = build.freezing_approved(amount=4, until=MARCH, occurred_on=date(2019, 3, 10))
    repayments.takes_in(frozen)
    repayments.closes(date(2019, 7, 1))
    found = [
        (recorded.event.on, type(recorded.event).__name__)  # type: ignore[attr-defined]
        for recorded in repayments.history(build.LOAN)[2:]
    ]
    assert found == [
        (MARCH, "DebtUnfrozen"),
        (MARCH, "InstalmentFellDue"),
        (MARCH, "InterestCharged"),
        (MARCH + DAY, "PrincipalFellOverdue"),
        (APRIL, "InterestCharged"),
        (MAY, "InterestCharged"),
        (date(2019, 6, 30), "InstalmentFellDue"),
        (date(2019, 6, 30), "LayerAged"),
        (date(2019, 6, 30), "InterestCharged"),
        (date(2019, 7, 1), "PrincipalFellOverdue"),
    ]


def test_a_day_closed_twice_is_closed_once() -> None:
    repayments = desk()
    assert repayments.closes(APRIL) != []
    assert repayments.closes(APRIL) == []
    assert repayments.closes(date(2019, 4, 1)) == []


def test_a_close_finds_only_what_is_awaited() -> None:
    repayments = desk()
    repayments.closes(MARCH)
    assert repayments.store.awaited("account", date(2019, 4, 29), limit=9) == []
    assert repayments.store.awaited("account", APRIL, limit=9) == [build.LOAN]


def test_decades_are_closed_in_parts() -> None:
    repayments = desk(due_on=date(2060, 3, 5))
    appended = len(repayments.store.log)
    repayments.closes(date(2050, 1, 1))
    assert len(charges(repayments)) == 370 > EVENTS_MAX
    assert len(repayments.store.log) > appended
    assert account(repayments).next_day == date(2050, 1, 31)


offices = {build.OFFICE: build.LOCALITY, build.OTHER_OFFICE: build.OTHER_LOCALITY}
some_loans = st.lists(
    st.fixed_dictionaries(
        {
            "office": st.sampled_from(list(offices)),
            "amount": st.integers(100, 10**9),
            "due": st.lists(st.integers(1, 400), min_size=1, max_size=5, unique=True),
            "ageing": st.sampled_from(["at_once", "carried_forward"]),
            "frozen": st.integers(0, 10**9),
            "frozen_days": st.integers(1, 300),
            "paid": st.integers(0, 100),
        }
    ),
    min_size=1,
    max_size=4,
)


def lent(loans: Sequence[dict[str, Any]]) -> tuple[build.Desk, list[UUID]]:
    """Loans of all kinds in two offices, some partly frozen or paid back."""
    repayments, ids = build.Desk(PARTS), []
    for number, terms in enumerate(loans):
        loan = build.some_id(f"loan {number}")
        ids.append(loan)
        office = terms["office"]
        days = [build.DAY + timedelta(days=n) for n in sorted(terms["due"])]
        of = {"loan": loan, "household": loan, "office": office, "locality": offices[office]}
        repayments.takes_in(
            build.loan_disbursed(
                **of,
                amount=terms["amount"],
                plan=spread(terms["amount"], days),
                due_on=days[-1],
                ageing=terms["ageing"],
            )
        )
        if terms["paid"]:
            pays = build.collect(
                loan=loan, office=office, amount=terms["paid"], collected_on=build.DAY
            )
            repayments.does(pays)
        if terms["frozen"]:
            until = build.DAY + timedelta(days=terms["frozen_days"])
            frozen = {"amount": terms["frozen"], "until": until, "occurred_on": build.DAY}
            repayments.takes_in(build.freezing_approved(**of, **frozen))
    return repayments, ids


def told(
    repayments: build.Desk, ids: Sequence[UUID]
) -> tuple[Any, list[collection.EntrustmentFeeAccrued]]:
    """Each account's events in their order, and what is said of fees."""
    histories = [[r.event for r in repayments.history(loan)] for loan in ids]
    fees = [x for x in repayments.said() if isinstance(x, collection.EntrustmentFeeAccrued)]
    return histories, sorted(fees, key=lambda x: (x.office, x.month, x.locality))


END = build.DAY + timedelta(days=500)
closing_days = st.lists(
    st.tuples(st.integers(0, 500), st.sampled_from([None, *offices])), max_size=12
)


@settings(max_examples=60, deadline=None)
@given(some_loans, closing_days)
def test_however_days_are_closed_the_events_are_the_same(
    loans: list[dict[str, Any]], days: list[tuple[int, str | None]]
) -> None:
    """At once; or some days before, in any order, in one office or in all, then at once."""
    one, ids = lent(loans)
    other, _ = lent(loans)
    one.closes(END)
    for days_later, office in days:
        other.closes(build.DAY + timedelta(days=days_later), office)
    other.closes(END)
    assert told(one, ids) == told(other, ids)


@settings(max_examples=10, deadline=None)
@given(some_loans)
def test_day_by_day_or_at_once_is_the_same(loans: list[dict[str, Any]]) -> None:
    one, ids = lent(loans)
    other, _ = lent(loans)
    one.closes(END)
    day = build.DAY
    while day <= END:
        other.closes(day)
        day += DAY
    assert told(one, ids) == told(other, ids)


class Killed(Exception):
    """The process is gone."""


class Mortal(MemoryEventStore):
    """Stores so many calls' events, then its process is killed."""

    def __init__(self, lives: int) -> None:
        super().__init__()
        self.lives = lives

    def append(self, changes: Changes) -> None:
        if self.lives == 0:
            raise Killed
        self.lives -= 1
        super().append(changes)


def test_a_close_that_is_killed_between_batches_is_resumed_to_the_same_end() -> None:
    whole = build.Desk(PARTS)
    killed = build.Desk(PARTS)
    killed.store = mortal = Mortal(10_000)
    numbers = range(1_200)
    for repayments in (whole, killed):
        for number in numbers:
            some = build.some_id(f"loan {number}")
            repayments.takes_in(build.loan_disbursed(loan=some, household=some))
    whole.closes(APRIL)
    mortal.lives = 1
    deaths = 0
    while True:
        try:
            for _ in close_day(killed.store, build.clock, PARTS.closings, APRIL):
                pass
        except Killed:
            deaths += 1
            mortal.lives = 1
        else:
            break
    assert deaths >= 3
    ids = [build.some_id(f"loan {number}") for number in numbers]
    assert told(whole, ids) == told(killed, ids)


@pytest.mark.parametrize("day", [date(2019, 3, 5), date(2019, 3, 30)])
def test_nothing_follows_before_its_day(day: date) -> None:
    assert desk().closes(day) == []
