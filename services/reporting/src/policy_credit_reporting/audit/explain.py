"""The exact events that a figure is made of: its ledger, line by line, from the log alone."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime

from msgspec import Struct

from policy_credit_reporting.indicators.algebra import Algebra, Cell, Dimension, Measure
from policy_credit_reporting.store.audited import EventLine
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.messaging.admission import Admitted, admit, apply_advance
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.progress import Partition, Progress, Stream


class Asked(Struct, frozen=True, kw_only=True):
    """What is to be explained: measures of some localities by the end of `until`.

    With `since`, what moved from that day on; what stocks stood at before is their opening.
    """

    measures: tuple[Measure, ...]
    localities: frozenset[str]
    until: date
    since: date | None = None
    filters: Mapping[Dimension, str] = {}


class Explained(Struct, frozen=True):
    """The lines by business day, and what they add up to.

    `opening` is what each stock stood at before the first day; `figures` are openings and lines
    added up, and `reflected` the same of what lies before the offsets that were named. `ends` are
    the offsets after the last records read.
    """

    lines: list[EventLine]
    opening: dict[str, int]
    figures: dict[str, int]
    reflected: dict[str, int]
    ends: dict[Partition, int]
    dead_letters: int
    beyond_holes: int


def explain(
    algebra: Algebra,
    asked: Asked,
    fetches: Iterable[Sequence[Incoming]],
    accept: Callable[[PublicEvent], None],
    offsets: Mapping[Partition, int],
) -> Explained:
    """Read the whole log as the projection does: each event once, dead letters not at all."""
    ledger = FigureLedger(algebra, asked, offsets)
    progress = Progress.none()
    waiting: set[tuple[Stream, int]] = set()
    dead_letters = 0
    for fetch in fetches:
        batch = admit(progress, fetch, accept)
        apply_advance(progress, batch.advance)
        for admitted in batch.admitted:
            ledger.add(admitted)
        dead_letters += len(batch.quarantined)
        waiting |= {(early.place.stream, early.place.head.sequence) for early in batch.early}
    lines = sorted(ledger.lines, key=in_order)
    names = [measure.name for measure in asked.measures]
    return Explained(
        lines=lines,
        opening={m.name: ledger.opening[m.name] for m in asked.measures if m.kind == "stock"},
        figures={name: ledger.figures[name] for name in names},
        reflected={name: ledger.reflected[name] for name in names},
        ends=progress.offsets,
        dead_letters=dead_letters,
        beyond_holes=sum(sequence > progress.highs.get(s, 0) for s, sequence in waiting),
    )


class FigureLedger:
    """Takes what moves the measures asked for, until the day asked for."""

    def __init__(self, algebra: Algebra, asked: Asked, offsets: Mapping[Partition, int]) -> None:
        self._algebra, self._asked, self._offsets = algebra, asked, offsets
        self._kinds = {measure.name: measure.kind for measure in asked.measures}
        self._moving = {
            kind
            for kind, postings in algebra.postings.items()
            if any(posting.measure.name in self._kinds for posting in postings)
        }
        self.lines: list[EventLine] = []
        self.opening: Counter[str] = Counter()
        self.figures: Counter[str] = Counter()
        self.reflected: Counter[str] = Counter()

    def add(self, admitted: Admitted) -> None:
        event = admitted.event
        if event.occurred_on > self._asked.until:
            return
        if type(event) not in self._moving and not isinstance(event, EntryReversed):
            return
        moved: Counter[tuple[Cell, str]] = Counter()
        for effect in self._algebra.effects(event):
            if effect.measure in self._kinds and self._counts(effect.cell):
                moved[effect.cell, effect.measure] += effect.amount
        for (cell, measure), amount in moved.items():
            if amount:
                self._move(admitted, cell, measure, amount)

    def _move(self, admitted: Admitted, cell: Cell, measure: str, amount: int) -> None:
        since = self._asked.since
        is_before = since is not None and admitted.event.occurred_on < since
        if is_before and self._kinds[measure] == "flow":
            return
        self.figures[measure] += amount
        record = admitted.record
        if record.offset < self._offsets.get(record.partition, 0):
            self.reflected[measure] += amount
        if is_before:
            self.opening[measure] += amount
        else:
            self.lines.append(line_of(admitted, cell, measure, amount))

    def _counts(self, cell: Cell) -> bool:
        return cell.unit in self._asked.localities and all(
            getattr(cell, dimension) == value for dimension, value in self._asked.filters.items()
        )


def in_order(line: EventLine) -> tuple[date, datetime, str, int, int]:
    """By business day, then as they were recorded."""
    return line.business_day, line.recorded_at, line.topic, line.partition, line.offset


def line_of(admitted: Admitted, cell: Cell, measure: str, amount: int) -> EventLine:
    """By how much an event moves a measure of a cell, and where it is in the log."""
    record, envelope, head = admitted.record, admitted.envelope, admitted.place.head
    return EventLine(
        topic=record.partition.topic,
        partition=record.partition.number,
        offset=record.offset,
        source=envelope.source,
        sequence=head.sequence,
        event_id=str(envelope.id),
        event_type=envelope.type,
        business_day=admitted.event.occurred_on,
        recorded_at=envelope.time,
        locality=cell.unit,
        programme=cell.programme,
        association=cell.association,
        fund=cell.fund,
        measure=measure,
        amount=amount,
        chain=head.digest.hex(),
    )
