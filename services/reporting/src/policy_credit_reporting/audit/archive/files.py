"""Rows as Parquet files, one for each month and province, and as the data files of Iceberg.

A file is written under a name of its own before any commit names it: one that no commit came to
name is lost space, never lost or doubled rows.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import parquet_file_to_data_file
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

ROW_GROUP_ROWS: Final = 131_072
WRITERS: Final = 4
# Events of a type lie together: a replay passes over those that a grouping is not about.
IN_ORDER: Final = ("moves", "topic", "partition", "record_offset")
UNIQUE: Final = ("record_offset", "sequence", "chain", "recorded_at", "value")
"""Columns whose values hardly repeat; the others are written as dictionaries."""
UNASKED: Final = ("chain", "value")
"""Columns that nobody asks for by what they hold."""


def write_files(table: Table, rows: pa.Table) -> list[DataFile]:
    """Write rows, by type and in order of the log within each file."""
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(lambda part: _write(table, part), _parts(rows)))


def read_files(files: Sequence[DataFile], schema: pa.Schema) -> pa.Table:
    """All rows of some data files."""
    return pa.concat_tables(
        pq.read_table(local(file.file_path), partitioning=None, schema=schema) for file in files
    )


def local(path: str) -> str:
    """A file's path as every reader takes it."""
    return path.removeprefix("file://")


def _parts(rows: pa.Table) -> Iterator[pa.Table]:
    """The rows of each month and province."""
    months = pc.cast(rows.column("occurred_on"), pa.int32()).fill_null(-1).to_numpy()
    months = months.astype("M8[D]").astype("M8[M]").astype(np.int64)
    province = rows.column("province").combine_chunks().dictionary_encode(null_encoding="encode")
    places = months * 1_000 + province.indices.to_numpy()
    rows = rows.append_column("place", pa.array(places))
    rows = rows.sort_by([(name, "ascending") for name in ("place", *IN_ORDER)])
    places = rows.column("place").to_numpy()
    rows = rows.drop_columns("place")
    starts = np.flatnonzero(np.concatenate(([True], places[1:] != places[:-1]))).tolist()
    for start, stop in zip(starts, [*starts[1:], len(places)], strict=True):
        yield rows.slice(start, stop - start)


def _write(table: Table, rows: pa.Table) -> DataFile:
    folder = f"{table.location()}/data/{_folder(rows)}"
    Path(local(folder)).mkdir(parents=True, exist_ok=True)
    path = f"{folder}/{uuid4()}.parquet"
    names = [name for name in rows.column_names if name not in UNIQUE]
    with (
        table.io.new_output(path).create() as file,
        pq.ParquetWriter(
            file,
            rows.schema,
            compression="zstd",
            compression_level=3,
            use_dictionary=names,
            write_statistics=[name for name in rows.column_names if name not in UNASKED],
            store_schema=False,
        ) as writer,
    ):
        writer.write_table(rows, row_group_size=ROW_GROUP_ROWS)
    return parquet_file_to_data_file(table.io, table.metadata, path)


def _folder(rows: pa.Table) -> str:
    day: Any = rows.column("occurred_on")[0].as_py()
    province = rows.column("province")[0].as_py()
    month = f"{day:%Y-%m}" if day else "none"
    return f"business_month={month}/of_province={province or 'none'}"
