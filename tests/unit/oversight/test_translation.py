"""What oversight says publicly of its private events."""

from datetime import date

import build
import pytest

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.application import supervising
from policy_credit_oversight.application.handlers import MAPPER
from policy_credit_shared.events import supervision
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.store.books import Command

GIVEN = [build.inspect(inspection=build.some_id("before"))]
"""What was recorded before; and a loan was paid out."""

SAID: list[tuple[Command, PublicEvent]] = [
    (
        build.plan_inspections(scope=[{"unit": build.COMMUNE, "inspections": 2}]),
        supervision.InspectionPlanned(
            office=build.OFFICE,
            locality=build.LOCALITY,
            occurred_on=date(2018, 12, 20),
            plan=build.some_id("plan"),
            body="representative_board",
            level="district",
            unit=build.OFFICE,
            inspected=build.COMMUNE,
            inspections=2,
            groups=0,
            period_from=date(2019, 1, 1),
            period_until=date(2019, 12, 31),
        ),
    ),
    (
        build.inspect(),
        supervision.InspectionCarriedOut(
            office=build.OFFICE,
            locality=build.LOCALITY,
            occurred_on=build.DAY,
            inspection=build.some_id("inspection"),
            body="representative_board",
            groups_inspected=4,
            households_visited=20,
            level="district",
            unit=build.OFFICE,
        ),
    ),
    (
        build.raise_finding(inspection=build.some_id("before")),
        supervision.FindingRaised(
            office=build.OFFICE,
            locality=build.LOCALITY,
            occurred_on=build.DAY,
            finding=build.some_id("finding"),
            severity="serious",
            responsible=build.COMMUNE,
            deadline=date(2019, 4, 5),
            body="representative_board",
            subject="group_management",
            inspection=build.some_id("before"),
        ),
    ),
    (
        build.check_use(),
        supervision.LoanUseChecked(
            office=build.OFFICE,
            locality=build.LOCALITY,
            occurred_on=date(2019, 4, 4),
            loan=build.LOAN,
            association="women",
            result="right_use",
            days_after=30,
            on_time=1,
            closes=1,
        ),
    ),
    (
        build.check_use(result="not_yet_used", checked_on=date(2019, 4, 5)),
        supervision.LoanUseChecked(
            office=build.OFFICE,
            locality=build.LOCALITY,
            occurred_on=date(2019, 4, 5),
            loan=build.LOAN,
            association="women",
            result="not_yet_used",
            days_after=31,
            on_time=0,
        ),
    ),
    (
        build.set_target(unit=build.COMMUNE),
        supervision.TargetSet(
            office=build.OFFICE,
            locality=build.LOCALITY,
            occurred_on=build.DAY,
            unit=build.COMMUNE,
            year=2019,
            indicator="overdue_ratio",
            ceiling=1_400,
            value=1_400,
        ),
    ),
]


def told() -> build.Desk:
    """Oversight after something of each kind happened."""
    oversight = build.Desk(PARTS)
    oversight.takes_in(build.loan_disbursed())
    oversight.does(
        build.plan_inspections(),
        build.inspect(plan=build.some_id("plan")),
        build.raise_finding(),
        build.check_use(result="not_yet_used"),
        build.set_target(),
    )
    oversight.takes_in(build.loan_settled(), build.loan_reopened(), build.loan_reassigned())
    oversight.closes(date(2019, 12, 31))
    oversight.does(build.remedy_finding())
    return oversight


@pytest.mark.parametrize(("command", "public"), SAID)
def test_each_private_event_is_said_in_one_public_event(
    command: Command, public: PublicEvent
) -> None:
    oversight = build.Desk(PARTS)
    oversight.does(*GIVEN)
    oversight.takes_in(build.loan_disbursed())
    before = len(oversight.said())
    oversight.does(command)
    assert oversight.said()[before:] == [public]


def test_what_is_said_can_be_read_and_saying_it_again_gives_the_same_bytes() -> None:
    oversight = told()
    records = oversight.records()
    assert [decode(value)[1] for _, value in records] == oversight.said()
    assert oversight.records() == records
    assert len({partition for partition, _ in records}) == 1


def test_everything_that_can_happen_is_told_somewhere_here() -> None:
    happened = {type(entry.recorded.event) for entry in told().store.log}
    assert happened >= set(supervising.EVENTS)


def test_what_is_stored_reads_back_as_it_was_decided() -> None:
    oversight = told()
    for entry in oversight.store.log:
        row = MAPPER.to_stored(entry.recorded)
        assert row.originator_id == entry.recorded.aggregate
        again = MAPPER.to_recorded(
            entry.recorded.aggregate, row.originator_version, row.topic, row.state
        )
        assert again == entry.recorded
