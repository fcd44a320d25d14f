"""One generation as a rebuild sees it, to be compared with another."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import psycopg
from msgspec import convert

from policy_credit_reporting.indicators import group_rows
from policy_credit_reporting.indicators.group_rows import GroupRows
from policy_credit_reporting.indicators.movements import (
    DAY,
    MEASURE,
    Layout,
    Meaning,
    Movements,
    first_days,
    from_bytes,
    months_of,
    nothing,
    on_days,
)
from policy_credit_reporting.store.balances import SESSIONS
from policy_credit_shared.store.postgres import connect
from policy_credit_shared.store.progress import load_progress

Connection = psycopg.Connection[Any]

CELLS: Final = "cells"
MONTHS: Final = "months of whole-country views"


class Side:
    """One generation as a transaction sees it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        with connection.cursor() as cursor:
            self.progress = load_progress(cursor)
        ((names,),) = self._rows("SELECT names FROM meaning")
        self.layout = Layout(convert(names, Meaning))

    def offices(self) -> set[int]:
        """Where anything is stored."""
        found = self._rows(
            "SELECT office FROM page UNION SELECT office FROM sheet"
            " UNION SELECT office FROM late_page"
        )
        if self.layout.meaning.by_group:
            found += self._rows("SELECT office FROM group_page")
        return {office for (office,) in found}

    def figures(self, office: int) -> dict[str, Movements]:
        """By kind: cells by day, the sums that whole-country views add up, and what came late."""
        pages = {
            is_fresh: from_bytes(stored)
            for is_fresh, stored in self._rows(
                "SELECT added > '0', string_agg(movements, '') FROM page"
                " WHERE office = %s GROUP BY 1",
                office,
            )
        }
        merged, fresh = pages.get(False, nothing()), pages.get(True, nothing())
        ((sheets,),) = self._rows(
            "SELECT string_agg(movements, '') FROM sheet WHERE office = %s", office
        )
        kept_days = self.layout.measure_numbers.get(SESSIONS, -1)
        found = {
            CELLS: np.concatenate((merged, fresh)),
            MONTHS: _by_month(np.concatenate((from_bytes(sheets), fresh)), kept_days),
        }
        for recorded_on, late in self._rows(
            "SELECT recorded_on, string_agg(movements, '') FROM late_page"
            " WHERE office = %s GROUP BY 1",
            office,
        ):
            found[f"late, recorded on {recorded_on}"] = from_bytes(late)
        return found

    def groups(self, office: int) -> GroupRows:
        """What groups of an office have; nothing in a generation from before they were kept."""
        if not self.layout.meaning.by_group:
            return group_rows.no_rows()
        ((stored,),) = self._rows(
            "SELECT string_agg(movements, '') FROM group_page WHERE office = %s", office
        )
        return group_rows.from_bytes(stored)

    def has(self, table: str) -> bool:
        """Whether the generation keeps such a table."""
        return self._rows("SELECT to_regclass(%s) IS NOT NULL", table) == [(True,)]

    def beside(self, table: str, columns: str) -> Counter[tuple[str, ...]]:
        """Rows of what stands beside figures, as text."""
        found = self._rows(f"SELECT {columns} FROM {table}")
        return Counter(tuple(map(str, row)) for row in found)

    def _rows(self, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
        with self._connection.cursor(binary=True) as cursor:
            return cursor.execute(query, parameters or None).fetchall()


@contextmanager
def seen(database_url: str, generation: str) -> Iterator[Side]:
    """A generation as it stands now, for as long as the block lasts."""
    with connect(database_url, generation) as connection, connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield Side(connection)


def _by_month(movements: Movements, kept_days: int) -> Movements:
    """Movements on the first of their months: on which day a sheet stands is how it was merged."""
    keys = movements[:, 0]
    days = DAY.of(keys)
    days = np.where(MEASURE.of(keys) == kept_days, days, first_days(months_of(days)))
    return on_days(movements, days)
