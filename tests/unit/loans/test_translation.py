"""What loans says publicly of its private events."""

from datetime import date

import build
from msgspec import convert
from msgspec.structs import replace

from policy_credit_loans.__main__ import PARTS
from policy_credit_loans.application.handlers import MAPPER
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.loan import LOAN
from policy_credit_loans.domain.loan_events import LoanExtended
from policy_credit_loans.domain.transferring import reassign
from policy_credit_loans.publishing.credit import say
from policy_credit_shared.events import lending
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.events.public import LoanEvent
from policy_credit_shared.kernel.units import seat_locality


def lent() -> build.Desk:
    """A desk on which everything happened to a loan that a loan's life can have."""
    desk = build.lending_desk()
    build.lend(desk)
    desk.does(build.propose_freezing())
    desk.does(build.approve_freezing(), by=build.HEAD_OFFICE)
    desk.does(build.unfreeze(), build.reschedule(), build.propose_write_off(amount=build.MILLION))
    desk.does(build.approve_write_off(), by=build.HEAD_OFFICE)
    desk.does(build.change_programme(reaches_existing=True), by=build.HEAD_OFFICE)
    desk.closes(date(2019, 6, 1))
    desk.does(build.extend())
    return desk


def test_each_step_of_a_loans_life_is_said_once_and_nothing_of_proposals() -> None:
    said = [type(e) for e in lent().said() if getattr(e, "loan", None) == build.LOAN]
    assert said == [
        lending.LoanApplied,
        lending.LoanApproved,
        lending.LoanDisbursed,
        lending.LoanFreezingApproved,
        lending.LoanUnfreezingApproved,
        lending.LoanRescheduled,
        lending.LoanWriteOffApproved,
        lending.LoanRerated,
        lending.LoanExtended,
    ]


def test_what_repayments_said_is_not_said_again() -> None:
    desk = lent()
    before = desk.said()
    desk.takes_in(build.principal_collected(), build.fell_overdue())
    assert desk.said() == before


def test_an_approval_says_how_long_it_took_and_what_was_agreed() -> None:
    (approved,) = (e for e in lent().said() if isinstance(e, lending.LoanApproved))
    assert (approved.days_since_applied, approved.amount) == (3, 40 * build.MILLION)
    assert (approved.annual_rate, approved.term_months) == (660, 60)


def test_capital_and_plans_count_at_the_seat_of_the_office() -> None:
    given = [
        e for e in lent().said() if isinstance(e, lending.CapitalAllocated | lending.PlanAssigned)
    ]
    assert {e.locality for e in given} == {seat_locality(build.OFFICE)}
    assert [type(e).__name__ for e in given] == [
        "CapitalAllocated",
        "CapitalAllocated",
        "PlanAssigned",
    ]


def test_a_loan_is_said_in_the_partition_of_the_office_that_opened_it_even_from_elsewhere() -> None:
    desk = lent()
    build.grouped(
        desk,
        build.some_id("stranger"),
        group=build.OTHER_GROUP,
        office=build.OTHER_OFFICE,
        commune=build.OTHER_COMMUNE,
    )
    desk.does(build.transfer(), by=build.PROVINCE_DIRECTOR)
    desk.does(build.extend(office=build.OTHER_OFFICE, until=date(2026, 3, 5)))
    (last,) = PARTS.translate(desk.store.log[-1].recorded)
    assert (last.event.office, last.event.locality) == (build.OTHER_OFFICE, "22834-22834")
    assert last.office == build.OFFICE


def test_every_fact_about_a_loan_says_its_group() -> None:
    said = [fact for fact in lent().said() if isinstance(fact, LoanEvent)]
    assert {fact.in_group for fact in said} == {build.GROUP}


def test_a_loan_from_before_groups_were_said_says_none_until_it_is_handed_over() -> None:
    desk = lent()
    now = desk.state(LOAN, build.LOAN)
    into = desk.state(GROUP, build.GROUP)
    assert now is not None
    assert into is not None
    old = replace(now, standing=replace(now.standing, group_said=False))
    on = date(2019, 9, 2)
    handed_over = reassign(old, build.OTHER_GROUP, into, "they moved", on, build.PROVINCE_DIRECTOR)
    (left,) = say(build.LOAN, handed_over)
    extended = LoanExtended(
        standing=handed_over.to, on=on, until=on, previously=on, reason="", by=""
    )
    (later,) = say(build.LOAN, extended)
    assert isinstance(left.event, LoanEvent)
    assert isinstance(later.event, LoanEvent)
    assert (left.event.in_group, later.event.in_group) == (None, build.OTHER_GROUP)


def test_what_is_said_can_be_read_and_saying_it_again_gives_the_same_bytes() -> None:
    loans = lent()
    records = loans.records()
    assert [decode(value)[1] for _, value in records] == loans.said()
    assert loans.records() == records


def test_what_is_stored_reads_back_as_it_was_decided() -> None:
    for entry in lent().store.log:
        row = MAPPER.to_stored(entry.recorded)
        again = MAPPER.to_recorded(
            entry.recorded.aggregate, row.originator_version, row.topic, row.state
        )
        assert again == entry.recorded


def people() -> build.Desk:
    """A group's life, from its members' registration to its end."""
    loans = build.Desk(PARTS)
    newcomer = build.some_id("newcomer")
    loans.does(
        *(build.register(m) for m in (*build.MEMBERS, newcomer)),
        build.correct(),
        build.form(),
        build.join(newcomer),
        build.list_households(build.named(), build.named(newcomer)),
        build.post_list(),
        build.decide_list(confirmed=[build.confirmation()], rejected=[build.rejection(newcomer)]),
        build.leave(),
        build.erase(),
        build.dissolve(),
    )
    return loans


def test_a_groups_members_are_said_one_by_one() -> None:
    said = [event for event in people().said() if event.NAME.startswith("group.")]
    assert [event.NAME.removeprefix("group.") for event in said] == [
        "formed",
        *["member_joined"] * 6,
        *["member_left"] * 6,
        "dissolved",
    ]
    joined = [e.household for e in said if isinstance(e, lending.GroupMemberJoined)]
    left = [e.household for e in said if isinstance(e, lending.GroupMemberLeft)]
    assert joined == [*build.MEMBERS, build.some_id("newcomer")]
    assert left == [build.HOUSEHOLD, *sorted(set(joined) - {build.HOUSEHOLD})]
    of_group = {"office": build.OFFICE, "group": build.GROUP, "association": "women"}
    where = {**of_group, "locality": build.LOCALITY}
    assert said[0] == convert(
        {**where, "occurred_on": date(2019, 1, 14), "village": "Thôn Hạ"}, lending.GroupFormed
    )
    assert said[-1] == convert({**where, "occurred_on": date(2019, 11, 25)}, lending.GroupDissolved)


def test_of_a_household_alone_nothing_is_said() -> None:
    loans = build.Desk(PARTS)
    loans.does(build.register(), build.correct(), build.erase())
    assert len(loans.store.log) == 3
    assert loans.said() == []


def test_what_is_said_of_people_can_be_read_and_is_said_the_same_again() -> None:
    loans = people()
    records = loans.records()
    assert [decode(value)[1] for _, value in records] == loans.said()
    assert loans.records() == records
    assert len({decode(value)[0].id for _, value in records}) == len(records)
    assert len({partition for partition, _ in records}) == 1


def test_what_is_stored_of_people_reads_back_as_it_was_decided() -> None:
    for entry in people().store.log:
        recorded = entry.recorded
        row = MAPPER.to_stored(recorded)
        assert MAPPER.to_recorded(recorded.aggregate, recorded.version, row.topic, row.state) == (
            recorded
        )
