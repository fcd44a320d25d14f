"""The groups of a unit, with their figures now: together with what is in none, the unit's."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from uuid import UUID

import build
import pytest
from conftest import Servers
from readmodel import Reader, Readers, reporting

from policy_credit_reporting.indicators.columns import movements_of
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.group_rows import (
    add_up_rows,
    from_bytes,
    halves_of,
    rows_of,
)
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.store import generations, group_pages, pages
from policy_credit_shared.events import collection, lending, supervision
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.store.postgres import connect

OFFICE, COMMUNE, EMPTY = "587", "22870", "22834"
PATH = f"/api/v1/units/{COMMUNE}/groups"
WOMEN, FARMERS = build.some_id("a women's group"), build.some_id("a farmers' group")
PLACE: dict[str, Any] = {"office": OFFICE, "locality": "22870-22870", "occurred_on": build.DAY}


def story() -> Iterator[PublicEvent]:
    """Two groups with 10 of 75 overdue, and a loan from before groups were said."""
    of: dict[UUID, dict[str, Any]]
    of = {WOMEN: {"association": "women"}, FARMERS: {"association": "farmers"}}
    for group, village in ((WOMEN, "Thôn Đông"), (FARMERS, "Thôn Tây")):
        yield lending.GroupFormed(**PLACE, **of[group], group=group, village=village)
        for member in ("one", "two"):
            household = build.some_id(f"{village} {member}")
            named: dict[str, Any] = {**PLACE, **of[group], "group": group, "household": household}
            yield lending.GroupMemberJoined(**named)
            yield collection.SavingsDeposited(**named, amount=3, place="point")
    lent = ((WOMEN, 30, WOMEN), (WOMEN, 25, WOMEN), (FARMERS, 20, FARMERS), (WOMEN, 5, None))
    for number, (of_group, amount, in_group) in enumerate(lent):
        loan = {"loan": build.some_id(f"loan {number}"), "amount": amount, "in_group": in_group}
        yield build.loan_disbursed(**PLACE, **of[of_group], **loan)
    late: dict[str, Any] = {"household": build.HOUSEHOLD, "programme": "HN", "fund": "central"}
    late |= {**PLACE, **of[FARMERS], "loan": build.some_id("loan 2"), "in_group": FARMERS}
    yield collection.PrincipalFellOverdue(**late, amount=10)
    yield collection.LoanFellOverdue(**late)
    yield supervision.GroupRated(
        **PLACE, **of[WOMEN], group=WOMEN, month="2019-02", rating="good", scored=1, points=97
    )


@pytest.fixture(scope="module")
def readers(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Readers]:
    keys = tmp_path_factory.mktemp("keys")
    with reporting(servers, keys, ALGEBRA, list(story())) as readers:
        yield readers


@pytest.fixture(scope="module")
def reader(readers: Readers) -> Reader:
    return readers.of(OFFICE)


def values(figures: list[dict[str, Any]]) -> dict[str, Any]:
    return {figure["name"]: figure["value"] for figure in figures}


def test_a_commune_has_its_groups_with_their_figures(reader: Reader) -> None:
    answer = reader.get(PATH).json()
    assert (answer["unit"]["code"], answer["total"]) == (COMMUNE, 2)
    women, farmers = answer["groups"]
    assert (women["group"], women["village"]) == (str(WOMEN), "Thôn Đông")
    assert women["locality"] == PLACE["locality"]
    assert (women["association"], women["formed_on"]) == ("women", str(build.DAY))
    assert (women["rating"], farmers["rating"]) == ("good", None)
    assert values(women["indicators"]) == {
        "group_members": 2,
        "loans": 2,
        "outstanding": 55,
        "overdue": 0,
        "frozen": 0,
        "overdue_ratio": 0,
        "overdue_loans": 0,
        "savings": 6,
        "average_points": 97,
    }
    owed = values(farmers["indicators"])
    assert (owed["outstanding"], owed["overdue"], owed["overdue_loans"]) == (20, 10, 1)
    assert (owed["overdue_ratio"], owed["average_points"]) == (0.5, None)


def test_groups_and_what_is_in_none_are_what_the_commune_has(reader: Reader) -> None:
    answer = reader.get(PATH, {"indicators": "outstanding,loans,savings"}).json()
    parts = [values(one["indicators"]) for one in answer["groups"]]
    outside, whole = values(answer["outside"]), values(answer["whole"])
    assert outside == {"outstanding": 5, "loans": 1, "savings": 0}
    for name, figure in whole.items():
        assert sum(part[name] for part in parts) + outside[name] == figure
    asked = {"indicators": "outstanding,loans,savings"}
    figures = reader.get(f"/api/v1/units/{COMMUNE}/indicators", asked).json()["indicators"]
    assert values(figures) == whole


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ({"sort": "outstanding"}, FARMERS),
        ({"sort": "-outstanding"}, WOMEN),
        ({"sort": "-overdue_ratio"}, FARMERS),
        ({"sort": "village"}, WOMEN),
        ({"sort": "-association"}, WOMEN),
        ({"sort": "rating"}, WOMEN),
        ({"sort": "-rating"}, WOMEN),
        ({"sort": "-overdue", "indicators": "savings"}, FARMERS),
        ({"offset": 1, "limit": 1}, FARMERS),
        ({"association": "farmers"}, FARMERS),
        ({"rating": "good"}, WOMEN),
    ],
)
def test_groups_are_put_in_order_and_narrowed_down(
    reader: Reader, query: dict[str, str | int], first: Any
) -> None:
    assert reader.get(PATH, query).json()["groups"][0]["group"] == str(first)


def test_pages_of_the_list_lead_to_each_other(reader: Reader) -> None:
    first = reader.get(PATH, {"limit": 1})
    assert first.headers["X-Total-Count"] == "2"
    following = reader.get(PATH + first.links["next"]["url"])
    assert following.json()["groups"][0]["group"] == str(FARMERS)
    assert "next" not in following.links


def test_a_day_after_which_nothing_moved_is_as_good_as_the_present(reader: Reader) -> None:
    dated = reader.get(PATH, {"date": str(build.DAY)}).json()
    assert dated["reading"]["date"] == str(build.DAY)
    assert dated["groups"] == reader.get(PATH).json()["groups"]
    assert rows(reader, f"{PAGE}?date={build.DAY}") == [str(WOMEN), str(FARMERS)]


def test_what_is_narrowed_down_still_adds_up(reader: Reader) -> None:
    answer = reader.get(PATH, {"association": "farmers"}).json()
    assert answer["total"] == 1
    assert values(answer["whole"])["outstanding"] == 20
    assert values(answer["outside"])["outstanding"] == 0
    assert reader.get(PATH, {"rating": "weak"}).json()["groups"] == []


def test_the_table_has_a_line_for_what_is_in_no_group(reader: Reader) -> None:
    answer = reader.get(PATH, accept="text/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["village"] for row in rows] == ["Thôn Đông", "Thôn Tây", ""]
    assert [row["outstanding_dong"] for row in rows] == ["55", "20", "5"]
    assert rows[1]["overdue_ratio_numerator"] == "10"


def test_an_office_has_those_of_all_its_communes_and_a_commune_without_groups_none(
    readers: Readers,
) -> None:
    office = readers.of(OFFICE).get(f"/api/v1/units/{OFFICE}/groups").json()
    assert office["total"] == 2
    empty = readers.of("58").get(f"/api/v1/units/{EMPTY}/groups").json()
    assert (empty["groups"], values(empty["outside"])["outstanding"]) == ([], 0)


@pytest.mark.parametrize(
    ("query", "fix"),
    [
        ({"date": "2019-03-04"}, "figures of 22870 moved after 2019-03-04: leave the date out"),
        ({"date": "2019-02-04"}, "kept for the present only"),
        ({"programme": "HN"}, "not kept by programme: leave that out"),
        ({"indicators": "disbursed"}, "disbursed is not kept by group: there are"),
        ({"sort": "-disbursed"}, "cannot be sorted by that"),
        ({"sort": "-overdu"}, "Perhaps overdue"),
    ],
)
def test_what_groups_are_not_kept_by_is_refused_with_what_can_be_asked(
    reader: Reader, query: dict[str, str], fix: str
) -> None:
    answer = reader.get(PATH, query)
    assert answer.status_code == 422
    assert fix in answer.json()["detail"]


def test_groups_of_the_nation_are_too_many_and_those_of_others_are_not_shown(
    readers: Readers,
) -> None:
    assert readers.of("VN").get("/api/v1/units/VN/groups").status_code == 422
    assert readers.of("586").get(PATH).status_code == 403


def test_pages_of_groups_are_merged_and_hold_exactly_as_much(servers: Servers) -> None:
    url = servers.database()
    generation = generations.create(url, ALGEBRA)
    layout = Layout.of(ALGEBRA)
    offices = pages.offices_of(layout)
    movements = movements_of(ALGEBRA, layout, list(story()))
    rows = rows_of(movements, halves_of([WOMEN] * len(movements)))
    with connect(url, generation) as connection, connection.cursor() as cursor:
        for sign in (1, 1, -1) * 30:
            group_pages.append(cursor, offices, rows * (1, 1, 1, sign))
        assert group_pages.merge(connection) == 1
        assert group_pages.merge(connection) == 0
        stored = cursor.execute("SELECT movements FROM group_page").fetchall()
    assert [from_bytes(page).tolist() for (page,) in stored] == [
        add_up_rows(rows * (1, 1, 1, 30)).tolist()
    ]


PAGE = f"/units/{COMMUNE}/groups"


def rows(reader: Reader, path: str) -> list[str]:
    """The groups that a page of the board shows, in their order."""
    return re.findall(rf'<th scope="row"><a href="{PAGE}/([^"?]+)', reader.page(path).text)


def text_of(reader: Reader, path: str) -> str:
    answer = reader.page(path)
    assert answer.status_code == 200, answer.text
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def test_a_communes_page_leads_to_its_groups_and_each_of_them_and_back(reader: Reader) -> None:
    assert rows(reader, f"/units/{COMMUNE}") == [str(WOMEN), str(FARMERS)]
    text = text_of(reader, PAGE)
    assert "chỉ có tại thời điểm hiện tại" in text
    assert "Dư nợ không thuộc tổ nào" in text
    group = f"{PAGE}/{FARMERS}"
    alone = text_of(reader, group)
    for shown in ("Tổ TK&VV Thôn Tây", "Hội Nông dân", str(FARMERS), "50,00 %", "05/03/2019"):
        assert shown in alone
    assert f'href="{PAGE}">← Về danh sách tổ' in reader.page(group).text
    assert "Figures by group are of the present only" in text_of(reader, f"{group}?lang=en")
    of_office = reader.page(f"/units/{OFFICE}/groups").text
    assert of_office.count('<small class="beside">Thị trấn Phước Dân</small>') == 2
    assert '<small class="beside">Thị trấn Phước Dân</small>' not in reader.page(PAGE).text


def test_the_table_of_groups_is_sorted_and_filtered_by_its_address(reader: Reader) -> None:
    assert rows(reader, f"{PAGE}?sort=-overdue_ratio") == [str(FARMERS), str(WOMEN)]
    assert rows(reader, f"{PAGE}?sort=village") == [str(WOMEN), str(FARMERS)]
    assert rows(reader, f"{PAGE}?find=tay") == [str(FARMERS)]
    assert rows(reader, f"{PAGE}?rating=good") == [str(WOMEN)]
    assert rows(reader, f"{PAGE}?association=farmers") == [str(FARMERS)]
    table = reader.page(f"{PAGE}.csv?sort=outstanding")
    assert "attachment" in table.headers["content-disposition"]
    assert [row["outstanding_dong"] for row in csv.DictReader(io.StringIO(table.text))] == [
        "20",
        "55",
        "5",
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("date=2019-03-01", "không có của ngày đang xem"),
        ("programme=HN", "không tách theo chương trình và nguồn vốn"),
        ("fund=local&date=2019-03-05", "không tách theo chương trình và nguồn vốn"),
    ],
)
def test_what_cannot_be_shown_by_group_is_said_with_the_way_to_what_can(
    reader: Reader, query: str, said: str
) -> None:
    for path in (f"/units/{COMMUNE}", PAGE):
        assert said in text_of(reader, f"{path}?{query}")
        assert rows(reader, f"{path}?{query}") == []
        assert f'<a href="{PAGE}">' in reader.page(f"{path}?{query}").text
    assert reader.page(f"{PAGE}.csv?{query}").status_code == 422
    assert reader.page(f"{PAGE}/{WOMEN}?{query}").status_code == 404


def test_other_pages_are_not_sorted_by_what_only_groups_have(readers: Readers) -> None:
    leader = readers.of("VN")
    page = leader.page(f"{PAGE}?sort=-village&find=tay&rating=good").text
    for address in re.findall(rf'href="(/units/{COMMUNE}[^"]*)"', page):
        assert leader.page(unescape(address)).status_code == 200, address
    assert "/units/VN/groups" not in leader.page("/units/VN").text
    assert "Hãy chọn một tỉnh" in text_of(leader, "/units/VN/groups")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{PAGE}/{build.some_id('nobody')}", 404),
        (f"{PAGE}/7", 422),
        (f"{PAGE}?rating=best", 422),
        (f"{PAGE}?sort=-disbursed", 422),
        (f"{PAGE}?sort=wealth", 404),
        (f"/units/{EMPTY}/groups", 403),
    ],
)
def test_groups_that_cannot_be_shown_are_refused_on_a_page(
    reader: Reader, path: str, status: int
) -> None:
    assert reader.page(path).status_code == status
