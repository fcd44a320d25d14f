"""How fast figures are recomputed from the archive, and its chains verified.

A history in files is archived by the archive's own code and compacted; a replay of every measure in
every locality is held against what the history must come to, and runs in turn with what DuckDB
does over the same files: the bare sums of the same columns, and one sum of one column.
"""

import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import psutil
import pyarrow as pa

from performance.histories import expected, records_in
from performance.machine import peak_mib
from performance.results import Result
from policy_credit_reporting.audit.archive.catalogue import create_tables
from policy_credit_reporting.audit.archive.rows import Covered, Rows, rows_of
from policy_credit_reporting.audit.archive.table import Archive
from policy_credit_reporting.audit.archived import verify_archive
from policy_credit_reporting.audit.replay.grouping import Cut, groupings
from policy_credit_reporting.audit.replay.recompute import engine, recompute, source_of
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.store import generations

TURNS: Final = 5
MEMORY: Final = "1GB"
REPLAY_BAR, RATIO_BAR, VERIFY_BAR = 3_000_000, 1.5, 300_000
LITTLE_MIB: Final = 256
LAST_DAY: Final = date(2100, 1, 1)
NARROW: Final = (
    "SELECT programme, locality, office, province, sum(amount), count(*) FROM {} GROUP BY GROUPING"
    " SETS ((programme, locality), (programme, office), (programme, province), (programme))"
)
"""One sum and one count by programme at four levels; a replay has every measure at every one."""


class FiguresDiffer(Exception):
    """A replay does not give what the history comes to."""


def bare() -> str:
    """All that postings add up, by event type and locality, with no condition and no posting."""
    sums = {name: said for one in groupings(ALGEBRA) for name, said in one.sums.items()}
    added = ", ".join(f"CAST(sum({said}) AS BIGINT)" for said in sums.values())
    return f"SELECT moves, locality, {added} FROM {{}} GROUP BY moves, locality"


def archived(
    history: Path, database_url: str, warehouse: Path, done: Callable[[int], None]
) -> Archive:
    """A history in files as a compacted archive."""
    generations.create(database_url, ALGEBRA)
    create_tables(database_url)
    archive = Archive(database_url, f"file://{warehouse}", ALGEBRA)
    covered = Covered.nothing()
    files = sorted(history.glob("*.parquet"))
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for table, of_partition in pool.map(_rows, files):
            covered = Covered(
                covered.offsets | of_partition.offsets, covered.heads | of_partition.heads
            )
            archive.append(Rows(table, covered, []))
            done(table.num_rows)
    archive.compact()
    archive.refresh()
    return archive


def measured(archive: Archive, history: Path) -> list[Result]:
    """Replay, the barest grouping, and verification, each several times in turn."""
    layout, files = Layout.of(ALGEBRA), archive.files()
    events = sum(archive.covered().offsets.values())
    replays, bares, narrows = list[float](), list[float](), list[float]()
    verified = list[float]()
    for turn in range(TURNS):
        began = time.monotonic()
        found = recompute(ALGEBRA, layout, files, Cut(until=LAST_DAY), MEMORY)
        replays.append(time.monotonic() - began)
        for sql, spans in ((bare(), bares), (NARROW, narrows)):
            began = time.monotonic()
            with engine(MEMORY) as connection:
                connection.sql(sql.format(source_of(files))).to_arrow_table()
            spans.append(time.monotonic() - began)
        if turn == 0:
            _check(history, dict(zip(ALGEBRA.measures, found.since.sum(axis=1), strict=True)))
    for _ in range(2):
        began = time.monotonic()
        report = verify_archive(files, archive.covered(), {})
        verified.append(report.records / (time.monotonic() - began) / (os.cpu_count() or 1))
        if report.breaks or report.records != events:
            raise FiguresDiffer(f"verified {report.records} of {events}: {report.breaks[:1]}")
    return [
        Result(
            name="replay_events_per_s",
            figures=[events / seconds for seconds in replays],
            bar=REPLAY_BAR,
        ),
        Result(
            name="replay_vs_duckdb_ratio",
            figures=[mine / bare for mine, bare in zip(replays, bares, strict=True)],
            bar=RATIO_BAR,
            lower_is_better=True,
        ),
        Result(name="bare_duckdb_events_per_s", figures=[events / seconds for seconds in bares]),
        Result(
            name="narrow_duckdb_events_per_s", figures=[events / seconds for seconds in narrows]
        ),
        Result(name="verify_events_per_s_per_core", figures=verified, bar=VERIFY_BAR),
        Result(name="replayed_events", figures=[events]),
        Result(name="replay_peak_mib", figures=[psutil.Process().memory_info().rss / 2**20]),
    ]


def long_measured(archive: Archive, history: Path, events: int) -> list[Result]:
    """A replay of so many events within little memory: the same files, read again and again."""
    held = sum(archive.covered().offsets.values())
    times = max(events // held, 1)
    with get_context("spawn").Pool(1) as pool:
        seconds, taken_mib, totals = pool.apply(_replayed, (archive.files() * times,))
    _check(history, {name: total / times for name, total in totals.items()})
    return [
        Result(name="long_replay_events", figures=[times * held]),
        Result(name="long_replay_events_per_s", figures=[times * held / seconds], bar=REPLAY_BAR),
        Result(
            name="long_replay_taken_mib",
            figures=[taken_mib],
            bar=LITTLE_MIB,
            lower_is_better=True,
        ),
    ]


def _replayed(files: list[str]) -> tuple[float, float, dict[str, int]]:
    """Seconds, the most memory that it took beyond what the process had, every measure's total."""
    layout, before, began = Layout.of(ALGEBRA), peak_mib(), time.monotonic()
    found = recompute(ALGEBRA, layout, files, Cut(until=LAST_DAY), f"{LITTLE_MIB}MiB")
    seconds = time.monotonic() - began
    totals = dict(zip(ALGEBRA.measures, found.since.sum(axis=1).tolist(), strict=True))
    return seconds, peak_mib() - before, totals


def _rows(file: Path) -> tuple[pa.Table, Covered]:
    """A partition's rows, and what it covers."""
    layout, covered = Layout.of(ALGEBRA), Covered.nothing()
    tables = []
    for records in records_in(file):
        rows = rows_of(ALGEBRA, layout, covered, records)
        covered = rows.covered
        tables.append(rows.table)
    return pa.concat_tables(tables), covered


def _check(history: Path, totals: Mapping[str, float]) -> None:
    wrong = {
        name: (totals[name], amount)
        for name, amount in expected(history).items()
        if name in totals and totals[name] != amount
    }
    if wrong:
        raise FiguresDiffer(f"found and expected: {wrong}")
