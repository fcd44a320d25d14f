"""The same SQL by Apache Spark: on this machine, or wherever a `spark-submit` puts it.

pyspark is the optional extra `spark`, and needs a Java of its own.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa

from policy_credit_reporting.audit.replay.grouping import SPARK, Cut, Grouping, groupings, query
from policy_credit_reporting.indicators.algebra import Algebra

TABLE: Final = "facts"


def grouped_by_spark(
    algebra: Algebra, files: Sequence[str], cut: Cut, memory: str
) -> Iterator[tuple[Grouping, pa.Table]]:
    """Read the files as a table and group it; raises ImportError without the extra."""
    from pyspark.sql import SparkSession

    building = SparkSession.builder.appName("policy-credit replay").config(
        map={
            "spark.driver.memory": _for_java(memory),
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "8",
            "spark.ui.enabled": "false",
            "spark.log.level": "ERROR",
        }
    )
    session = building.getOrCreate()
    try:
        session.read.parquet(*files).createOrReplaceTempView(TABLE)
        for grouping in groupings(algebra, SPARK):
            yield grouping, session.sql(query(grouping, cut, TABLE, SPARK)).toArrow()
    finally:
        session.stop()


def _for_java(memory: str) -> str:
    """1GB as the Java virtual machine has it."""
    return memory.upper().removesuffix("B").removesuffix("I").lower()
