"""A replay keeps to the memory it is given; what does not fit is grouped part by part."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from histories import History, work

from policy_credit_reporting.audit.archive.rows import Covered, rows_of
from policy_credit_reporting.audit.replay.grouping import Cut, groupings, query
from policy_credit_reporting.audit.replay.recompute import (
    DoesNotFit,
    engine,
    recompute,
    source_of,
)
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout

LAYOUT: Final = Layout.of(ALGEBRA)
ALL: Final = Cut(until=date(2100, 1, 1))
LOCALITIES: Final = 1_600
FILES: Final = 8
LITTLE: Final = "64MB"


@pytest.fixture(scope="module")
def once() -> pa.Table:
    """What happened in one commune, without its bytes."""
    rows = rows_of(ALGEBRA, LAYOUT, Covered.nothing(), list(History(work(households=3)).records))
    return rows.table.drop_columns(["value", "chain"])


def spread(rows: pa.Table, localities: Sequence[str], path: Path) -> str:
    """The same as if it had happened in each of these."""
    names = pa.array(localities, pa.string())
    many = rows.take(pa.array(np.repeat(np.arange(rows.num_rows), len(localities))))
    at = rows.schema.get_field_index("locality")
    many = many.set_column(at, "locality", pa.concat_arrays([names] * rows.num_rows))
    pq.write_table(many, path, row_group_size=20_000)
    return str(path)


def test_groups_that_do_not_fit_into_memory_come_to_the_same(
    once: pa.Table, tmp_path: Path
) -> None:
    starts = range(0, LOCALITIES, LOCALITIES // FILES)
    files = [
        spread(once, LAYOUT.localities[n : n + LOCALITIES // FILES], tmp_path / f"{n}.parquet")
        for n in starts
    ]
    wide = query(groupings(ALGEBRA)[-1], ALL, source_of(files))
    with engine(LITTLE) as connection, pytest.raises(duckdb.OutOfMemoryException):
        connection.sql(wide).to_arrow_table()
    found = recompute(ALGEBRA, LAYOUT, files, ALL, LITTLE).since
    of_one = recompute(ALGEBRA, LAYOUT, [spread(once, ["22870-22870"], tmp_path / "one")], ALL)
    expected = of_one.since.sum(axis=1)
    assert expected.any()
    assert (found[:, :LOCALITIES] == expected[:, None]).all()
    assert not found[:, LOCALITIES:].any()


def test_a_file_that_does_not_fit_is_refused(once: pa.Table, tmp_path: Path) -> None:
    file = spread(once, LAYOUT.localities[: LOCALITIES // FILES], tmp_path / "rows")
    with pytest.raises(DoesNotFit):
        recompute(ALGEBRA, LAYOUT, [file], ALL, "4MB")
