"""Existing books in repayments: given balances carried over, when life goes on, then as ever."""

from datetime import date
from typing import Any

import build
import existing
import msgspec
import pytest
from build import LOAN, MILLION
from existing import OPENED_ON

from policy_credit_loans.__main__ import PARTS as LOANS
from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.refusals import AccountRepeated, BeforeTheBooks, HeldElsewhere
from policy_credit_shared.events import collection, lending
from policy_credit_shared.events.public import PublicEvent

YESTERDAY = date(2019, 3, 4)
CALENDAR = (
    collection.PrincipalFellDue,
    collection.PrincipalFellOverdue,
    collection.InstalmentCarriedForward,
    collection.OverdueAged,
    collection.LoanUnfrozen,
)


def books(**changes: Any) -> list[PublicEvent]:
    """What loans says when it opens books of one loan."""
    desk = build.Desk(LOANS, build.DIRECTOR)
    lines = [existing.line("group"), existing.line("household"), existing.line("loan", **changes)]
    desk.does(existing.begin_books(totals=existing.totals_of(lines)))
    desk.does(existing.group(), existing.household(), existing.loan(**changes))
    desk.does(existing.open_books())
    return [event for event in desk.said() if type(event) in PARTS.takes_in]


def opened(**changes: Any) -> build.Desk:
    desk = build.Desk(PARTS, build.DIRECTOR)
    desk.takes_in(*books(**changes))
    return desk


def account(desk: build.Desk) -> Account:
    state = desk.state(ACCOUNT, LOAN)
    assert state is not None
    return state


def test_an_account_has_the_balances_of_the_books() -> None:
    state = account(opened())
    assert build.classes(state) == (7 * MILLION, 3 * MILLION, 5 * MILLION)
    assert state.buckets == {
        "1_90": 0,
        "91_180": MILLION,
        "181_360": 2 * MILLION,
        "over_360": 0,
    }
    assert (state.interest_due, state.charged_until) == (123_456, OPENED_ON)
    assert state.arrears_on(OPENED_ON) == 123_456


def test_only_that_the_household_owes_is_said_for_loans_has_said_the_rest() -> None:
    (entered,) = opened().said()
    assert isinstance(entered, collection.HouseholdEnteredDebt)
    assert (entered.occurred_on, entered.overall, entered.programme) == (OPENED_ON, 1, "HN")


def test_savings_of_the_books_are_there_to_be_withdrawn() -> None:
    desk = opened()
    assert build.saved(desk) == 1_250_000
    desk.does(build.deposit(amount=50_000), build.withdraw(amount=1_300_000))
    assert build.saved(desk) == 0
    kinds = [type(event) for event in desk.said()[1:]]
    assert kinds == [collection.SavingsDeposited, collection.SavingsWithdrawn]


def test_nothing_is_carried_over_twice() -> None:
    desk = opened()
    with pytest.raises(AccountRepeated):
        desk.takes_in(*(e for e in books() if isinstance(e, lending.LoanCarriedOver)))
    elsewhere = build.deposit(commune="22876", household=build.some_id("another household"))
    desk.does(elsewhere)
    (saved,) = (e for e in books() if isinstance(e, lending.SavingsCarriedOver))
    with pytest.raises(HeldElsewhere):
        desk.takes_in(msgspec.structs.replace(saved, household=elsewhere.household))


def test_what_happened_before_the_books_is_in_their_balances() -> None:
    desk = opened()
    for early in (
        build.collect(principal=1, collected_on=YESTERDAY),
        build.mark_overdue(amount=1, fell_on=YESTERDAY),
        build.deposit(amount=1, deposited_on=YESTERDAY),
        build.withdraw(amount=1, withdrawn_on=YESTERDAY),
        build.repay_from_savings(principal=1, repaid_on=YESTERDAY),
    ):
        with pytest.raises(BeforeTheBooks):
            desk.does(early)


def test_a_payment_pays_the_oldest_overdue_principal_first_and_can_settle() -> None:
    desk = opened(frozen=0, frozen_until=None, frozen_overdue_since=None)
    desk.does(build.collect(amount=3 * MILLION + 123_456))
    assert build.classes(account(desk)) == (7 * MILLION, 0, 0)
    assert account(desk).interest_due == 0
    said = desk.said()
    assert [e.bucket for e in said if isinstance(e, collection.PrincipalCollected)] == [
        "181_360",
        "91_180",
    ]
    assert isinstance(said[-1], collection.LoanCured)
    desk.does(build.collect(principal=7 * MILLION, payment=build.some_id("the last")))
    assert [type(e) for e in desk.said()[-2:]] == [
        collection.LoanSettled,
        collection.HouseholdLeftDebt,
    ]


def test_the_calendar_goes_on_from_the_books_day() -> None:
    """Instalments fall due and overdue, layers age by their own days, frozen debt thaws."""
    desk = opened()
    desk.closes(OPENED_ON)
    assert len(desk.said()) == 1
    desk.closes(date(2021, 3, 31))
    assert [
        (event.NAME, event.occurred_on.isoformat(), event.amount // MILLION)
        for event in desk.said()
        if isinstance(event, CALENDAR)
    ] == [
        ("overdue.aged", "2019-05-16", 2),
        ("principal.fell_due", "2019-05-20", 3),
        ("overdue.aged", "2019-05-20", 1),
        ("instalment.carried_forward", "2019-05-21", 3),
        ("overdue.aged", "2019-11-16", 1),
        ("principal.fell_due", "2020-05-20", 7),
        ("principal.fell_overdue", "2020-05-21", 7),
        ("overdue.aged", "2020-08-19", 7),
        ("overdue.aged", "2020-11-17", 7),
        ("loan.unfrozen", "2021-03-05", 5),
    ]


def test_interest_counts_from_the_books_day_on() -> None:
    desk = opened()
    desk.closes(date(2019, 3, 31))
    (charged,) = (e for e in desk.said() if isinstance(e, collection.InterestCharged))
    in_term, overdue = 7 * MILLION * 660 * 27, 3 * MILLION * 858 * 27
    assert charged.period_from == OPENED_ON
    assert charged.amount == round((in_term + overdue) / (10_000 * 365))


def test_an_extension_moves_the_last_instalment_and_cures_nothing_that_is_behind() -> None:
    desk = opened()
    desk.takes_in(build.loan_extended(until=date(2021, 5, 20), occurred_on=OPENED_ON))
    state = account(desk)
    assert build.classes(state) == (7 * MILLION, 3 * MILLION, 5 * MILLION)
    assert [due.due_on for due in state.schedule] == [date(2019, 5, 20), date(2021, 5, 20)]


def test_a_rescheduling_of_what_was_carried_over_cures_what_is_put_ahead() -> None:
    desk = opened()
    plan = build.instalments((date(2020, 5, 20), 15 * MILLION))
    desk.takes_in(build.loan_rescheduled(plan=plan, occurred_on=OPENED_ON))
    assert build.classes(account(desk)) == (10 * MILLION, 0, 5 * MILLION)


def test_a_write_off_takes_frozen_debt_first_and_a_transfer_takes_all_along() -> None:
    desk = opened()
    desk.takes_in(build.write_off_approved(amount=6 * MILLION))
    assert build.classes(account(desk)) == (7 * MILLION, 2 * MILLION, 0)
    desk.takes_in(build.loan_reassigned())
    out, into = (e for e in desk.said() if isinstance(e, collection.LoanTransferred))
    assert out.outstanding == into.outstanding == 9 * MILLION
