"""Keeping the copy in memory at the moment that a reader's transaction sees, commit by commit.

PostgreSQL says exactly which transactions a snapshot sees. A copy remembers the snapshot that it
is of; the next one adds the pages of transactions that this snapshot did not see and the reader's
does. Counting on rising numbers instead would skip what commits out of order.
"""

from collections.abc import Mapping
from threading import Lock
from typing import Any, Final

from msgspec import Struct, convert
from msgspec.structs import replace

from policy_credit_reporting.indicators.movements import Integers, Layout, Meaning, from_bytes
from policy_credit_reporting.store.balances import Balances
from policy_credit_reporting.store.pages import offices_of
from policy_credit_reporting.store.reflected import Connection, Reflected, reflected

RECENT_MAX: Final = 10_000
"""Movements: with more of them beside the sums, every question takes longer than it needs to."""
UNATTENDED_MAX: Final = 10 * RECENT_MAX
"""The same where nobody keeps the copy up."""


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

    def __init__(self, keep_months: bool) -> None:
        self._keep_months = keep_months
        self._newest: Copy | None = None
        self.lock = Lock()

    def of(self, connection: Connection, generation: str) -> Copy:
        """The copy of what this transaction sees. Hold `lock` since before it took its snapshot.

        The search path is the generation's.
        """
        known = self._newest
        if known is None or known.generation != generation:
            self._newest = self._load(connection, generation, 0 if known is None else known.serial)
            return self._newest
        row = _one(
            connection,
            "SELECT pg_current_snapshot()::text AS snapshot,"
            " horizon > pg_snapshot_xmin(%(known)s::pg_snapshot) AS merged,"
            " (SELECT string_agg(movements, ''::bytea) FROM page WHERE added > '0'"
            "  AND added >= pg_snapshot_xmin(%(known)s::pg_snapshot)"
            "  AND NOT pg_visible_in_snapshot(added, %(known)s::pg_snapshot)) AS fresh"
            " FROM merged",
            {"known": known.snapshot},
        )
        if row["snapshot"] == known.snapshot:
            return known
        if row["merged"]:
            self._newest = self._load(connection, generation, known.serial)
            return self._newest
        balances = known.balances.with_recent(from_bytes(row["fresh"]))
        if len(balances.recent) > UNATTENDED_MAX:
            balances = balances.added_up()
        self._newest = Copy(
            generation=generation,
            snapshot=row["snapshot"],
            serial=known.serial + 1,
            offices=known.offices,
            balances=balances,
            reflected=reflected(connection, generation),
        )
        return self._newest

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

    def _load(self, connection: Connection, generation: str, serial: int) -> Copy:
        row = _one(
            connection,
            "SELECT pg_current_snapshot()::text AS snapshot, names FROM meaning",
            {},
        )
        layout = Layout(convert(row["names"], Meaning))
        balances = Balances(layout, self._keep_months)
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


def _one(connection: Connection, query: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    row = connection.execute(query, parameters, binary=True).fetchone()
    if row is None:
        raise LookupError("the generation is not whole: run `policy-credit migrate reporting`")
    return row
