"""What oversight says publicly of its private events."""

from datetime import date

import build
import pytest
from scored import fact, proposed_march

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.application.handlers import MAPPER
from policy_credit_shared.events import supervision
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.events.lending import GroupDissolved
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.store.books import Command

SAID: list[tuple[Command, PublicEvent]] = [
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
        ),
    ),
    (
        build.check_use(result="wrong_use", checked_on=date(2019, 4, 5)),
        supervision.LoanUseChecked(
            office=build.OFFICE,
            locality=build.LOCALITY,
            occurred_on=date(2019, 4, 5),
            loan=build.LOAN,
            association="women",
            result="wrong_use",
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


@pytest.mark.parametrize(("command", "public"), SAID)
def test_each_private_event_is_said_in_one_public_event(
    command: Command, public: PublicEvent
) -> None:
    oversight = build.Desk(PARTS)
    oversight.does(command)
    assert oversight.said() == [public]


def everything() -> build.Desk:
    """Oversight after one of each was recorded, and two ratings."""
    oversight = proposed_march()
    oversight.does(build.inspect(), build.check_use(), build.set_target())
    oversight.does(build.confirm_rating())
    oversight.closes(date(2019, 4, 30))
    april = {"month": "2019-04", "amended_on": date(2019, 5, 3)}
    oversight.does(build.amend_rating(**april))
    oversight.takes_in(fact(GroupDissolved, occurred_on=date(2019, 6, 1)))
    return oversight


def test_what_is_said_can_be_read_and_saying_it_again_gives_the_same_bytes() -> None:
    oversight = everything()
    records = oversight.records()
    assert [decode(value)[1] for _, value in records] == oversight.said()
    assert oversight.records() == records
    assert len({partition for partition, _ in records}) == 1


def test_a_confirmed_rating_says_its_points() -> None:
    oversight = proposed_march()
    oversight.does(build.confirm_rating())
    assert oversight.said() == [
        supervision.GroupRated(
            office=build.OFFICE,
            locality=build.LOCALITY,
            occurred_on=date(2019, 4, 2),
            group=build.GROUP,
            association="women",
            month="2019-03",
            rating="good",
            proposed="good",
            scored=1,
            points=100,
            points_overdue=30,
            points_at_point=20,
            points_interest=20,
            points_principal=15,
            points_savings_growth=10,
            points_members_saving=5,
        )
    ]


def test_an_amended_rating_says_what_was_proposed_why_not_and_what_it_replaces() -> None:
    said = everything().said()[-2]
    assert isinstance(said, supervision.GroupRated)
    assert (said.rating, said.proposed, said.previous) == ("weak", "fair", "good")
    assert (said.amended, said.reason) == (1, "the group's book was not kept")
    assert (said.scored, said.previously_scored) == (1, 1)
    assert (said.points, said.previous_points) == (85, 100)


def test_a_rating_of_before_there_were_proposals_says_no_points() -> None:
    old = b"""{"recorded_at":"2019-03-05T02:00:00Z","event":{"office":"587",
        "locality":"22870-22870","group":"a1124ae8-ef2d-5172-b13d-fd2b85312922",
        "association":"women","month":"2019-02","rating":"good","on":"2019-03-05"}}"""
    group = build.some_id("ratings of a group")
    recorded = MAPPER.to_recorded(group, 1, "oversight.group_rated.v1", old)
    (said,) = PARTS.translate(recorded)
    assert isinstance(said.event, supervision.GroupRated)
    assert (said.event.scored, said.event.amended, said.event.proposed) == (0, 0, None)


def test_what_is_stored_reads_back_as_it_was_decided() -> None:
    for entry in everything().store.log:
        row = MAPPER.to_stored(entry.recorded)
        assert row.originator_id == entry.recorded.aggregate
        again = MAPPER.to_recorded(
            entry.recorded.aggregate, row.originator_version, row.topic, row.state
        )
        assert again == entry.recorded
