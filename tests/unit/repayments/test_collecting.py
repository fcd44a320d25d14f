"""Collecting: given a loan's account, when a payment comes, then an event or a no."""

from datetime import date
from typing import Any

import build
import msgspec
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain import charging, collecting, reversing
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.entries import PaymentTaken
from policy_credit_repayments.domain.household import DebtEnded
from policy_credit_repayments.domain.refusals import (
    LoanNotOpen,
    NothingPaid,
    Overpayment,
    PaymentRepeated,
    RecordedAlready,
)
from policy_credit_shared.kernel.refusals import WrongOffice

MILLION = build.MILLION
TELLER = "a teller"
LATE = build.some_id("session")


def overdue(amount: int = 5 * MILLION) -> Account:
    """40 million, of which an amount is overdue."""
    given = build.opened()
    return build.after(given, charging.mark_overdue(given, build.mark_overdue(amount=amount)))


def owing_interest() -> Account:
    """40 million and the interest of a month, 224,219 dong."""
    given = build.opened()
    return build.after(given, charging.charge_interest(given, build.charge_interest()))


def test_a_payment_reduces_the_principal_in_term() -> None:
    given = build.opened()
    taken = collecting.collect(given, build.collect(principal=8 * MILLION), TELLER)
    assert (taken.overdue, taken.in_term, taken.interest) == (0, 8 * MILLION, 0)
    assert not taken.cures
    assert not taken.settles
    assert build.classes(build.after(given, taken)) == (32 * MILLION, 0, 0)


def test_a_payment_covers_overdue_principal_first() -> None:
    given = overdue(5 * MILLION)
    taken = collecting.collect(given, build.collect(principal=8 * MILLION), TELLER)
    assert (taken.overdue, taken.in_term) == (5 * MILLION, 3 * MILLION)
    assert taken.cures
    assert not taken.settles
    assert build.classes(build.after(given, taken)) == (32 * MILLION, 0, 0)


@pytest.mark.parametrize(
    ("principal", "cures"), [(5 * MILLION - 1, False), (5 * MILLION, True), (5 * MILLION + 1, True)]
)
def test_a_loan_is_cured_by_its_last_overdue_dong(principal: int, cures: bool) -> None:
    assert collecting.collect(overdue(), build.collect(principal=principal), TELLER).cures is cures


@pytest.mark.parametrize(
    ("principal", "settles"), [(40 * MILLION - 1, False), (40 * MILLION, True)]
)
def test_a_loan_is_settled_by_its_last_dong(principal: int, settles: bool) -> None:
    for given in (build.opened(), overdue(), overdue(40 * MILLION)):
        taken = collecting.collect(given, build.collect(principal=principal), TELLER)
        assert taken.settles is settles
        assert build.after(given, taken).outstanding == 40 * MILLION - principal


def test_interest_alone_settles_and_cures_nothing() -> None:
    taken = collecting.collect(owing_interest(), build.collect(interest=224_219), TELLER)
    assert (taken.in_term, taken.overdue, taken.interest) == (0, 0, 224_219)
    assert not taken.settles
    assert not taken.cures


def test_interest_is_still_owed_after_the_principal_is_settled() -> None:
    given = owing_interest()
    settled = build.after(
        given, collecting.collect(given, build.collect(principal=40 * MILLION), TELLER)
    )
    assert (settled.outstanding, settled.interest_due) == (0, 224_219)
    late = build.collect(payment=build.some_id("late"), interest=224_219)
    taken = collecting.collect(settled, late, TELLER)
    assert not taken.settles
    assert build.after(settled, taken).interest_due == 0


@pytest.mark.parametrize("principal", [40 * MILLION + 1, 2**62])
def test_more_principal_than_owed_is_refused_with_what_is_owed(principal: int) -> None:
    with pytest.raises(Overpayment, match="40000000 dong owed") as refused:
        collecting.collect(build.opened(), build.collect(principal=principal), TELLER)
    assert (refused.value.code, refused.value.field) == ("overpayment", "principal")
    assert "40000000" in refused.value.fix


def test_more_interest_than_due_is_refused_with_what_is_due() -> None:
    with pytest.raises(Overpayment, match="0 dong owed"):
        collecting.collect(build.opened(), build.collect(interest=1), TELLER)
    with pytest.raises(Overpayment, match="224219 dong owed") as refused:
        collecting.collect(owing_interest(), build.collect(principal=1, interest=224_220), TELLER)
    assert refused.value.field == "interest"


def test_frozen_principal_is_not_collected() -> None:
    given = build.opened()
    given = build.after(given, build.frozen(given, amount=10 * MILLION))
    with pytest.raises(Overpayment, match="30000000 dong owed"):
        collecting.collect(given, build.collect(principal=31 * MILLION), TELLER)
    rest = collecting.collect(given, build.collect(principal=30 * MILLION), TELLER)
    assert not rest.settles
    assert build.classes(build.after(given, rest)) == (0, 0, 10 * MILLION)


def test_a_payment_of_nothing_is_refused() -> None:
    with pytest.raises(NothingPaid):
        collecting.collect(build.opened(), build.collect(), TELLER)


@pytest.mark.parametrize("amount", [-1, 2**62 + 1, 1.5, "1"])
def test_an_amount_is_whole_dong(amount: object) -> None:
    for field in ("principal", "interest"):
        with pytest.raises(msgspec.ValidationError):
            build.collect(**{field: amount})


def test_a_payment_is_booked_once() -> None:
    given = build.opened()
    given = build.after(given, collecting.collect(given, build.collect(principal=MILLION), TELLER))
    with pytest.raises(PaymentRepeated, match="1000000 principal on 2019-04-05"):
        collecting.collect(given, build.collect(principal=2 * MILLION), TELLER)


@pytest.mark.parametrize("again", [{"principal": MILLION}, {"amount": MILLION}, {"session": LATE}])
def test_the_same_payment_again_is_told_that_it_is_recorded(again: dict[str, Any]) -> None:
    """Whatever has become of the loan since; and whether or not it names a session now."""
    given = build.opened(amount=MILLION)
    given = build.after(given, collecting.collect(given, build.collect(principal=MILLION), TELLER))
    same = {"principal": 0 if "amount" in again else MILLION} | again
    with pytest.raises(RecordedAlready) as refused:
        collecting.collect(given, build.collect(**same), TELLER)
    assert (refused.value.code, refused.value.field) == ("recorded-already", "payment")


def test_the_same_money_on_another_day_is_another_payment() -> None:
    given = build.opened()
    given = build.after(given, collecting.collect(given, build.collect(principal=MILLION), TELLER))
    another_day = build.collect(principal=MILLION, collected_on=date(2019, 4, 6))
    with pytest.raises(PaymentRepeated):
        collecting.collect(given, another_day, TELLER)


def test_only_the_loans_office_acts_on_it() -> None:
    other = build.OTHER_OFFICE
    given = build.opened()
    for act in (
        lambda: collecting.collect(given, build.collect(office=other, principal=1), TELLER),
        lambda: reversing.reverse(given, build.reverse(office=other), TELLER),
        lambda: charging.charge_interest(given, build.charge_interest(office=other)),
        lambda: charging.mark_overdue(given, build.mark_overdue(office=other)),
        lambda: collecting.recover(given, build.recover(office=other), TELLER),
    ):
        with pytest.raises(WrongOffice, match=build.OFFICE):
            act()


def test_a_loan_without_an_account_is_refused() -> None:
    repayments = build.Desk(PARTS)
    for command in (
        build.collect(principal=1),
        build.reverse(),
        build.charge_interest(),
        build.mark_overdue(),
        build.recover(),
    ):
        with pytest.raises(LoanNotOpen) as refused:
            repayments.does(command)
        assert refused.value.field == "loan"


def test_settling_a_loan_ends_the_households_debt_in_the_same_call() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    taken, ended = repayments.does(build.collect(principal=40 * MILLION))
    assert isinstance(taken, PaymentTaken)
    assert isinstance(ended, DebtEnded)


def test_lines_of_one_sheet_see_each_other() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=10))
    with pytest.raises(Overpayment, match="4 dong owed"):
        repayments.does(
            build.collect(payment=build.some_id("1"), principal=6),
            build.collect(payment=build.some_id("2"), principal=6),
        )
    assert len(repayments.store.log) == 2
