"""Applying and approving: who may ask for how much, and who may agree."""

from datetime import date
from typing import Any

import build
import pytest
from build import HOUSEHOLD, LOAN, MILLION

from policy_credit_loans.domain.credit_refusals import (
    BeyondCeiling,
    CategoryNotEntitled,
    EntitlementExpired,
    ListOfAnotherGroup,
    NotConfirmed,
    NotListed,
    ProgrammeNotLent,
)
from policy_credit_loans.domain.loan import LOAN as LOAN_KIND
from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.loan_events import LoanApplied, LoanApproved, LoanDeclined
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    GroupIsDissolved,
    GroupUnknown,
    HouseholdUnknown,
    ListUnknown,
    NotAMember,
)
from policy_credit_loans.domain.refusals import (
    DirectorNeeded,
    InstalmentsTooFar,
    LoanAnswered,
    LoanPaidOut,
    LoanRepeated,
    SecondPersonNeeded,
    TermTooLong,
)
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import Refusal, WrongOffice

LIST = build.list_of(HOUSEHOLD, "HN")
COLLEAGUE = Principal("a colleague", build.OFFICE, "branch_director")


def apply_for(**changes: Any) -> Any:
    return build.apply_for(**{"list": LIST} | changes)


def applied(desk: build.Desk | None = None, **changes: Any) -> build.Desk:
    desk = desk or build.lending_desk()
    desk.does(apply_for(**changes))
    return desk


def loan(desk: build.Desk) -> Loan:
    state = desk.state(LOAN_KIND, LOAN)
    assert state is not None
    return state


def refused(desk: build.Desk, kind: type[Refusal], command: Any, by: Any = None) -> Refusal:
    with pytest.raises(kind) as caught:
        desk.does(command, by=by)
    return caught.value


def test_an_application_keeps_what_is_asked_and_the_confirmation_it_rests_on() -> None:
    (event,) = build.lending_desk().does(apply_for())
    assert isinstance(event, LoanApplied)
    assert (event.request.amount, event.request.category) == (40 * MILLION, "poor")
    assert event.request.confirmed_on == date(2019, 2, 19)
    assert (event.standing.office, event.standing.opened_by) == (build.OFFICE, build.OFFICE)
    assert (event.standing.locality, event.standing.association) == (build.LOCALITY, "women")


def test_an_application_is_made_once() -> None:
    refused(applied(), LoanRepeated, apply_for())


def test_only_a_member_of_an_active_group_of_the_office_applies() -> None:
    desk = build.lending_desk()
    refused(desk, GroupUnknown, apply_for(group=build.some_id("none")))
    refused(desk, WrongOffice, apply_for(office=build.OTHER_OFFICE))
    refused(desk, HouseholdUnknown, apply_for(household=build.some_id("none")))
    stranger = build.some_id("stranger")
    desk.does(build.register(stranger))
    refused(desk, NotAMember, apply_for(household=stranger))
    desk.does(build.dissolve(), by=build.DIRECTOR)
    refused(desk, GroupIsDissolved, apply_for())


def test_the_list_names_the_household_for_the_programme() -> None:
    desk = build.lending_desk()
    refused(desk, ListUnknown, apply_for(list=build.some_id("none")))
    refused(desk, NotListed, apply_for(programme="NSVSMT"))
    refused(desk, NotListed, apply_for(household=build.MEMBERS[1]))


def test_the_list_is_of_the_households_own_group() -> None:
    desk = build.lending_desk()
    desk.does(build.leave(left_on=date(2019, 2, 20)))
    build.grouped(desk, HOUSEHOLD, group=build.OTHER_GROUP)
    refused(desk, ListOfAnotherGroup, apply_for(group=build.OTHER_GROUP))


def test_the_commune_has_confirmed_the_household_by_that_day_and_still_does() -> None:
    desk = build.lending_desk()
    refused(desk, NotConfirmed, apply_for(applied_on=date(2019, 2, 18)))
    applied(desk, loan=build.some_id("first day"), amount=1, applied_on=date(2019, 2, 19))
    applied(desk, loan=build.some_id("last day"), amount=1, applied_on=date(2020, 2, 18))
    refusal = refused(desk, EntitlementExpired, apply_for(applied_on=date(2020, 2, 19)))
    assert refusal.field == "list"


def test_a_household_that_was_rejected_does_not_apply() -> None:
    desk = build.lending_desk()
    desk.does(
        build.list_households(),
        build.post_list(),
        build.decide_list(rejected=[build.rejection()]),
    )
    refusal = refused(desk, NotConfirmed, apply_for(list=build.LIST))
    assert "was rejected for HN" in refusal.detail


def test_a_list_that_is_not_decided_yet_confirms_nobody() -> None:
    desk = build.lending_desk()
    desk.does(build.list_households(), build.post_list())
    refused(desk, NotConfirmed, apply_for(list=build.LIST))


def test_a_programme_lends_to_its_categories_within_its_term_and_ceiling() -> None:
    desk = build.lending_desk()
    refused(desk, TermTooLong, apply_for(term_months=121))
    refused(desk, InstalmentsTooFar, apply_for(term_months=12, instalment_months=13))
    refused(desk, BeyondCeiling, apply_for(amount=100 * MILLION + 1))
    listed = build.entitle(desk, HOUSEHOLD, "HCN", category="poor")
    refused(desk, CategoryNotEntitled, apply_for(programme="HCN", list=listed))
    early = build.entitle(desk, HOUSEHOLD, "CHXAPT")
    refused(desk, ProgrammeNotLent, apply_for(programme="CHXAPT", list=early))


def test_an_application_reserves_nothing_an_approval_does() -> None:
    desk = build.lending_desk()
    other = build.some_id("other")
    applied(desk, amount=60 * MILLION)
    applied(desk, loan=other, amount=60 * MILLION)
    desk.does(build.approve(), by=COLLEAGUE)
    refusal = refused(desk, BeyondCeiling, build.approve(loan=other), COLLEAGUE)
    assert "60000000 is owed or approved" in refusal.detail


def test_an_approval_fixes_the_terms_of_its_day() -> None:
    desk = applied()
    desk.does(build.change_programme(valid_from=date(2019, 3, 1)), by=build.HEAD_OFFICE)
    event = desk.does(build.approve())[0]
    assert isinstance(event, LoanApproved)
    assert (event.contract.annual_rate, event.contract.ageing) == (600, "carried_forward")
    assert (event.contract.term_months, event.contract.amount) == (60, 40 * MILLION)


def test_a_province_lends_more_of_its_own_money() -> None:
    desk = build.lending_desk()
    desk.does(
        build.change_programme(
            unit=build.PROVINCE,
            fund="local",
            annual_rate=None,
            ceiling=120 * MILLION,
            valid_from=date(2019, 1, 1),
        ),
        by=build.PROVINCE_DIRECTOR,
    )
    refused(desk, BeyondCeiling, apply_for(amount=120 * MILLION))
    applied(desk, amount=120 * MILLION, fund="local")


def test_above_the_limit_a_director_approves_what_somebody_else_took_in() -> None:
    desk = applied(amount=50 * MILLION + 1)
    refusal = refused(desk, DirectorNeeded, build.approve())
    assert "50000001 dong is above 50000000" in refusal.detail
    both = Principal(build.OFFICER.subject, build.OFFICE, "branch_director")
    refused(desk, SecondPersonNeeded, build.approve(), both)
    desk.does(build.approve(), by=COLLEAGUE)


def test_up_to_the_limit_one_officer_does_both() -> None:
    applied(amount=50 * MILLION).does(build.approve())


def test_what_the_application_had_to_show_must_still_hold_at_the_approval() -> None:
    desk = applied()
    refused(desk, DatedBefore, build.approve(approved_on=date(2019, 2, 25)))
    refused(desk, EntitlementExpired, build.approve(approved_on=date(2020, 2, 19)))
    desk.does(build.leave(left_on=date(2019, 2, 27)))
    refused(desk, NotAMember, build.approve())


def test_an_application_is_answered_once() -> None:
    desk = applied()
    desk.does(build.approve())
    refused(desk, LoanAnswered, build.approve())
    desk.does(build.decline())
    refused(desk, LoanAnswered, build.decline())
    refused(desk, LoanAnswered, build.approve())


def test_an_application_is_declined_with_its_reason_and_so_is_an_approval() -> None:
    desk = applied()
    (event,) = desk.does(build.decline())
    assert isinstance(event, LoanDeclined)
    assert (event.amount, event.reason) == (40 * MILLION, "the cows were sold")
    assert loan(desk).declined


def test_what_is_paid_out_is_not_declined() -> None:
    desk = build.lending_desk()
    build.lend(desk)
    refused(desk, LoanPaidOut, build.decline())


def test_an_approval_is_not_declined_before_its_day() -> None:
    desk = applied()
    desk.does(build.approve())
    assert refused(desk, DatedBefore, build.decline(declined_on=date(2019, 2, 28))).field == (
        "declined_on"
    )
