"""Existing books: given parts taken before, when more come or they open, then events or a no."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import build
import existing
import pytest
from build import DIRECTOR, HOUSEHOLD, LOAN, MILLION
from existing import OPENED_ON

from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.domain.books_refusals import (
    BalanceContradicts,
    BooksAreOpen,
    BooksDiffer,
    BooksNotBegun,
    OnRecordElsewhere,
    PartTakenBefore,
    RateChangedSince,
)
from policy_credit_loans.domain.capital import CAPITAL, capital_id
from policy_credit_loans.domain.credit import CREDIT, credit_id
from policy_credit_loans.domain.credit_refusals import BeyondCapital
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.household import HOUSEHOLD as HOUSEHOLD_KIND
from policy_credit_loans.domain.loan import LOAN as LOAN_KIND
from policy_credit_loans.domain.people_refusals import (
    DatedBefore,
    GroupRepeated,
    GroupUnknown,
    HouseholdElsewhere,
    HouseholdRepeated,
    HouseholdUnknown,
    MemberRepeated,
    NotAMember,
)
from policy_credit_loans.domain.person import unsealed
from policy_credit_loans.domain.refusals import LoanAnswered, LoanPaidOut, LoanRepeated
from policy_credit_shared.events import lending
from policy_credit_shared.kernel.aggregates import Kind
from policy_credit_shared.kernel.instalments import FellOverdue, Instalment, total
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.refusals import CommuneNotServed, Refusal

YESTERDAY = OPENED_ON - timedelta(days=1)
TOMORROW = OPENED_ON + timedelta(days=1)


def begun(**announced: Any) -> build.Desk:
    desk = build.Desk(PARTS, DIRECTOR)
    desk.does(existing.begin_books(**announced))
    return desk


def taken() -> build.Desk:
    """A desk that holds all parts of the books, not opened."""
    desk = begun()
    desk.does(existing.group(), existing.household(), existing.loan())
    return desk


def opened() -> build.Desk:
    desk = taken()
    desk.does(existing.open_books())
    return desk


def refused(kind: type[Refusal], *lines: Any, desk: build.Desk | None = None) -> Refusal:
    desk = desk or begun()
    before = len(desk.store.log)
    with pytest.raises(kind) as caught:
        desk.does(*lines)
    assert len(desk.store.log) == before
    return caught.value


def refused_loan(field: str, **changes: Any) -> None:
    lines = existing.group(), existing.household(), existing.loan(**changes)
    assert refused(BalanceContradicts, *lines).field == field


def test_until_books_are_opened_nobody_knows_anything_of_them() -> None:
    desk = taken()
    assert desk.said() == []
    known: tuple[tuple[Kind[Any], UUID], ...] = (
        (LOAN_KIND, LOAN),
        (HOUSEHOLD_KIND, HOUSEHOLD),
        (GROUP, build.GROUP),
        (CREDIT, credit_id(HOUSEHOLD)),
        (CAPITAL, capital_id(build.OFFICE)),
    )
    for kind, aggregate in known:
        assert desk.state(kind, aggregate) is None
    assert desk.store.personal(HOUSEHOLD) is None
    assert desk.store.count_awaited("loan", date.max) == 0


def test_opening_says_groups_savings_and_balances() -> None:
    of = {"office": build.OFFICE, "locality": build.LOCALITY, "occurred_on": OPENED_ON}
    member = {**of, "group": build.GROUP, "association": "women"}
    owed = {"programme": "HN", "fund": "central", "household": HOUSEHOLD, "loan": LOAN}
    assert opened().said() == [
        lending.GroupFormed(**member, village="Thôn 1", formed_on=date(2011, 4, 1)),  # type: ignore[arg-type]
        lending.GroupMemberJoined(**member, household=HOUSEHOLD),  # type: ignore[arg-type]
        lending.SavingsCarriedOver(**member, household=HOUSEHOLD, amount=1_250_000),  # type: ignore[arg-type]
        lending.LoanCarriedOver(
            **member,  # type: ignore[arg-type]
            **owed,  # type: ignore[arg-type]
            in_group=build.GROUP,
            disbursed_on=date(2017, 5, 20),
            annual_rate=660,
            due_on=date(2020, 5, 20),
            ageing="carried_forward",
            plan=build.instalments(
                (date(2019, 5, 20), 3 * MILLION), (date(2020, 5, 20), 4 * MILLION)
            ),
            fell_overdue=(
                FellOverdue(date(2018, 5, 21), 2 * MILLION),
                FellOverdue(date(2018, 11, 21), MILLION),
            ),
            frozen_until=date(2021, 3, 5),
            frozen_overdue_since=date(2017, 11, 21),
            interest_arrears=123_456,
            in_term=7 * MILLION,
            frozen=5 * MILLION,
            overdue_1_90=0,
            overdue_91_180=MILLION,
            overdue_181_360=2 * MILLION,
            overdue_over_360=0,
            overdue=3 * MILLION,
            outstanding=15 * MILLION,
            loans=1,
            overdue_loans=1,
        ),
    ]


def test_an_opened_office_knows_its_people_and_what_they_owe() -> None:
    desk = opened()
    household = desk.state(HOUSEHOLD_KIND, HOUSEHOLD)
    assert household is not None
    assert (household.group, household.member_since) == (build.GROUP, OPENED_ON)
    content = desk.store.personal(HOUSEHOLD)
    assert content is not None
    assert unsealed(content) == build.person()
    credit, capital = (
        desk.state(CREDIT, credit_id(HOUSEHOLD)),
        desk.state(CAPITAL, capital_id(build.OFFICE)),
    )
    assert credit is not None
    assert capital is not None
    assert credit.committed("HN") == capital.lent_in("HN") == 15 * MILLION
    assert credit.lines[LOAN].overdue
    assert desk.store.awaited("loan", date(2020, 5, 20), office=build.OFFICE, limit=9) == [LOAN]


def test_books_take_effect_at_the_moment_of_the_opening() -> None:
    desk = taken()
    desk.does(existing.open_books())
    assert {r.recorded_at for r in desk.history(LOAN)} == {build.NOW}


def test_what_is_left_of_the_plan_is_the_loans_plan() -> None:
    loan = opened().state(LOAN_KIND, LOAN)
    assert loan is not None
    assert loan.plan == (
        Instalment(date(2018, 5, 20), 7 * MILLION),
        Instalment(date(2018, 11, 20), MILLION),
        Instalment(date(2019, 5, 20), 3 * MILLION),
        Instalment(date(2020, 5, 20), 4 * MILLION),
    )
    assert total(loan.plan) == loan.outstanding == 15 * MILLION
    assert (loan.undisbursed, loan.is_agreed, loan.overdue) == (0, True, True)


def test_what_is_approved_and_not_paid_out_yet_can_be_paid_out() -> None:
    desk = begun(
        totals=existing.totals_of([existing.line("loan", undisbursed=2 * MILLION)])
        | {
            "groups": 1,
            "members": 1,
            "households": 1,
            "grouped": 1,
            "savings": 1_250_000,
        }
    )
    desk.does(existing.group(), existing.household(), existing.loan(undisbursed=2 * MILLION))
    desk.does(existing.open_books())
    desk.does(build.assign_plan(), by=build.PROVINCE_DIRECTOR)
    paid_out = build.disburse(tranche=2, amount=2 * MILLION, disbursed_on=TOMORROW)
    with pytest.raises(BeyondCapital):
        desk.does(paid_out)
    desk.does(build.allocate(amount=17 * MILLION), by=build.PROVINCE_DIRECTOR)
    desk.does(paid_out)
    said = desk.said()[-1]
    assert isinstance(said, lending.LoanDisbursed)
    assert (said.tranche, total(said.plan), said.confirmed_on) == (2, 17 * MILLION, None)


def test_capital_may_come_after_the_books_that_stand_on_it() -> None:
    desk = opened()
    desk.does(build.allocate(amount=10 * MILLION), by=build.PROVINCE_DIRECTOR)
    capital = desk.state(CAPITAL, capital_id(build.OFFICE))
    assert capital is not None
    assert capital.free("central") == -5 * MILLION


def test_a_carried_over_loan_is_extended_rescheduled_and_treated_as_any_other() -> None:
    desk = opened()
    desk.does(build.extend(until=date(2021, 11, 20), extended_on=OPENED_ON))
    plan = [{"due_on": date(2021, 11, 20), "amount": 15 * MILLION}]
    desk.does(build.reschedule(plan=plan, rescheduled_on=OPENED_ON))
    desk.does(build.propose_write_off(amount=MILLION, proposed_on=OPENED_ON), by=build.OFFICER)
    extended, rescheduled = desk.said()[-2:]
    assert isinstance(extended, lending.LoanExtended)
    assert isinstance(rescheduled, lending.LoanRescheduled)
    with pytest.raises(DatedBefore):
        desk.does(build.reschedule(plan=plan, rescheduled_on=YESTERDAY))


def test_nobody_answers_a_request_that_the_books_do_not_hold() -> None:
    refused(LoanAnswered, build.approve(), desk=opened())
    refused(LoanPaidOut, build.decline(), desk=opened())


def test_books_are_opened_once() -> None:
    refused(BooksAreOpen, existing.open_books(), desk=opened())
    refused(BooksAreOpen, existing.begin_books(), desk=opened())
    refused(BooksAreOpen, existing.group(part=2), desk=opened())


def test_parts_belong_to_the_books_that_were_begun() -> None:
    refused(BooksNotBegun, existing.group(books=build.some_id("other books")))
    refused(BooksNotBegun, existing.group(), desk=build.Desk(PARTS, DIRECTOR))
    refused(BooksNotBegun, existing.open_books(), desk=build.Desk(PARTS, DIRECTOR))


def test_a_part_comes_once() -> None:
    lines = existing.group(), existing.household(), existing.loan()
    assert refused(PartTakenBefore, *lines, desk=taken()).field == "part"


def test_a_part_that_came_before_is_no_second_part_of_a_call_either() -> None:
    other = {"group": build.some_id("group 2"), "members": (build.some_id("neighbour"),)}
    refused(PartTakenBefore, existing.group(part=2, **other), existing.group(), desk=taken())


def test_books_begun_again_change_nothing_and_other_books_take_their_place() -> None:
    desk = taken()
    assert desk.does(existing.begin_books()) == []
    desk.does(existing.open_books())
    desk = taken()
    other = build.some_id("corrected books")
    totals = existing.totals_of([existing.line("group"), existing.line("household")])
    desk.does(existing.begin_books(books=other, totals=totals))
    refused(BooksNotBegun, existing.open_books(), desk=desk)
    desk.does(existing.group(books=other), existing.household(books=other))
    desk.does(existing.open_books(books=other))
    assert desk.state(LOAN_KIND, LOAN) is None
    assert desk.state(GROUP, build.GROUP) is not None


def test_books_that_do_not_add_up_to_what_was_announced_stay_shut() -> None:
    desk = begun()
    desk.does(existing.group(), existing.household())
    refusal = refused(BooksDiffer, existing.open_books(), desk=desk)
    assert "loans 0 instead of 1; outstanding {} instead of" in refusal.detail


def test_a_member_whose_household_is_missing_keeps_books_shut() -> None:
    two = (HOUSEHOLD, build.some_id("neighbour"))
    lines = [existing.line("group", members=two), existing.line("household")]
    desk = begun(totals=existing.totals_of(lines))
    desk.does(existing.group(members=two), existing.household())
    refusal = refused(BooksDiffer, existing.open_books(), desk=desk)
    assert "2 members in 1 households" in refusal.detail


def test_what_came_on_record_meanwhile_keeps_books_shut() -> None:
    desk = taken()
    desk.does(build.register(), by=build.OFFICER)
    refusal = refused(OnRecordElsewhere, existing.open_books(), desk=desk)
    assert str(HOUSEHOLD) in refusal.detail


def test_books_older_than_a_changed_rate_stay_shut_once_contracts_were_given_it() -> None:
    desk = taken()
    board = Principal("the board", "VN", "branch_director")
    changed = build.change_programme(
        programme="HN", annual_rate=600, valid_from=TOMORROW, reaches_existing=True
    )
    desk.does(changed, by=board)
    desk.closes(TOMORROW)
    assert refused(RateChangedSince, existing.open_books(), desk=desk).field == "opened_on"


def test_a_rate_that_changes_after_the_opening_reaches_carried_over_loans() -> None:
    desk = opened()
    board = Principal("the board", "VN", "branch_director")
    changed = build.change_programme(
        programme="HN", annual_rate=600, valid_from=TOMORROW, reaches_existing=True
    )
    desk.does(changed, by=board)
    desk.closes(TOMORROW)
    rerated = desk.said()[-1]
    assert isinstance(rerated, lending.LoanRerated)
    assert (rerated.previously, rerated.annual_rate) == (660, 600)


def test_groups_are_of_a_commune_of_the_office_and_their_members_differ() -> None:
    refused(CommuneNotServed, existing.group(commune="22834"))
    twice = (HOUSEHOLD, HOUSEHOLD)
    assert refused(MemberRepeated, existing.group(members=twice)).field == "members/1"
    assert refused(BalanceContradicts, existing.group(formed_on=TOMORROW)).field == "formed_on"
    refused(GroupRepeated, existing.group(), existing.group())


def test_a_household_is_a_member_of_the_group_that_it_names() -> None:
    refused(GroupUnknown, existing.household())
    refused(NotAMember, existing.group(members=(build.some_id("another"),)), existing.household())
    refused(HouseholdElsewhere, existing.group(), existing.household(commune="22876"))
    refused(HouseholdRepeated, existing.group(), existing.household(), existing.household())
    lone = existing.household(group=None)
    assert refused(BalanceContradicts, lone).field == "savings"


def test_a_household_that_neither_saves_nor_borrows_needs_no_group() -> None:
    line = existing.line("household", group=None, savings=0)
    desk = begun(totals=existing.totals_of([line]))
    desk.does(existing.household(group=None, savings=0))
    desk.does(existing.open_books())
    assert desk.state(HOUSEHOLD_KIND, HOUSEHOLD) is not None
    assert desk.said() == []


def test_a_loan_is_of_a_household_in_a_group() -> None:
    refused(HouseholdUnknown, existing.group(), existing.loan())
    lone = existing.household(group=None, savings=0)
    assert refused(BalanceContradicts, lone, existing.loan()).field == "household"
    desk = begun()
    build.grouped(desk, *build.MEMBERS)
    refused(HouseholdRepeated, existing.loan(), desk=desk)
    whole = existing.group(), existing.household(), existing.loan()
    refused(LoanRepeated, *whole, existing.loan())


def test_balances_that_contradict_each_other_are_refused_by_their_field() -> None:
    due = {"due_on": date(2020, 5, 20), "amount": MILLION}
    refused_loan("disbursed_on", disbursed_on=TOMORROW)
    refused_loan("loan", plan=(), fell_overdue=(), frozen=0, frozen_until=None)
    refused_loan("plan", plan=[due, due])
    refused_loan("plan", plan=[due | {"due_on": date(2020, 5, 19)}])
    early = {"due_on": OPENED_ON - timedelta(days=2), "amount": 1}
    refused_loan("plan", plan=[early, due])
    refused_loan("fell_overdue", fell_overdue=[{"since": TOMORROW, "amount": 1}])
    refused_loan("fell_overdue", fell_overdue=[{"since": date(2017, 5, 20), "amount": 1}])
    twice = [{"since": YESTERDAY, "amount": 1}] * 2
    refused_loan("fell_overdue", fell_overdue=twice)
    refused_loan("frozen_until", frozen_until=None)
    refused_loan("frozen_until", frozen=0, frozen_overdue_since=None)
    refused_loan("frozen_overdue_since", frozen_overdue_since=TOMORROW)
    lines = existing.group(), existing.household()
    assert refused(DatedBefore, *lines, existing.loan(due_on=date(2017, 5, 20))).field == "due_on"
    assert (
        refused(DatedBefore, *lines, existing.loan(frozen_until=YESTERDAY)).field == "frozen_until"
    )


def test_what_was_due_yesterday_may_be_in_term_for_the_close_to_judge() -> None:
    plan = [{"due_on": YESTERDAY, "amount": MILLION}]
    last = existing.line("loan", plan=plan, due_on=YESTERDAY)
    lines = [existing.line("group"), existing.line("household"), last]
    desk = begun(totals=existing.totals_of(lines))
    desk.does(existing.group(), existing.household(), existing.loan(plan=plan, due_on=YESTERDAY))
    desk.does(existing.open_books())
    (carried,) = (e for e in desk.said() if isinstance(e, lending.LoanCarriedOver))
    assert carried.plan == build.instalments((YESTERDAY, MILLION))
