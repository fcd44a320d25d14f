"""Rows as records: put into the order of time, worded, numbered and chained as a relay does it."""

from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from policy_credit_local.history.chance import Whole
from policy_credit_local.history.pieces import Setting
from policy_credit_local.history.rows import Columns
from policy_credit_local.history.words import SPOKEN
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.topics import EMITTERS, Emitter

BATCH_RECORDS: Final = 32_768


class Batch(Struct, frozen=True):
    """Records of one emitter in one partition that follow each other, as columns."""

    emitter: Emitter
    partition: int
    first_sequence: int
    recorded: Whole
    digests: list[bytes]
    values: pa.BinaryArray


class Chains:
    """The heads of one partition, by emitter."""

    def __init__(self, partition: int, setting: Setting) -> None:
        self.heads: dict[Emitter, Head] = dict.fromkeys(EMITTERS, GENESIS)
        self._partition = partition
        self._setting = setting

    def records(self, taken: dict[str, Columns]) -> Iterator[Batch]:
        """The records of rows by kind, each kind's in order of time."""
        for emitter in EMITTERS:
            kinds = {kind: rows for kind, rows in taken.items() if SPOKEN[kind].emitter == emitter}
            yield from self._records(emitter, kinds)

    def _records(self, emitter: Emitter, kinds: dict[str, Columns]) -> Iterator[Batch]:
        if not kinds:
            return
        names = list(kinds)
        counts = [len(kinds[name]["recorded"]) for name in names]
        starts = np.cumsum([0, *counts])
        recorded = np.concatenate([kinds[name]["recorded"] for name in names])
        order = np.argsort(recorded, kind="stable")
        kind_of = np.repeat(np.arange(len(names), dtype=np.int16), counts)
        for start in range(0, len(order), BATCH_RECORDS):
            chosen = order[start : start + BATCH_RECORDS]
            chosen_kind = kind_of[chosen]
            parts: list[pa.BinaryArray] = []
            positions: list[NDArray[Any]] = []
            for number, name in enumerate(names):
                here = np.flatnonzero(chosen_kind == number)
                if not len(here):
                    continue
                rows = chosen[here] - starts[number]
                columns = {field: column[rows] for field, column in kinds[name].items()}
                parts.append(SPOKEN[name].wording.values(columns, self._setting))
                positions.append(here)
            back = np.empty(len(chosen), np.int64)
            back[np.concatenate(positions)] = np.arange(len(chosen))
            values = pa.concat_arrays(parts).take(pa.array(back))
            yield self._chained(emitter, recorded[chosen], values)

    def _chained(self, emitter: Emitter, recorded: Whole, values: pa.BinaryArray) -> Batch:
        head = self.heads[emitter]
        digests = _digests(head.digest, values)
        self.heads[emitter] = Head(head.sequence + len(digests), digests[-1])
        return Batch(emitter, self._partition, head.sequence + 1, recorded, digests, values)


def _digests(digest: bytes, values: pa.BinaryArray) -> list[bytes]:
    """The chain after each value: `Head.next` without an object a record."""
    _, offsets, data = values.buffers()
    ends = np.frombuffer(offsets, np.int32, len(values) + 1, values.offset * 4).tolist()
    octets = memoryview(data)
    found = []
    for start, end in pairwise(ends):
        digest = sha256(digest + octets[start:end]).digest()
        found.append(digest)
    return found
