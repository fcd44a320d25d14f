"""A fetch of records as rows of the archive, its chains checked on the way."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Final

import numpy as np
import pyarrow as pa
from msgspec import Struct

from policy_credit_reporting.audit.archive.columns import (
    PLACE,
    arrow_schema,
    column_of,
    fields_of,
)
from policy_credit_reporting.audit.verify import Break
from policy_credit_reporting.indicators.algebra import DIMENSIONS, Algebra
from policy_credit_reporting.store.chain_breaks import ChainFault
from policy_credit_shared.events.catalogue import taking_effect
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.units import units_before_reform
from policy_credit_shared.messaging.admission import Admitted, Outcome, admit, verdict
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.records import BadHeaders, Incoming, Place, read_place
from policy_credit_shared.store.progress import Partition, Progress, Stream

ROW: Final = "row"


class Covered(Struct):
    """What the archive holds: the next offset of each partition, the last of each chain."""

    offsets: dict[Partition, int]
    heads: dict[Stream, Head]

    @classmethod
    def nothing(cls) -> "Covered":
        """Of an empty archive."""
        return cls({}, {})

    @property
    def progress(self) -> Progress:
        """The same as a reader's progress."""
        return Progress(dict(self.offsets), {s: head.sequence for s, head in self.heads.items()})


class Rows(Struct, frozen=True):
    """Rows to append, what the archive covers with them, and the chains that broke in them."""

    table: pa.Table
    covered: Covered
    breaks: list[Break]


def rows_of(
    algebra: Algebra,
    covered: Covered,
    records: Sequence[Incoming],
    accept: Callable[[PublicEvent], None],
) -> Rows:
    """The rows of a fetch, each record once: those that take no effect as well, and why."""
    records = sorted(
        (r for r in records if r.offset >= covered.offsets.get(r.partition, 0)),
        key=lambda record: (record.partition, record.offset),
    )
    batch = admit(covered.progress, records, accept)
    outcomes: dict[tuple[Partition, int], Outcome] = {}
    outcomes |= {(q.record.partition, q.record.offset): "quarantined" for q in batch.quarantined}
    admitted = {(a.record.partition, a.record.offset): a for a in batch.admitted}
    walking = _Walking(covered.heads)
    places, found = [], list[Outcome]()
    for record in records:
        at = (record.partition, record.offset)
        applied = admitted.get(at)
        place = applied.place if applied else _place(record)
        judged = walking.take(record, place)
        if applied:
            outcome: Outcome = "applied"
        else:
            outcome = outcomes.get(at, "skipped" if judged == "applied" else judged)
        places.append(place)
        found.append(outcome)
    schema = arrow_schema(algebra)
    table = _table(algebra, schema, records, places, found, admitted)
    offsets = covered.offsets | dict(batch.advance.end)
    return Rows(table, Covered(offsets, walking.heads), walking.breaks)


class _Walking:
    """Chains on their way through a fetch; after a break a chain goes on from what it claims."""

    def __init__(self, heads: Mapping[Stream, Head]) -> None:
        self.heads = dict(heads)
        self.breaks: list[Break] = []

    def take(self, record: Incoming, place: Place | None) -> Outcome:
        if place is None:
            self._break(record, "bad-headers", "?", 0, "its place cannot be read")
            return "quarantined"
        stream, claimed = place.stream, place.head
        head = self.heads.get(stream, GENESIS)
        judged = verdict(head.sequence, claimed.sequence)
        if judged != "applied":
            return judged
        if record.value is None:
            detail = "the value is gone"
            self._break(record, "no-value", stream.source, claimed.sequence, detail)
        elif (due := head.next(record.value)) != claimed:
            detail = (
                f"its chain says {claimed.digest.hex()[:16]}…,"
                f" its bytes give {due.digest.hex()[:16]}…"
            )
            self._break(record, "altered", stream.source, claimed.sequence, detail)
        self.heads[stream] = claimed
        return judged

    def _break(
        self,
        record: Incoming,
        fault: ChainFault,
        source: str,
        sequence: int,
        detail: str,
    ) -> None:
        self.breaks.append(Break(fault, record.partition, record.offset, source, sequence, detail))


def _place(record: Incoming) -> Place | None:
    try:
        return read_place(record)
    except BadHeaders:
        return None


@cache
def provinces() -> dict[str, str]:
    """The province of each locality, before the reform."""
    tree = units_before_reform()
    return {
        locality: unit.code
        for unit in tree
        if unit.level == "province"
        for locality in tree.localities(unit.code)
    }


def _table(
    algebra: Algebra,
    schema: pa.Schema,
    records: Sequence[Incoming],
    places: Sequence[Place | None],
    outcomes: Sequence[Outcome],
    admitted: Mapping[tuple[Partition, int], Admitted],
) -> pa.Table:
    envelopes = [
        found.envelope if (found := admitted.get((r.partition, r.offset))) else None
        for r in records
    ]
    place_columns: list[list[Any]] = [
        [record.partition.topic for record in records],
        [record.partition.number for record in records],
        [record.offset for record in records],
        [place.stream.source if place else None for place in places],
        [place.head.sequence if place else None for place in places],
        [place.head.digest if place else None for place in places],
        list(outcomes),
        [envelope.type if envelope else None for envelope in envelopes],
        [envelope.time if envelope else None for envelope in envelopes],
        [record.value for record in records],
    ]
    names = [name for name, _ in PLACE]
    columns = {
        name: pa.array(values, schema.field(name).type)
        for name, values in zip(names, place_columns, strict=True)
    }
    effects = _effects(algebra, schema, records, admitted)
    columns |= {name: effects.column(name) for name in schema.names if name not in columns}
    return pa.table(columns, schema=schema)


def _effects(
    algebra: Algebra,
    schema: pa.Schema,
    records: Sequence[Incoming],
    admitted: Mapping[tuple[Partition, int], Admitted],
) -> pa.Table:
    """What takes effect, in the order of the records, empty where nothing does."""
    groups: dict[tuple[type[PublicEvent], int], tuple[list[int], list[Any], list[Any]]]
    groups = defaultdict(lambda: ([], [], []))
    still: list[int] = []
    for row, record in enumerate(records):
        found = admitted.get((record.partition, record.offset))
        if found is None:
            still.append(row)
            continue
        moving, sign = taking_effect(found.event)
        group = groups[type(moving), sign]
        group[0].append(row)
        group[1].append(moving)
        group[2].append(found.event.occurred_on)
    parts = [
        _effects_of(algebra, schema, kind, sign, *group) for (kind, sign), group in groups.items()
    ]
    parts.append(pa.table({ROW: pa.array(still, pa.int64())}))
    whole = pa.concat_tables(parts, promote_options="default")
    order = np.argsort(whole.column(ROW).to_numpy(), kind="stable")
    whole = whole.take(pa.array(order))
    empty = {name: pa.nulls(len(records), schema.field(name).type) for name in schema.names}
    return pa.table({name: _column(whole, name, empty) for name in schema.names})


def _column(table: pa.Table, name: str, empty: Mapping[str, pa.Array]) -> Any:
    return table.column(name) if name in table.column_names else empty[name]


def _effects_of(
    algebra: Algebra,
    schema: pa.Schema,
    kind: type[PublicEvent],
    sign: int,
    rows: list[int],
    events: list[Any],
    days: list[Any],
) -> pa.Table:
    localities = list(map(attrgetter("locality"), events))
    known = provinces()
    values: dict[str, Any] = {
        "moves": pa.repeat(pa.scalar(kind.type()), len(rows)),
        "sign": pa.repeat(pa.scalar(sign, pa.int32()), len(rows)),
        "occurred_on": days,
        "office": list(map(attrgetter("office"), events)),
        "locality": localities,
        "province": list(map(known.__getitem__, localities)),
    }
    for dimension in DIMENSIONS:
        if dimension in kind.__struct_fields__:
            values[dimension] = list(map(attrgetter(dimension), events))
    for field in fields_of(algebra, kind):
        values[column_of(kind, field).name] = list(map(attrgetter(field), events))
    columns = {
        name: found if isinstance(found, pa.Array) else pa.array(found, schema.field(name).type)
        for name, found in values.items()
    }
    return pa.table({ROW: pa.array(rows, pa.int64()), **columns})
