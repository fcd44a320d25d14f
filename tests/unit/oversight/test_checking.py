"""Loan-use checks (06/TD): given earlier checks, when one comes, then an event or a no."""

from datetime import date, timedelta

import build
import pytest

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.domain.loan_use import CHECK_DUE_DAYS, LoanUseChecked, loan_use_id
from policy_credit_oversight.domain.refusals import CheckedBeforeDisbursed, UseCheckedAlready
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.refusals import CommuneNotServed, WrongOffice


def checked(**check: object) -> LoanUseChecked:
    (event,) = build.Desk(PARTS).does(build.check_use(**check))
    assert isinstance(event, LoanUseChecked)
    return event


def test_a_check_says_what_it_found_and_how_long_it_took() -> None:
    assert checked(result="wrong_use", checked_on=date(2019, 4, 4)) == LoanUseChecked(
        office=build.OFFICE,
        locality=build.LOCALITY,
        loan=build.LOAN,
        association="women",
        result="wrong_use",
        days_after=30,
        on_time=True,
        on=date(2019, 4, 4),
    )


def test_a_check_is_due_thirty_days_after_the_disbursement() -> None:
    assert CHECK_DUE_DAYS == 30


@pytest.mark.parametrize(("days", "on_time"), [(0, True), (30, True), (31, False), (400, False)])
def test_a_check_is_on_time_up_to_and_with_the_thirtieth_day(days: int, on_time: bool) -> None:
    event = checked(checked_on=build.DAY + timedelta(days=days))
    assert (event.days_after, event.on_time) == (days, on_time)


def test_a_check_follows_the_disbursement() -> None:
    with pytest.raises(CheckedBeforeDisbursed) as refused:
        checked(checked_on=build.DAY - timedelta(days=1))
    assert (refused.value.code, refused.value.field) == ("checked-before-disbursed", "checked_on")


def test_money_not_yet_used_is_checked_again_until_it_is() -> None:
    oversight = build.Desk(PARTS)
    for result in ("not_yet_used", "not_yet_used", "right_use"):
        oversight.does(build.check_use(result=result))
    assert len(oversight.history(loan_use_id(build.LOAN))) == 3


@pytest.mark.parametrize("result", ["right_use", "wrong_use"])
def test_a_use_that_is_settled_is_not_checked_again(result: str) -> None:
    oversight = build.Desk(PARTS)
    oversight.does(build.check_use(result=result))
    with pytest.raises(UseCheckedAlready, match=result) as refused:
        oversight.does(build.check_use(result="not_yet_used"))
    assert (refused.value.code, refused.value.field) == ("use-checked-already", "loan")


def test_a_loan_is_checked_by_the_office_that_checked_it_before() -> None:
    oversight = build.Desk(PARTS)
    oversight.does(build.check_use(result="not_yet_used"))
    with pytest.raises(WrongOffice, match=build.OFFICE):
        oversight.does(build.check_use(office=build.OTHER_OFFICE, commune="22834"))


def test_a_loan_is_checked_in_a_commune_that_the_office_serves() -> None:
    with pytest.raises(CommuneNotServed):
        checked(commune="22834")


def test_the_checks_of_a_loan_have_an_id_of_their_own() -> None:
    assert loan_use_id(build.LOAN) == derived_id("loan-use", build.LOAN)
    assert list(build.check_use().touches()) == [loan_use_id(build.LOAN)]
