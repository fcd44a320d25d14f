"""Reversing: given a payment booked by mistake, when it is reversed, then an event or a no."""

from datetime import date, timedelta
from typing import Any

import build
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain import charging, collecting, reversing
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.commands import CollectPayment
from policy_credit_repayments.domain.entries import PaymentReversed, RecoveryReversed
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.household import DebtBegun
from policy_credit_repayments.domain.principal import Due, Part
from policy_credit_repayments.domain.refusals import (
    PaymentRepeated,
    PaymentReversedAlready,
    PaymentUnknown,
    RecordedAlready,
    ReversalBeforePayment,
    ReversalTooLate,
    ReversedByItsTaker,
)
from policy_credit_shared.events import collection

MILLION = build.MILLION
TELLER, DIRECTOR = "a teller", "a director"


def with_overdue(amount: int) -> Account:
    """40 million, of which an amount is overdue, and a month's interest due."""
    given = build.opened()
    given = build.after(given, charging.charge_interest(given, build.charge_interest()))
    return build.after(given, charging.mark_overdue(given, build.mark_overdue(amount=amount)))


def reversal(given: Account, **command: Any) -> PaymentReversed:
    """A director's reversal of a payment."""
    event = reversing.reverse(given, build.reverse(**command), DIRECTOR)
    assert isinstance(event, PaymentReversed)
    return event


def paid(given: Account, command: CollectPayment) -> Account:
    return build.after(given, collecting.collect(given, command, TELLER))


@pytest.mark.parametrize("principal", [1, 5 * MILLION, 8 * MILLION, 40 * MILLION])
@pytest.mark.parametrize("interest", [0, 100_000])
def test_a_reversal_gives_back_what_the_payment_took(principal: int, interest: int) -> None:
    given = with_overdue(5 * MILLION)
    after = paid(given, build.collect(principal=principal, interest=interest))
    restored = build.after(after, reversal(after))
    assert build.classes(restored) == build.classes(given)
    assert restored.interest_due == given.interest_due


def test_a_reversal_holds_the_payment_and_its_place_in_the_account() -> None:
    given = build.opened()
    taken = collecting.collect(given, build.collect(principal=MILLION), TELLER)
    given = build.after(given, taken)
    event = reversal(given, reason="wrong loan")
    assert (event.entry, event.entry_version) == (taken, 2)
    assert event.reason == "wrong loan"


@pytest.mark.parametrize(
    ("principal", "reopens"), [(40 * MILLION - 1, False), (40 * MILLION, True)]
)
def test_a_reversed_settlement_reopens_the_loan(principal: int, reopens: bool) -> None:
    after = paid(build.opened(), build.collect(principal=principal))
    assert reversal(after).reopens is reopens


@pytest.mark.parametrize(("principal", "falls"), [(5 * MILLION - 1, False), (5 * MILLION, True)])
def test_a_reversed_cure_makes_the_loan_overdue_again(principal: int, falls: bool) -> None:
    after = paid(with_overdue(5 * MILLION), build.collect(principal=principal))
    assert reversal(after).falls_overdue is falls


def test_a_reversal_of_principal_in_term_makes_nothing_overdue() -> None:
    after = paid(build.opened(), build.collect(principal=MILLION))
    assert not reversal(after).falls_overdue


def test_a_reversal_of_interest_reopens_nothing() -> None:
    given = with_overdue(MILLION)
    after = paid(given, build.collect(payment=build.some_id("all"), principal=40 * MILLION))
    after = paid(after, build.collect(interest=100_000))
    event = reversal(after)
    assert not event.reopens
    assert not event.falls_overdue
    assert build.after(after, event).outstanding == 0


def test_a_loan_that_is_overdue_anyway_does_not_fall_overdue_again() -> None:
    after = paid(with_overdue(5 * MILLION), build.collect(principal=5 * MILLION))
    after = build.after(after, charging.mark_overdue(after, build.mark_overdue(amount=MILLION)))
    event = reversal(after)
    assert not event.falls_overdue
    assert build.classes(build.after(after, event)) == (34 * MILLION, 6 * MILLION, 0)


def test_a_payment_is_reversed_once() -> None:
    after = paid(build.opened(), build.collect(principal=MILLION))
    after = build.after(after, reversal(after))
    with pytest.raises(PaymentReversedAlready):
        reversal(after)


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
    with pytest.raises(PaymentRepeated, match="of 2019-04-05 and was reversed"):
        repayments.does(build.collect(principal=1))


def test_of_several_payments_only_the_one_named_is_given_back() -> None:
    given = build.opened()
    first = paid(given, build.collect(payment=build.some_id("first"), principal=MILLION))
    both = paid(first, build.collect(principal=2 * MILLION))
    restored = build.after(both, reversal(both))
    assert build.classes(restored) == build.classes(first)


def test_reversing_a_settlement_brings_the_household_back_in_the_same_call() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    repayments.does(build.collect(principal=40 * MILLION))
    event, begun = repayments.does(build.reverse(), by=build.DIRECTOR)
    assert isinstance(event, PaymentReversed)
    assert isinstance(begun, DebtBegun)
    assert begun.overall


# -- who, and when -------------------------------------------------------------------------


def test_a_second_person_reverses_a_payment() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    repayments.does(build.collect(principal=1), by=build.DIRECTOR)
    with pytest.raises(ReversedByItsTaker, match="taken by the one") as refused:
        repayments.does(build.reverse(), by=build.DIRECTOR)
    assert (refused.value.code, refused.value.field) == ("reversed-by-its-taker", "payment")
    assert repayments.does(build.reverse(), by=build.OFFICER)


def test_a_payment_is_not_reversed_before_it_was_made() -> None:
    after = paid(build.opened(), build.collect(principal=1))
    assert reversal(after, reversed_on=date(2019, 4, 5))
    with pytest.raises(ReversalBeforePayment, match="2019-04-05") as refused:
        reversal(after, reversed_on=date(2019, 4, 4))
    assert refused.value.field == "reversed_on"


def test_a_payment_is_reversed_in_its_month_or_the_next() -> None:
    after = paid(build.opened(), build.collect(principal=1))
    assert reversal(after, reversed_on=date(2019, 5, 31))
    with pytest.raises(ReversalTooLate, match="until 2019-05-31") as refused:
        reversal(after, reversed_on=date(2019, 6, 1))
    assert (refused.value.code, refused.value.field) == ("reversal-too-late", "reversed_on")


@pytest.mark.parametrize(
    ("taken_on", "until"),
    [(date(2019, 1, 31), date(2019, 2, 28)), (date(2019, 12, 1), date(2020, 1, 31))],
)
def test_the_next_month_has_its_own_length(taken_on: date, until: date) -> None:
    given = build.opened(occurred_on=date(2019, 1, 1))
    after = paid(given, build.collect(principal=1, collected_on=taken_on))
    assert reversal(after, reversed_on=until)
    with pytest.raises(ReversalTooLate, match=f"until {until}"):
        reversal(after, reversed_on=until + timedelta(days=1))


def test_a_payment_is_not_kept_for_reversal_for_ever() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    repayments.does(build.collect(principal=1))
    repayments.closes(date(2019, 6, 29))
    given = repayments.state(ACCOUNT, build.LOAN)
    assert given is not None
    assert list(given.payments) == [build.some_id("payment")]
    repayments.closes(date(2019, 6, 30))
    given = repayments.state(ACCOUNT, build.LOAN)
    assert given is not None
    assert given.payments == {}
    with pytest.raises(ReversalTooLate, match="of 2019-04-05"):
        repayments.does(build.reverse(), by=build.DIRECTOR)
    with pytest.raises(RecordedAlready):
        repayments.does(build.collect(principal=1))
    with pytest.raises(PaymentRepeated):
        repayments.does(build.collect(principal=2))


# -- layers and instalments ----------------------------------------------------------------

PLAN = build.instalments((date(2019, 6, 5), 10), (date(2019, 9, 5), 10), (date(2019, 12, 5), 20))


def lent(ageing: str = "at_once") -> build.Desk:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed(amount=40, plan=PLAN, ageing=ageing))
    return repayments


def account(repayments: build.Desk) -> Account:
    found = repayments.state(ACCOUNT, build.LOAN)
    assert found is not None
    return found


def test_layers_and_instalments_come_back_exactly() -> None:
    repayments = lent()
    repayments.closes(date(2019, 9, 10))
    before = account(repayments)
    repayments.does(build.collect(principal=25, collected_on=date(2019, 9, 11)))
    assert account(repayments).layers == ()
    repayments.does(build.reverse(reversed_on=date(2019, 9, 12)), by=build.DIRECTOR)
    assert account(repayments).layers == before.layers
    assert account(repayments).schedule == before.schedule


def test_a_layer_that_grew_older_meanwhile_comes_back_in_its_bucket_of_that_day() -> None:
    repayments = lent()
    repayments.closes(date(2019, 9, 2))
    repayments.does(build.collect(principal=10, collected_on=date(2019, 9, 3)))
    before = len(repayments.said())
    repayments.does(build.reverse(reversed_on=date(2019, 9, 4)), by=build.DIRECTOR)
    *_, aged = repayments.said()[before:]
    assert isinstance(aged, collection.OverdueAged)
    assert (aged.occurred_on, aged.amount) == (date(2019, 9, 4), 10)
    assert (aged.from_bucket, aged.to_bucket) == ("1_90", "91_180")
    assert account(repayments).layers == (Part(10, date(2019, 6, 6), "91_180"),)
    repayments.closes(date(2019, 9, 4))
    assert repayments.said()[-1] == aged  # and it is not said twice


def test_an_instalment_whose_day_passed_meanwhile_is_due_on_the_day_of_the_reversal() -> None:
    repayments = lent()
    repayments.does(build.collect(principal=10, collected_on=date(2019, 6, 4)))
    repayments.closes(date(2019, 6, 10))
    repayments.does(build.reverse(reversed_on=date(2019, 6, 11)), by=build.DIRECTOR)
    assert build.classes(account(repayments)) == (40, 0, 0)
    repayments.closes(date(2019, 6, 12))
    assert account(repayments).layers == (Part(10, date(2019, 6, 12), "1_90"),)


def test_an_instalment_that_would_have_been_carried_forward_comes_back_on_the_next() -> None:
    repayments = lent("carried_forward")
    repayments.does(build.collect(principal=10, collected_on=date(2019, 6, 4)))
    repayments.closes(date(2019, 6, 10))
    repayments.does(build.reverse(reversed_on=date(2019, 6, 11)), by=build.DIRECTOR)
    assert account(repayments).schedule[0] == Due(date(2019, 9, 5), 20, 20, carried=10)


def test_an_instalment_that_was_extended_meanwhile_comes_back_on_its_new_day() -> None:
    repayments = lent()
    repayments.does(build.collect(principal=30, collected_on=date(2019, 5, 4)))
    repayments.takes_in(build.loan_extended(until=date(2020, 12, 5), occurred_on=date(2019, 5, 5)))
    repayments.does(build.reverse(reversed_on=date(2019, 5, 6)), by=build.DIRECTOR)
    assert [(due.due_on, due.owed) for due in account(repayments).schedule] == [
        (date(2019, 6, 5), 10),
        (date(2019, 9, 5), 10),
        (date(2020, 12, 5), 20),
    ]


# -- recoveries ----------------------------------------------------------------------------


def test_a_recovery_is_reversed_as_a_payment_is() -> None:
    repayments = lent()
    repayments.takes_in(build.write_off_approved(amount=40))
    repayments.does(build.recover(amount=30))
    payment, day = build.some_id("recovery"), date(2019, 6, 6)
    command = build.reverse(payment=payment, reversed_on=day)
    with pytest.raises(ReversedByItsTaker):
        repayments.does(command)
    (event,) = repayments.does(command, by=build.DIRECTOR)
    assert isinstance(event, RecoveryReversed)
    assert account(repayments).recoverable == 40
    reversed_entry = repayments.said()[-1]
    assert isinstance(reversed_entry, collection.EntryReversed)
    assert reversed_entry.entry_type == collection.DebtRecovered.type()
    with pytest.raises(PaymentReversedAlready):
        repayments.does(command, by=build.DIRECTOR)
