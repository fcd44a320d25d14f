"""Checks of loan use: given what was paid out, when one is made, then events or a no."""

from datetime import date, timedelta
from typing import Any

import build
import pytest

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.application.supervising import EVENTS
from policy_credit_oversight.domain.checking import CheckLoanUse
from policy_credit_oversight.domain.finding import (
    FINDING,
    REMEDY_DAYS,
    FindingRaised,
    finding_of_use,
)
from policy_credit_oversight.domain.loan_use import (
    CHECK_DUE_DAYS,
    LOAN_USE,
    LoanUse,
    LoanUseChecked,
    UseCheckFellDue,
    UseCheckOpened,
    loan_use_id,
)
from policy_credit_oversight.domain.refusals import (
    CheckedBeforeDisbursed,
    CheckedBeforeLastCheck,
    DeadlineBeforeCheck,
    LoanNotPaidOut,
    TrancheNotPaidOut,
    UseCheckedAlready,
)
from policy_credit_oversight.domain.register import REGISTER, RegisterKept, register_id
from policy_credit_shared.events import supervision
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.aggregates import DomainEvent
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.refusals import Refusal, WrongOffice

DUE_ON = date(2019, 4, 4)
OVERDUE_FROM = date(2019, 4, 5)


def paid_out(*facts: PublicEvent) -> build.Desk:
    """Oversight after a loan was paid out, and whatever else it was told."""
    desk = build.Desk(PARTS)
    for fact in (build.loan_disbursed(), *facts):
        desk.takes_in(fact)
    return desk


def use(desk: build.Desk) -> LoanUse:
    found = desk.state(LOAN_USE, loan_use_id(build.LOAN))
    assert found is not None
    return found


def without_registers(events: list[DomainEvent]) -> list[DomainEvent]:
    """Of checks and findings; ratings count the same facts."""
    return [e for e in events if type(e) in EVENTS and not isinstance(e, RegisterKept)]


def checked(desk: build.Desk, **check: Any) -> LoanUseChecked:
    first, *_ = desk.does(build.check_use(**check))
    assert isinstance(first, LoanUseChecked)
    return first


def listed(desk: build.Desk, office: str = build.OFFICE) -> dict[str, date]:
    register = desk.state(REGISTER, register_id(office, "loan_use"))
    return register.due if register else {}


def stock(desk: build.Desk) -> dict[str, tuple[int, int]]:
    """By office: open checks, overdue ones; as a reader of the public events counts them."""
    found: dict[str, list[int]] = {}
    for event in desk.said():
        at = found.setdefault(event.office, [0, 0])
        match event:
            case supervision.LoanUseCheckOpened(overdue=overdue):
                at[0], at[1] = at[0] + 1, at[1] + overdue
            case supervision.LoanUseChecked(closes=closes, overdue=overdue):
                at[0], at[1] = at[0] - closes, at[1] - overdue
            case supervision.LoanUseFellDue():
                at[1] += 1
            case supervision.LoanUseCheckClosed(overdue=overdue):
                at[0], at[1] = at[0] - 1, at[1] - overdue
            case supervision.LoanUseChecksMoved(direction=direction):
                sign = 1 if direction == "in" else -1
                at[0], at[1] = at[0] + sign * event.checks, at[1] + sign * event.overdue
    return {office: (at[0], at[1]) for office, at in found.items()}


# -- opened ------------------------------------------------------------------------------------


def test_a_disbursement_opens_a_check_due_thirty_days_later() -> None:
    desk = build.Desk(PARTS)
    assert without_registers(desk.takes_in(build.loan_disbursed())) == [
        UseCheckOpened(
            opened_by=build.OFFICE,
            office=build.OFFICE,
            locality=build.LOCALITY,
            association="women",
            loan=build.LOAN,
            on=build.DAY,
            tranche=1,
            due_on=DUE_ON,
        )
    ]
    assert CHECK_DUE_DAYS == 30
    assert listed(desk) == {f"{build.LOAN}/1": DUE_ON}


def test_each_tranche_opens_a_check_of_its_own() -> None:
    desk = paid_out(build.loan_disbursed(tranche=2, occurred_on=date(2019, 3, 25)))
    assert {t: check.due_on for t, check in use(desk).open_checks.items()} == {
        1: DUE_ON,
        2: date(2019, 4, 24),
    }
    assert stock(desk) == {build.OFFICE: (2, 0)}


def test_a_disbursement_told_twice_opens_one_check() -> None:
    desk = paid_out()
    assert without_registers(desk.takes_in(build.loan_disbursed())) == []


# -- checked -----------------------------------------------------------------------------------


def test_a_check_says_what_it_found_and_how_long_it_took() -> None:
    assert checked(paid_out(), result="right_use", checked_on=DUE_ON) == LoanUseChecked(
        opened_by=build.OFFICE,
        office=build.OFFICE,
        locality=build.LOCALITY,
        loan=build.LOAN,
        association="women",
        result="right_use",
        days_after=30,
        on_time=True,
        on=DUE_ON,
        closes=True,
    )


@pytest.mark.parametrize(("days", "on_time"), [(0, True), (30, True), (31, False), (400, False)])
def test_a_check_is_on_time_up_to_and_with_the_thirtieth_day(days: int, on_time: bool) -> None:
    event = checked(paid_out(), checked_on=build.DAY + timedelta(days=days))
    assert (event.days_after, event.on_time) == (days, on_time)


def test_a_check_takes_the_loan_off_the_list() -> None:
    desk = paid_out()
    desk.does(build.check_use())
    assert listed(desk) == {}
    assert stock(desk) == {build.OFFICE: (0, 0)}


def test_without_a_tranche_the_first_one_not_checked_yet_is_meant() -> None:
    desk = paid_out(build.loan_disbursed(tranche=2, occurred_on=date(2019, 3, 25)))
    tranches = [checked(desk).tranche, checked(desk).tranche]
    assert tranches == [1, 2]


def test_money_not_yet_used_is_checked_again_within_thirty_days_of_the_check() -> None:
    desk = paid_out()
    first = checked(desk, result="not_yet_used", checked_on=date(2019, 4, 1))
    assert not first.closes
    assert listed(desk) == {f"{build.LOAN}/1": date(2019, 5, 1)}
    again = checked(desk, result="not_yet_used", checked_on=date(2019, 5, 1))
    assert (again.days_after, again.on_time) == (57, True)
    assert checked(desk, checked_on=date(2019, 6, 1)).on_time is False


@pytest.mark.parametrize("result", ["right_use", "wrong_use"])
def test_a_use_that_is_settled_is_not_checked_again(result: str) -> None:
    desk = paid_out()
    desk.does(build.check_use(result=result))
    with pytest.raises(UseCheckedAlready, match=result) as refused:
        desk.does(build.check_use(result="not_yet_used"))
    assert (refused.value.code, refused.value.field) == ("use-checked-already", "loan")


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"loan": build.some_id("another loan")}, LoanNotPaidOut, "loan"),
        ({"tranche": 2}, TrancheNotPaidOut, "tranche"),
        ({"office": build.OTHER_OFFICE}, WrongOffice, "office"),
        ({"checked_on": date(2019, 3, 4)}, CheckedBeforeDisbursed, "checked_on"),
        ({"remedy_by": date(2019, 4, 3)}, DeadlineBeforeCheck, "remedy_by"),
    ],
)
def test_a_check_fits_what_was_paid_out(
    change: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    with pytest.raises(refusal) as refused:
        paid_out().does(build.check_use(**change))
    assert refused.value.field == field
    assert refused.value.fix


def test_checks_of_a_tranche_go_forward() -> None:
    desk = paid_out()
    desk.does(build.check_use(result="not_yet_used", checked_on=date(2019, 4, 1)))
    with pytest.raises(CheckedBeforeLastCheck) as refused:
        desk.does(build.check_use(checked_on=date(2019, 3, 31)))
    assert (refused.value.code, refused.value.field) == ("checked-before-last-check", "checked_on")


# -- wrong use ---------------------------------------------------------------------------------


def test_a_wrong_use_raises_a_finding_in_the_same_call() -> None:
    desk = paid_out()
    events = without_registers(desk.does(build.check_use(result="wrong_use", checked_on=DUE_ON)))
    assert [type(event) for event in events] == [LoanUseChecked, FindingRaised]
    finding = desk.state(FINDING, finding_of_use(build.LOAN, 1))
    assert finding is not None
    assert finding.raised == FindingRaised(
        office=build.OFFICE,
        locality=build.LOCALITY,
        severity="serious",
        responsible=build.COMMUNE,
        deadline=DUE_ON + timedelta(days=REMEDY_DAYS),
        on=DUE_ON,
        body="association",
        subject="loan_use",
        loan=build.LOAN,
    )


def test_a_check_may_say_how_bad_a_wrong_use_is_and_when_it_is_to_be_put_right() -> None:
    desk = paid_out()
    told = {"severity": "grave", "remedy_by": date(2019, 4, 10), "body": "bank"}
    desk.does(build.check_use(result="wrong_use", **told))
    finding = desk.state(FINDING, finding_of_use(build.LOAN, 1))
    assert finding is not None
    raised = finding.raised
    assert (raised.severity, raised.deadline, raised.body) == ("grave", date(2019, 4, 10), "bank")


def test_a_right_use_raises_nothing() -> None:
    desk = paid_out()
    desk.does(build.check_use())
    assert desk.state(FINDING, finding_of_use(build.LOAN, 1)) is None


# -- fallen due --------------------------------------------------------------------------------


def test_a_check_that_is_not_made_falls_due_the_day_after() -> None:
    desk = paid_out()
    assert desk.closes(DUE_ON) == []
    assert without_registers(desk.closes(OVERDUE_FROM)) == [
        UseCheckFellDue(
            opened_by=build.OFFICE,
            office=build.OFFICE,
            locality=build.LOCALITY,
            association="women",
            loan=build.LOAN,
            on=OVERDUE_FROM,
            tranche=1,
            due_on=DUE_ON,
        )
    ]
    assert stock(desk) == {build.OFFICE: (1, 1)}


def test_closing_again_finds_nothing_and_closing_late_finds_the_day_itself() -> None:
    desk = paid_out()
    (fell,) = without_registers(desk.closes(date(2020, 1, 1)))
    assert isinstance(fell, UseCheckFellDue)
    assert fell.on == OVERDUE_FROM
    assert desk.closes(date(2020, 1, 1)) == []


def test_a_check_made_in_time_does_not_fall_due() -> None:
    desk = paid_out()
    desk.does(build.check_use())
    assert desk.closes(date(2020, 1, 1)) == []


def test_each_tranche_falls_due_on_its_own_day() -> None:
    desk = paid_out(build.loan_disbursed(tranche=2, occurred_on=date(2019, 3, 25)))
    for day, open_and_overdue in ((OVERDUE_FROM, (2, 1)), (date(2019, 4, 25), (2, 2))):
        desk.closes(day)
        assert stock(desk) == {build.OFFICE: open_and_overdue}


def test_a_late_check_is_late_and_no_longer_overdue() -> None:
    desk = paid_out()
    desk.closes(OVERDUE_FROM)
    event = checked(desk, checked_on=date(2019, 4, 20))
    assert (event.on_time, event.fell_due, event.overdue, event.closes) == (False, True, True, True)
    assert stock(desk) == {build.OFFICE: (0, 0)}


def test_a_check_told_late_is_on_time_by_its_own_day() -> None:
    desk = paid_out()
    desk.closes(OVERDUE_FROM)
    event = checked(desk, checked_on=DUE_ON)
    assert (event.on_time, event.fell_due) == (True, True)


def test_money_not_yet_used_falls_due_again() -> None:
    desk = paid_out()
    desk.closes(OVERDUE_FROM)
    desk.does(build.check_use(result="not_yet_used", checked_on=date(2019, 4, 10)))
    assert stock(desk) == {build.OFFICE: (1, 0)}
    assert desk.closes(date(2019, 5, 10)) == []
    assert len(without_registers(desk.closes(date(2019, 5, 11)))) == 1
    assert stock(desk) == {build.OFFICE: (1, 1)}


# -- what becomes of the loan ------------------------------------------------------------------


def test_a_loan_that_is_settled_need_not_be_checked() -> None:
    desk = paid_out(build.loan_settled())
    assert (listed(desk), stock(desk)) == ({}, {build.OFFICE: (0, 0)})
    assert desk.closes(date(2020, 1, 1)) == []


def test_a_loan_that_has_principal_again_is_to_be_checked_again() -> None:
    desk = paid_out(build.loan_settled(), build.loan_reopened())
    assert listed(desk) == {f"{build.LOAN}/1": DUE_ON}
    assert stock(desk) == {build.OFFICE: (1, 0)}
    assert len(without_registers(desk.closes(OVERDUE_FROM))) == 1


def test_an_overdue_check_of_a_reopened_loan_is_overdue_again() -> None:
    desk = paid_out()
    desk.closes(OVERDUE_FROM)
    desk.takes_in(build.loan_settled(occurred_on=date(2019, 5, 2)))
    assert stock(desk) == {build.OFFICE: (0, 0)}
    desk.takes_in(build.loan_reopened(occurred_on=date(2019, 5, 3)))
    assert stock(desk) == {build.OFFICE: (1, 1)}
    opened = [e for e in desk.said() if isinstance(e, supervision.LoanUseCheckOpened)]
    assert [event.again for event in opened] == [0, 1]


def test_a_check_made_before_the_loan_was_settled_may_be_told_after_it() -> None:
    desk = paid_out(build.loan_settled())
    event = checked(desk, checked_on=date(2019, 3, 19))
    assert (event.on_time, event.closes) == (True, False)
    assert stock(desk) == {build.OFFICE: (0, 0)}
    desk.takes_in(build.loan_reopened())
    assert stock(desk) == {build.OFFICE: (0, 0)}


def test_only_the_write_off_of_the_last_dong_ends_the_checks() -> None:
    desk = paid_out(build.principal_written_off(closes=0))
    assert stock(desk) == {build.OFFICE: (1, 0)}
    desk.takes_in(build.principal_written_off(closes=1))
    said = desk.said()[-1]
    assert isinstance(said, supervision.LoanUseCheckClosed)
    assert said.reason == "written_off"
    assert stock(desk) == {build.OFFICE: (0, 0)}


def test_the_check_goes_along_with_the_loan_to_another_office() -> None:
    desk = paid_out()
    desk.closes(OVERDUE_FROM)
    desk.takes_in(build.loan_reassigned())
    assert stock(desk) == {build.OFFICE: (0, 0), build.OTHER_OFFICE: (1, 1)}
    assert (listed(desk), listed(desk, build.OTHER_OFFICE)) == ({}, {f"{build.LOAN}/1": DUE_ON})
    with pytest.raises(WrongOffice, match=build.OTHER_OFFICE):
        desk.does(build.check_use(checked_on=date(2019, 5, 6)))
    there = checked(desk, office=build.OTHER_OFFICE, checked_on=date(2019, 5, 6))
    assert (there.locality, there.association) == (build.OTHER_LOCALITY, "farmers")


def test_a_loan_without_open_checks_moves_in_silence() -> None:
    desk = paid_out()
    desk.does(build.check_use())
    before = len(desk.said())
    desk.takes_in(build.loan_reassigned())
    assert len(desk.said()) == before


def test_what_is_said_of_a_loan_stays_in_one_partition_when_it_moves() -> None:
    desk = paid_out(build.loan_reassigned())
    desk.does(build.check_use(office=build.OTHER_OFFICE, checked_on=date(2019, 5, 6)))
    assert len({partition for partition, _ in desk.records()}) == 1


def test_repayments_may_be_heard_before_loans() -> None:
    """The end of a debt is told in another topic than its beginning."""
    desk = build.Desk(PARTS)
    for fact in (build.loan_settled(), build.loan_disbursed()):
        desk.takes_in(fact)
    assert stock(desk) == {build.OFFICE: (0, 0)}
    assert not use(desk).open_checks
    desk.takes_in(build.loan_reopened())
    assert stock(desk) == {build.OFFICE: (1, 0)}


def test_the_checks_of_a_loan_have_an_id_of_their_own() -> None:
    assert loan_use_id(build.LOAN) == derived_id("loan-use", build.LOAN)
    command = build.check_use()
    assert isinstance(command, CheckLoanUse)
    assert list(command.touches()) == [
        loan_use_id(build.LOAN),
        register_id(build.OFFICE, "loan_use"),
    ]
