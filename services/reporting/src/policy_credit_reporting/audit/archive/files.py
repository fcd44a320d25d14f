"""Rows as Parquet files, one for each month and province, and as the data files of Iceberg.

A file is written under a name of its own before any commit names it: one that no commit came to
name is lost space, never lost or doubled rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from msgspec import Struct
from pyiceberg.io.pyarrow import (
    StatisticsCollector,
    compute_statistics_plan,
    data_file_statistics_from_parquet_metadata,
    parquet_path_to_id_mapping,
)
from pyiceberg.manifest import DataFile, DataFileContent, FileFormat
from pyiceberg.table import Table

ROW_GROUP_ROWS: Final = 131_072
WRITERS: Final = 4
# Events of a type lie together: a replay passes over those that a grouping is not about.
IN_ORDER: Final = ("moves", "topic", "partition", "record_offset")
UNIQUE: Final = ("record_offset", "sequence", "chain", "recorded_at", "value")
"""Columns whose values hardly repeat are compressed; the others, as dictionaries, are small."""
UNASKED: Final = ("chain", "value")
"""Columns that nobody asks for by what they hold."""


def write_files(table: Table, schema: pa.Schema, rows: pa.Table) -> list[DataFile]:
    """Write rows, by type and in order of the log within each file.

    The files have all columns of the schema, also those that the rows lack.
    """
    writing = _Writing(
        table,
        compute_statistics_plan(table.schema(), table.properties),
        parquet_path_to_id_mapping(table.schema()),
    )
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(writing.write, _parts(schema, rows)))


def read_files(files: Sequence[DataFile], schema: pa.Schema) -> pa.Table:
    """All rows of some data files."""
    return pa.concat_tables(
        pq.read_table(local(file.file_path), partitioning=None, schema=schema) for file in files
    )


def without_empty(rows: pa.Table) -> pa.Table:
    """The rows with the columns that hold anything: most are of few event types."""
    filled = [n for n in rows.column_names if rows.column(n).null_count < rows.num_rows]
    return rows.select(filled)


def local(path: str) -> str:
    """A file's path as every reader takes it."""
    return path.removeprefix("file://")


def _parts(schema: pa.Schema, rows: pa.Table) -> Iterator[pa.Table]:
    """The rows of each month and province."""
    rows = _with(schema, ("occurred_on", "province", *IN_ORDER), without_empty(rows))
    months = pc.cast(rows.column("occurred_on"), pa.int32()).fill_null(-1).to_numpy()
    months = months.astype("M8[D]").astype("M8[M]").astype(np.int64)
    province = rows.column("province").combine_chunks().dictionary_encode(null_encoding="encode")
    places = months * 1_000 + province.indices.to_numpy()
    rows = rows.append_column("place", pa.array(places))
    rows = rows.sort_by([(name, "ascending") for name in ("place", *IN_ORDER)])
    places = rows.column("place").to_numpy()
    starts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1]))).tolist()
    for start, stop in zip(starts, [*starts[1:], len(places)], strict=True):
        yield _with(schema, schema.names, rows.slice(start, stop - start))


def _with(schema: pa.Schema, names: Sequence[str], rows: pa.Table) -> pa.Table:
    """The rows with these columns as well, empty where they lack them."""
    held = set(rows.column_names)
    columns = {
        name: rows.column(name)
        if name in held
        else pa.nulls(rows.num_rows, schema.field(name).type)
        for name in schema.names
        if name in held or name in names
    }
    return pa.table(columns, schema=pa.schema([schema.field(name) for name in columns]))


class _Writing(Struct, frozen=True):
    """What every file of a table is written by: which statistics it has, and columns' numbers."""

    table: Table
    statistics: Mapping[int, StatisticsCollector]
    numbers: Mapping[str, int]

    def write(self, rows: pa.Table) -> DataFile:
        folder = f"{self.table.location()}/data/{_folder(rows)}"
        Path(local(folder)).mkdir(parents=True, exist_ok=True)
        path = f"{folder}/{uuid4()}.parquet"
        output = self.table.io.new_output(path)
        names = rows.column_names
        with (
            output.create() as file,
            pq.ParquetWriter(
                file,
                rows.schema,
                compression={name: "zstd" if name in UNIQUE else "none" for name in names},
                use_dictionary=[name for name in names if name not in UNIQUE],
                write_statistics=[name for name in names if name not in UNASKED],
                store_schema=False,
            ) as writer,
        ):
            writer.write_table(rows, row_group_size=ROW_GROUP_ROWS)
        return self._named(path, len(output), writer.writer.metadata)

    def _named(self, path: str, size: int, metadata: pq.FileMetaData) -> DataFile:
        """What a commit says of a file."""
        found = data_file_statistics_from_parquet_metadata(
            metadata, dict(self.statistics), dict(self.numbers)
        )
        return DataFile.from_args(
            content=DataFileContent.DATA,
            file_path=path,
            file_format=FileFormat.PARQUET,
            partition=found.partition(self.table.spec(), self.table.schema()),
            file_size_in_bytes=size,
            sort_order_id=None,
            spec_id=self.table.spec().spec_id,
            equality_ids=None,
            key_metadata=None,
            **found.to_serialized_dict(),
        )


def _folder(rows: pa.Table) -> str:
    day: Any = rows.column("occurred_on")[0].as_py()
    province = rows.column("province")[0].as_py()
    month = f"{day:%Y-%m}" if day else "none"
    return f"business_month={month}/of_province={province or 'none'}"
