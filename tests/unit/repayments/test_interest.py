"""Interest, in worked examples: declining balance, actual days over 365, rounded half up.

40 million dong at 6.6 % a year earn 7,232.88 dong a day.
"""

from datetime import date, timedelta

import build
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain import charging, collecting
from policy_credit_repayments.domain.account import Account
from policy_credit_repayments.domain.entries import InterestCharged
from policy_credit_repayments.domain.evolving import ACCOUNT
from policy_credit_repayments.domain.opening import receive_tranche
from policy_credit_repayments.domain.refusals import InterestUpToDate
from policy_credit_shared.kernel.money import accrual, interest, overdue_rate

MILLION = build.MILLION
TELLER = "a teller"


def charge(given: Account, until: date) -> Account:
    return build.after(given, charging.charge_interest(given, build.charge_interest(until=until)))


def charged(given: Account, until: date) -> int:
    return charging.charge_interest(given, build.charge_interest(until=until)).amount


@pytest.mark.parametrize(
    ("until", "dong"),
    [
        (date(2019, 3, 6), 7_233),
        (date(2019, 4, 4), 216_986),
        (date(2019, 4, 5), 224_219),
        (date(2020, 3, 4), 2_640_000),
    ],
)
def test_the_first_day_counts_and_the_last_does_not(until: date, dong: int) -> None:
    assert charged(build.opened(), until) == dong


def test_a_year_has_365_days_also_when_it_has_366() -> None:
    leap = build.opened(occurred_on=date(2020, 1, 1))
    assert charged(leap, date(2021, 1, 1)) == 2_640_000 + 7_233


@pytest.mark.parametrize(
    ("principal", "rate", "days", "dong"),
    [
        (36_500, 50, 1, 1),  # 0.5
        (36_500, 50, 3, 2),  # 1.5
        (36_499, 50, 1, 0),  # 0.49998…
        (36_499, 50, 3, 1),  # 1.49995…
        (36_501, 50, 1, 1),  # 0.50001…
        (1, 1, 1, 0),
        (2**62, 10_000, 365, 2**62),
    ],
)
def test_half_a_dong_is_rounded_up(principal: int, rate: int, days: int, dong: int) -> None:
    given = build.opened(amount=principal, annual_rate=rate)
    assert charged(given, build.DAY + timedelta(days=days)) == dong
    assert interest(accrual(principal, rate, days)) == dong


@pytest.mark.parametrize(
    ("in_term", "overdue"), [(660, 858), (792, 1_030), (825, 1_073), (900, 1_170), (5, 7), (0, 0)]
)
def test_the_overdue_rate_is_130_percent_rounded_half_up(in_term: int, overdue: int) -> None:
    assert overdue_rate(in_term) == overdue


def test_overdue_principal_earns_at_130_percent_from_the_day_that_it_fell() -> None:
    given = build.opened(amount=365 * MILLION, annual_rate=1_000)
    all_of_it = build.mark_overdue(amount=365 * MILLION, fell_on=date(2019, 3, 6))
    given = build.after(given, charging.mark_overdue(given, all_of_it))
    assert charged(given, date(2019, 3, 7)) == 100_000 + 130_000


def test_only_the_overdue_part_earns_more() -> None:
    given = build.opened(amount=365 * MILLION, annual_rate=1_000)
    a_fifth = build.mark_overdue(amount=73 * MILLION, fell_on=build.DAY)
    given = build.after(given, charging.mark_overdue(given, a_fifth))
    assert charged(given, date(2019, 3, 6)) == 80_000 + 26_000


def test_nothing_is_earned_while_frozen() -> None:
    given = build.opened()
    whole = build.frozen(given, amount=40 * MILLION, occurred_on=date(2019, 3, 6))
    given = build.after(given, whole)
    assert charged(given, date(2020, 3, 6)) == 7_233
    assert charged(charge(given, date(2019, 4, 5)), date(2020, 3, 6)) == 0


def test_what_is_not_frozen_goes_on_earning() -> None:
    given = build.opened()
    half = build.frozen(given, amount=20 * MILLION, occurred_on=build.DAY)
    given = build.after(given, half)
    assert charged(given, date(2019, 4, 4)) == charged(
        build.opened(amount=20 * MILLION), date(2019, 4, 4)
    )


def test_interest_follows_the_balance_day_by_day() -> None:
    given = build.opened(amount=20 * MILLION)
    half = build.collect(principal=10 * MILLION, collected_on=date(2019, 3, 15))
    given = build.after(given, collecting.collect(given, half, TELLER))
    # Ten days on 20 million and ten on 10 million are thirty on 10 million.
    thirty = charged(build.opened(amount=10 * MILLION), date(2019, 4, 4))
    assert charged(given, date(2019, 3, 25)) == thirty


def test_the_day_of_payment_earns_nothing_on_what_was_paid() -> None:
    given = build.opened()
    paid_back = build.collect(principal=40 * MILLION, collected_on=date(2019, 4, 4))
    given = build.after(given, collecting.collect(given, paid_back, TELLER))
    assert charged(given, date(2019, 4, 4)) == 216_986
    assert charged(given, date(2019, 5, 4)) == 216_986


def test_the_day_of_a_further_tranche_counts_for_it() -> None:
    given = build.opened(amount=10 * MILLION)
    more = build.loan_disbursed(tranche=2, amount=30 * MILLION, occurred_on=date(2019, 3, 6))
    given = build.after(given, receive_tranche(given, more))
    ten, forty = accrual(10 * MILLION, 660, 1), accrual(40 * MILLION, 660, 1)
    assert charged(given, date(2019, 3, 7)) == interest(ten + forty)


def test_interest_earns_no_interest() -> None:
    given = charge(build.opened(), date(2019, 4, 4))
    assert given.interest_due == 216_986
    assert charged(given, date(2019, 5, 4)) == 216_986


def test_a_day_is_charged_once() -> None:
    given = charge(build.opened(), date(2019, 4, 5))
    for until in (date(2019, 4, 5), date(2019, 4, 4), build.DAY):
        with pytest.raises(InterestUpToDate, match="2019-04-05") as refused:
            charging.charge_interest(given, build.charge_interest(until=until))
        assert (refused.value.code, refused.value.field) == ("interest-up-to-date", "until")
    assert charged(given, date(2019, 5, 5)) == charged(build.opened(), date(2019, 4, 4))


def test_a_charge_says_the_period_that_it_is_for() -> None:
    given = charge(build.opened(), date(2019, 4, 5))
    second = charging.charge_interest(given, build.charge_interest(until=date(2019, 5, 5)))
    assert (second.period_from, second.period_until) == (date(2019, 4, 5), date(2019, 5, 5))


def test_a_charge_is_of_the_last_day_that_it_counts() -> None:
    """So that the interest of a month is that month's, also when it is charged until its end."""
    until_may = charging.charge_interest(
        build.opened(), build.charge_interest(until=date(2019, 5, 1))
    )
    assert until_may.on == date(2019, 4, 30)


def test_interest_goes_from_charge_to_due_to_collected() -> None:
    repayments = build.Desk(PARTS)
    repayments.takes_in(build.loan_disbursed())
    first, _ = repayments.does(build.charge_interest(), build.collect(interest=224_000))
    assert isinstance(first, InterestCharged)
    given = repayments.state(ACCOUNT, build.LOAN)
    assert given is not None
    assert given.interest_due == 219


def test_a_charge_holds_nothing_of_the_days_after_it() -> None:
    given = build.opened()
    later = build.collect(principal=MILLION, collected_on=date(2019, 4, 20))
    given = build.after(given, collecting.collect(given, later, TELLER))
    assert charged(given, date(2019, 4, 5)) == 224_219


def test_a_payment_dated_back_takes_its_interest_back_at_the_next_charge() -> None:
    given = build.opened()
    given = build.after(given, charging.charge_interest(given, build.charge_interest()))
    back = build.collect(principal=40 * MILLION, collected_on=date(2019, 3, 25))
    given = build.after(given, collecting.collect(given, back, TELLER))
    # Charged for 31 days, earned in 20: the rest is not charged a second time.
    assert charged(given, date(2019, 5, 5)) == 0
    assert given.interest_due == 224_219
