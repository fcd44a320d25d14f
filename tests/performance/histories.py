"""A history in files, brought into a read model by the real projection."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, contextmanager
from itertools import islice
from multiprocessing import Event, Process
from multiprocessing.synchronize import Event as Signal
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
LEFT_BATCHES: Final = 10
"""Of one file, left for `moving`."""
BEGIN_SECONDS_MAX: Final = 60
COMMIT_RECORDS: Final = 250
COMMIT_SECONDS: Final = 0.5
"""Together 500 events a second, ten times what the country has on average."""


def load(folder: Path, database_url: str, done: Callable[[int], None]) -> tuple[int, float]:
    """Project every file, two at a time, but for what `moving` has left to do.

    Returns how many records, and the seconds it took.
    """
    files = sorted(folder.glob("*.parquet"))
    counts = [_batches(file) - (LEFT_BATCHES if file == _moved(folder) else 0) for file in files]
    began, loaded = time.monotonic(), 0
    with ProcessPoolExecutor(WORKERS) as pool:
        for records in pool.map(_project, files, counts, [database_url] * len(files)):
            loaded += records
            done(records)
    with closing(PostgresLedger(database_url, ALGEBRA)) as ledger:
        ledger.merge_pages()
        while ledger.merge_pages():
            pass
    return loaded, time.monotonic() - began


@contextmanager
def moving(folder: Path, database_url: str) -> Iterator[None]:
    """Meanwhile records arrive, some hundred a second; afterwards all of the history is there."""
    begun, stopping = Event(), Event()
    process = Process(target=_move, args=(_moved(folder), database_url, begun, stopping))
    process.start()
    try:
        begun.wait(BEGIN_SECONDS_MAX)
        yield
    finally:
        stopping.set()
        process.join()
    if process.exitcode:
        raise RuntimeError("the last records were not projected")


def _move(file: Path, database_url: str, begun: Signal, stopping: Signal) -> None:
    # Read before, as none of what is measured reads files.
    batches = list(islice(records_in(file), max(_batches(file) - LEFT_BATCHES, 0), None))
    with closing(PostgresLedger(database_url, ALGEBRA)) as ledger:
        projector = _projector(ledger)
        begun.set()
        for records in batches:
            for start in range(0, len(records), COMMIT_RECORDS):
                projector.step(records[start : start + COMMIT_RECORDS])
                stopping.wait(COMMIT_SECONDS)


def _moved(folder: Path) -> Path:
    """The file that is not read to its end: payments move most figures."""
    return max(folder.glob("*repayments*.parquet"), key=lambda file: file.stat().st_size)


def _batches(file: Path) -> int:
    with pq.ParquetFile(file) as stored:
        rows: int = stored.metadata.num_rows
        return -(-rows // BATCH_RECORDS)


def _projector(ledger: PostgresLedger) -> Projector:
    return Projector(ledger, Folding(ALGEBRA, Layout.of(ALGEBRA)), _no_letters)


def expected(folder: Path) -> dict[str, int]:
    """What every measure of the whole history must come to."""
    written: dict[str, Any] = msgspec.json.decode((folder / "expected.json").read_bytes())
    totals: dict[str, int] = written["totals"]
    return totals


def _project(file: Path, batches: int, database_url: str) -> int:
    """One partition's first batches of records."""
    with closing(PostgresLedger(database_url, ALGEBRA)) as ledger:
        projector = _projector(ledger)
        loaded = 0
        for number, records in enumerate(islice(records_in(file), max(batches, 0))):
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
