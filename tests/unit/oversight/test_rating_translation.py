"""What oversight says publicly of ratings."""

from datetime import date

import build
from scored import fact, proposed_march

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.application import rating
from policy_credit_oversight.application.handlers import MAPPER
from policy_credit_oversight.domain.group_loan import FactsWaited
from policy_credit_shared.events import supervision
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.events.lending import GroupDissolved


def everything() -> build.Desk:
    """Oversight after two ratings of a group, a target, and the group's dissolution."""
    oversight = proposed_march()
    oversight.does(build.set_target())
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
    happened = everything().store.log
    assert {type(e.recorded.event) for e in happened} >= set(rating.EVENTS) - {FactsWaited}
    for entry in happened:
        row = MAPPER.to_stored(entry.recorded)
        assert row.originator_id == entry.recorded.aggregate
        again = MAPPER.to_recorded(
            entry.recorded.aggregate, row.originator_version, row.topic, row.state
        )
        assert again == entry.recorded
