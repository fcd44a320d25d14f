"""Treatments: extension, another plan, freezing, write-off; two people, and whose money it is."""

from datetime import date
from typing import Any

import build
import pytest
from build import DISTRICT_COMMITTEE, HEAD_OFFICE, LOAN, MILLION

from policy_credit_loans.domain.loan import LOAN as LOAN_KIND
from policy_credit_loans.domain.loan import Loan
from policy_credit_loans.domain.people_refusals import DatedBefore
from policy_credit_loans.domain.refusals import (
    AlreadyFrozen,
    AlreadyMatured,
    ExtensionTooLong,
    FreezingPeriodWrong,
    LoanUnknown,
    MoreThanOwed,
    NotFrozen,
    NothingOwed,
    NothingProposed,
    NotLonger,
    NotTheirsToApprove,
    PlanOutsideTerm,
    PlanSumDiffers,
    SecondPersonNeeded,
)
from policy_credit_shared.events import lending
from policy_credit_shared.kernel.instalments import Instalment
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import Refusal, WrongOffice


def lent(**fields: Any) -> build.Desk:
    desk = build.lending_desk()
    build.lend(desk, **fields)
    return desk


def loan(desk: build.Desk) -> Loan:
    state = desk.state(LOAN_KIND, LOAN)
    assert state is not None
    return state


def refused(
    desk: build.Desk, kind: type[Refusal], command: Any, by: Principal | None = None
) -> Refusal:
    with pytest.raises(kind) as caught:
        desk.does(command, by=by)
    return caught.value


def test_an_extension_puts_off_the_final_maturity_and_the_last_instalment() -> None:
    desk = lent()
    desk.does(build.extend())
    assert loan(desk).due_on == date(2025, 3, 5)
    assert loan(desk).plan[-1] == Instalment(date(2025, 3, 5), 8 * MILLION)
    said = desk.said()[-1]
    assert isinstance(said, lending.LoanExtended)
    assert (said.until, said.previously) == (date(2025, 3, 5), date(2024, 3, 5))


def test_an_extension_is_agreed_before_final_maturity() -> None:
    desk = lent()
    refused(desk, AlreadyMatured, build.extend(extended_on=date(2024, 3, 5)))
    desk.does(build.extend(extended_on=date(2024, 3, 4)))


def test_an_extension_extends() -> None:
    refused(lent(), NotLonger, build.extend(until=date(2024, 3, 5)))


@pytest.mark.parametrize(
    ("term_months", "latest", "too_late"),
    [
        (12, date(2021, 3, 5), date(2021, 3, 6)),
        (60, date(2026, 9, 5), date(2026, 9, 6)),
        (13, date(2020, 10, 5), date(2020, 10, 6)),
    ],
)
def test_extensions_add_up_to_12_months_of_a_short_loan_and_to_half_the_term_of_any_other(
    term_months: int, latest: date, too_late: date
) -> None:
    desk = lent(term_months=term_months, instalment_months=0)
    early = {"extended_on": date(2019, 6, 5)}
    refused(desk, ExtensionTooLong, build.extend(**early, until=too_late))
    desk.does(build.extend(**early, until=latest))
    refused(desk, ExtensionTooLong, build.extend(**early, until=too_late))


def test_a_tranche_after_an_extension_is_due_with_the_loan() -> None:
    desk = build.lending_desk()
    desk.does(build.apply_for(list=build.list_of(build.HOUSEHOLD, "HN")), build.approve())
    desk.does(build.disburse(amount=20 * MILLION), build.extend(extended_on=date(2019, 4, 5)))
    desk.does(build.disburse(tranche=2, amount=20 * MILLION, disbursed_on=date(2019, 9, 5)))
    assert loan(desk).due_on == date(2025, 3, 5)
    assert [i.due_on for i in loan(desk).plan][-2:] == [date(2023, 3, 5), date(2025, 3, 5)]


def test_a_rescheduling_puts_another_plan_in_place_and_further_tranches_follow_it() -> None:
    desk = build.lending_desk()
    desk.does(build.apply_for(list=build.list_of(build.HOUSEHOLD, "HN")), build.approve())
    plan = [
        {"due_on": date(2021, 3, 5), "amount": 5 * MILLION},
        {"due_on": date(2023, 3, 5), "amount": 15 * MILLION},
    ]
    desk.does(build.disburse(amount=20 * MILLION))
    desk.does(build.reschedule(plan=plan, rescheduled_on=date(2019, 4, 5)))
    said = desk.said()[-1]
    assert isinstance(said, lending.LoanRescheduled)
    assert said.plan == loan(desk).plan
    desk.does(build.disburse(tranche=2, amount=20 * MILLION, disbursed_on=date(2019, 9, 5)))
    assert loan(desk).plan == (
        Instalment(date(2021, 3, 5), 10 * MILLION),
        Instalment(date(2023, 3, 5), 30 * MILLION),
    )


def test_a_plan_is_for_what_was_paid_out() -> None:
    plan = [{"due_on": date(2024, 3, 5), "amount": 39 * MILLION}]
    refusal = refused(lent(), PlanSumDiffers, build.reschedule(plan=plan))
    assert refusal.detail == "The plan pays back 39000000 dong; 40000000 was paid out."


@pytest.mark.parametrize(
    "days",
    [
        (date(2020, 3, 5), date(2024, 3, 6)),
        (date(2019, 3, 4), date(2024, 3, 5)),
        (date(2022, 3, 5), date(2021, 3, 5)),
        (date(2022, 3, 5), date(2022, 3, 5)),
    ],
)
def test_a_plans_days_ascend_within_the_term(days: tuple[date, date]) -> None:
    plan = [{"due_on": day, "amount": 20 * MILLION} for day in days]
    assert refused(lent(), PlanOutsideTerm, build.reschedule(plan=plan)).field == "plan"


@pytest.mark.parametrize(
    "command",
    [
        build.extend(),
        build.reschedule(),
        build.propose_freezing(),
        build.propose_write_off(),
    ],
)
def test_only_what_is_owed_is_treated_and_by_its_office(command: Any) -> None:
    desk = build.lending_desk()
    refused(desk, LoanUnknown, command)
    desk.does(build.apply_for(list=build.list_of(build.HOUSEHOLD, "HN")))
    refused(desk, NothingOwed, command)
    desk.does(build.approve(), build.disburse())
    elsewhere = type(command)(
        **{f: getattr(command, f) for f in command.__struct_fields__}
        | {"office": build.OTHER_OFFICE}
    )
    refused(desk, WrongOffice, elsewhere)
    desk.takes_in(build.principal_collected(amount=40 * MILLION))
    refused(desk, NothingOwed, command)


def proposed(command: Any, **lending_fields: Any) -> build.Desk:
    desk = lent(**lending_fields)
    desk.does(command)
    return desk


def test_a_freezing_is_proposed_by_one_and_approved_by_another() -> None:
    desk = proposed(build.propose_freezing(amount=30 * MILLION))
    assert loan(desk).frozen_until is None
    desk.does(build.approve_freezing(), by=HEAD_OFFICE)
    assert loan(desk).frozen_until == date(2024, 2, 5)
    said = desk.said()[-1]
    assert isinstance(said, lending.LoanFreezingApproved)
    assert (said.amount, said.until) == (30 * MILLION, date(2024, 2, 5))
    assert (said.reason, said.occurred_on) == ("a storm took the herd", date(2020, 6, 30))


@pytest.mark.parametrize(
    ("propose", "approve"),
    [
        (build.propose_freezing(), build.approve_freezing()),
        (build.propose_write_off(), build.approve_write_off()),
    ],
    ids=["freezing", "write-off"],
)
class TestWhoApproves:
    """The same for both: a second person, of whose money it is."""

    def test_a_second_person_does(self, propose: Any, approve: Any) -> None:
        desk = lent()
        desk.does(propose, by=HEAD_OFFICE)
        refused(desk, SecondPersonNeeded, approve, HEAD_OFFICE)

    @pytest.mark.parametrize(
        "by",
        [
            build.DIRECTOR,
            build.PROVINCE_DIRECTOR,
            DISTRICT_COMMITTEE,
            Principal("an officer of head office", "VN", "credit_officer"),
        ],
    )
    def test_of_central_money_head_office_does(
        self, propose: Any, approve: Any, by: Principal
    ) -> None:
        desk = proposed(propose)
        refused(desk, NotTheirsToApprove, approve, by)
        desk.does(approve, by=HEAD_OFFICE)

    @pytest.mark.parametrize(
        "by",
        [
            HEAD_OFFICE,
            build.PROVINCE_DIRECTOR,
            Principal("another committee", build.OTHER_OFFICE, "peoples_committee"),
            Principal("a commune's committee", build.COMMUNE, "peoples_committee"),
        ],
    )
    def test_of_local_money_another_than_the_committee_that_gave_it_does_not(
        self, propose: Any, approve: Any, by: Principal
    ) -> None:
        refused(proposed(propose, fund="local"), NotTheirsToApprove, approve, by)

    @pytest.mark.parametrize("unit", [build.OFFICE, build.PROVINCE])
    def test_of_local_money_the_districts_or_the_provinces_committee_does(
        self, propose: Any, approve: Any, unit: str
    ) -> None:
        desk = proposed(propose, fund="local")
        desk.does(approve, by=Principal("a committee", unit, "peoples_committee"))

    def test_nothing_is_approved_that_nobody_proposed_nor_twice(
        self, propose: Any, approve: Any
    ) -> None:
        refused(lent(), NothingProposed, approve, HEAD_OFFICE)
        desk = proposed(propose)
        desk.does(approve, by=HEAD_OFFICE)
        refused(desk, NothingProposed, approve, HEAD_OFFICE)

    def test_no_more_than_is_owed_when_it_is_approved(self, propose: Any, approve: Any) -> None:
        desk = proposed(propose)
        desk.takes_in(build.principal_collected(amount=1))
        refusal = refused(desk, MoreThanOwed, approve, HEAD_OFFICE)
        assert refusal.fix == "Give at most 39999999 dong."


@pytest.mark.parametrize(
    "until", [date(2023, 2, 4), date(2025, 2, 6)], ids=["under three years", "over five"]
)
def test_a_freezing_lasts_three_to_five_years(until: date) -> None:
    desk = lent()
    refused(desk, FreezingPeriodWrong, build.propose_freezing(until=until))
    desk.does(build.propose_freezing(until=date(2023, 2, 5)))
    desk.does(build.propose_freezing(until=date(2025, 2, 5)))


def test_a_freezing_is_not_approved_before_it_was_proposed_nor_after_its_end() -> None:
    desk = proposed(build.propose_freezing())
    early = build.approve_freezing(approved_on=date(2020, 2, 4))
    refused(desk, DatedBefore, early, HEAD_OFFICE)
    late = build.approve_freezing(approved_on=date(2024, 2, 5))
    refused(desk, FreezingPeriodWrong, late, HEAD_OFFICE)


def test_a_frozen_loan_is_not_frozen_again_until_it_is_unfrozen_or_its_time_is_over() -> None:
    desk = proposed(build.propose_freezing())
    desk.does(build.approve_freezing(), by=HEAD_OFFICE)
    refused(desk, AlreadyFrozen, build.propose_freezing(proposed_on=date(2020, 7, 1)))
    desk.does(build.propose_freezing(proposed_on=date(2024, 2, 5), until=date(2027, 2, 5)))
    desk.does(build.unfreeze())
    desk.does(build.propose_freezing(proposed_on=date(2021, 2, 5), until=date(2024, 2, 5)))
    assert any(isinstance(e, lending.LoanUnfreezingApproved) for e in desk.said())


def test_only_what_is_frozen_is_unfrozen() -> None:
    desk = proposed(build.propose_freezing())
    refused(desk, NotFrozen, build.unfreeze())
    desk.does(build.approve_freezing(), by=HEAD_OFFICE)
    refused(desk, NotFrozen, build.unfreeze(unfrozen_on=date(2020, 6, 29)))
    refused(desk, NotFrozen, build.unfreeze(unfrozen_on=date(2024, 2, 5)))
    desk.does(build.unfreeze())
    refused(desk, NotFrozen, build.unfreeze())


def test_what_is_to_be_written_off_is_not_approved_twice_while_repayments_has_not_done_it() -> None:
    desk = proposed(build.propose_write_off(amount=30 * MILLION))
    desk.does(build.approve_write_off(), by=HEAD_OFFICE)
    refusal = refused(desk, MoreThanOwed, build.propose_write_off(amount=10 * MILLION + 1))
    assert "of which 30000000 is to be written off" in refusal.detail
    desk.takes_in(build.principal_written_off(amount=30 * MILLION, closes=0))
    assert (loan(desk).outstanding, loan(desk).to_write_off) == (10 * MILLION, 0)
    desk.does(build.propose_write_off(amount=10 * MILLION))


def test_a_loan_written_off_is_over() -> None:
    desk = proposed(build.propose_write_off())
    desk.does(build.approve_write_off(), by=HEAD_OFFICE)
    said = desk.said()[-1]
    assert isinstance(said, lending.LoanWriteOffApproved)
    assert (said.amount, said.decision) == (40 * MILLION, "Decision 8")
    desk.takes_in(build.principal_written_off())
    assert loan(desk).is_settled


def test_nothing_is_treated_before_it_was_paid_out() -> None:
    refused(lent(), DatedBefore, build.extend(extended_on=date(2019, 3, 4)))
