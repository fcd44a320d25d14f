"""The register of what is published (sổ công bố): append-only, each entry naming the one before.

Its events are in the reporting service's own event store, whose rows nobody may change or delete:
not the software, and not somebody with a database client, short of taking the triggers away, which
the chain and the signatures then show.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from policy_credit_reporting.reports.answers import PublishedReport, published_statement, report_of
from policy_credit_reporting.reports.closing import (
    CLOSING,
    REGISTER_ID,
    Closing,
    EntryMade,
    FiguresPublished,
    PeriodReopened,
    closing_id,
)
from policy_credit_reporting.reports.publishing import MAPPER
from policy_credit_reporting.reports.statement import GENESIS, digest, read_statement
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.store.postgres import EVENTS_TABLE, PostgresEventStore, connect
from policy_credit_shared.store.signing import is_signed

ONLY_GROWS: Final = f"""
CREATE OR REPLACE FUNCTION only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% only grows: what is published is corrected by what is published after it',
        TG_TABLE_NAME;
END $$;
CREATE OR REPLACE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {EVENTS_TABLE}
    FOR EACH STATEMENT EXECUTE FUNCTION only_grows();
"""

PUBLISHED: Final = f"""
CREATE OR REPLACE VIEW published_entry AS
SELECT (entry ->> 'number')::bigint AS number, entry ->> 'unit' AS unit,
    entry ->> 'period' AS period, (entry ->> 'edition')::int AS edition,
    (entry ->> 'is_reopening')::boolean AS is_reopening, entry ->> 'digest' AS digest,
    (recorded ->> 'recorded_at')::timestamptz AS recorded_at
FROM (
    SELECT recorded, recorded -> 'event' AS entry FROM (
        SELECT convert_from(state, 'UTF8')::jsonb AS recorded
        FROM {EVENTS_TABLE} WHERE topic = '{EntryMade.TOPIC}'
    ) AS stored
) AS read;
"""
"""The register's lines, for those who ask in SQL."""


class Checked(NamedTuple):
    """The lines, the public keys, in hex, that statements were signed with, and what is wrong.

    `faults` has the first of each entry.
    """

    lines: list[EntryMade]
    keys: set[str]
    faults: list[str]


class Register:
    """Reads what is proposed and published."""

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def lines(self) -> list[EntryMade]:
        """Every line, in order: some ten thousand a year if all units close all their periods."""
        history = self._store.histories([REGISTER_ID], whole=True).get(REGISTER_ID)
        events = history.events if history else ()
        return [r.event for r in events if isinstance(r.event, EntryMade)]

    def closing(self, unit: str, period: str) -> Closing:
        """How a unit's period stands."""
        return Books(self._store).get(CLOSING, closing_id(unit, period)) or Closing()

    def closings(self, units: Sequence[str], period: str) -> dict[str, Closing]:
        """How a period stands at several units."""
        books = Books(self._store)
        books.prefetch(closing_id(unit, period) for unit in units)
        return {u: books.get(CLOSING, closing_id(u, period)) or Closing() for u in units}

    def published(self, number: int) -> FiguresPublished | None:
        """What was published under a number; None if nothing was."""
        found = self.body(number)
        return found if isinstance(found, FiguresPublished) else None

    def report(self, number: int) -> PublishedReport | None:
        """The same with what became of it; None if nothing was published."""
        body = self.published(number)
        if body is None:
            return None
        taken = published_statement(body).report
        return report_of(body, self.closing(taken.unit, taken.period))

    def checked(self) -> "Checked":
        """The register from its first line to its last, each statement read once."""
        found = Checked(self.lines(), set(), [])
        previous = GENESIS
        for number, line in enumerate(found.lines, 1):
            body = self.body(line.number, line)
            if body is not None:
                found.keys.add(body.key)
            if fault := _fault(line, body, number, previous):
                found.faults.append(f"number {number}, {line.unit} {line.period}: {fault}")
            previous = line.digest
        return found

    def body(
        self, number: int, line: EntryMade | None = None
    ) -> FiguresPublished | PeriodReopened | None:
        """What was entered under a number, of its line if that is known."""
        if line is None:
            line = next((one for one in self.lines() if one.number == number), None)
        if line is None:
            return None
        aggregate = closing_id(line.unit, line.period)
        history = self._store.histories([aggregate], whole=True).get(aggregate)
        for recorded in history.events if history else ():
            event = recorded.event
            if isinstance(event, FiguresPublished | PeriodReopened) and event.number == number:
                return event
        return None


def _fault(
    line: EntryMade,
    body: FiguresPublished | PeriodReopened | None,
    number: int,
    previous: str,
) -> str:
    if body is None:
        return "its statement is missing"
    content = body.statement.encode()
    if digest(content) != line.digest or body.digest != line.digest:
        return "its statement is not the one that was entered"
    statement = read_statement(content)
    if (statement.number, statement.previous) != (number, previous):
        return "it does not follow the entry before"
    if not is_signed(content, bytes.fromhex(body.signature), bytes.fromhex(body.key)):
        return "its signature is wrong"
    return ""


def register_store(database_url: str) -> PostgresEventStore:
    """The event store that holds the register."""
    return PostgresEventStore(database_url, MAPPER)


def migrate_register(database_url: str) -> None:
    """Create what is missing; safe to repeat."""
    store = register_store(database_url)
    try:
        store.migrate()
    finally:
        store.close()
    with connect(database_url) as connection:
        connection.execute(ONLY_GROWS)
        connection.execute(PUBLISHED)
