"""The same SQL by Apache Spark: on this machine, or wherever a `spark-submit` puts it.

pyspark is the optional extra `spark`, and needs a Java of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

import pyarrow as pa

from policy_credit_reporting.audit.replay.grouping import SPARK
from policy_credit_reporting.audit.replay.recompute import Asking


@contextmanager
def by_spark(memory: str) -> Iterator[Asking]:
    """Read files as a table; raises ImportError without the extra."""
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

        def ask(files: Sequence[str], sql_of: Callable[[str], str]) -> pa.Table:
            table = f"facts_{sha256(repr(files).encode()).hexdigest()[:12]}"
            session.read.parquet(*files).createOrReplaceTempView(table)
            return session.sql(sql_of(table)).toArrow()

        yield Asking(SPARK, ask)
    finally:
        session.stop()


def _for_java(memory: str) -> str:
    """1GB as the Java virtual machine has it."""
    return memory.upper().removesuffix("B").removesuffix("I").lower()
