"""Which units are beyond their targets: a unit is alerted once until it is within again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from msgspec import Struct
from psycopg_pool import ConnectionPool

from policy_credit_reporting.store import generations


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


class Told(Struct, frozen=True):
    """Whether a unit stands alerted, and since when it does or does not."""

    raised: bool
    at: datetime


class Alerts:
    """What was told of units and their targets, in the open generation of one meaning."""

    def __init__(self, database_url: str, meaning: str) -> None:
        self._meaning = meaning
        self._pool = ConnectionPool(
            database_url, min_size=1, max_size=1, check=ConnectionPool.check_connection, open=True
        )

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()

    def told(self) -> dict[tuple[str, str], Told]:
        """What was told last, by unit and indicator."""
        with self._entered() as cursor:
            rows = cursor.execute("SELECT unit, indicator, raised, at FROM alert").fetchall()
        return {(unit, indicator): Told(raised, at) for unit, indicator, raised, at in rows}

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
