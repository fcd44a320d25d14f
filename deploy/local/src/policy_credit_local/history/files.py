"""A history as Parquet: a file for each topic and partition, in the order of its records.

Columns: `topic`, `partition`, `record_offset`, `source`, `sequence`, `chain` (32 bytes),
`recorded_at`, and `value`, the CloudEvent's bytes. No row group holds records of two months.
"""

from pathlib import Path
from types import TracebackType
from typing import Final, Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from policy_credit_local.history.chaining import Batch
from policy_credit_shared.messaging.topics import EMITTERS, Emitter, Topics, source_of

SCHEMA: Final = pa.schema(
    [
        pa.field("topic", pa.string(), nullable=False),
        pa.field("partition", pa.int32(), nullable=False),
        pa.field("record_offset", pa.int64(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("sequence", pa.int64(), nullable=False),
        pa.field("chain", pa.binary(32), nullable=False),
        pa.field("recorded_at", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("value", pa.binary(), nullable=False),
    ]
)


def file_name(topics: Topics, emitter: Emitter, partition: int) -> str:
    """The file of one emitter's records in one partition."""
    return f"{topics.facts(emitter)}.{partition:03}.parquet"


class Files:
    """The files of one partition, while they are written."""

    def __init__(self, folder: Path, topics: Topics, partition: int) -> None:
        self._topics = topics
        self._writers = {
            emitter: pq.ParquetWriter(
                folder / file_name(topics, emitter, partition),
                SCHEMA,
                compression="zstd",
                compression_level=1,
                use_dictionary=["topic", "source"],
                write_statistics=["record_offset", "sequence", "recorded_at"],
            )
            for emitter in EMITTERS
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for writer in self._writers.values():
            writer.close()

    def write(self, batch: Batch) -> None:
        """Add a row group."""
        count = len(batch.digests)
        sequence = np.arange(batch.first_sequence, batch.first_sequence + count)
        columns = [
            pa.repeat(self._topics.facts(batch.emitter), count),
            pa.repeat(pa.scalar(batch.partition, pa.int32()), count),
            pa.array(sequence - 1),
            pa.repeat(source_of(batch.emitter), count),
            pa.array(sequence),
            pa.FixedSizeBinaryArray.from_buffers(
                pa.binary(32), count, [None, pa.py_buffer(b"".join(batch.digests))]
            ),
            pa.array(batch.recorded).cast(pa.timestamp("us", "UTC")),
            batch.values,
        ]
        self._writers[batch.emitter].write_table(pa.table(columns, schema=SCHEMA))
