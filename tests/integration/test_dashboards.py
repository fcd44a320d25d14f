"""Every query of every panel, asked of a real Prometheus and a real PostgreSQL on the demo."""

import math
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
import uvicorn
from conftest import Demo
from fastapi import FastAPI
from panels import Asked, as_reader, asked, make_reader, override, sent
from scraped import SECONDS_MAX, Prometheus, Series, started

from policy_credit_local.processes import free_port
from policy_credit_local.scenario.district import AS_OF, DISTRICT, PROVINCE
from policy_credit_local.scraping import scrape_config
from policy_credit_reporting.api.app import reporting_app
from policy_credit_reporting.api.bell import Bell
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.metrics.exporter import Exporter
from policy_credit_reporting.store.reading import Figures
from policy_credit_shared.kernel.money import MILLION
from policy_credit_shared.kernel.units import NATION
from policy_credit_shared.settings import PREFIX, AuthSettings
from policy_credit_shared.web.auth import Verifier

SCRAPES: Final = 4
DAY: Final = datetime(AS_OF.year, AS_OF.month, AS_OF.day, 5, tzinfo=UTC)
ON_PROMETHEUS: Final = asked("prometheus")
ON_POSTGRESQL: Final = asked("postgres")
NONE_HERE: Final = re.compile(r"FROM dashboards\.(incident|chain_break|quarantined|published)\b")
"""Of what the demo has nothing; the tests of the views have it."""
IN_LEGEND: Final = re.compile(r"{{(\w+)}}")
Row = tuple[Any, ...]


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a port of its own, host:port."""
    port = free_port()
    config = uvicorn.Config(app, port=port, log_config=None, access_log=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


@contextmanager
def scraping(demo: Demo, figures: Figures, folder: Path) -> Iterator[Prometheus]:
    """Prometheus, once it has looked several times; figures are told as of the scenario's day."""
    environment = demo.town.environment
    token, config = folder / "token", folder / "prometheus.yml"
    token.write_text(demo.player.token(NATION, "viewer"))
    app = reporting_app(
        figures,
        environment[f"{PREFIX}REPORTING_DATABASE_URL"],
        Verifier(AuthSettings(auth_jwks=environment[f"{PREFIX}AUTH_JWKS"])),
        Exporter(figures, ALGEBRA, lambda: DAY).scrape,
        lambda: DAY,
        ALGEBRA,
        bell=Bell(environment[f"{PREFIX}REPORTING_DATABASE_URL"]),
    )
    with served(app) as api:
        processes = demo.town.metrics_addresses()
        config.write_text(scrape_config(api, [NATION, PROVINCE], token, processes, "1s"))
        with started(config, folder) as prometheus:
            await_scraped(prometheus, len(processes) + 2)
            yield prometheus


def await_scraped(prometheus: Prometheus, targets: int) -> None:
    """Wait until every target has been scraped some times; what is down has no sample of 1."""
    until = time.monotonic() + SECONDS_MAX
    wanted = f"count(sum_over_time(up[1m]) >= {SCRAPES})"
    found: list[Series] = []
    while time.monotonic() < until:
        try:
            found = prometheus.now(wanted)
        except httpx.HTTPError:
            pass
        if found and int(found[0]["value"][1]) == targets:
            return
        time.sleep(0.2)
    raise AssertionError(
        f"{found} of {targets} targets are up: {prometheus.log.read_text()[-2000:]}"
    )


@pytest.fixture(scope="module")
def database(demo: Demo) -> str:
    url = demo.town.environment[f"{PREFIX}REPORTING_DATABASE_URL"]
    make_reader(url)
    return url


@pytest.fixture(scope="module")
def prometheus(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    url = demo.town.environment[f"{PREFIX}REPORTING_DATABASE_URL"]
    with closing(Figures(url, ALGEBRA)) as figures:
        with scraping(demo, figures, tmp_path_factory.mktemp("prometheus")) as prometheus:
            yield prometheus


@pytest.mark.parametrize("one", ON_PROMETHEUS, ids=lambda one: one.name)
def test_prometheus_answers_a_panel(prometheus: Prometheus, one: Asked) -> None:
    query = sent(one.text)
    found = (prometheus.now if one.target["instant"] else prometheus.through_time)(query)
    assert found, f"no series: {query}"
    if one.panel["type"] == "stat":
        assert len(found) == 1
    if one.panel["type"] == "table":
        assert all(set(series["metric"]) == labels_of_rows(one) for series in found)
    named = set(IN_LEGEND.findall(one.target["legendFormat"]))
    assert all(named <= set(series["metric"]) for series in found)
    for series in found:
        for _, value in series.get("values") or [series["value"]]:
            check_value(one, float(value))


def labels_of_rows(one: Asked) -> set[str]:
    """The columns of a table that are not values."""
    (organized,) = (t for t in one.panel["transformations"] if t["id"] == "organize")
    return {name for name in organized["options"]["renameByName"] if not name.startswith("Value")}


def check_value(one: Asked, value: float) -> None:
    """A value is one of its unit."""
    if math.isnan(value):
        # Of calls and batches that there were none of just now, no time is known.
        assert "histogram_quantile" in one.text
        return
    match one.unit:
        case "percentunit":
            assert -1 <= value <= 10
        case "locale" if "increase(" not in one.text:
            assert value >= 0
            assert value == int(value)
        case "currencyVND" | "s" | "reqps" | "eps" | "recps" | "bytes":
            assert value >= 0
        case "none" | "locale":
            pass
        case other:
            pytest.fail(f"{one.name} has the unit {other}")


@pytest.mark.parametrize("one", ON_POSTGRESQL, ids=lambda one: one.name)
def test_postgresql_answers_a_panel(database: str, one: Asked) -> None:
    with as_reader(database) as connection:
        cursor = connection.execute(sent(one.text).encode())
        columns = [column.name for column in cursor.description or []]
        rows = cursor.fetchall()
    if one.target["format"] == "time_series":
        assert columns[0] == "time"
        assert [row[0] for row in rows] == sorted(row[0] for row in rows)
        assert len(rows) > 3
        for row in rows:
            for value in row[1:]:
                check_value(one, value)
    elif one.panel["type"] == "table":
        titled = [override(one.panel, column).get("displayName") for column in columns]
        assert all(titled), dict(zip(columns, titled, strict=True))
        assert rows or NONE_HERE.search(one.text)
    else:
        assert len(rows) == len(columns) == 1
        assert isinstance(rows[0][0], int)


def the(source: list[Asked], kind: str, title: str) -> Asked:
    """The query of one panel of the office's dashboard."""
    office = [one for one in source if one.dashboard == "district"]
    (found,) = (o for o in office if (o.panel["type"], o.panel["title"]) == (kind, title))
    return found


def test_the_published_figures_are_on_the_offices_dashboard(prometheus: Prometheus) -> None:
    def shown(title: str) -> float:
        (series,) = prometheus.now(sent(the(ON_PROMETHEUS, "stat", title).text))
        return float(series["value"][1])

    assert shown("Dư nợ · Outstanding") == DISTRICT.outstanding * MILLION
    assert round(shown("Tỷ lệ nợ quá hạn · Overdue ratio"), 4) == 0.0012
    assert shown("Số hộ còn dư nợ · Households in debt") == DISTRICT.households


def test_the_books_by_month_end_with_the_published_figures(database: str) -> None:
    one = the(ON_POSTGRESQL, "timeseries", "Dư nợ cuối tháng · Debt at the end of the month")
    with as_reader(database) as connection:
        *_, (_, outstanding, overdue) = connection.execute(sent(one.text).encode()).fetchall()
    assert outstanding == DISTRICT.outstanding * MILLION
    assert overdue // MILLION == 315


@pytest.mark.parametrize("programme", ["HN", "HN|HCN"])
def test_a_choice_of_programmes_is_heeded_to_the_dong(
    demo: Demo, database: str, programme: str
) -> None:
    one = the(ON_POSTGRESQL, "timeseries", "Dư nợ cuối tháng · Debt at the end of the month")
    with as_reader(database) as connection:
        query = sent(one.text, programme=programme).encode()
        *_, (_, outstanding, _) = connection.execute(query).fetchall()
    told = 0
    for code in programme.split("|"):
        answer = httpx.get(
            f"{demo.town.url('reporting')}/api/v1/units/587/indicators",
            params={"programme": code, "date": AS_OF.isoformat()},
            headers={"Authorization": f"Bearer {demo.player.token('587', 'viewer')}"},
        ).json()
        told += next(i["value"] for i in answer["indicators"] if i["name"] == "outstanding")
    assert outstanding == told
    assert told


@pytest.mark.parametrize("name", ["province", "district"])
def test_a_variable_offers_units_by_name(prometheus: Prometheus, name: str) -> None:
    (series, *_) = prometheus.now(f'policy_credit_{name}_info{{province="{PROVINCE}"}}')
    assert series["metric"][name]
    assert series["metric"]["name"]
    code = PROVINCE if name == "province" else DISTRICT.office
    found = prometheus.now(f'policy_credit_{name}_info{{{name}="{code}"}}')
    assert len(found) == 1
