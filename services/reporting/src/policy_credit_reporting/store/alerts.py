"""Targets, and which units are beyond theirs: a unit is alerted once until it is within again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from msgspec import Struct
from psycopg_pool import ConnectionPool

from policy_credit_reporting.store import generations
from policy_credit_shared.events.supervision import Bound


class Alert(Struct, frozen=True, kw_only=True):
    """A unit's ratio went beyond its target (raised) or came back within, in millionths.

    A target is a ceiling or a floor; the other is absent.
    """

    unit: str
    indicator: str
    raised: bool
    numerator: int
    denominator: int
    ceiling: int | None = None
    floor: int | None = None


class Standing(Struct, frozen=True):
    """A unit's latest target of an indicator, and whether it stands alerted."""

    bound: Bound
    value: int
    raised: bool


class Alerts:
    """How units stand against their targets, in the open generation of one meaning."""

    def __init__(self, database_url: str, meaning: str) -> None:
        self._meaning = meaning
        self._pool = ConnectionPool(
            database_url, min_size=1, max_size=1, check=ConnectionPool.check_connection, open=True
        )

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()

    def standings(self, unit: str) -> Mapping[str, Standing]:
        """How the unit stands against its targets of ratios, by indicator."""
        with self._entered() as cursor:
            rows = cursor.execute(
                "SELECT DISTINCT ON (indicator) indicator, t.bound, t.value,"
                " coalesce(a.raised, false)"
                " FROM target t LEFT JOIN alert a USING (unit, indicator)"
                " WHERE unit = %s AND t.measured_in = 'millionths'"
                " ORDER BY indicator, t.year DESC",
                (unit,),
            ).fetchall()
        return {row[0]: Standing(row[1], int(row[2]), bool(row[3])) for row in rows}

    def note(self, alert: Alert) -> None:
        """Remember that a crossing was told."""
        with self._entered() as cursor:
            cursor.execute(
                "INSERT INTO alert (unit, indicator, raised, numerator, denominator, ceiling,"
                " floor) VALUES (%s, %s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (unit, indicator) DO UPDATE SET"
                " raised = EXCLUDED.raised, numerator = EXCLUDED.numerator,"
                " denominator = EXCLUDED.denominator, ceiling = EXCLUDED.ceiling,"
                " floor = EXCLUDED.floor, at = now()",
                (
                    alert.unit,
                    alert.indicator,
                    alert.raised,
                    alert.numerator,
                    alert.denominator,
                    alert.ceiling,
                    alert.floor,
                ),
            )

    @contextmanager
    def _entered(self) -> Iterator[psycopg.Cursor[Any]]:
        with self._pool.connection() as connection, connection.cursor() as cursor:
            generations.enter(cursor, self._meaning)
            yield cursor
