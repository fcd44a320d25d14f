"""A fetch of records as rows of the archive, its chains checked on the way."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, groupby
from operator import attrgetter
from typing import Final, get_args

import numpy as np
import pyarrow as pa
from msgspec import Struct

from policy_credit_reporting.audit.archive.columns import arrow_schema
from policy_credit_reporting.audit.archive.effects import Effects
from policy_credit_reporting.audit.archive.walking import Walking
from policy_credit_reporting.audit.verify import Break
from policy_credit_reporting.indicators.acceptance import accept, all_acceptable
from policy_credit_reporting.indicators.algebra import Algebra
from policy_credit_reporting.indicators.movements import Integers, Layout, day_numbers
from policy_credit_shared.events import lean
from policy_credit_shared.messaging.admission import Admitted, Outcome, Run, outcome, read, sift
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.records import Incoming, read_place
from policy_credit_shared.store.progress import Partition, Progress, Stream

OUTCOMES: Final[tuple[Outcome, ...]] = get_args(Outcome)
CODES: Final = {outcome: code for code, outcome in enumerate(OUTCOMES)}
UNSAID: Final = -1
"""The code of what is not known, or not known yet."""


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
    sifted = sift(covered.progress, list(chain.from_iterable(unread.values())))
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


def _unread(covered: Covered, records: Sequence[Incoming]) -> dict[Partition, list[Incoming]]:
    """The records that are not covered, by partition, each once and in order."""
    found: dict[Partition, list[Incoming]] = defaultdict(list)
    for partition, together in groupby(records, attrgetter("partition")):
        found[partition] += together
    unread = {}
    for partition, fresh in sorted(found.items()):
        first = covered.offsets.get(partition, 0)
        if [record.offset for record in fresh] != list(range(first, first + len(fresh))):
            known = {record.offset: record for record in fresh if record.offset >= first}
            fresh = [known[offset] for offset in sorted(known)]
        if fresh:
            unread[partition] = fresh
    return unread


class _Reading:
    """A fetch being read: rows are numbered as its records are."""

    def __init__(
        self,
        algebra: Algebra,
        layout: Layout,
        unread: Mapping[Partition, list[Incoming]],
        heads: Mapping[Stream, Head],
    ) -> None:
        self._algebra = algebra
        self._layout = layout
        self._records = list(chain.from_iterable(unread.values()))
        self._shift: dict[Partition, int] = {}
        count = 0
        for partition, records in unread.items():
            self._shift[partition] = count - records[0].offset
            count += len(records)
        self._partitions = np.repeat(np.arange(len(unread)), list(map(len, unread.values())))
        self._outcomes = np.full(count, UNSAID)
        self._sources = np.full(count, UNSAID)
        self._source_codes: dict[str, int] = {}
        self._sequences = np.zeros(count, np.int64)
        self._chains: list[bytes | None] = [None] * count
        self._effects = Effects(algebra)
        self.walking = Walking(heads)

    def take(self, run: Run) -> None:
        """Records that take effect: whole types at once where all is well, the others with care."""
        records, first = run.records, self._row(run.records[0])
        rows = slice(first, first + len(records))
        values = [record.value for record in records]
        self._sources[rows] = self._code(run.stream.source)
        self._sequences[rows] = np.arange(run.first, run.first + len(records))
        self._chains[rows] = self.walking.follow(run, values)
        self._outcomes[rows] = CODES["applied"]
        groups, doubtful = lean.read(run.stream.source, values)
        for group in groups:
            if all_acceptable(self._layout, group.events, day_numbers(group.days)):
                self._effects.add_all(group, first)
            else:
                doubtful += group.positions()
        for position in doubtful:
            self._take_one(first + position, records[position])

    def pass_over(self, record: Incoming, outcome: Outcome) -> None:
        """A record that has a place and takes no effect."""
        row, place = self._row(record), read_place(record)
        self._outcomes[row] = CODES[outcome]
        self._sources[row] = self._code(place.stream.source)
        self._sequences[row] = place.head.sequence
        self._chains[row] = place.head.digest

    def misplaced(self, record: Incoming) -> None:
        """A record whose headers cannot be read."""
        self._outcomes[self._row(record)] = CODES["quarantined"]
        self.walking.has_no_place(record)

    def rest_are_duplicates(self) -> None:
        """What nothing was said of was there before."""
        for row in np.flatnonzero(self._outcomes == UNSAID).tolist():
            self.pass_over(self._records[row], "duplicate")

    def table(self) -> pa.Table:
        """The rows."""
        schema, records = arrow_schema(self._algebra), self._records
        partitions = list(self._shift)
        has_no_place = self._sources == UNSAID
        columns = self._effects.columns(schema, len(records)) | {
            "topic": _decoded(self._partitions, [one.topic for one in partitions]),
            "partition": pa.array(
                np.array([one.number for one in partitions], np.int32)[self._partitions]
            ),
            "record_offset": pa.array(list(map(attrgetter("offset"), records)), pa.int64()),
            "source": _decoded(self._sources, list(self._source_codes)),
            "sequence": pa.array(self._sequences, mask=has_no_place),
            "chain": pa.array(self._chains, pa.binary()),
            "outcome": _decoded(self._outcomes, list(OUTCOMES)),
            "value": pa.array(list(map(attrgetter("value"), records)), pa.binary()),
        }
        return pa.table([columns[name] for name in schema.names], schema=schema)

    def _take_one(self, row: int, record: Incoming) -> None:
        found = read(record, lambda event: accept(self._layout, event))
        self._outcomes[row] = CODES[outcome(found)]
        if isinstance(found, Admitted):
            self._effects.add(row, found.envelope, found.event)

    def _row(self, record: Incoming) -> int:
        return self._shift[record.partition] + record.offset

    def _code(self, source: str) -> int:
        return self._source_codes.setdefault(source, len(self._source_codes))


def _decoded(codes: Integers, names: Sequence[str]) -> pa.Array:
    """The names that numbers stand for."""
    indices = pa.array(codes, pa.int32(), mask=codes == UNSAID)
    return pa.DictionaryArray.from_arrays(indices, pa.array(names, pa.string())).cast(pa.string())
