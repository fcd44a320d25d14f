"""Every list of the reporting API is sorted, paged and had as a table in one way."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl

import build
import jsonschema_rs
import msgspec
import pytest
from conftest import Servers
from reported import MONTH, SOURCE, Bank, open_bank

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.reports.closing import ApproveClosing, ProposeClosing, ReopenPeriod
from policy_credit_reporting.store.alerts import Alert, Alerts
from policy_credit_reporting.store.alphabet import in_alphabet
from policy_credit_reporting.store.generations import generation_of
from policy_credit_shared.events.collection import LoanFellOverdue, PrincipalFellOverdue
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.events.supervision import FindingRaised, Severity, TargetSet
from policy_credit_shared.kernel.units import main_localities, units_before_reform
from policy_credit_shared.messaging.records import Outgoing, place_headers

PROVINCE, OFFICE = "58", "587"
COMMUNES = [unit.code for unit in units_before_reform().children(OFFICE)][:3]
SINCE = {"from": "2019-02-01"}
UNIT = "/api/v1/units/{code}/"

LISTS: dict[str, tuple[str, Mapping[str, str]]] = {
    UNIT + "children": ("children", {}),
    UNIT + "tree": ("rows", {"down_to": "district"}),
    UNIT + "series": ("periods", SINCE),
    UNIT + "bridge": ("measures", SINCE),
    UNIT + "revisions": ("revisions", SINCE),
    UNIT + "compare": ("compared", {"indicators": "outstanding,overdue,overdue_ratio"}),
    UNIT + "hot-spots": ("spots", {"share": "100"}),
    UNIT + "findings": ("", {}),
    UNIT + "targets": ("", {}),
    "/api/v1/quarantine": ("", {}),
    "/api/v1/alerts": ("", {}),
    "/api/v1/closings": ("", {"unit": PROVINCE, "period": MONTH}),
    "/api/v1/published": ("", {}),
    "/api/v1/published/{number}/adjustments": ("adjustments", {}),
}
"""Each list, with the field of its rows, and what is asked of it here."""

ELSEWHERE = {
    UNIT + "events": "reads the log of a real Kafka: test_explaining.py",
    UNIT + "groups": "has a last line for what is in no group: test_groups.py",
}
"""Lists that are tried where there is what they tell of."""

NO_LISTS = {
    UNIT + "indicators": "a unit's record; `indicators` chooses what is in it",
    UNIT + "explanation": "the sentences of one text",
    UNIT + "replay": "a verdict, as a whole",
    "/api/v1/integrity": "a state: the last verifications, and what is open now",
}
"""Answers that hold several of something, and why they come whole."""

ORDERS = ("code", "-code", "name", "-outstanding")
"""Of units, which can be sorted by any indicator."""
GRAVITY = ("minor", "serious", "grave")


def happened() -> Iterator[PublicEvent]:
    """Overdue debt and findings in three communes, and targets of two years."""
    for number, commune in enumerate(COMMUNES, 1):
        where: dict[str, Any] = {"office": OFFICE, "locality": main_localities()[commune]}
        about = where | {
            "loan": build.some_id(f"loan {commune}"),
            "household": build.some_id(f"household {commune}"),
        }
        lent = build.loan_disbursed(amount=9_000_000 * number, **about)
        yield lent
        kept = {name: getattr(lent, name) for name in LoanFellOverdue.__struct_fields__}
        yield PrincipalFellOverdue(amount=1_000_000 * number, **kept)
        yield LoanFellOverdue(**kept)
        severity: Severity = GRAVITY[number % 3]  # type: ignore[assignment]
        yield FindingRaised(
            finding=build.some_id(f"finding {commune}"),
            severity=severity,
            responsible=commune,
            occurred_on=date(2019, 3, number),
            deadline=date(2019, 3, 20 - number),
            body="association",
            subject="loan_use",
            **where,
        )
    for year in (2018, 2019):
        yield TargetSet(
            office=OFFICE,
            locality=main_localities()[COMMUNES[0]],
            occurred_on=date(year, 1, 2),
            unit=PROVINCE,
            year=year,
            indicator="overdue_ratio",
            ceiling=1_200,
        )


@pytest.fixture(scope="module")
def bank(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    with open_bank(servers.database(), tmp_path_factory.mktemp("keys")) as bank:
        bank.publish()
        bank.lends_late()
        reason = {"unit": OFFICE, "period": MONTH, "reason": "A loan of March came late."}
        bank.call("POST", "period-reopenings", PROVINCE, key="reopen", body=reason)
        bank.record(*happened(), at=datetime(2019, 4, 12, 2, tzinfo=UTC))
        for text in (b"unread", b"unreadable"):
            bank.head = bank.head.next(text)
            headers = place_headers(SOURCE, bank.head)
            bank.log.append(Outgoing("loans", 0, b"", text, headers))
        bank.record(at=datetime(2019, 4, 12, 3, tzinfo=UTC))
        alerts = Alerts(bank.database_url, generation_of(ALGEBRA))
        for number, unit in enumerate((PROVINCE, OFFICE), 1):
            alerts.note(
                Alert(
                    unit=unit,
                    indicator="overdue_ratio",
                    raised=True,
                    numerator=number,
                    denominator=100,
                    ceiling=1_200,
                )
            )
        yield bank


@pytest.fixture(scope="module")
def document(bank: Bank) -> Any:
    return bank.document()


class Asking:
    """One list, asked by somebody of the head office."""

    def __init__(self, bank: Bank, path: str) -> None:
        self._bank = bank
        self._field, self._query = LISTS[path]
        filled = path.format(code=PROVINCE, number=1)
        self._path = filled.removeprefix("/api/v1/")

    def ask(self, accept: str = "application/json", **query: str) -> Any:
        every = {**self._query, **query}
        return self._bank.call("GET", self._path, "VN", "viewer", query=every, accept=accept)

    def rows(self, answer: Any) -> list[Any]:
        assert answer.status_code == 200, answer.text
        found = answer.json()
        rows: list[Any] = found[self._field] if self._field else found
        if self._field:
            assert str(found["total"]) == answer.headers["X-Total-Count"]
        return rows

    def table(self, **query: str) -> list[dict[str, str]]:
        answer = self.ask("text/csv", **query)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8", answer.text
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert str(len(rows)) == answer.headers["X-Total-Count"]
        return rows


def holds_several(document: Any, schema: Any) -> bool:
    """Whether an answer is a list of things, or an object that holds one."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return holds_several(document, document["components"]["schemas"][name])
    if "anyOf" in schema:
        return any(holds_several(document, one) for one in schema["anyOf"])
    return schema.get("type") == "array" or any(
        one.get("type") == "array" and "type" not in one.get("items", {"type": ""})
        for one in schema.get("properties", {}).values()
    )


def answers_with_several(document: Any) -> dict[str, Any]:
    """Each route that answers with several of something, by its path."""
    return {
        path: operations["get"]
        for path, operations in document["paths"].items()
        if "get" in operations
        if (content := operations["get"]["responses"]["200"].get("content", {}))
        if holds_several(document, content.get("application/json", {}).get("schema", {}))
    }


def test_every_list_is_documented_as_sorted_paged_and_a_table(document: Any) -> None:
    found = answers_with_several(document)
    assert set(found) == {*LISTS, *ELSEWHERE, *NO_LISTS}
    for path in set(found) - set(NO_LISTS):
        operation, answer = found[path], found[path]["responses"]["200"]
        assert {"sort", "limit", "offset"} <= {one["name"] for one in operation["parameters"]}, path
        assert "text/csv" in answer["content"], path
        assert {"X-Total-Count", "Link"} <= set(answer["headers"]), path


def test_every_answer_has_an_example_that_is_of_its_schema(document: Any) -> None:
    shown = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            for status in operation["responses"].keys() & {"200", "201"}:
                content = operation["responses"][status]["content"].get("application/json")
                if content is None or path.startswith("/health"):
                    continue
                schema = {**content["schema"], "components": document["components"]}
                jsonschema_rs.validate(schema, content["example"])
                shown.add((method, path))
    assert {("get", path) for path in LISTS} < shown


def test_every_command_has_an_example_that_can_be_read(document: Any) -> None:
    for command in (ProposeClosing, ApproveClosing, ReopenPeriod):
        (example,) = document["components"]["schemas"][command.__name__]["examples"]
        assert msgspec.to_builtins(msgspec.convert(example, command)).items() >= example.items()


def orders(document: Any, path: str) -> list[str]:
    parameters = document["paths"][path]["get"]["parameters"]
    (sort,) = (one["schema"] for one in parameters if one["name"] == "sort")
    return [order for order in sort.get("enum", ORDERS) if order]


@pytest.mark.parametrize("path", LISTS)
def test_it_is_sorted_by_each_of_its_columns_both_ways(
    bank: Bank, document: Any, path: str
) -> None:
    asking = Asking(bank, path)
    in_own_order = asking.table()
    assert len(in_own_order) > 1
    for order in orders(document, path):
        rows = asking.table(sort=order)
        name = order.removeprefix("-")
        cells = [row[name if name in row else f"{name}_dong"] for row in rows]
        known = [value(name, cell) for cell in cells if cell]
        assert known == sorted(known, reverse=order.startswith("-")), order
        assert cells[len(known) :] == [""] * (len(cells) - len(known)), order
        assert sorted(map(str, rows)) == sorted(map(str, in_own_order)), order


def value(name: str, cell: str) -> Any:
    if name == "severity":
        return GRAVITY.index(cell)
    try:
        number = 0.0 if name in ("code", "unit") else float(cell)
    except ValueError:
        number = 0.0
    return number, in_alphabet(cell)


@pytest.mark.parametrize("path", LISTS)
def test_its_pages_lead_to_each_other_and_say_how_many_rows_there_are(
    bank: Bank, path: str
) -> None:
    asking = Asking(bank, path)
    whole = asking.ask()
    rows = asking.rows(whole)
    assert whole.headers["X-Total-Count"] == str(len(rows))
    assert "link" not in whole.headers
    first = asking.ask(limit="1")
    following = dict(first.links["next"])["url"]
    assert following.startswith("?")
    second = asking.ask(**dict(parse_qsl(following[1:])))
    assert asking.rows(first) + asking.rows(second) == rows[:2]
    beyond = asking.ask(offset="1000")
    assert asking.rows(beyond) == []
    assert beyond.headers["X-Total-Count"] == str(len(rows))


@pytest.mark.parametrize("path", LISTS)
def test_an_unknown_column_is_refused_with_those_there_are(
    bank: Bank, document: Any, path: str
) -> None:
    asking = Asking(bank, path)
    refused = asking.ask(sort="-happiness")
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    detail = refused.json()["detail"]
    assert "sort='-happiness'" in detail
    for order in orders(document, path):
        assert order.removeprefix("-") in detail


def test_a_column_that_is_misspelt_is_named(bank: Bank) -> None:
    refused = Asking(bank, UNIT + "children").ask(sort="-overdue_ratoi")
    assert "Perhaps overdue_ratio" in refused.json()["detail"]


def test_each_indicator_of_a_series_follows_its_periods(bank: Bank) -> None:
    asking = Asking(bank, UNIT + "series")
    indicators = {"indicators": "outstanding,overdue_ratio"}
    whole = asking.ask(**indicators).json()
    latest = asking.ask(**indicators, sort="-since", limit="2").json()
    assert latest["periods"] == whole["periods"][:-3:-1]
    for found, every in zip(latest["indicators"], whole["indicators"], strict=True):
        assert found["values"] == every["values"][:-3:-1]
        for part in ("numerators", "denominators"):
            assert found[part] == (every[part] and every[part][:-3:-1])


def test_a_tree_is_sorted_by_what_is_not_shown(bank: Bank) -> None:
    asking = Asking(bank, UNIT + "tree")
    down = {"down_to": "commune", "sort": "-outstanding", "limit": "4"}
    answer = asking.ask(**down, indicators="loans")
    largest = [row[0] for row in asking.rows(answer)]
    assert largest[:2] == [PROVINCE, OFFICE]
    assert [column["name"] for column in answer.json()["columns"]] == ["loans"]
    by_commune = {row["code"]: row for row in asking.table(down_to="commune")}
    debts = [int(by_commune[code]["outstanding_dong"]) for code in largest]
    every = sorted((int(row["outstanding_dong"]) for row in by_commune.values()), reverse=True)
    assert debts == every[:4]


def test_a_units_indicators_are_a_table_too(bank: Bank) -> None:
    query = {"indicators": "overdue_ratio,outstanding"}
    path = f"units/{PROVINCE}/indicators"
    text = bank.call("GET", path, "VN", "viewer", query=query, accept="text/csv").text
    ratio, debt = csv.DictReader(io.StringIO(text))
    found = bank.get(path, "VN", **query)["indicators"]
    assert (ratio["indicator"], ratio["code"]) == ("overdue_ratio", PROVINCE)
    assert (ratio["numerator"], debt["numerator"]) == (str(found[0]["numerator"]), "")
    assert debt["value"] == str(found[1]["value"])
