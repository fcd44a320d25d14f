"""Apache Spark gives the same figures from the archive's files by the same SQL.

Only with the extra `spark` and a Java: `make test-spark`.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from histories import History, work

from policy_credit_reporting.audit.archive.rows import Covered, rows_of
from policy_credit_reporting.audit.replay.grouping import Cut
from policy_credit_reporting.audit.replay.recompute import recompute
from policy_credit_reporting.audit.replay.spark import by_spark
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout

pytest.importorskip("pyspark", reason="the extra `spark` is not installed; see make test-spark")


def test_spark_and_duckdb_give_the_same_figures(tmp_path: Path) -> None:
    history, layout = History(work(households=150)), Layout.of(ALGEBRA)
    rows = rows_of(ALGEBRA, layout, Covered.nothing(), list(history.records))
    path = tmp_path / "rows.parquet"
    pq.write_table(rows.table, path)
    first = history.work.first
    cuts = [
        Cut(until=first + timedelta(days=3_650)),
        Cut(
            until=first + timedelta(days=300),
            since=first + timedelta(days=100),
            known_at=datetime(first.year, first.month, first.day, tzinfo=UTC) + timedelta(days=250),
            offsets={partition: end // 2 for partition, end in rows.covered.offsets.items()},
            filters={"programme": "HN"},
        ),
    ]
    for cut in cuts:
        of_duckdb = recompute(ALGEBRA, layout, [str(path)], cut).figures(ALGEBRA)
        of_spark = recompute(ALGEBRA, layout, [str(path)], cut, opened=by_spark)
        assert np.array_equal(of_spark.figures(ALGEBRA), of_duckdb)
        assert of_duckdb.any()
