"""The algebra on whole batches: events by type, fields as columns, postings as array sums.

It says what `Algebra.effects` says of each event, and only says it faster.
"""

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import numpy as np

from policy_credit_reporting.indicators.algebra import (
    DIMENSIONS,
    GIVEN,
    Algebra,
    Amount,
    Days,
    Dimension,
    Posting,
    group_field,
)
from policy_credit_reporting.indicators.group_rows import (
    GroupRows,
    add_up_rows,
    halves_of,
    no_rows,
    rows_of,
)
from policy_credit_reporting.indicators.movements import (
    DAY,
    FIELD_OF,
    LOCALITY,
    Integers,
    Layout,
    Movements,
    add_up,
    day_numbers,
    nothing,
)
from policy_credit_shared.events.catalogue import taking_effect
from policy_credit_shared.events.public import PublicEvent


class _Columns:
    """The fields of events of one type; `days` are those on which they take effect, by number."""

    def __init__(self, layout: Layout, events: Sequence[Any], days: Integers) -> None:
        self._layout = layout
        self._events = events
        self._fields: dict[str, list[Any]] = {}
        self._keys: dict[tuple[Dimension, ...], Integers] = {}
        localities = map(layout.locality_numbers.__getitem__, self.field("locality"))
        self._base = (days << DAY.shift) | (
            np.fromiter(localities, np.int64, len(events)) << LOCALITY.shift
        )

    def field(self, name: str) -> list[Any]:
        if name not in self._fields:
            self._fields[name] = list(map(attrgetter(name), self._events))
        return self._fields[name]

    def keys(self, by: tuple[Dimension, ...]) -> Integers:
        """The keys of a measure kept by these dimensions, the measure's own number left open."""
        if by not in self._keys:
            keys = self._base
            for dimension in (d for d in DIMENSIONS if d in by):
                codes = self._layout.codes[dimension]
                values = map(codes.__getitem__, self.field(dimension))
                shift = FIELD_OF[dimension].shift
                keys = keys | (np.fromiter(values, np.int64, len(self._events)) << shift)
            self._keys[by] = keys
        return self._keys[by]

    def amounts(self, amount: Amount, indexes: list[int] | None) -> Integers:
        """By how much the events of these indexes move; a field may be missing in the others."""
        match amount:
            case str(field):
                return np.array(_at(self.field(field), indexes), np.int64)
            case int(number):
                count = len(self._events) if indexes is None else len(indexes)
                return np.full(count, number, np.int64)
            case Days(since=since, until=until):
                days = (_at(self.field(until), indexes), _at(self.field(since), indexes))
                return day_numbers(days[0]) - day_numbers(days[1])

    def matching(self, where: tuple[tuple[str, object], ...]) -> list[int] | None:
        """Which events meet the conditions; None if there are none to meet."""
        if not where:
            return None
        found = list(range(len(self._events)))
        for name, wanted in where:
            values = self.field(name)
            if wanted is GIVEN:
                found = [n for n in found if values[n] is not None]
            else:
                found = [n for n in found if values[n] == wanted]
        return found


class Moved:
    """Events that move figures, by type and sign; each on the day on which it takes effect."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[type[PublicEvent], int], tuple[list[Any], list[Integers]]] = {}

    def add(self, event: PublicEvent) -> None:
        """One event; a reversal moves on its own day what its entry moved."""
        moving, sign = taking_effect(event)
        self.add_all(type(moving), [moving], day_numbers([event.occurred_on]), sign)

    def add_all(
        self, kind: type[PublicEvent], events: Sequence[Any], days: Integers, sign: int = 1
    ) -> None:
        """Many of one type, or whatever has its fields, and their days by number."""
        known = self._kinds.setdefault((kind, sign), ([], []))
        known[0].extend(events)
        known[1].append(days)

    def movements(self, algebra: Algebra, layout: Layout) -> Movements:
        """What all of them move, added up."""
        return self.movements_and_groups(algebra, layout)[0]

    def movements_and_groups(self, algebra: Algebra, layout: Layout) -> tuple[Movements, GroupRows]:
        """The same, and what of it moves figures that are kept by group too, by group."""
        found, of_groups = [nothing()], [no_rows()]
        for (kind, sign), (moved, days) in self._kinds.items():
            lines = algebra.postings.get(kind, ())
            columns = _Columns(layout, moved, np.concatenate(days))
            halves = _groups(algebra, kind, columns, lines)
            for line in lines:
                indexes = columns.matching(line.where)
                if indexes == []:
                    continue
                movements = _line(layout, columns, line, sign, indexes)
                found.append(movements)
                if halves is not None and line.measure.name in algebra.by_group:
                    chosen = halves if indexes is None else halves[indexes]
                    of_groups.append(rows_of(movements, chosen))
        return add_up(np.concatenate(found)), add_up_rows(np.concatenate(of_groups))


def movements_of(algebra: Algebra, layout: Layout, events: Sequence[PublicEvent]) -> Movements:
    """What the events move, added up."""
    moved = Moved()
    for event in events:
        moved.add(event)
    return moved.movements(algebra, layout)


def _groups(
    algebra: Algebra, kind: type[PublicEvent], columns: _Columns, lines: Sequence[Posting]
) -> Integers | None:
    """The group of each event of a type that moves something that is kept by group."""
    field = group_field(kind)
    if field is None or not any(line.measure.name in algebra.by_group for line in lines):
        return None
    return halves_of(columns.field(field))


def _line(
    layout: Layout, columns: _Columns, line: Posting, sign: int, indexes: list[int] | None
) -> Movements:
    keys = columns.keys(line.measure.by) | layout.measure_numbers[line.measure.name]
    chosen = keys if indexes is None else keys[indexes]
    return np.stack((chosen, sign * line.sign * columns.amounts(line.amount, indexes)), axis=1)


def _at(values: list[Any], indexes: list[int] | None) -> list[Any]:
    return values if indexes is None else [values[index] for index in indexes]
