"""Oversight: given what was recorded, when a command comes, then an event or a no."""

from datetime import date
from typing import Any

import build
import pytest
from msgspec import convert

from policy_credit_oversight.domain.group_rating import GroupRating, RateGroup, rate
from policy_credit_oversight.domain.inspection import CarryOutInspection, Inspection, carry_out
from policy_credit_oversight.domain.loan_use import CheckLoanUse, LoanUse, check_use
from policy_credit_oversight.domain.refusals import (
    CheckedBeforeDisbursed,
    InspectionRepeated,
    MonthRatedAlready,
    UnitNotOfOffice,
    UseCheckedAlready,
)
from policy_credit_oversight.domain.target import SetTarget, set_target
from policy_credit_oversight.publishing.translation import translate
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.events.supervision import GroupRated, LoanUseChecked
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.store.recorded import Recorded

AT = {"office": build.OFFICE, "commune": build.COMMUNE}


def said(event: DomainEvent) -> PublicEvent:
    (publication,) = translate(Recorded(build.LOAN, 1, build.NOW, event))
    return publication.event


def inspection(**changes: Any) -> CarryOutInspection:
    fields = {
        **AT,
        "inspection": build.some_id("inspection"),
        "body": "representative_board",
        "groups_inspected": 4,
        "households_visited": 20,
        "carried_out_on": build.DAY,
    }
    return convert(fields | changes, CarryOutInspection)


def use_check(**changes: Any) -> CheckLoanUse:
    fields = {
        **AT,
        "loan": build.LOAN,
        "association": "women",
        "disbursed_on": date(2019, 3, 5),
        "result": "right_use",
        "checked_on": date(2019, 4, 4),
    }
    return convert(fields | changes, CheckLoanUse)


def rating(**changes: Any) -> RateGroup:
    fields = {
        **AT,
        "group": build.GROUP,
        "association": "women",
        "month": "2019-03",
        "rating": "good",
        "rated_on": build.DAY,
    }
    return convert(fields | changes, RateGroup)


def target(**changes: Any) -> SetTarget:
    fields = {
        **AT,
        "unit": build.OFFICE,
        "year": 2019,
        "indicator": "overdue_ratio",
        "ceiling": 1_400,
        "set_on": build.DAY,
    }
    return convert(fields | changes, SetTarget)


def test_an_inspection_is_recorded_once() -> None:
    assert said(carry_out(None, inspection())).locality == build.LOCALITY
    with pytest.raises(InspectionRepeated):
        carry_out(Inspection(build.DAY), inspection())


@pytest.mark.parametrize(("day", "on_time"), [(date(2019, 4, 4), 1), (date(2019, 4, 5), 0)])
def test_a_check_is_on_time_within_thirty_days(day: date, on_time: int) -> None:
    event = said(check_use(None, use_check(checked_on=day)))
    assert isinstance(event, LoanUseChecked)
    assert event.on_time == on_time


def test_a_use_is_checked_again_only_while_the_money_is_not_used() -> None:
    assert check_use(LoanUse("not_yet_used"), use_check()).result == "right_use"
    with pytest.raises(UseCheckedAlready):
        check_use(LoanUse("wrong_use"), use_check())


def test_a_check_follows_the_disbursement() -> None:
    with pytest.raises(CheckedBeforeDisbursed):
        check_use(None, use_check(checked_on=date(2019, 3, 4)))


def test_a_rating_replaces_the_one_before() -> None:
    first = said(rate(None, rating()))
    second = said(rate(GroupRating("2019-03", "good"), rating(month="2019-04", rating="fair")))
    assert isinstance(first, GroupRated)
    assert isinstance(second, GroupRated)
    assert (first.previous, first.rating) == (None, "good")
    assert (second.previous, second.rating) == ("good", "fair")


@pytest.mark.parametrize("month", ["2019-03", "2018-12"])
def test_ratings_go_forward(month: str) -> None:
    with pytest.raises(MonthRatedAlready):
        rate(GroupRating("2019-03", "good"), rating(month=month))


def test_an_office_sets_targets_for_itself_and_its_communes() -> None:
    assert set_target(target(unit=build.COMMUNE)).unit == build.COMMUNE
    for unit in (build.OTHER_OFFICE, "22834", "999"):
        with pytest.raises(UnitNotOfOffice):
            set_target(target(unit=unit))
