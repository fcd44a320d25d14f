"""What of a fetch takes effect, as columns: events of a type at once."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from operator import attrgetter
from typing import Any, Final

import numpy as np
import pyarrow as pa
from msgspec import Struct

from policy_credit_reporting.audit.archive.columns import column_of, fields_of
from policy_credit_reporting.indicators.algebra import DIMENSIONS, Algebra
from policy_credit_shared.events.catalogue import taking_effect
from policy_credit_shared.events.envelope import Envelope
from policy_credit_shared.events.lean import Group
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.units import units_before_reform

ROW: Final = "row"


class _Same(Struct, frozen=True):
    """What events that are columns together have in common: their type, and what they move."""

    event_type: str
    moves: type[PublicEvent]
    sign: int


class _Events(Struct):
    rows: list[int] = []
    events: list[Any] = []
    days: list[date] = []
    times: list[datetime] = []


class Effects:
    """Events of a fetch, each at the number of its row."""

    def __init__(self, algebra: Algebra) -> None:
        self._algebra = algebra
        self._found: dict[_Same, _Events] = {}

    def add(self, row: int, envelope: Envelope, event: PublicEvent) -> None:
        """One event; a reversal as what it reverses, on the reversal's own day."""
        moving, sign = taking_effect(event)
        same = _Same(envelope.type, type(moving), sign)
        self._add(same, [row], [moving], [event.occurred_on], [envelope.time])

    def add_all(self, group: Group, first: int) -> None:
        """Many of one type, none of which is a reversal; `first` is the row of position 0."""
        rows = [first + position for position in group.positions()]
        same = _Same(group.kind.type(), group.kind, 1)
        self._add(same, rows, group.events, group.days, group.times)

    def columns(self, schema: pa.Schema, rows: int) -> dict[str, pa.ChunkedArray]:
        """The columns that they fill, by name, empty where nothing takes effect."""
        parts = [self._part(schema, same, found) for same, found in self._found.items()]
        still = np.ones(rows, bool)
        for found in self._found.values():
            still[found.rows] = False
        parts.append(pa.table({ROW: np.flatnonzero(still)}))
        whole = pa.concat_tables(parts, promote_options="default")
        whole = whole.take(pa.array(np.argsort(whole.column(ROW).to_numpy(), kind="stable")))
        return {
            name: whole.column(name)
            if name in whole.column_names
            else pa.chunked_array([pa.nulls(rows, schema.field(name).type)])
            for name in schema.names
        }

    def _add(
        self,
        same: _Same,
        rows: Sequence[int],
        events: Sequence[Any],
        days: Sequence[date],
        times: Sequence[datetime],
    ) -> None:
        found = self._found.setdefault(same, _Events())
        found.rows += rows
        found.events += events
        found.days += days
        found.times += times

    def _part(self, schema: pa.Schema, same: _Same, found: _Events) -> pa.Table:
        kind, count = same.moves, len(found.rows)
        localities = list(map(attrgetter("locality"), found.events))
        values: dict[str, Any] = {
            "event_type": _all(same.event_type, schema.field("event_type").type, count),
            "recorded_at": found.times,
            "moves": _all(kind.type(), schema.field("moves").type, count),
            "sign": _all(same.sign, schema.field("sign").type, count),
            "occurred_on": found.days,
            "office": list(map(attrgetter("office"), found.events)),
            "locality": localities,
            "province": list(map(provinces().__getitem__, localities)),
        }
        for dimension in DIMENSIONS:
            if dimension in kind.__struct_fields__:
                values[dimension] = list(map(attrgetter(dimension), found.events))
        for field in fields_of(self._algebra, kind):
            values[column_of(kind, field).name] = list(map(attrgetter(field), found.events))
        columns = {
            name: made if isinstance(made, pa.Array) else pa.array(made, schema.field(name).type)
            for name, made in values.items()
        }
        return pa.table({ROW: pa.array(found.rows, pa.int64()), **columns})


def _all(value: object, kind: pa.DataType, count: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, kind), count)


@cache
def provinces() -> Mapping[str, str]:
    """The province of each locality, before the reform."""
    tree = units_before_reform()
    return {
        locality: unit.code
        for unit in tree
        if unit.level == "province"
        for locality in tree.localities(unit.code)
    }
