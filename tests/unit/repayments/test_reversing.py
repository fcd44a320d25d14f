"""Reversing: given a payment booked by mistake, when it is reversed, then an event or a no."""

import build
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain import charging, collecting, reversing
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.commands import CollectPayment
from policy_credit_repayments.domain.entries import PaymentReversed
from policy_credit_repayments.domain.household import DebtBegun
from policy_credit_repayments.domain.refusals import (
    PaymentRepeated,
    PaymentReversedAlready,
    PaymentUnknown,
)

MILLION = build.MILLION
TELLER, DIRECTOR = "a teller", "a director"


def with_overdue(amount: int) -> Account:
    """40 million, of which an amount is overdue, and a month's interest due."""
    given = build.opened()
    given = build.after(given, charging.charge_interest(given, build.charge_interest()))
    return build.after(given, charging.mark_overdue(given, build.mark_overdue(amount=amount)))


def paid(given: Account, command: CollectPayment) -> Account:
    return build.after(given, collecting.collect(given, command, TELLER))


@pytest.mark.parametrize("principal", [1, 5 * MILLION, 8 * MILLION, 40 * MILLION])
@pytest.mark.parametrize("interest", [0, 100_000])
def test_a_reversal_gives_back_what_the_payment_took(principal: int, interest: int) -> None:
    given = with_overdue(5 * MILLION)
    after = paid(given, build.collect(principal=principal, interest=interest))
    restored = build.after(after, reversing.reverse(after, build.reverse(), DIRECTOR))
    assert build.classes(restored) == build.classes(given)
    assert restored.interest_due == given.interest_due


def test_a_reversal_holds_the_payment_and_its_place_in_the_account() -> None:
    given = build.opened()
    taken = collecting.collect(given, build.collect(principal=MILLION), TELLER)
    given = build.after(given, taken)
    reversal = reversing.reverse(given, build.reverse(reason="wrong loan"), DIRECTOR)
    assert (reversal.entry, reversal.entry_version) == (taken, 2)
    assert reversal.reason == "wrong loan"


@pytest.mark.parametrize(
    ("principal", "reopens"), [(40 * MILLION - 1, False), (40 * MILLION, True)]
)
def test_a_reversed_settlement_reopens_the_loan(principal: int, reopens: bool) -> None:
    after = paid(build.opened(), build.collect(principal=principal))
    assert reversing.reverse(after, build.reverse(), DIRECTOR).reopens is reopens


@pytest.mark.parametrize(("principal", "falls"), [(5 * MILLION - 1, False), (5 * MILLION, True)])
def test_a_reversed_cure_makes_the_loan_overdue_again(principal: int, falls: bool) -> None:
    after = paid(with_overdue(5 * MILLION), build.collect(principal=principal))
    assert reversing.reverse(after, build.reverse(), DIRECTOR).falls_overdue is falls


def test_a_reversal_of_principal_in_term_makes_nothing_overdue() -> None:
    after = paid(build.opened(), build.collect(principal=MILLION))
    assert not reversing.reverse(after, build.reverse(), DIRECTOR).falls_overdue


def test_a_reversal_of_interest_reopens_nothing() -> None:
    given = with_overdue(MILLION)
    after = paid(given, build.collect(payment=build.some_id("all"), principal=40 * MILLION))
    after = paid(after, build.collect(interest=100_000))
    reversal = reversing.reverse(after, build.reverse(), DIRECTOR)
    assert not reversal.reopens
    assert not reversal.falls_overdue
    assert build.after(after, reversal).outstanding == 0


def test_a_loan_that_is_overdue_anyway_does_not_fall_overdue_again() -> None:
    after = paid(with_overdue(5 * MILLION), build.collect(principal=5 * MILLION))
    after = build.after(after, charging.mark_overdue(after, build.mark_overdue(amount=MILLION)))
    reversal = reversing.reverse(after, build.reverse(), DIRECTOR)
    assert not reversal.falls_overdue
    assert build.classes(build.after(after, reversal)) == (34 * MILLION, 6 * MILLION, 0)


def test_a_payment_is_reversed_once() -> None:
    after = paid(build.opened(), build.collect(principal=MILLION))
    after = build.after(after, reversing.reverse(after, build.reverse(), DIRECTOR))
    with pytest.raises(PaymentReversedAlready):
        reversing.reverse(after, build.reverse(), DIRECTOR)


def test_a_payment_is_reversed_only_if_it_was_made_on_that_loan() -> None:
    repayments = build.Desk(PARTS)
    other = build.some_id("other loan")
    repayments.takes_in(build.loan_disbursed(), build.loan_disbursed(loan=other))
    repayments.does(build.collect(principal=1))
    for command in (build.reverse(loan=other), build.reverse(payment=build.some_id("none"))):
        with pytest.raises(PaymentUnknown) as refused:
            repayments.does(command, by=build.DIRECTOR)
        assert refused.value.field == "payment"


def test_a_reversed_payments_id_is_not_used_again() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    repayments.does(build.collect(principal=1))
    repayments.does(build.reverse(), by=build.DIRECTOR)
    with pytest.raises(PaymentRepeated):
        repayments.does(build.collect(principal=1))


def test_of_several_payments_only_the_one_named_is_given_back() -> None:
    given = build.opened()
    first = paid(given, build.collect(payment=build.some_id("first"), principal=MILLION))
    both = paid(first, build.collect(principal=2 * MILLION))
    restored = build.after(both, reversing.reverse(both, build.reverse(), DIRECTOR))
    assert build.classes(restored) == build.classes(first)


def test_reversing_a_settlement_brings_the_household_back_in_the_same_call() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    repayments.does(build.collect(principal=40 * MILLION))
    reversal, begun = repayments.does(build.reverse(), by=build.DIRECTOR)
    assert isinstance(reversal, PaymentReversed)
    assert isinstance(begun, DebtBegun)
    assert begun.overall
