"""The API over a real read model: any day, both trees, three readings, what is missing."""

import asyncio
import csv
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import msgspec
import naive
import naive_trees
import pytest
from conftest import Servers
from random_histories import History

from policy_credit_reporting.api.app import reporting_app
from policy_credit_reporting.api.examples import EXAMPLES
from policy_credit_reporting.indicators.columns import movements_of
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.metrics.exporter import Exporter
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store import generations, pages
from policy_credit_reporting.store.answers import (
    Bridge,
    ChildrenFigures,
    Revisions,
    SeriesFigures,
    TreeFigures,
    UnitFigures,
)
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.territories import territories
from policy_credit_shared.kernel.reform import dated_trees
from policy_credit_shared.settings import SigningSettings
from policy_credit_shared.store.postgres import connect
from policy_credit_shared.web.auth import Verifier, issue_token, make_keys

# Ninh Thuận (58) was merged into Khánh Hòa (56); 48 Đà Nẵng took in 49 Quảng Nam.
NINH_THUAN, KHANH_HOA = "22870-22870", "22366-22366"
TODAY = date(2025, 9, 30)
"""After all of the history's days."""


def now() -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 5, tzinfo=UTC)


class Reader:
    """A caller of the API over a database."""

    def __init__(self, database_url: str, keys: Path) -> None:
        private, jwks = make_keys(keys)
        self._signing = SigningSettings(auth_jwks=str(jwks), auth_signing_key=private)
        self.database_url = database_url
        generations.create(database_url, ALGEBRA)
        self.ledger = PostgresLedger(database_url, ALGEBRA)
        self.projector = Projector(
            self.ledger, Folding(ALGEBRA, Layout.of(ALGEBRA)), lambda _: None
        )
        self.figures = Figures(database_url, ALGEBRA)
        scrape = Exporter(self.figures, ALGEBRA, now).scrape
        app = reporting_app(self.figures, database_url, Verifier(self._signing), scrape, now)
        self._app = app

    def get(self, path: str, unit: str = "VN", accept: str = "*/*", **query: Any) -> httpx.Response:
        token = issue_token(
            self._signing,
            subject="reader",
            unit=unit,
            role="viewer",
            now=datetime.now(UTC),
            lifetime=timedelta(hours=1),
        )
        headers = {"Authorization": f"Bearer {token}", "Accept": accept}

        async def call() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=True)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://reporting"
            ) as client:
                return await client.get(f"/api/v1/units/{path}", params=query, headers=headers)

        return asyncio.run(call())

    def json(self, path: str, **query: Any) -> Any:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def value(self, code: str, name: str, **query: Any) -> Any:
        answer = self.json(f"{code}/indicators", indicators=name, **query)
        return answer["indicators"][0]["value"]


HISTORY = History(11, 240, (NINH_THUAN, KHANH_HOA, "22834-22834"))


@pytest.fixture(scope="module")
def reader(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    reader = Reader(servers.database(), tmp_path_factory.mktemp("keys"))
    fill(reader)
    yield reader
    reader.ledger.close()
    reader.figures.close()


def fill(reader: Reader) -> None:
    """Commit by commit, with readers in between: the copy in memory follows."""
    for batch in HISTORY.batches(HISTORY.records()):
        reader.projector.step(batch)
        assert reader.json("VN/indicators", indicators="outstanding")


def expected(measure: str, tree: str, tree_date: date, code: str, until: date) -> int:
    own = naive_trees.localities_of(tree, tree_date, code)
    totals = naive.totals(HISTORY.values(), until=until)
    return sum(found[measure] for locality, found in totals.items() if locality in own)


def test_any_day_can_be_asked_for(reader: Reader) -> None:
    for day in (date(2025, 5, 3), date(2025, 6, 30), date(2025, 8, 17), TODAY):
        for code in ("VN", "587", "22870"):
            found = reader.value(code, "outstanding", date=day)
            assert found == expected("outstanding", "bank", day, code, day), (day, code)


def test_without_a_day_it_is_today(reader: Reader) -> None:
    answer = reader.json("VN/indicators")
    assert answer["reading"]["date"] == str(TODAY)
    assert reader.value("VN", "outstanding") == reader.value("VN", "outstanding", date=TODAY)
    assert reader.value("VN", "outstanding") != 0


def test_three_readings_of_one_figure(reader: Reader) -> None:
    """As it was, on a tree named before the reform, and on one after it."""
    day, before, after = date(2025, 6, 15), date(2025, 6, 30), date(2025, 7, 1)
    as_it_was = reader.value("56", "disbursed", date=day)
    on_todays = reader.value("56", "disbursed", date=day, tree_date=after)
    assert as_it_was == expected("disbursed", "bank", before, "56", day)
    assert on_todays == expected("disbursed", "bank", after, "56", day)
    assert on_todays > as_it_was > 0
    assert reader.value("56", "disbursed", date=TODAY, tree_date=before) == expected(
        "disbursed", "bank", before, "56", TODAY
    )


def test_the_trees_part_after_the_reform(reader: Reader) -> None:
    """The bank's offices go on; the administrative tree has new communes and no districts."""
    bank = reader.json("587/indicators")
    assert [above["code"] for above in bank["path"]] == ["56", "VN"]
    gone = reader.get("587/indicators", tree="administrative", tree_date="2025-07-01")
    assert gone.status_code == 404
    assert "587" in gone.json()["detail"]
    assert "administrative tree of 2025-07-01" in gone.json()["detail"]
    new_commune = NINH_THUAN.split("-")[1]
    answer = reader.json(f"{new_commune}/indicators", tree="administrative")
    assert [above["code"] for above in answer["path"]] == ["56", "VN"]


def test_a_unit_that_ended_is_read_as_it_last_was_and_the_answer_says_so(reader: Reader) -> None:
    answer = reader.json("58/indicators")
    assert answer["unit"]["name"] == "Tỉnh Ninh Thuận"
    assert answer["reading"]["tree_date"] == "2025-06-30"
    assert "merged into 56 on 2025-07-01" in answer["reading"]["note"]


def test_a_re_used_code_is_told_by_the_day_since_which_it_holds(reader: Reader) -> None:
    before = reader.json("15/indicators", date="2025-06-30")["unit"]
    since = reader.json("15/indicators", date="2025-07-01")["unit"]
    assert (before["name"], before["valid_from"]) == ("Tỉnh Yên Bái", "2004-07-08")
    assert (since["name"], since["valid_from"]) == ("Tỉnh Lào Cai", "2025-07-01")


@pytest.mark.parametrize(
    ("period", "since"),
    [("day", "2025-08-20"), ("month", "2025-08-01"), ("quarter", "2025-07-01"), ("year", None)],
)
def test_flows_are_of_the_period_until_the_day_and_stocks_of_all_days(
    reader: Reader, period: str, since: str | None
) -> None:
    day = date(2025, 8, 20)
    answer = reader.json("VN/indicators", date=day, period=period)
    values = {i["name"]: i.get("value") for i in answer["indicators"]}
    first = date.fromisoformat(since or "2025-01-01")
    assert answer["reading"]["since"] == str(first)
    until = expected("collected", "bank", day, "VN", day)
    before = expected("collected", "bank", day, "VN", first - timedelta(days=1))
    assert values["collected"] == until - before
    assert values["outstanding"] == expected("outstanding", "bank", day, "VN", day)


def test_a_series_is_what_asking_for_each_day_gives(reader: Reader) -> None:
    asked = {"from": "2025-05-10", "to": "2025-09-12", "step": "month"}
    answer = reader.json("56/series", indicators="outstanding,collected", **asked)
    assert answer["as_it_was"]
    spans = [
        (date.fromisoformat(p["since"]), date.fromisoformat(p["until"])) for p in answer["periods"]
    ]
    assert spans[0] == (date(2025, 5, 10), date(2025, 5, 31))
    assert spans[-1] == (date(2025, 9, 1), date(2025, 9, 12))
    stocks, flows = (line["values"] for line in answer["indicators"])
    for (since, until), stock, flow in zip(spans, stocks, flows, strict=True):
        assert stock == expected("outstanding", "bank", until, "56", until)
        assert flow == expected("collected", "bank", until, "56", until) - expected(
            "collected", "bank", until, "56", since - timedelta(days=1)
        )


def test_a_series_by_day_on_one_tree(reader: Reader) -> None:
    asked = {"from": "2025-06-20", "to": "2025-07-10", "step": "day", "tree_date": "2025-07-01"}
    answer = reader.json("56/series", indicators="outstanding", **asked)
    values = answer["indicators"][0]["values"]
    assert len(values) == 21
    for number, found in enumerate(values):
        day = date(2025, 6, 20) + timedelta(days=number)
        assert found == expected("outstanding", "bank", date(2025, 7, 1), "56", day)


def test_a_bridge_parts_a_change_into_business_and_merger(reader: Reader) -> None:
    answer = reader.json(
        "56/bridge",
        indicators="outstanding,collected",
        **{"from": "2025-05-31", "to": "2025-08-31"},
    )
    (merger,) = answer["mergers"]
    assert (merger["on"], [u["code"] for u in merger["came_from"]]) == ("2025-07-01", ["58"])
    eve = date(2025, 6, 30)
    for line in answer["measures"]:
        parts = line["opening"] + line["business"] + line["merger"]
        assert parts == line["closing"]
        assert line["merger"] == expected(line["name"], "bank", eve, "58", eve)
        assert line["opening"] == expected(line["name"], "bank", eve, "56", date(2025, 5, 31))
    # Business is what happened: in the old territory until the eve, in the new one from then on.
    (stock, _) = answer["measures"]
    old = expected("outstanding", "bank", eve, "56", eve) - stock["opening"]
    grown = date(2025, 7, 1)
    new = stock["closing"] - expected("outstanding", "bank", grown, "56", eve)
    assert stock["business"] == old + new


def test_a_bridge_over_no_merger_is_all_business(reader: Reader) -> None:
    asked = {"from": "2025-07-31", "to": "2025-08-31", "indicators": "outstanding"}
    answer = reader.json("56/bridge", **asked)
    assert answer["mergers"] == []
    assert answer["measures"][0]["merger"] == 0


def test_children_are_sorted_and_paged(reader: Reader) -> None:
    asked = {"indicators": "name_is_checked"}
    assert reader.get("VN/children", **asked).status_code == 422
    whole = reader.json("VN/children", indicators="outstanding", sort="-disbursed")
    assert whole["total"] == 34
    disbursed = [
        reader.value(child["unit"]["code"], "disbursed") for child in whole["children"][:6]
    ]
    assert disbursed == sorted(disbursed, reverse=True)
    assert disbursed[0] > 0
    page = reader.json(
        "VN/children", indicators="outstanding", sort="-disbursed", limit=2, offset=1
    )
    assert page["children"] == whole["children"][1:3]
    assert [i["name"] for i in page["children"][0]["indicators"]] == ["outstanding"]


def test_units_without_a_value_are_sorted_last(reader: Reader) -> None:
    for sort in ("overdue_ratio", "-overdue_ratio"):
        answer = reader.json("VN/children", indicators="overdue_ratio", sort=sort)
        values = [child["indicators"][0]["value"] for child in answer["children"]]
        with_value = [value for value in values if value is not None]
        assert with_value == sorted(with_value, reverse=sort.startswith("-"))
        assert values == with_value + [None] * (len(values) - len(with_value))


@pytest.mark.parametrize("level", ["province", "district", "commune"])
def test_every_row_of_the_tree_is_the_sum_of_the_rows_below(reader: Reader, level: str) -> None:
    answer = reader.json("VN/tree", indicators="outstanding,overdue_ratio", down_to=level)
    columns = [column["name"] for column in answer["columns"]]
    assert columns == ["outstanding", "overdue_ratio", "overdue"]
    below: dict[str, int] = {}
    for _, _, parent, _, values in answer["rows"]:
        below[parent] = below.get(parent, 0) + values[0]
    for code, unit_level, _, _, values in answer["rows"]:
        if unit_level != level:
            assert below.get(code, 0) == values[0]
    assert len(answer["rows"]) == {"province": 35, "district": 731, "commune": 10_766}[level]


def test_tables_come_as_csv_with_codes_as_text(reader: Reader) -> None:
    span = {"from": "2025-06-01", "to": "2025-08-31"}
    asked: dict[str, dict[str, str]] = {
        "VN/children": {},
        "VN/tree": {"down_to": "province"},
        "VN/series": span,
        "VN/bridge": span,
        "VN/revisions": span,
    }
    for path, query in asked.items():
        answer = reader.get(
            path, accept="text/csv", indicators="outstanding,overdue_ratio", **query
        )
        assert answer.headers["content-type"] == "text/csv; charset=utf-8", path
        rows = list(csv.reader(io.StringIO(answer.text)))
        assert len(rows) > 1, path
        assert {len(row) for row in rows} == {len(rows[0])}, path
    table = csv.DictReader(io.StringIO(reader.get("VN/children", accept="text/csv").text))
    first = next(table)
    assert first["code"] == "01"
    assert int(first["outstanding_dong"]) == reader.value("01", "outstanding")


def test_what_moved_after_its_month_had_closed_is_told_with_both_days(reader: Reader) -> None:
    answer = reader.json("VN/revisions", indicators="collected", **{"from": "2025-04-01"})
    late = [
        (event, recorded_at.date())
        for _, event, recorded_at in HISTORY.events
        if recorded_at.date() > naive.month_end(event.occurred_on) + timedelta(days=1)
    ]
    assert late
    expected_total = sum(
        found["collected"]
        for found in naive.totals(
            value
            for value, (_, event, recorded_at) in zip(HISTORY.values(), HISTORY.events, strict=True)
            if (event, recorded_at.date()) in late
        ).values()
    )
    assert sum(r["amount"] for r in answer["revisions"]) == expected_total != 0
    days = {(str(event.occurred_on), str(recorded_on)) for event, recorded_on in late}
    assert {(r["occurred_on"], r["recorded_on"]) for r in answer["revisions"]} <= days
    may = reader.json("VN/indicators", date="2025-05-31")["revised"]
    in_may = [r["amount"] for r in answer["revisions"] if r["month"] == "2025-05"]
    assert may.get("collected", 0) == sum(in_may)


def test_an_answer_says_what_it_reflects_and_what_it_may_lack(reader: Reader) -> None:
    completeness = reader.json("587/indicators")["completeness"]
    assert {source["source"] for source in completeness["sources"]} == {
        "/policy-credit/loans",
        "/policy-credit/repayments",
    }
    for source in completeness["sources"]:
        assert source["recorded_at"]
        assert sum(source["sequences"].values()) > 0
    assert completeness["incidents"] == []


def test_a_caller_reads_its_own_land_in_whichever_tree(reader: Reader) -> None:
    new_commune = NINH_THUAN.split("-")[1]
    own = {"tree": "administrative", "tree_date": "2025-07-01"}
    assert reader.get(f"{new_commune}/indicators", unit="56", **own).status_code == 200
    assert reader.get("58/indicators", unit="56").status_code == 200
    island = "26732"
    assert reader.get(f"{island}/indicators", **own).status_code == 200
    assert reader.get(f"{island}/indicators", unit="56", **own).status_code == 403
    assert reader.get("587/indicators", unit="99999").status_code == 403
    assert reader.get("58/indicators", unit="58").status_code == 200
    assert reader.get("56/indicators", unit="58").status_code == 403
    assert reader.get("56/indicators", unit="58", date="2025-06-30").status_code == 403
    assert reader.get("VN/bridge", unit="56", **{"from": "2025-06-01"}).status_code == 403


@pytest.mark.parametrize(
    ("path", "query", "told"),
    [
        ("VN/indicators", {"date": "1969-12-31"}, "1970-01-01"),
        ("VN/indicators", {"indicators": "happiness"}, "outstanding"),
        ("VN/children", {"sort": "-happiness"}, "outstanding"),
        ("VN/series", {"from": "2025-09-01", "to": "2025-08-01"}, "swap"),
        ("VN/series", {"from": "1990-01-01", "step": "day"}, "longer step"),
        ("56/bridge", {"from": "2025-06-01", "tree_date": "2025-06-01"}, "leave it out"),
    ],
)
def test_a_query_that_cannot_be_answered_says_what_can(
    reader: Reader, path: str, query: dict[str, str], told: str
) -> None:
    answer = reader.get(path, **query)
    assert answer.status_code == 422
    assert told in answer.json()["detail"]


def merge_all(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> int:
    """Merge whatever was appended, however little."""
    monkeypatch.setattr(pages, "PAGES_MIN", 1)
    ledger = reader.ledger
    ledger.merge_pages()
    return ledger.merge_pages()


def read_directly(figures: Figures) -> list[Any]:
    """All figures of the country, its parts, and two of them on every day of the history."""
    with figures.snapshot() as snapshot:
        rollup = territories(dated_trees()["bank"].on(TODAY), snapshot.layout).rollup(["VN"])
        days = [TODAY - timedelta(days=number) for number in range(160)]
        return [
            snapshot.totals(["VN"], {}),
            snapshot.splits(rollup),
            snapshot.standing(days, rollup, {}, ["outstanding", "interest_due"]).tolist(),
            snapshot.standing(days, rollup, {"programme": "HN"}, ["outstanding"]).tolist(),
        ]


def test_merged_pages_hold_the_same(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reader.json("VN/tree", down_to="locality")["rows"]
    filtered = reader.json("VN/children", programme="HN")["children"]
    day = reader.value("VN", "outstanding", date="2025-07-17")
    figures_before = read_directly(reader.figures)
    assert merge_all(reader, monkeypatch) > 0
    assert reader.json("VN/tree", down_to="locality")["rows"] == before
    assert reader.json("VN/children", programme="HN")["children"] == filtered
    assert reader.value("VN", "outstanding", date="2025-07-17") == day
    afresh = Figures(reader.database_url, ALGEBRA)
    assert read_directly(afresh) == figures_before
    afresh.close()


def test_merging_takes_little_at_once_and_comes_to_an_end(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "BYTES_MAX", 1)
    monkeypatch.setattr(pages, "PAGES_MIN", 1)
    reader = Reader(servers.database(), tmp_path)
    reader.projector.step(HISTORY.records())
    before = read_directly(reader.figures)
    with connect(reader.database_url, generations.generation_of(ALGEBRA)) as connection:
        sessions = Layout.of(ALGEBRA).measure_numbers["sessions"]
        assert pages.merge(connection, pages.oldest_running(connection), sessions) == 1
    assert merge_all(reader, monkeypatch) > 1
    assert reader.ledger.merge_pages() == 0
    assert read_directly(reader.figures) == before
    reader.ledger.close()
    reader.figures.close()


def test_each_answer_is_of_one_commit_while_others_are_made(
    servers: Servers, tmp_path: Path
) -> None:
    reader = Reader(servers.database(), tmp_path)
    apart = Figures(reader.database_url, ALGEBRA)
    committed: list[tuple[Any, str, int]] = []

    def note() -> None:
        """Nothing is committed meanwhile."""
        with apart.snapshot() as snapshot:
            offsets = snapshot.position().offsets
            committed.append((offsets, "whole", snapshot.totals(["VN"], {})["VN"]["disbursed"]))
            parts = snapshot.totals(["VN"], {"programme": "HN"})
            committed.append((offsets, "filtered", parts["VN"]["disbursed"]))

    def commit_all() -> None:
        for batch in HISTORY.batches(HISTORY.records()):
            reader.projector.step(batch)
            note()

    note()
    answered: list[tuple[Any, str, int]] = []
    with ThreadPoolExecutor(1) as pool:
        committing = pool.submit(commit_all)
        while not committing.done():
            whole = reader.json("VN/indicators", indicators="disbursed")
            filtered = reader.json("VN/tree", indicators="disbursed", programme="HN")
            value = whole["indicators"][0]["value"]
            answered.append((whole["position"]["offsets"], "whole", value))
            answered.append(
                (filtered["position"]["offsets"], "filtered", filtered["rows"][0][4][0])
            )
        committing.result()
    assert all(one in committed for one in answered)
    assert len({str(offsets) for offsets, *_ in answered}) > 2
    apart.close()
    reader.ledger.close()
    reader.figures.close()


def test_a_reader_that_was_away_while_pages_were_merged_misses_nothing(
    servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = Reader(servers.database(), tmp_path)
    records = HISTORY.records()
    reader.projector.step(records[:40])
    assert reader.value("VN", "disbursed") > 0
    reader.projector.step(records[40:])
    assert merge_all(reader, monkeypatch) > 0
    whole = expected("disbursed", "bank", TODAY, "VN", TODAY)
    assert reader.value("VN", "disbursed") == whole
    reader.ledger.close()
    reader.figures.close()


def test_before_anything_is_recorded_everything_is_zero(servers: Servers, tmp_path: Path) -> None:
    reader = Reader(servers.database(), tmp_path)
    asked = {"from": "2025-01-01", "to": "2025-03-01", "step": "day", "programme": "HN"}
    for path, query in {
        "VN/children": {"programme": "HN"},
        "587/indicators": {"date": "2025-03-01", "period": "month"},
        "VN/series": asked,
        "56/bridge": {"from": "2025-06-01"},
    }.items():
        answer = reader.json(path, indicators="outstanding", **query)
        assert answer["provisional"] == []
    assert reader.value("VN", "outstanding") == 0
    reader.ledger.close()
    reader.figures.close()


def test_what_commits_out_of_order_is_not_skipped(servers: Servers, tmp_path: Path) -> None:
    """A transaction that began first and commits last, with a reader in between."""
    reader = Reader(servers.database(), tmp_path)
    slow = PostgresLedger(reader.database_url, ALGEBRA)
    layout = Layout.of(ALGEBRA)
    movements = movements_of(ALGEBRA, layout, [event for _, event, _ in HISTORY.events])
    half = len(movements) // 2
    with slow._entered() as cursor:
        slow._move(cursor, movements[:half])
        with reader.ledger._entered() as quick:
            reader.ledger._move(quick, movements[half:])
        between = reader.value("VN", "disbursed")
    assert reader.value("VN", "disbursed") == expected("disbursed", "bank", TODAY, "VN", TODAY)
    assert reader.value("VN", "disbursed") != between
    slow.close()
    reader.ledger.close()
    reader.figures.close()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("unit", UnitFigures),
        ("children", ChildrenFigures),
        ("tree", TreeFigures),
        ("series", SeriesFigures),
        ("bridge", Bridge),
        ("revisions", Revisions),
    ],
)
def test_the_documents_examples_are_answers(name: str, kind: type[msgspec.Struct]) -> None:
    example = msgspec.convert(EXAMPLES[name], kind)
    assert EXAMPLES[name].keys() <= msgspec.to_builtins(example).keys()
