"""Handing over: a loan goes with its household, and with the capital it stands on."""

from datetime import date
from typing import Any

import build
import pytest
from build import HOUSEHOLD, LOAN, MILLION, OFFICE, OTHER_GROUP, OTHER_OFFICE, PROVINCE_DIRECTOR

from policy_credit_loans.domain.capital import CAPITAL, Capital, capital_id
from policy_credit_loans.domain.credit import CREDIT, credit_id
from policy_credit_loans.domain.group import GROUP as GROUP_KIND
from policy_credit_loans.domain.household import HOUSEHOLD as HOUSEHOLD_KIND
from policy_credit_loans.domain.loan import LOAN as LOAN_KIND
from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    GroupFull,
    GroupIsDissolved,
    GroupUnknown,
    NotAMember,
)
from policy_credit_loans.domain.refusals import (
    GroupElsewhere,
    LoanUnknown,
    NothingOwed,
    SameGroup,
    UnitNotAboveBoth,
)
from policy_credit_shared.events import lending
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import Refusal, WrongOffice


def lent(*, here: bool = False) -> build.Desk:
    """A loan, and another group: of another office, or of this commune if `here`."""
    desk = build.lending_desk()
    build.lend(desk)
    where = {} if here else {"office": OTHER_OFFICE, "commune": build.OTHER_COMMUNE}
    build.grouped(desk, build.some_id("stranger"), group=OTHER_GROUP, **where)
    return desk


def within(**changes: Any) -> Any:
    here = {"to_office": OFFICE, "to_commune": build.COMMUNE}
    return build.transfer(**here | changes)


def loan(desk: build.Desk, identifier: Any = LOAN) -> Loan:
    state = desk.state(LOAN_KIND, identifier)
    assert state is not None
    return state


def capital(desk: build.Desk, office: str) -> Capital:
    return desk.state(CAPITAL, capital_id(office)) or Capital(office=office)


def members(desk: build.Desk, group: Any) -> frozenset[Any]:
    state = desk.state(GROUP_KIND, group)
    assert state is not None
    return state.members


def fill(desk: build.Desk) -> None:
    """Bring the other group, of five, to sixty members."""
    newcomers = [build.some_id(f"neighbour {n}") for n in range(10, 65)]
    build.grouped(desk, *newcomers, group=OTHER_GROUP)


def refused(
    desk: build.Desk, kind: type[Refusal], command: Any, by: Principal = PROVINCE_DIRECTOR
) -> Refusal:
    with pytest.raises(kind) as caught:
        desk.does(command, by=by)
    return caught.value


def test_a_loan_is_handed_over_to_another_office_with_its_household() -> None:
    desk = lent()
    desk.does(build.transfer(), by=PROVINCE_DIRECTOR)
    at = loan(desk).standing
    assert (at.office, at.locality, at.group) == (OTHER_OFFICE, "22834-22834", OTHER_GROUP)
    assert at.opened_by == OFFICE
    assert HOUSEHOLD in members(desk, OTHER_GROUP)
    assert HOUSEHOLD not in members(desk, build.GROUP)
    household = desk.state(HOUSEHOLD_KIND, HOUSEHOLD)
    assert household is not None
    assert household.group == OTHER_GROUP
    assert (household.office, household.locality) == (OTHER_OFFICE, "22834-22834")
    credit = desk.state(CREDIT, credit_id(HOUSEHOLD))
    assert credit is not None
    assert credit.lines[LOAN].group == OTHER_GROUP


def test_a_transfer_says_from_where_to_where() -> None:
    desk = lent()
    desk.does(build.transfer(), by=PROVINCE_DIRECTOR)
    (said,) = (e for e in desk.said() if isinstance(e, lending.LoanReassigned))
    assert (said.office, said.locality, said.group) == (OFFICE, build.LOCALITY, build.GROUP)
    assert (said.to_office, said.to_group) == (OTHER_OFFICE, OTHER_GROUP)
    assert said.to_locality == "22834-22834"


def test_capital_and_plan_go_with_the_loan_so_that_nobody_can_lend_more_for_it() -> None:
    desk = lent()
    desk.takes_in(build.principal_collected())
    free = capital(desk, OFFICE).free("central")
    desk.does(build.transfer(), by=PROVINCE_DIRECTOR)
    gave, took = capital(desk, OFFICE), capital(desk, OTHER_OFFICE)
    assert (gave.free("central"), took.free("central")) == (free, 0)
    assert (gave.lent_in("HN"), took.lent_in("HN")) == (0, 35 * MILLION)
    assert gave.plan("HN", 2019) == 5_000 * MILLION - 35 * MILLION
    assert took.plan("HN", 2019) == 35 * MILLION
    moved = [e for e in desk.said() if isinstance(e, lending.CapitalAllocated)][2:]
    assert [(e.office, e.amount) for e in moved] == [
        (OFFICE, -35 * MILLION),
        (OTHER_OFFICE, 35 * MILLION),
    ]
    planned = [e for e in desk.said() if isinstance(e, lending.PlanAssigned)][1:]
    assert sum(e.target - e.previous for e in planned) == 0


def test_a_plan_gives_no_more_than_it_has() -> None:
    desk = lent()
    desk.does(build.assign_plan(target=10 * MILLION), by=PROVINCE_DIRECTOR)
    desk.does(build.transfer(), by=PROVINCE_DIRECTOR)
    assert capital(desk, OFFICE).plan("HN", 2019) == 0
    assert capital(desk, OTHER_OFFICE).plan("HN", 2019) == 10 * MILLION


def test_what_repayments_says_under_the_old_office_counts_where_the_loan_is_now() -> None:
    desk = lent()
    desk.does(build.transfer(), by=PROVINCE_DIRECTOR)
    desk.takes_in(build.principal_collected(office=OFFICE))
    assert capital(desk, OFFICE).lent_of("central") == 0
    assert capital(desk, OTHER_OFFICE).lent_of("central") == 35 * MILLION


def test_the_new_office_goes_on_with_the_loan_and_the_old_does_not() -> None:
    desk = lent()
    desk.does(build.transfer(), by=PROVINCE_DIRECTOR)
    refused(desk, WrongOffice, build.extend(), build.DIRECTOR)
    desk.does(build.extend(office=OTHER_OFFICE))


@pytest.mark.parametrize(
    "by", [build.DIRECTOR, Principal("another province", "01", "branch_director")]
)
def test_between_offices_a_unit_above_both_decides(by: Principal) -> None:
    refused(lent(), UnitNotAboveBoth, build.transfer(), by)


def test_within_an_office_its_director_does_and_capital_stays() -> None:
    desk = lent(here=True)
    before = capital(desk, OFFICE)
    desk.does(within(), by=build.DIRECTOR)
    assert loan(desk).standing.group == OTHER_GROUP
    assert capital(desk, OFFICE) == before


def test_a_household_stays_with_its_old_group_as_long_as_another_loan_is_there() -> None:
    desk = lent(here=True)
    desk.does(build.assign_plan(programme="NSVSMT"), by=PROVINCE_DIRECTOR)
    water = build.some_id("water")
    build.lend(desk, loan=water, programme="NSVSMT", amount=10 * MILLION)
    desk.does(within(), by=build.DIRECTOR)
    assert HOUSEHOLD in members(desk, build.GROUP) & members(desk, OTHER_GROUP)
    desk.does(within(loan=water), by=build.DIRECTOR)
    assert HOUSEHOLD not in members(desk, build.GROUP)
    household = desk.state(HOUSEHOLD_KIND, HOUSEHOLD)
    assert household is not None
    assert household.group == OTHER_GROUP


def test_the_group_that_receives_is_active_and_where_it_is_said_to_be() -> None:
    desk = lent()
    refused(desk, GroupUnknown, build.transfer(to_group=build.some_id("none")))
    refused(desk, GroupElsewhere, build.transfer(to_commune="22837"))
    refused(desk, WrongOffice, within())
    refused(desk, SameGroup, build.transfer(to_group=build.GROUP))
    desk.does(build.dissolve(office=OTHER_OFFICE, group=OTHER_GROUP))
    refused(desk, GroupIsDissolved, build.transfer())


def test_only_a_loan_that_is_there_is_handed_over() -> None:
    desk = lent()
    refused(desk, LoanUnknown, build.transfer(loan=build.some_id("none")))
    desk.takes_in(build.principal_collected(amount=40 * MILLION))
    refused(desk, NothingOwed, build.transfer())


def test_a_loan_is_not_handed_over_before_it_was_paid_out() -> None:
    early = date(2019, 3, 4)
    refused(lent(), DatedBefore, build.transfer(transferred_on=early))
    refused(lent(here=True), DatedBefore, build.restructure(restructured_on=early))


def test_a_group_takes_no_more_than_sixty() -> None:
    desk = lent(here=True)
    build.grouped(
        desk, *(build.some_id(f"neighbour {n}") for n in range(10, 65)), group=OTHER_GROUP
    )
    refused(desk, GroupFull, within(), build.DIRECTOR)


def test_an_approved_loan_moves_too_and_nothing_is_said_of_balances() -> None:
    desk = build.lending_desk()
    build.grouped(
        desk,
        build.some_id("stranger"),
        group=OTHER_GROUP,
        office=OTHER_OFFICE,
        commune=build.OTHER_COMMUNE,
    )
    desk.does(build.apply_for(list=build.list_of(HOUSEHOLD, "HN")), build.approve())
    desk.does(build.transfer(), by=PROVINCE_DIRECTOR)
    assert loan(desk).standing.office == OTHER_OFFICE
    assert not any(isinstance(e, lending.LoanReassigned) for e in desk.said())


def test_a_restructuring_moves_members_with_all_their_loans() -> None:
    desk = lent(here=True)
    neighbour, other = build.MEMBERS[1], build.some_id("other")
    build.lend(desk, loan=other, household=neighbour)
    desk.does(build.restructure(HOUSEHOLD, neighbour, build.MEMBERS[2]))
    assert members(desk, build.GROUP) == frozenset(build.MEMBERS[3:])
    assert members(desk, OTHER_GROUP) >= frozenset(build.MEMBERS[:3])
    assert {loan(desk).standing.group, loan(desk, other).standing.group} == {OTHER_GROUP}
    said = [type(e).__name__ for e in desk.said() if e.occurred_on.month == 9]
    assert said.count("GroupMemberLeft") == said.count("GroupMemberJoined") == 3
    assert said.count("LoanReassigned") == 2


def test_a_restructuring_stays_within_a_commune() -> None:
    desk = lent()
    refused(desk, WrongOffice, build.restructure())
    elsewhere = build.some_id("elsewhere")
    build.grouped(desk, build.some_id("far"), group=elsewhere, commune="22873")
    refused(desk, GroupElsewhere, build.restructure(into=elsewhere))
    refused(desk, SameGroup, build.restructure(into=build.GROUP))
    refused(desk, GroupUnknown, build.restructure(into=build.some_id("none")))
    refused(desk, GroupUnknown, build.restructure(group=build.some_id("none")))


def test_only_members_are_moved_and_only_into_a_group_with_room() -> None:
    desk = lent(here=True)
    refused(desk, NotAMember, build.restructure(build.some_id("stranger")))
    build.grouped(
        desk, *(build.some_id(f"neighbour {n}") for n in range(10, 65)), group=OTHER_GROUP
    )
    refused(desk, GroupFull, build.restructure())
