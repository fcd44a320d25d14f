"""The panels of the committed dashboards, and their queries as Grafana would send them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

GRAFANA = Path(__file__).parents[1] / "deploy/grafana"
FOLDER = GRAFANA / "dashboards"
READER_SQL = GRAFANA / "reader.sql"
PASSWORD = "a-password-of-the-tests"
CHOSEN = {"province": "58", "district": "587", "programme": ".*", "association": ".*"}
VARIABLE = re.compile(r"\$\{(\w+)(?::(\w+))?\}|\$(province|district|programme|association)\b")


@dataclass(frozen=True)
class Asked:
    """One query of one panel."""

    dashboard: str
    panel: dict[str, Any]
    target: dict[str, Any]

    @property
    def name(self) -> str:
        """What a test of it is called."""
        english = str(self.panel["title"]).rpartition(" · ")[2]
        return f"{self.dashboard}: {english} {self.target['refId']}"

    @property
    def text(self) -> str:
        """As it is written."""
        return str(self.target.get("expr") or self.target["rawSql"])

    @property
    def unit(self) -> str | None:
        """Grafana's unit of its values."""
        organized = [t for t in self.panel["transformations"] if t["id"] == "organize"]
        if not organized:
            unit: str | None = self.panel["fieldConfig"]["defaults"].get("unit")
            return unit
        renamed = organized[0]["options"]["renameByName"]
        title = renamed[f"Value #{self.target['refId']}"]
        return override(self.panel, title).get("unit")


def override(panel: dict[str, Any], column: str) -> dict[str, Any]:
    """The properties of a column."""
    found: dict[str, Any] = {}
    for one in panel["fieldConfig"]["overrides"]:
        if one["matcher"] == {"id": "byName", "options": column}:
            found |= {p["id"]: p["value"] for p in one["properties"]}
    return found


def dashboards() -> dict[str, dict[str, Any]]:
    """Each file, by name."""
    return {path.stem: json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))}


def asked(source: str) -> list[Asked]:
    """Every query of a kind of source, `prometheus` or `postgres`."""
    return [one for one in _all() if one.target["datasource"]["type"] == source]


def _all() -> Iterator[Asked]:
    for name, dashboard in dashboards().items():
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                yield Asked(name, panel, target)


def sent(text: str, **chosen: str) -> str:
    """A query with its variables and macros replaced; of the year 2019 where days are asked for."""
    values = CHOSEN | chosen

    def value(found: re.Match[str]) -> str:
        name, form = found[1] or found[3], found[2]
        return f"'{values[name]}'" if form == "sqlstring" else values[name]

    text = VARIABLE.sub(value, text)
    text = text.replace("$__rate_interval", "1m").replace("$__range", "1m")
    text = re.sub(
        r"\$__timeFilter\((\w+)\)",
        r"\1 BETWEEN '2019-01-01T00:00:00Z' AND '2019-12-31T23:59:59Z'",
        text,
    )
    text = text.replace("$__timeTo()", "'2019-12-31T23:59:59Z'")
    assert "$__" not in text, text
    return text


def make_reader(url: str) -> None:
    """What who runs Grafana does once, with psql."""
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT FROM pg_roles WHERE rolname = 'grafana'").rowcount == 0:
            statements = READER_SQL.read_text().replace(":'password'", f"'{PASSWORD}'")
            connection.execute(statements.encode())


def as_reader(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    """A connection as Grafana makes one."""
    return psycopg.connect(url, user="grafana", password=PASSWORD)
