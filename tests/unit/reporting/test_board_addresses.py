"""A page's address says what it shows, and nothing that is usual."""

from datetime import date

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from policy_credit_reporting.board.addresses import PAGES, Lang, Page, View, view_of
from policy_credit_reporting.indicators.periods import Period
from policy_credit_shared.kernel.identifiers import Rating
from policy_credit_shared.kernel.trees import TreeName
from policy_credit_shared.web.problems import Problem

TODAY = date(2026, 11, 25)


def request(address: str) -> Request:
    path, _, query = address.partition("?")
    scope = {"type": "http", "path": path, "query_string": query.encode(), "headers": []}
    return Request(scope)


def opened(address: str, unit: str, page: Page = "") -> View:
    return view_of(request(address), unit, page)


def test_what_is_usual_is_not_in_the_address() -> None:
    assert View(unit="587").address() == "/units/587"
    assert View(unit="587").at("overdue_ratio") == "/units/587/figures/overdue_ratio"


def test_a_view_is_shared_by_its_address() -> None:
    view = View(
        unit="587", page="structure", day=date(2019, 11, 22), association="women", lang="en"
    )
    assert view.address() == "/units/587/structure?date=2019-11-22&association=women&lang=en"
    assert view.to(unit="VN", page="") == "/units/VN?date=2019-11-22&association=women&lang=en"


def test_what_orders_groups_is_not_taken_along_to_other_pages_nor_the_other_way() -> None:
    groups = View(unit="22870", page="groups", sort="village", find="tay", rating="weak", lang="en")
    assert groups.on("trends") == "/units/22870/trends?lang=en"
    assert groups.on("groups") == groups.address()
    units = View(unit="587", sort="name", find="phuoc")
    assert units.on("groups") == "/units/587/groups"
    assert units.on("oversight") == "/units/587/oversight?sort=name&find=phuoc"


days = st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(
    page=st.sampled_from(PAGES),
    day=days,
    tree=st.sampled_from(TreeName.__args__),  # type: ignore[attr-defined]
    tree_date=days,
    period=st.sampled_from(Period.__args__),  # type: ignore[attr-defined]
    programme=st.sampled_from([None, "HN", "GQVL"]),
    lang=st.sampled_from(Lang.__args__),  # type: ignore[attr-defined]
    find=st.sampled_from(["", "Phước", "a&b=c"]),
    rating=st.sampled_from([None, *Rating.__args__]),  # type: ignore[attr-defined]
    every=st.booleans(),
)
def test_every_view_comes_back_from_its_address(
    page: Page,
    day: date | None,
    tree: TreeName,
    tree_date: date | None,
    period: Period,
    programme: str | None,
    lang: Lang,
    find: str,
    rating: Rating | None,
    every: bool,
) -> None:
    view = View(
        unit="587",
        page=page,
        day=day,
        tree=tree,
        tree_date=tree_date,
        period=period,
        programme=programme,
        lang=lang,
        find=find,
        rating=rating,
        every=every,
    )
    assert opened(view.address(), "587", page) == view


def test_what_a_form_leaves_empty_is_not_asked() -> None:
    view = opened("/units/587?date=&programme=&tree_date=&find=", "587")
    assert view == View(unit="587")
    assert view.question(TODAY).day == TODAY


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("date=22.11.2019", "2026-06-30"),
        ("period=week", "day, month, quarter, year, total"),
        ("tree=own", "bank, administrative"),
        ("programme=XX", "HN"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_what_can_be(query: str, told: str) -> None:
    with pytest.raises(Problem, match=told):
        opened(f"/units/587?{query}", "587")
