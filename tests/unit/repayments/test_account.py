"""A loan's account: given events, when a command, then events or a no."""

from datetime import date

import build
import pytest

from policy_credit_repayments.domain import account
from policy_credit_repayments.domain.account import Account, AccountEvent, evolve, receive_tranche
from policy_credit_repayments.domain.refusals import (
    InterestUpToDate,
    MoreThanCollectable,
    MoreThanInTerm,
    NothingPaid,
    Overpayment,
    PaymentRepeated,
    PaymentReversedAlready,
    PaymentUnknown,
)
from policy_credit_shared.kernel.refusals import WrongOffice

MILLION = 1_000_000


def opened(amount: int = 40 * MILLION) -> Account:
    loan = build.loan_disbursed(amount=amount)
    return evolve(None, receive_tranche(None, loan))


def after(given: Account, *events: AccountEvent) -> Account:
    for event in events:
        given = evolve(given, event)
    return given


def overdue(amount: int = 5 * MILLION) -> Account:
    given = opened()
    return after(given, account.mark_overdue(given, build.mark_overdue(amount=amount)))


def classes(given: Account) -> tuple[int, int, int]:
    return given.in_term, given.overdue, given.frozen


def test_a_disbursement_opens_the_account_in_term() -> None:
    assert classes(opened()) == (40 * MILLION, 0, 0)


def test_a_further_tranche_adds_to_it() -> None:
    given = opened()
    tranche = receive_tranche(given, build.loan_disbursed(tranche=2, amount=5 * MILLION))
    assert not tranche.reopens
    assert classes(after(given, tranche)) == (45 * MILLION, 0, 0)


def test_a_payment_covers_overdue_principal_first() -> None:
    given = overdue(5 * MILLION)
    taken = account.collect(given, build.collect(principal=8 * MILLION))
    assert (taken.overdue, taken.in_term) == (5 * MILLION, 3 * MILLION)
    assert taken.cures
    assert not taken.settles
    assert classes(after(given, taken)) == (32 * MILLION, 0, 0)


def test_the_last_dong_settles_the_loan() -> None:
    given = opened()
    taken = account.collect(given, build.collect(principal=40 * MILLION))
    assert taken.settles
    assert after(given, taken).outstanding == 0


@pytest.mark.parametrize("principal", [40 * MILLION + 1, 2**62])
def test_more_principal_than_owed_is_refused_with_what_is_owed(principal: int) -> None:
    with pytest.raises(Overpayment, match="40000000 dong owed"):
        account.collect(opened(), build.collect(principal=principal))


def test_frozen_principal_is_not_collected() -> None:
    given = opened()
    given = after(given, account.freeze(given, build.freeze(amount=10 * MILLION)))
    with pytest.raises(Overpayment, match="30000000 dong owed"):
        account.collect(given, build.collect(principal=31 * MILLION))


def test_more_interest_than_due_is_refused() -> None:
    with pytest.raises(Overpayment, match="0 dong owed"):
        account.collect(opened(), build.collect(interest=1))


def test_a_payment_of_nothing_is_refused() -> None:
    with pytest.raises(NothingPaid):
        account.collect(opened(), build.collect())


def test_a_payment_is_booked_once() -> None:
    given = opened()
    given = after(given, account.collect(given, build.collect(principal=MILLION)))
    with pytest.raises(PaymentRepeated):
        account.collect(given, build.collect(principal=MILLION))


def test_only_the_loans_office_acts_on_it() -> None:
    other = build.OTHER_OFFICE
    for act in (
        lambda: account.collect(opened(), build.collect(office=other, principal=1)),
        lambda: account.charge_interest(opened(), build.charge_interest(office=other)),
        lambda: account.mark_overdue(opened(), build.mark_overdue(office=other)),
        lambda: account.freeze(opened(), build.freeze(office=other)),
    ):
        with pytest.raises(WrongOffice, match=build.OFFICE):
            act()


def test_only_the_part_that_fell_overdue_is_overdue() -> None:
    given = overdue(5 * MILLION)
    assert classes(given) == (35 * MILLION, 5 * MILLION, 0)
    more = account.mark_overdue(given, build.mark_overdue(amount=MILLION))
    assert not more.first
    with pytest.raises(MoreThanInTerm, match="35000000"):
        account.mark_overdue(given, build.mark_overdue(amount=36 * MILLION))


def test_freezing_takes_overdue_principal_first() -> None:
    given = overdue(5 * MILLION)
    frozen = account.freeze(given, build.freeze(amount=7 * MILLION))
    assert (frozen.overdue, frozen.in_term, frozen.cures) == (5 * MILLION, 2 * MILLION, True)
    assert classes(after(given, frozen)) == (33 * MILLION, 0, 7 * MILLION)
    with pytest.raises(MoreThanCollectable, match="40000000"):
        account.freeze(given, build.freeze(amount=41 * MILLION))


def test_a_reversal_gives_back_what_the_payment_took() -> None:
    given = overdue(5 * MILLION)
    paid = after(given, account.collect(given, build.collect(principal=40 * MILLION)))
    reversal = account.reverse(paid, build.reverse())
    assert reversal.reopens
    assert reversal.falls_overdue
    assert classes(after(paid, reversal)) == classes(given)


def test_a_payment_is_reversed_once_and_only_if_it_was_made() -> None:
    given = opened()
    with pytest.raises(PaymentUnknown):
        account.reverse(given, build.reverse())
    given = after(given, account.collect(given, build.collect(principal=MILLION)))
    given = after(given, account.reverse(given, build.reverse()))
    with pytest.raises(PaymentReversedAlready):
        account.reverse(given, build.reverse())


# Interest. 40 million dong at 6.6 % a year earn 7,232.88 dong a day.


def charged(given: Account, until: date) -> int:
    return account.charge_interest(given, build.charge_interest(until=until)).amount


@pytest.mark.parametrize(
    ("until", "dong"),
    [
        (date(2019, 3, 6), 7_233),
        (date(2019, 4, 4), 216_986),
        (date(2019, 4, 5), 224_219),
        (date(2020, 3, 4), 2_640_000),
    ],
)
def test_interest_counts_the_first_day_and_not_the_last_over_365(until: date, dong: int) -> None:
    assert charged(opened(), until) == dong


def test_half_a_dong_is_rounded_up() -> None:
    # 36,500 dong at 0.50 % for one day: half a dong.
    loan = build.loan_disbursed(amount=36_500, annual_rate=50)
    given = evolve(None, receive_tranche(None, loan))
    assert charged(given, date(2019, 3, 6)) == 1
    assert charged(evolve(None, receive_tranche(None, loan)), date(2019, 3, 8)) == 2


def test_overdue_principal_earns_at_130_percent() -> None:
    loan = build.loan_disbursed(amount=365 * MILLION, annual_rate=1_000)
    given = evolve(None, receive_tranche(None, loan))
    all_of_it = build.mark_overdue(amount=365 * MILLION, fell_on=date(2019, 3, 6))
    given = after(given, account.mark_overdue(given, all_of_it))
    assert charged(given, date(2019, 3, 7)) == 100_000 + 130_000


def test_frozen_principal_earns_nothing() -> None:
    given = opened()
    whole = build.freeze(amount=40 * MILLION, frozen_on=date(2019, 3, 6))
    given = after(given, account.freeze(given, whole))
    assert charged(given, date(2020, 3, 6)) == 7_233


def test_interest_follows_the_balance_day_by_day() -> None:
    given = opened(20 * MILLION)
    half = build.collect(principal=10 * MILLION, collected_on=date(2019, 3, 15))
    given = after(given, account.collect(given, half))
    # Ten days on 20 million and ten on 10 million are thirty on 10 million.
    assert charged(given, date(2019, 3, 25)) == charged(opened(10 * MILLION), date(2019, 4, 4))


def test_a_day_is_charged_once() -> None:
    given = opened()
    given = after(given, account.charge_interest(given, build.charge_interest()))
    with pytest.raises(InterestUpToDate):
        account.charge_interest(given, build.charge_interest())
    assert charged(given, date(2019, 5, 5)) == charged(opened(), date(2019, 4, 4))
