"""Keeping the copy in memory at the moment that a reader's transaction sees, commit by commit.

PostgreSQL says exactly which transactions a snapshot sees. A copy remembers the snapshot that it
is of; the next one adds the pages of transactions that this snapshot did not see and the reader's
does. Counting on rising numbers instead would skip what commits out of order.
"""

from collections.abc import Collection
from datetime import datetime
from threading import Lock
from typing import Any, Final

from msgspec import Struct, convert
from msgspec.structs import replace
from psycopg import ClientCursor
from psycopg.errors import UndefinedTable
from psycopg.rows import dict_row

from policy_credit_reporting.indicators.movements import Integers, Layout, Meaning, from_bytes
from policy_credit_reporting.store.balances import Balances
from policy_credit_reporting.store.generations import MIGRATE
from policy_credit_reporting.store.pages import offices_of
from policy_credit_reporting.store.reflected import Connection, Reflected, reflected

RECENT_MAX: Final = 10_000
"""Movements: with more of them beside the sums, every question takes longer than it needs to."""
UNATTENDED_MAX: Final = 10 * RECENT_MAX
"""The same where nobody keeps the copy up."""

BEGIN: Final = """
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT set_config('search_path', quote_ident(generation), true) FROM public.serving;
WITH known AS (SELECT %s AS generation, %s::pg_snapshot AS snapshot)
SELECT current_schema AS generation, now() AS at, pg_current_snapshot()::text AS snapshot,
    horizon > pg_snapshot_xmin(known.snapshot) AS merged,
    (SELECT string_agg(movements, ''::bytea) FROM page WHERE added > '0'
        AND known.generation = current_schema
        AND added >= pg_snapshot_xmin(known.snapshot)
        AND NOT pg_visible_in_snapshot(added, known.snapshot)) AS fresh
FROM merged, known
"""
"""Begins a transaction in the serving generation, and says what it sees that a known snapshot did
not. Every answer waits for this, so it is one round trip to the server."""


class Copy(Struct, frozen=True, kw_only=True):
    """What one snapshot of one generation sees; `serial` grows with each that differs."""

    generation: str
    snapshot: str
    serial: int
    offices: Integers
    balances: Balances
    reflected: Reflected


class Copies:
    """The newest copy, shared by all readers of a process."""

    def __init__(self, years_of: Collection[str] | None) -> None:
        self._years_of = years_of
        self._newest: Copy | None = None
        self.lock = Lock()

    def begin(self, connection: Connection) -> tuple[Copy, datetime]:
        """The copy of what a new transaction sees, and its time; raises LookupError.

        Hold `lock`. In the transaction, the search path is the serving generation's.
        """
        known = self._newest
        cursor = ClientCursor(connection, row_factory=dict_row)
        asked = (None, None) if known is None else (known.generation, known.snapshot)
        try:
            found = cursor.execute(BEGIN, asked).set_result(-1).fetchone()
        except UndefinedTable as error:
            raise LookupError(f"{error.diag.message_primary}: {MIGRATE}") from None
        change = _whole(found)
        if known is None or known.generation != change["generation"] or change["merged"]:
            serial = 0 if known is None else known.serial
            copy = self._load(connection, change["generation"], serial)
        elif change["snapshot"] != known.snapshot:
            copy = self._following(known, change, connection)
        else:
            copy = known
        self._newest = copy
        return copy, change["at"]

    def add_up(self) -> None:
        """Bring what is recent into the sums if it is much, while others go on reading."""
        with self.lock:
            known = self._newest
        if known is None or len(known.balances.recent) < RECENT_MAX:
            return
        balances = known.balances.added_up()
        with self.lock:
            newest = self._newest
            if newest is not None and newest.balances.is_later_than(known.balances):
                since = newest.balances.recent[len(known.balances.recent) :]
                self._newest = replace(newest, balances=balances.with_recent(since))

    def _following(self, known: Copy, change: dict[str, Any], connection: Connection) -> Copy:
        balances = known.balances.with_recent(from_bytes(change["fresh"]))
        if len(balances.recent) > UNATTENDED_MAX:
            balances = balances.added_up()
        return replace(
            known,
            snapshot=change["snapshot"],
            serial=known.serial + 1,
            balances=balances,
            reflected=reflected(connection, known.generation),
        )

    def _load(self, connection: Connection, generation: str, serial: int) -> Copy:
        row = _whole(
            connection.execute(
                "SELECT pg_current_snapshot()::text AS snapshot, names FROM meaning"
            ).fetchone()
        )
        layout = Layout(convert(row["names"], Meaning))
        balances = Balances(layout, self._years_of)
        with connection.cursor(name="copy", scrollable=False) as cursor:
            cursor.itersize = 1
            cursor.execute(
                "SELECT string_agg(movements, ''::bytea) AS movements FROM ("
                " SELECT month, movements FROM sheet"
                " UNION ALL SELECT month, movements FROM page WHERE added > '0') AS stored"
                " GROUP BY month ORDER BY month",
                binary=True,
            )
            for stored in cursor:
                balances = balances.with_movements(from_bytes(stored["movements"]))
        return Copy(
            generation=generation,
            snapshot=row["snapshot"],
            serial=serial + 1,
            offices=offices_of(layout),
            balances=balances,
            reflected=reflected(connection, generation),
        )


def _whole(row: dict[str, Any] | None) -> dict[str, Any]:
    if row is None:
        raise LookupError(f"the generation is not whole: {MIGRATE}")
    return row
