"""Ratings of groups: given the rating held, when a month is rated, then an event or a no."""

import build
import msgspec
import pytest

from policy_credit_oversight.__main__ import PARTS
from policy_credit_oversight.domain.group_rating import GroupRated, group_rating_id
from policy_credit_oversight.domain.rating_refusals import GroupDiffers, MonthRatedAlready
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.refusals import CommuneNotServed, Refusal, WrongOffice


def rated(*ratings: tuple[str, str]) -> build.Desk:
    """Oversight after these months were rated."""
    oversight = build.Desk(PARTS)
    for month, rating in ratings:
        oversight.does(build.rate(month=month, rating=rating))
    return oversight


def test_a_first_rating_has_none_before_it() -> None:
    assert build.Desk(PARTS).does(build.rate()) == [
        GroupRated(
            office=build.OFFICE,
            locality=build.LOCALITY,
            group=build.GROUP,
            association="women",
            month="2019-03",
            rating="good",
            previous=None,
            on=build.DAY,
        )
    ]


def test_a_rating_names_the_one_that_it_replaces() -> None:
    oversight = rated(("2019-03", "good"), ("2019-04", "weak"))
    (event,) = oversight.does(build.rate(month="2019-05", rating="fair"))
    assert isinstance(event, GroupRated)
    assert (event.previous, event.rating) == ("weak", "fair")


def test_a_rating_that_stays_is_a_rating_too() -> None:
    (event,) = rated(("2019-03", "good")).does(build.rate(month="2019-04"))
    assert isinstance(event, GroupRated)
    assert (event.previous, event.rating) == ("good", "good")


@pytest.mark.parametrize("month", ["2019-12", "2019-11", "2018-12", "0000-01"])
def test_ratings_go_forward(month: str) -> None:
    with pytest.raises(MonthRatedAlready, match="2019-12") as refused:
        rated(("2019-12", "good")).does(build.rate(month=month))
    assert (refused.value.code, refused.value.field) == ("month-rated-already", "month")


@pytest.mark.parametrize("month", ["2020-01", "2019-12"])
def test_months_may_be_left_out(month: str) -> None:
    assert rated(("2019-03", "good")).does(build.rate(month=month))


@pytest.mark.parametrize(
    "month", ["2019-3", "2019-13", "2019-00", "19-03", "2019-03\n", " 2019-03"]
)
def test_a_month_is_written_one_way(month: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        build.rate(month=month)


@pytest.mark.parametrize(
    ("change", "refusal", "field"),
    [
        ({"commune": "22876"}, GroupDiffers, "commune"),
        ({"association": "farmers"}, GroupDiffers, "association"),
        ({"office": build.OTHER_OFFICE, "commune": "22834"}, WrongOffice, "office"),
    ],
)
def test_a_rating_counts_where_the_one_it_replaces_counted(
    change: dict[str, str], refusal: type[Refusal], field: str
) -> None:
    """Else a commune would lose a group that it never had."""
    with pytest.raises(refusal) as refused:
        rated(("2019-03", "good")).does(build.rate(month="2019-04", **change))
    assert refused.value.field == field


def test_a_group_is_in_a_commune_that_the_office_serves() -> None:
    with pytest.raises(CommuneNotServed):
        build.Desk(PARTS).does(build.rate(commune="22834"))


def test_two_months_on_one_sheet_follow_each_other() -> None:
    first, second = build.Desk(PARTS).does(build.rate(), build.rate(month="2019-04", rating="fair"))
    assert isinstance(first, GroupRated)
    assert isinstance(second, GroupRated)
    assert (first.previous, second.previous) == (None, "good")


def test_the_ratings_of_a_group_have_an_id_of_their_own() -> None:
    assert group_rating_id(build.GROUP) == derived_id("group-rating", build.GROUP)
    assert list(build.rate().touches()) == [group_rating_id(build.GROUP)]
