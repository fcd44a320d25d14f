"""Entrustment fees: what an association earns in a commune in a month."""

from datetime import date, timedelta
from typing import Any

import build
import pytest

from policy_credit_repayments.__main__ import PARTS
from policy_credit_repayments.domain.entrustment import (
    ENTRUSTMENT,
    entrustment_id,
    share_percent,
)
from policy_credit_shared.events.collection import EntrustmentFeeAccrued
from policy_credit_shared.kernel.money import entrustment_fee
from policy_credit_shared.running.closing import close_day

MILLION = build.MILLION
MARCH, APRIL, MAY = date(2019, 3, 31), date(2019, 4, 30), date(2019, 5, 31)


def lends(repayments: build.Desk, number: int, **loan: Any) -> None:
    """A loan of a household of its own."""
    some = build.some_id(f"loan {number}")
    repayments.takes_in(build.loan_disbursed(loan=some, household=some, **loan))


def fees(repayments: build.Desk) -> list[EntrustmentFeeAccrued]:
    return [event for event in repayments.said() if isinstance(event, EntrustmentFeeAccrued)]


@pytest.mark.parametrize(
    ("base", "share", "dong"),
    [
        (40_000_000, 100, 12_800),
        (40_000_000, 80, 10_240),
        (40_000_000, 50, 6_400),
        (40_000_000, 0, 0),
        (1_562, 100, 0),  # 0.49984
        (1_563, 100, 1),  # 0.50016
        (3_125, 50, 1),  # 0.5
    ],
)
def test_a_fee_is_32_in_100_000_of_its_base_rounded_half_up(
    base: int, share: int, dong: int
) -> None:
    assert entrustment_fee(base, share) == dong


@pytest.mark.parametrize(
    ("overdue", "share"),
    [(0, 100), (199, 100), (200, 80), (299, 80), (300, 50), (399, 50), (400, 0), (10_000, 0)],
)
def test_the_share_falls_with_the_overdue_ratio(overdue: int, share: int) -> None:
    assert share_percent(overdue, 10_000) == share


def test_a_month_end_accrues_the_fee_of_each_association_and_commune() -> None:
    repayments = build.Desk(PARTS)
    lends(repayments, 1)
    lends(repayments, 2, amount=10 * MILLION)
    lends(repayments, 3, association="farmers", amount=7 * MILLION)
    lends(repayments, 4, locality="22876-22876", amount=5 * MILLION)
    repayments.closes(date(2019, 3, 30))
    assert fees(repayments) == []
    repayments.closes(MARCH)
    found = [(x.locality, x.association, x.base, x.amount) for x in fees(repayments)]
    assert found == [
        (build.LOCALITY, "farmers", 7 * MILLION, 2_240),
        (build.LOCALITY, "women", 50 * MILLION, 16_000),
        ("22876-22876", "women", 5 * MILLION, 1_600),
    ]
    assert {(x.month, x.occurred_on, x.share_percent) for x in fees(repayments)} == {
        ("2019-03", MARCH, 100)
    }


def test_a_loan_that_owes_interest_from_before_is_outside_the_base() -> None:
    repayments = build.Desk(PARTS)
    lends(repayments, 1)
    lends(repayments, 2, amount=10 * MILLION)
    repayments.closes(MARCH)
    some = build.some_id("loan 2")
    # 27 days on 10 million at 6.6 %.
    paid = build.collect(loan=some, payment=some, interest=48_822, collected_on=APRIL)
    repayments.does(paid)
    repayments.closes(APRIL)
    (april,) = [x for x in fees(repayments) if x.month == "2019-04"]
    assert (april.base, april.outstanding) == (10 * MILLION, 50 * MILLION)
    assert april.amount == 3_200


def test_this_months_interest_may_be_unpaid() -> None:
    repayments = build.Desk(PARTS)
    lends(repayments, 1)
    repayments.closes(MARCH)
    assert [x.base for x in fees(repayments)] == [40 * MILLION]


def test_overdue_principal_lowers_the_share() -> None:
    repayments = build.Desk(PARTS)
    lends(repayments, 1)
    lends(repayments, 2)
    some = build.some_id("loan 2")
    repayments.does(build.mark_overdue(loan=some, amount=2 * MILLION, fell_on=MARCH))
    repayments.closes(MARCH)
    (march,) = fees(repayments)
    assert (march.overdue, march.outstanding) == (2 * MILLION, 80 * MILLION)
    assert (march.share_percent, march.amount) == (80, 20_480)


def test_a_month_is_accrued_once_however_often_it_is_closed() -> None:
    repayments = build.Desk(PARTS)
    lends(repayments, 1)
    for _ in range(3):
        repayments.closes(MARCH)
    assert len(fees(repayments)) == 1
    state = repayments.state(ENTRUSTMENT, entrustment_id(build.OFFICE))
    assert state is not None
    assert (state.accrued, state.rows) == ("2019-03", {})


def test_months_closed_at_once_have_the_fees_of_their_own_ends() -> None:
    """What fell overdue in May is not in April's ratio."""
    plan = build.instalments((date(2019, 5, 5), 4 * MILLION), (date(2020, 5, 5), 36 * MILLION))
    one, other = build.Desk(PARTS), build.Desk(PARTS)
    for repayments in (one, other):
        lends(repayments, 1, plan=plan)
    for month_end in (MARCH, APRIL, MAY):
        one.closes(month_end)
    other.closes(MAY)
    assert fees(one) == fees(other)
    assert [(x.month, x.overdue) for x in fees(one)] == [
        ("2019-03", 0),
        ("2019-04", 0),
        ("2019-05", 4 * MILLION),
    ]


def test_an_office_accrues_its_own_fees() -> None:
    repayments = build.Desk(PARTS)
    lends(repayments, 1)
    lends(repayments, 2, office=build.OTHER_OFFICE, locality=build.OTHER_LOCALITY)
    repayments.closes(MARCH, build.OTHER_OFFICE)
    assert [x.office for x in fees(repayments)] == [build.OTHER_OFFICE]
    repayments.closes(MARCH)
    assert [x.office for x in fees(repayments)] == [build.OTHER_OFFICE, build.OFFICE]


def test_a_loan_closed_after_its_month_was_accrued_is_not_in_its_fee() -> None:
    repayments = build.Desk(PARTS)
    lends(repayments, 1)
    repayments.closes(MARCH)
    lends(repayments, 2)
    repayments.closes(APRIL)
    assert [(x.month, x.outstanding) for x in fees(repayments)] == [
        ("2019-03", 40 * MILLION),
        ("2019-04", 80 * MILLION),
    ]


def test_a_fee_is_accrued_after_a_close_that_was_interrupted_between_batches() -> None:
    repayments = build.Desk(PARTS)
    for number in range(1_100):
        lends(repayments, number, amount=MILLION)
    for step in close_day(repayments.store, build.clock, PARTS.closings, MARCH):
        if step.closed:
            break
    assert fees(repayments) == []
    repayments.closes(MARCH + timedelta(days=1))
    (march,) = fees(repayments)
    assert march.base == 1_100 * MILLION


def test_accounts_of_one_batch_are_counted_in_one_event() -> None:
    repayments = build.Desk(PARTS)
    for number in range(20):
        lends(repayments, number)
    repayments.closes(MAY)
    kinds = [type(x.event).__name__ for x in repayments.history(entrustment_id(build.OFFICE))]
    assert kinds == ["MonthEndsCounted", "FeesAccrued", "FeesAccrued", "FeesAccrued"]
