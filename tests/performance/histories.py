"""A history in files, brought into a read model by the real projection."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow.parquet as pq

from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.projection.folding import Folding
from policy_credit_reporting.projection.projector import Projector
from policy_credit_reporting.store.postgres import PostgresLedger
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.records import Incoming, place_headers
from policy_credit_shared.store.progress import Partition

BATCH_RECORDS: Final = 10_000
MERGE_EVERY_STEPS: Final = 40
WORKERS: Final = 2


def load(folder: Path, database_url: str, done: Callable[[int], None]) -> tuple[int, float]:
    """Project every file, two at a time; returns how many records, and the seconds it took."""
    files = sorted(folder.glob("*.parquet"))
    began, loaded = time.monotonic(), 0
    with ProcessPoolExecutor(WORKERS) as pool:
        for records in pool.map(_project, files, [database_url] * len(files)):
            loaded += records
            done(records)
    with closing(PostgresLedger(database_url, ALGEBRA)) as ledger:
        ledger.merge_pages()
        while ledger.merge_pages():
            pass
    return loaded, time.monotonic() - began


def expected(folder: Path) -> dict[str, int]:
    """What every measure of the whole history must come to."""
    written: dict[str, Any] = msgspec.json.decode((folder / "expected.json").read_bytes())
    totals: dict[str, int] = written["totals"]
    return totals


def _project(file: Path, database_url: str) -> int:
    """One partition's records, from the first to the last."""
    with closing(PostgresLedger(database_url, ALGEBRA)) as ledger:
        projector = Projector(ledger, Folding(ALGEBRA, Layout.of(ALGEBRA)), _no_letters)
        loaded = 0
        for number, records in enumerate(records_in(file)):
            projector.step(records)
            loaded += len(records)
            if number % MERGE_EVERY_STEPS == 0:
                ledger.merge_pages()
    return loaded


def records_in(file: Path) -> Iterator[list[Incoming]]:
    """The records of a file, some thousand at a time."""
    with pq.ParquetFile(file) as stored:
        for batch in stored.iter_batches(BATCH_RECORDS):
            columns = batch.to_pydict()
            yield [
                Incoming(Partition(topic, partition), offset, b"", value, headers)
                for topic, partition, offset, value, headers in zip(
                    columns["topic"],
                    columns["partition"],
                    columns["record_offset"],
                    columns["value"],
                    map(_headers, columns["source"], columns["sequence"], columns["chain"]),
                    strict=True,
                )
            ]


def _headers(source: str, sequence: int, chain: bytes) -> tuple[tuple[str, bytes], ...]:
    return place_headers(source, Head(sequence, chain))


def _no_letters(letters: Any) -> None:
    if letters:
        raise ValueError(f"the history holds records that cannot be read: {letters[0]}")
