"""A fetch of records as rows of the archive, its chains checked on the way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

import pyarrow as pa
from msgspec import Struct

from policy_credit_reporting.audit.archive.columns import arrow_schema
from policy_credit_reporting.audit.archive.effects import Effects
from policy_credit_reporting.audit.archive.walking import Walking
from policy_credit_reporting.audit.verify import Break
from policy_credit_reporting.indicators.acceptance import accept, all_acceptable
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_shared.events import lean
from policy_credit_shared.messaging.admission import Admitted, Outcome, Run, outcome, read, sift
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.records import Incoming, read_place
from policy_credit_shared.store.progress import Partition, Progress, Stream


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
    algebra: Algebra, layout: Layout, covered: Covered, records: Sequence[Incoming]
) -> Rows:
    """The rows of a fetch, each record once: those that take no effect as well, and why.

    In the order of the log, partition after partition. Raises OffsetsMissing where records between
    what is covered and the fetch are gone.
    """
    unread = _unread(covered, records)
    sifted = sift(covered.progress, unread)
    reading = _Reading(algebra, layout, unread, covered.heads)
    for run in sifted.runs:
        reading.take(run)
    for early in sifted.early:
        reading.pass_over(early.record, "early")
    for record, _ in sifted.misplaced:
        reading.misplaced(record)
    reading.rest_are_duplicates()
    offsets = covered.offsets | dict(sifted.advance.end)
    return Rows(reading.table(), Covered(offsets, reading.walking.heads), reading.walking.breaks)


def _unread(covered: Covered, records: Sequence[Incoming]) -> list[Incoming]:
    """The records that are not covered, partition after partition, each once."""
    of_partition: dict[Partition, dict[int, Incoming]] = defaultdict(dict)
    for record in records:
        of_partition[record.partition][record.offset] = record
    found: list[Incoming] = []
    for partition, known in sorted(of_partition.items()):
        first = covered.offsets.get(partition, 0)
        found += (known[offset] for offset in sorted(known) if offset >= first)
    return found


class _Reading:
    """A fetch being read: rows are numbered as its records are."""

    def __init__(
        self,
        algebra: Algebra,
        layout: Layout,
        records: Sequence[Incoming],
        heads: Mapping[Stream, Head],
    ) -> None:
        self._algebra = algebra
        self._layout = layout
        self._records = records
        self._shift: dict[Partition, int] = {}
        for row, record in enumerate(records):
            self._shift.setdefault(record.partition, row - record.offset)
        count = len(records)
        self._outcomes: list[Outcome | None] = [None] * count
        self._sources: list[str | None] = [None] * count
        self._sequences: list[int | None] = [None] * count
        self._chains: list[bytes | None] = [None] * count
        self._effects = Effects(algebra)
        self.walking = Walking(heads)

    def take(self, run: Run) -> None:
        """Records that take effect: whole types at once where all is well, the others with care."""
        records, first = run.records, self._row(run.records[0])
        rows = slice(first, first + len(records))
        source = run.stream.source
        self._sources[rows] = [source] * len(records)
        self._sequences[rows] = range(run.first, run.first + len(records))
        self._chains[rows] = self.walking.follow(run)
        groups, doubtful = lean.read(source, [record.value for record in records])
        self._outcomes[rows] = ["applied"] * len(records)
        for group in groups:
            if all_acceptable(self._layout, group.events):
                self._effects.add_all(group, first)
            else:
                doubtful += group.positions
        for position in doubtful:
            self._take_one(first + position, records[position])

    def pass_over(self, record: Incoming, outcome: Outcome) -> None:
        """A record that has a place and takes no effect."""
        row, place = self._row(record), read_place(record)
        self._outcomes[row] = outcome
        self._sources[row] = place.stream.source
        self._sequences[row] = place.head.sequence
        self._chains[row] = place.head.digest

    def misplaced(self, record: Incoming) -> None:
        """A record whose headers cannot be read."""
        self._outcomes[self._row(record)] = "quarantined"
        self.walking.has_no_place(record)

    def rest_are_duplicates(self) -> None:
        """What nothing was said of was there before."""
        for row, found in enumerate(self._outcomes):
            if found is None:
                self.pass_over(self._records[row], "duplicate")

    def table(self) -> pa.Table:
        """The rows."""
        schema, records = arrow_schema(self._algebra), self._records
        columns: dict[str, list[Any]] = {
            "topic": [record.partition.topic for record in records],
            "partition": [record.partition.number for record in records],
            "record_offset": list(map(attrgetter("offset"), records)),
            "source": self._sources,
            "sequence": self._sequences,
            "chain": self._chains,
            "outcome": self._outcomes,
            "value": list(map(attrgetter("value"), records)),
        }
        made = {name: pa.array(found, schema.field(name).type) for name, found in columns.items()}
        effects = self._effects.table(schema, len(records))
        return pa.table(
            {name: made.get(name, effects.get(name)) for name in schema.names}, schema=schema
        )

    def _take_one(self, row: int, record: Incoming) -> None:
        found = read(record, lambda event: accept(self._layout, event))
        self._outcomes[row] = outcome(found)
        if isinstance(found, Admitted):
            self._effects.add(row, found.envelope, found.event)

    def _row(self, record: Incoming) -> int:
        return self._shift[record.partition] + record.offset
