"""Figures recomputed from the archive are those of the plain fold, to the dong, at any cut."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import naive
import pyarrow.parquet as pq
import pytest
from histories import History as MadeUp
from histories import work
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_histories import DAYS, FIRST, History

from policy_credit_reporting.audit.archive.rows import Covered, rows_of
from policy_credit_reporting.audit.replay.grouping import Cut
from policy_credit_reporting.audit.replay.recompute import recompute
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_shared.messaging.admission import Admitted, admit
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.progress import Partition, Progress

LAYOUT = Layout.of(ALGEBRA)
LOCALITIES = ("22870-22870", "22366-22366", "22834-22834")

Figures = dict[tuple[str, str], int]


def archived(records: Sequence[Incoming], folder: Path) -> list[str]:
    rows = rows_of(ALGEBRA, LAYOUT, Covered.nothing(), records)
    assert rows.breaks == []
    path = folder / "rows.parquet"
    pq.write_table(rows.table, path)
    return [str(path)]


def replayed(files: Sequence[str], cut: Cut) -> Figures:
    figures = recompute(ALGEBRA, LAYOUT, files, cut).figures(ALGEBRA)
    return {
        (name, locality): int(figures[row, column])
        for row, name in enumerate(ALGEBRA.measures)
        for column in figures[row].nonzero()[0].tolist()
        for locality in [LAYOUT.localities[column]]
    }


def folded(admitted: Sequence[Admitted], cut: Cut) -> Figures:
    """Event by event, as the declarations say it."""
    found: Counter[tuple[str, str]] = Counter()
    for one in admitted:
        day, record = one.event.occurred_on, one.record
        if day > cut.until or (cut.known_at and one.envelope.time > cut.known_at):
            continue
        if cut.offsets is not None and record.offset >= cut.offsets.get(record.partition, 0):
            continue
        for effect in ALGEBRA.effects(one.event):
            measure = ALGEBRA.measures[effect.measure]
            is_early = cut.since is not None and day < cut.since
            is_kept = measure.kind == "stock" or not is_early
            if is_kept and all(getattr(effect.cell, d) == v for d, v in cut.filters.items()):
                found[effect.measure, effect.cell.unit] += effect.amount
    return {key: amount for key, amount in found.items() if amount}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    seed=st.integers(0, 10**6),
    until=st.integers(0, DAYS + 30),
    since=st.none() | st.integers(0, DAYS),
    known=st.none() | st.integers(0, DAYS + 60),
    share=st.none() | st.integers(0, 10),
)
def test_a_replay_is_the_plain_fold_of_what_was_known(
    tmp_path_factory: pytest.TempPathFactory,
    seed: int,
    until: int,
    since: int | None,
    known: int | None,
    share: int | None,
) -> None:
    records = History(seed, 120, LOCALITIES).records()
    ends = Counter[Partition](record.partition for record in records)
    cut = Cut(
        until=FIRST + timedelta(days=until),
        since=FIRST + timedelta(days=since) if since is not None else None,
        known_at=datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(days=known)
        if known is not None
        else None,
        offsets={p: end * share // 10 for p, end in ends.items()} if share is not None else None,
    )
    admitted = admit(Progress.none(), records).admitted
    files = archived(records, tmp_path_factory.mktemp("archive"))
    assert replayed(files, cut) == folded(admitted, cut)


@pytest.fixture(scope="module")
def made_up() -> MadeUp:
    """Every event type that a year brings, through the reform."""
    return MadeUp(work(households=150))


def test_a_replay_of_a_whole_history_is_what_the_oracle_finds(
    made_up: MadeUp, tmp_path: Path
) -> None:
    files = archived(list(made_up.records), tmp_path)
    values = [record.value or b"" for record in made_up.records]
    until = made_up.work.first + timedelta(days=200)
    found = replayed(files, Cut(until=until))
    oracle = naive.totals(values, until)
    assert {key: n for key, n in found.items() if key[0] in naive.MEASURES} == {
        (measure, locality): amount
        for locality, amounts in oracle.items()
        for measure, amount in amounts.items()
        if amount and measure in naive.MEASURES
    }
    assert folded(admit(Progress.none(), list(made_up.records)).admitted, Cut(until=until)) == found


def test_a_replay_keeps_to_the_dimension_that_is_asked_for(made_up: MadeUp, tmp_path: Path) -> None:
    files = archived(list(made_up.records), tmp_path)
    cut = Cut(until=made_up.work.first + timedelta(days=300), filters={"programme": "HN"})
    admitted = admit(Progress.none(), list(made_up.records)).admitted
    kept = {name for name, measure in ALGEBRA.measures.items() if "programme" in measure.by}
    found = replayed(files, cut)
    assert {k: n for k, n in found.items() if k[0] in kept} == folded(admitted, cut)
    assert found["outstanding", made_up_locality(found)] > 0


def made_up_locality(found: Figures) -> str:
    return next(locality for measure, locality in found if measure == "outstanding")
