"""What dashboards see in PostgreSQL: views of the serving generation, and nothing else at all."""

from contextlib import closing
from typing import Any

import psycopg
import pytest
from conftest import Servers
from panels import as_reader, asked, make_reader, sent
from psycopg import errors, sql
from random_histories import History
from readmodel import records_of

from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import LAST_DAY, Layout
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.reports.closing import EntryMade
from policy_credit_reporting.reports.register import migrate_register
from policy_credit_reporting.store import generations, views
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_reporting.store.questions import Question
from policy_credit_reporting.store.reading import Figures
from policy_credit_reporting.store.totals import totals_of
from policy_credit_shared.events.lending import LoanDisbursed
from policy_credit_shared.kernel.units import units_before_reform

EVENTS = [event for _, event, _ in History(7, 200, ("22870-22870", "22834-22834")).events]
SERVING = "SELECT generation FROM dashboards.generation"
EVER = Question(day=LAST_DAY)
OTHER = Algebra([], [], {})
COUNTED = {"audit: Open holes A", "audit: Records in quarantine A"}
ON_TARGETS = {"audit: Units beyond a target A"}
Row = tuple[Any, ...]


def answered(url: str, query: str) -> list[Row]:
    with as_reader(url) as connection:
        return connection.execute(query.encode()).fetchall()


@pytest.fixture(scope="module")
def url(servers: Servers) -> str:
    url = servers.database()
    generations.create(url, ALGEBRA)
    migrate_register(url)
    generations.show(url, ALGEBRA)
    with closing(PostgresLedger(url, ALGEBRA)) as ledger:
        projector = Projector(ledger, Folding(ALGEBRA, Layout.of(ALGEBRA)), lambda _: None)
        projector.step(records_of(EVENTS))
    make_reader(url)
    return url


def relations(url: str, kinds: str) -> list[tuple[str, str]]:
    """Schema and name of what is there, the server's own catalogues left out."""
    with psycopg.connect(url) as connection:
        return connection.execute(
            "SELECT nspname, relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
            " WHERE relkind = ANY(%s) AND nspname !~ '^(pg_|information_schema)' ORDER BY 1, 2",
            (list(kinds),),
        ).fetchall()


def test_movements_add_up_to_the_figures(url: str) -> None:
    told = answered(
        url,
        "SELECT measure, sum(amount)::bigint FROM dashboards.movement WHERE office = 587"
        " GROUP BY measure HAVING sum(amount) <> 0",
    )
    with closing(Figures(url, ALGEBRA)) as figures, figures.snapshot() as snapshot:
        measures = list(ALGEBRA.measures.values())
        totals = totals_of(snapshot, units_before_reform(), ["587"], EVER, measures)
    expected = {m.name: totals["587"][m.name] for m in measures if totals["587"][m.name]}
    assert expected["outstanding"]
    assert dict(told) == expected


def test_days_and_dimensions_are_those_of_the_events(url: str) -> None:
    rows = answered(
        url,
        "SELECT min(day), max(day), array_agg(DISTINCT programme), array_agg(DISTINCT association),"
        " bool_and(month = date_trunc('month', day)) FROM dashboards.movement"
        " WHERE measure = 'disbursed'",
    )
    paid = [event for event in EVENTS if isinstance(event, LoanDisbursed)]
    days = [event.occurred_on for event in paid]
    assert rows == [
        (
            min(days),
            max(days),
            sorted({event.programme for event in paid}),
            sorted({event.association for event in paid}),
            True,
        )
    ]


def test_the_reader_sees_its_views_and_no_other_table_or_view(url: str) -> None:
    seen, refused = [], []
    for schema, name in relations(url, "rvmSp"):
        with as_reader(url) as connection:
            query = sql.SQL("SELECT * FROM {}.{} LIMIT 1").format(
                sql.Identifier(schema), sql.Identifier(name)
            )
            try:
                connection.execute(query)
                seen.append((schema, name))
            except errors.InsufficientPrivilege:
                connection.rollback()
                refused.append((schema, name))
    assert seen == [one for one in relations(url, "rv") if one[0] == views.SCHEMA]
    assert {("public", "stored_events"), ("public", "serving")} <= set(refused)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO dashboards.target VALUES ('587', 2026, 'overdue_ratio', 'floor', 1, 'dong')",
        "UPDATE dashboards.generation SET generation = 'mine'",
        "DELETE FROM dashboards.incident",
        "CREATE TABLE dashboards.mine (one int)",
        "CREATE TABLE public.mine (one int)",
        "DROP VIEW dashboards.target",
        "CREATE ROLE mine",
    ],
)
def test_the_reader_writes_nothing_even_if_it_leaves_read_only(url: str, statement: str) -> None:
    with as_reader(url) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.commit()
        with pytest.raises(errors.InsufficientPrivilege):
            connection.execute(statement.encode())
        connection.rollback()
    with as_reader(url) as connection, pytest.raises(psycopg.Error):
        connection.execute(statement.encode())


def test_nothing_of_a_records_content_is_shown(url: str) -> None:
    with as_reader(url) as connection:
        found = connection.execute("SELECT * FROM dashboards.quarantined").description or []
    assert not {column.name for column in found} & {"value", "detail", "path"}


def test_the_views_follow_the_generation_that_serves(servers: Servers) -> None:
    url = servers.database()
    before = generations.create(url, OTHER)
    generations.show(url, OTHER)
    make_reader(url)
    assert answered(url, SERVING) == [(before,)]
    after = generations.create(url, ALGEBRA)
    generations.show(url, ALGEBRA)
    target = "SELECT unit FROM dashboards.target"
    with psycopg.connect(url) as connection:
        connection.execute(
            sql.SQL(
                "INSERT INTO {}.target VALUES ('587', 2026, 'overdue_ratio', 'ceiling', 1, '')"
            ).format(sql.Identifier(after))
        )
    assert answered(url, target) == []
    with closing(PostgresLedger(url, ALGEBRA)) as ledger:
        assert ledger.take_over([])
    assert answered(url, SERVING) == [(after,)]
    assert answered(url, target) == [("587",)]


FAULTS = """
INSERT INTO {figures}.incident VALUES ('loans', 0, 'loans', 3, 5, 7, now(), NULL);
INSERT INTO {figures}.quarantine VALUES
    ('loans', 0, 9, 'loans', 6, 'unreadable', 'not JSON', '', 'x', now());
INSERT INTO public.chain_break (topic, partition, record_offset, source, sequence, fault, detail)
    VALUES ('loans', 0, 8, 'loans', 4, 'hash', 'differs');
"""
ENTRY = """{"recorded_at": "2026-01-05T00:00:00Z", "event": {"number": 1, "unit": "587",
    "period": "2025-12", "edition": 1, "is_reopening": false, "digest": "ab"}}"""


def test_auditors_see_every_fault_and_each_published_entry(url: str) -> None:
    with psycopg.connect(url) as connection:
        generation = generations.generation_of(ALGEBRA)
        connection.execute(sql.SQL(FAULTS).format(figures=sql.Identifier(generation)))
        connection.execute(
            "INSERT INTO stored_events (originator_id, originator_version, topic, state)"
            " VALUES (gen_random_uuid(), 1, %s, %s)",
            (EntryMade.TOPIC, ENTRY.encode()),
        )
    panels = [one for one in asked("postgres") if one.dashboard == "audit"]
    shown = {
        one.name: answered(url, sent(one.text)) for one in panels if not ON_TARGETS & {one.name}
    }
    assert all(shown.values()), shown
    assert [rows for name, rows in shown.items() if name in COUNTED] == [[(1,)]] * len(COUNTED)
    (entry,) = shown["audit: Register of what is published A"]
    assert (entry[0], *entry[2:]) == (1, "587", "2025-12", 1, False, "ab")
