"""What oversight says publicly of Boards, obstacles, outreach, outcomes and reports."""

import re
from datetime import date
from typing import Any

import build
import governing
import msgspec

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.application.governing import EVENTS
from policy_credit_oversight.application.handlers import MAPPER
from policy_credit_oversight.domain.periodic_report import ReportingStarted
from policy_credit_oversight.domain.register import RegisterKept
from policy_credit_oversight.domain.task import task_id
from policy_credit_shared.events import governance
from policy_credit_shared.events.catalogue import EVENT_TYPES
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.events.public import PublicEvent

AT_OFFICE: dict[str, Any] = {"office": build.OFFICE, "locality": build.LOCALITY}
OF_OFFICE: dict[str, Any] = {**AT_OFFICE, "unit": build.OFFICE, "level": "district"}
PUBLIC = {kind for kind in EVENT_TYPES.values() if kind.__module__ == governance.__name__}


def everything() -> build.Desk:
    """Oversight after everything that can happen in governing."""
    desk = governing.Oversight()
    desk.does(
        governing.meet(),
        governing.adopt(governing.asked(), governing.asked(unit=build.COMMUNE)),
        governing.raise_obstacle(),
        governing.pass_up(),
        governing.answer(unit="VN"),
        governing.close_obstacle(),
        governing.reach_out(),
        governing.record_outcome(),
        governing.report_lending(),
        governing.close_lending(),
        governing.start_reporting(),
    )
    desk.does(governing.take_back(), by=build.DIRECTOR)
    desk.closes(date(2019, 7, 1))
    desk.does(governing.report_done(done_on=date(2019, 7, 2)))
    desk.does(governing.send_report(sent_on=date(2019, 7, 2)))
    return desk


def said(kind: type[PublicEvent]) -> list[PublicEvent]:
    return [event for event in everything().said() if type(event) is kind]


def test_everything_that_happens_is_said_and_nothing_else_is() -> None:
    desk = everything()
    assert {type(event) for event in desk.said()} == PUBLIC
    happened = {type(entry.recorded.event) for entry in desk.store.log}
    assert happened == {*EVENTS, RegisterKept}
    begun = [e for e in desk.store.log if isinstance(e.recorded.event, ReportingStarted)]
    assert [PARTS.translate(entry.recorded) for entry in begun] == [[]]


def test_a_task_is_said_of_the_unit_that_is_asked() -> None:
    first, second = said(governance.TaskAssigned)
    assert first == governance.TaskAssigned(
        **OF_OFFICE,
        occurred_on=build.DAY,
        task=task_id(governing.RESOLUTION, 1),
        resolution=governing.RESOLUTION,
        reference="12/NQ-BĐD",
        addressee="peoples_committee",
        subject="entrust a share of the budget",
        due_on=date(2019, 6, 30),
        amount=2_000_000_000,
    )
    assert isinstance(second, governance.TaskAssigned)
    assert (second.unit, second.level) == (build.COMMUNE, "commune")


def test_a_task_done_late_says_that_it_was_past_due() -> None:
    assert said(governance.TaskDone) == [
        governance.TaskDone(
            **OF_OFFICE,
            occurred_on=date(2019, 7, 2),
            task=task_id(governing.RESOLUTION, 1),
            resolution=governing.RESOLUTION,
            addressee="peoples_committee",
            done="the money came",
            amount=2_000_000_000,
            on_time=0,
            was_past_due=1,
        )
    ]


def test_an_answer_says_by_whom_and_after_how_many_days() -> None:
    assert said(governance.ObstacleAnswered) == [
        governance.ObstacleAnswered(
            **OF_OFFICE,
            occurred_on=date(2019, 3, 25),
            obstacle=governing.OBSTACLE,
            kind="capital",
            by="VN",
            answer="resolved",
            words="another 5 billion from April",
            days_since_raised=20,
        )
    ]


def test_an_outcome_taken_back_says_again_what_it_takes_back() -> None:
    assert said(governance.OutcomeTakenBack) == [
        governance.OutcomeTakenBack(
            **AT_OFFICE,
            occurred_on=date(2019, 3, 8),
            outcome=governing.OUTCOME,
            kind="households_out_of_poverty",
            count=14,
            mistake="wrong_count",
        )
    ]


def test_each_report_that_is_owed_is_an_event_of_its_own() -> None:
    owed = said(governance.PeriodicReportFellDue)
    assert len(owed) == 6 + 2 + 2
    assert len(said(governance.PeriodicReportPassedDeadline)) == 5 + 1 + 1
    (sent,) = said(governance.PeriodicReportSent)
    assert isinstance(sent, governance.PeriodicReportSent)
    assert (sent.on_time, sent.was_past_deadline) == (0, 1)


def test_nothing_says_who_did_it() -> None:
    desk = everything()
    records = b"".join(value for _, value in desk.records())
    for person in (build.OFFICER, build.DIRECTOR):
        assert not re.search(re.escape(person.subject).encode(), records)


def test_what_is_said_can_be_read_and_saying_it_again_gives_the_same_bytes() -> None:
    desk = everything()
    records = desk.records()
    assert [decode(value)[1] for _, value in records] == desk.said()
    assert desk.records() == records


def test_what_is_stored_reads_back_as_it_was_decided() -> None:
    for entry in everything().store.log:
        row = MAPPER.to_stored(entry.recorded)
        aggregate = entry.recorded.aggregate
        version, topic, state = row.originator_version, row.topic, row.state
        assert MAPPER.to_recorded(aggregate, version, topic, state) == entry.recorded


def test_days_between_any_two_dates_can_be_said() -> None:
    desk = governing.Oversight()
    desk.does(governing.report_lending(reported_on=date.min))
    desk.does(governing.close_lending(closed_on=date.max))
    (_, value) = desk.records()[-1]
    assert msgspec.to_builtins(decode(value)[1])["days_since_reported"] == 3_652_058
