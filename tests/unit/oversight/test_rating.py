"""Ratings of groups: given a proposal, when it is confirmed or amended, then a rating or a no."""

from datetime import date
from typing import Any

import build
import msgspec
import pytest
from scored import (
    A_GOOD_MARCH,
    MILLION,
    MONTH_END,
    fact,
    formed,
    group,
    oversight,
    proposals,
    proposed_march,
)

from policy_credit_oversight.domain.group_rating import (
    AmendRating,
    ConfirmRating,
    GroupRated,
    RatingEnded,
    group_rating_id,
)
from policy_credit_oversight.domain.group_score import group_score_id
from policy_credit_oversight.domain.rating_refusals import (
    GroupIsDissolved,
    GroupUnknown,
    MonthNotOver,
    MonthRatedAlready,
    NothingProposed,
    NothingToAmend,
    ProposalDiffers,
)
from policy_credit_shared.events import collection, lending, supervision
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.refusals import Refusal, WrongOffice

APRIL_END = date(2019, 4, 30)


def rated(desk: build.Desk, command: ConfirmRating | AmendRating) -> GroupRated:
    event = desk.does(command)[0]
    assert isinstance(event, GroupRated)
    return event


def test_a_proposal_is_confirmed_with_what_it_was_given_for() -> None:
    desk = proposed_march()
    proposed = group(desk).waiting["2019-03"]
    assert rated(desk, build.confirm_rating()) == GroupRated(
        office=build.OFFICE,
        locality=build.LOCALITY,
        group=build.GROUP,
        association="women",
        month="2019-03",
        rating="good",
        previous=None,
        on=date(2019, 4, 2),
        score=proposed,
        by="an officer",
    )


def test_an_amendment_keeps_the_components_and_says_why() -> None:
    desk = proposed_march()
    proposed = group(desk).waiting["2019-03"]
    event = rated(desk, build.amend_rating(rating="fair"))
    assert (event.rating, event.score) == ("fair", proposed)
    assert event.reason == "the group's book was not kept"


def test_what_is_confirmed_is_what_the_sender_saw() -> None:
    """Money that fell overdue after the proposal was looked at is not confirmed away."""
    desk = proposed_march()
    desk.takes_in(fact(collection.PrincipalFellOverdue, amount=MILLION, occurred_on=MONTH_END))
    with pytest.raises(ProposalDiffers, match="average") as refused:
        desk.does(build.confirm_rating())
    assert refused.value.field == "rating"
    assert rated(desk, build.confirm_rating(rating="average")).rating == "average"


def test_a_rating_names_the_one_that_it_replaces() -> None:
    desk = proposed_march()
    first = rated(desk, build.amend_rating())
    desk.closes(APRIL_END)
    command = build.amend_rating(month="2019-04", rating="average", amended_on=date(2019, 5, 3))
    second = rated(desk, command)
    assert (second.previous, second.rating) == ("weak", "average")
    assert first.score is not None
    assert second.previous_points == first.score.points


def test_a_confirmed_month_waits_no_more_nor_do_those_before_it() -> None:
    desk = proposed_march()
    assert set(group(desk).waiting) == {"2019-02", "2019-03"}
    desk.does(build.confirm_rating())
    assert group(desk).waiting == {}


def test_late_facts_change_no_rating_and_can_be_seen() -> None:
    desk = proposed_march()
    desk.does(build.confirm_rating())
    desk.takes_in(fact(collection.PrincipalFellOverdue, amount=MILLION, occurred_on=MONTH_END))
    assert desk.closes(date(2019, 4, 5)) == []
    assert group(desk).score("2019-03").points.overdue == 0


def test_a_confirmed_rating_is_amended_on_what_came_late() -> None:
    desk = proposed_march()
    confirmed = rated(desk, build.confirm_rating())
    desk.takes_in(fact(collection.PrincipalFellOverdue, amount=MILLION, occurred_on=MONTH_END))
    amended = rated(desk, build.amend_rating(rating="average"))
    assert (amended.previous, amended.month) == ("good", "2019-03")
    assert amended.score is not None
    assert amended.score.points.overdue == 0
    assert confirmed.score is not None
    assert amended.previous_points == confirmed.score.points


def test_ratings_go_forward() -> None:
    desk = proposed_march()
    desk.closes(APRIL_END)
    april = build.confirm_rating(month="2019-04", confirmed_on=date(2019, 5, 2), rating="fair")
    state = group(desk)
    desk.does(msgspec.structs.replace(april, rating=state.waiting["2019-04"].rating))
    for command in (build.confirm_rating(), build.amend_rating()):
        with pytest.raises(MonthRatedAlready, match="2019-04") as refused:
            desk.does(command)
        assert (refused.value.code, refused.value.field) == ("month-rated-already", "month")


def test_a_month_is_confirmed_once() -> None:
    desk = proposed_march()
    desk.does(build.confirm_rating())
    with pytest.raises(MonthRatedAlready):
        desk.does(build.confirm_rating())


def test_months_may_be_left_out() -> None:
    desk = proposed_march()
    desk.closes(date(2019, 6, 30))
    rating = group(desk).waiting["2019-06"].rating
    june = build.confirm_rating(month="2019-06", rating=rating, confirmed_on=date(2019, 7, 1))
    assert rated(desk, june).month == "2019-06"


REFUSED: list[tuple[dict[str, Any], type[Refusal], str]] = [
    ({"group": build.some_id("nobody's")}, GroupUnknown, "group"),
    ({"office": build.OTHER_OFFICE}, WrongOffice, "office"),
    ({"month": "2019-04"}, NothingProposed, "month"),
    ({"month": "2018-12"}, NothingProposed, "month"),
]


@pytest.mark.parametrize(("change", "refusal", "field"), REFUSED)
def test_only_what_is_proposed_to_an_office_is_rated_by_it(
    change: dict[str, Any], refusal: type[Refusal], field: str
) -> None:
    desk = proposed_march()
    for command in (build.confirm_rating(**change), build.amend_rating(**change)):
        with pytest.raises(refusal) as refused:
            desk.does(command)
        assert refused.value.field == field


def test_a_month_is_rated_when_it_is_over() -> None:
    desk = proposed_march()
    early = date(2019, 3, 30)
    with pytest.raises(MonthNotOver, match="2019-03-31") as refused:
        desk.does(build.confirm_rating(confirmed_on=early))
    assert refused.value.field == "confirmed_on"
    with pytest.raises(MonthNotOver) as refused:
        desk.does(build.amend_rating(amended_on=early))
    assert refused.value.field == "amended_on"
    assert desk.does(build.confirm_rating(confirmed_on=MONTH_END))


def test_an_amendment_changes_something() -> None:
    desk = proposed_march()
    with pytest.raises(NothingToAmend, match="proposed"):
        desk.does(build.amend_rating(rating="good"))
    desk.does(build.amend_rating(rating="fair"))
    with pytest.raises(NothingToAmend, match="rated fair"):
        desk.does(build.amend_rating(rating="fair"))


@pytest.mark.parametrize(
    "month", ["2019-3", "2019-13", "2019-00", "19-03", "2019-03\n", " 2019-03"]
)
def test_a_month_is_written_one_way(month: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        build.confirm_rating(month=month)


def test_an_amendment_says_why() -> None:
    with pytest.raises(msgspec.ValidationError):
        build.amend_rating(reason="")


def test_a_group_on_a_sheet_twice_is_refused_once() -> None:
    with pytest.raises(MonthRatedAlready):
        proposed_march().does(build.confirm_rating(), build.confirm_rating())


def test_a_dissolved_group_holds_its_rating_no_more() -> None:
    desk = proposed_march()
    desk.does(build.confirm_rating())
    dissolved = fact(lending.GroupDissolved, occurred_on=date(2019, 4, 20))
    ended = desk.takes_in(dissolved)[-1]
    assert isinstance(ended, RatingEnded)
    assert (ended.rating, ended.locality, ended.on) == ("good", build.LOCALITY, date(2019, 4, 20))
    said = desk.said()[-1]
    assert isinstance(said, supervision.GroupRatingEnded)
    assert (said.rating, said.scored, said.points) == ("good", 1, 100)
    with pytest.raises(GroupIsDissolved):
        desk.does(build.amend_rating())


def test_the_dissolution_of_a_group_never_rated_ends_no_rating() -> None:
    desk = oversight(formed())
    assert len(desk.takes_in(fact(lending.GroupDissolved))) == 1
    assert desk.said() == []


def test_ratings_and_sums_of_a_group_have_ids_of_their_own() -> None:
    assert group_rating_id(build.GROUP) == derived_id("group-rating", build.GROUP)
    ids = {group_rating_id(build.GROUP), group_score_id(build.GROUP)}
    assert set(build.confirm_rating().touches()) == set(build.amend_rating().touches()) == ids
    assert len(ids) == 2


def test_nothing_is_said_of_sums_and_proposals() -> None:
    desk = oversight(*A_GOOD_MARCH)
    assert proposals(desk.closes(MONTH_END))
    assert desk.said() == []
