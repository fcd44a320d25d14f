"""A figure's events are exactly those that it is made of, and can be taken away as a file."""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import build
import naive
import naive_trees
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw, json
from openpyxl import load_workbook
from random_histories import DAYS, FIRST, History
from readmodel import records_of

from policy_credit_reporting.audit.explain import Asked, Explained, explain
from policy_credit_reporting.audit.exporting import CannotExport, export, usable_output
from policy_credit_reporting.indicators.acceptance import accept
from policy_credit_reporting.indicators.algebra import Dimension
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.store.audited import EventLine
from policy_credit_shared.events.collection import EntryReversed
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.messaging.records import Incoming, read_place
from policy_credit_shared.store.progress import Partition

LAYOUT = Layout.of(ALGEBRA)
LOCALITIES = ("22870-22870", "22834-22834", "22366-22366")
MEASURES = tuple(ALGEBRA.measures[name] for name in naive.MEASURES)
REFORM = date(2025, 7, 1)

seeds = st.integers(0, 2**32)
days = st.integers(0, DAYS).map(lambda n: FIRST + timedelta(days=n))


def asked(until: date, since: date | None = None, unit: str = "VN", **where: str) -> Asked:
    filters: dict[Dimension, str] = {"programme": where["programme"]} if where else {}
    return Asked(
        measures=tuple(m for m in MEASURES if set(filters) <= set(m.by)),
        localities=naive_trees.localities_of("bank", REFORM, unit),
        until=until,
        since=since,
        filters=filters,
    )


def explained(
    question: Asked, records: list[Incoming], offsets: dict[Partition, int] | None = None
) -> Explained:
    return explain(ALGEBRA, question, [records], lambda event: accept(LAYOUT, event), offsets or {})


def naively(
    values: Iterable[bytes], question: Asked, day: date, where: tuple[str, str] | None = None
) -> dict[str, int]:
    totals = naive.totals(values, until=day, where=where)
    found = [totals[locality] for locality in totals if locality in question.localities]
    return {m.name: sum(t[m.name] for t in found) for m in question.measures}


def added_up(lines: Iterable[EventLine], question: Asked) -> dict[str, int]:
    sums = {measure.name: 0 for measure in question.measures}
    for line in lines:
        sums[line.measure] += line.amount
    return sums


@settings(max_examples=40, deadline=None)
@given(seed=seeds, day=days, unit=st.sampled_from(["VN", "56", "587", LOCALITIES[0]]))
def test_the_events_add_up_to_the_figure_of_any_day_and_unit(
    seed: int, day: date, unit: str
) -> None:
    history = History(seed, 60, LOCALITIES)
    question = asked(day, unit=unit)
    found = explained(question, history.records())
    figures = naively(history.values(), question, day)
    assert added_up(found.lines, question) == figures
    assert found.figures == figures
    assert all(line.amount for line in found.lines)


@settings(max_examples=40, deadline=None)
@given(seed=seeds, one=days, other=days)
def test_from_a_day_on_they_add_up_to_the_change(seed: int, one: date, other: date) -> None:
    since, until = sorted((one, other))
    history = History(seed, 60, LOCALITIES)
    question = asked(until, since)
    found = explained(question, history.records())
    at_the_end = naively(history.values(), question, until)
    before = naively(history.values(), question, since - timedelta(days=1))
    change = {name: at_the_end[name] - before[name] for name in at_the_end}
    assert added_up(found.lines, question) == change
    assert found.opening == {m.name: before[m.name] for m in MEASURES if m.kind == "stock"}
    assert found.figures == {
        m.name: at_the_end[m.name] if m.kind == "stock" else change[m.name] for m in MEASURES
    }


@settings(max_examples=20, deadline=None)
@given(seed=seeds, day=days, programme=st.sampled_from(["HN", "GQVL"]))
def test_a_programme_has_its_own_events(seed: int, day: date, programme: str) -> None:
    history = History(seed, 60, LOCALITIES)
    question = asked(day, programme=programme)
    found = explained(question, history.records())
    assert found.figures == naively(history.values(), question, day, ("programme", programme))
    assert {line.programme for line in found.lines} <= {programme}


@settings(max_examples=20, deadline=None)
@given(seed=seeds, cut=st.integers(0, 100))
def test_what_a_reader_at_some_offset_reflects_is_told_apart(seed: int, cut: int) -> None:
    records = History(seed, 60, LOCALITIES).records()
    question = asked(date.max)
    ends: dict[Partition, int] = {}
    for record in records[:cut]:
        ends[record.partition] = record.offset + 1
    whole = explained(question, records, ends)
    assert whole.reflected == explained(question, records[:cut]).figures
    assert whole.figures == explained(question, records).figures


def test_each_line_says_where_its_event_is_in_the_log() -> None:
    records = History(7, 60, LOCALITIES).records()
    by_place = {(r.partition.topic, r.partition.number, r.offset): r for r in records}
    lines = explained(asked(date.max), records).lines
    assert lines
    assert len({(line.event_id, line.measure, line.locality) for line in lines}) == len(lines)
    for line in lines:
        record = by_place[line.topic, line.partition, line.offset]
        place = read_place(record)
        envelope, event = decode(record.value or b"")
        assert (line.source, line.sequence) == (place.stream.source, place.head.sequence)
        assert line.chain == place.head.digest.hex()
        assert (line.event_id, line.event_type) == (str(envelope.id), envelope.type)
        assert (line.business_day, line.recorded_at) == (event.occurred_on, envelope.time)


def test_a_reversal_is_a_line_of_its_own_day() -> None:
    lent = build.loan_disbursed(occurred_on=date(2026, 3, 2), amount=7_000_000)
    undone = EntryReversed(
        office=lent.office,
        locality=lent.locality,
        occurred_on=date(2026, 4, 9),
        entry_id=build.some_id("event 0"),
        entry_type=lent.type(),
        entry=Raw(json.encode(lent)),
        reason="booked twice",
    )
    found = explained(asked(date.max), records_of([lent, undone]))
    assert [(n.business_day, n.amount) for n in found.lines if n.measure == "outstanding"] == [
        (date(2026, 3, 2), 7_000_000),
        (date(2026, 4, 9), -7_000_000),
    ]
    assert found.figures["outstanding"] == 0
    before = explained(asked(date(2026, 4, 8)), records_of([lent, undone]))
    assert before.figures["outstanding"] == 7_000_000


def test_lines_go_by_business_day() -> None:
    lines = explained(asked(date.max), History(7, 60, LOCALITIES).records()).lines
    on = [line.business_day for line in lines]
    assert on == sorted(on)


def test_dead_letters_do_not_count_and_are_said() -> None:
    records = History(7, 60, LOCALITIES).records()
    last = records[-1]
    unreadable = Incoming(last.partition, last.offset + 1, None, b"?", ())
    question = asked(date.max)
    found = explained(question, [*records, unreadable])
    assert found.dead_letters == 1
    assert found.figures == explained(question, records).figures


def test_what_lies_beyond_a_hole_does_not_count_and_is_said() -> None:
    days = [date(2026, 3, n) for n in range(1, 6)]
    records = records_of([build.loan_disbursed(occurred_on=d, amount=10) for d in days])
    del records[2]
    moved = [
        Incoming(r.partition, offset, r.key, r.value, r.headers) for offset, r in enumerate(records)
    ]
    found = explained(asked(date.max), moved)
    assert found.beyond_holes == 2
    assert found.figures["disbursed"] == 20


LINES = explained(asked(date.max), History(7, 60, LOCALITIES).records()).lines


def test_csv_is_read_back(tmp_path: Path) -> None:
    export(LINES, tmp_path / "lines.csv")
    with (tmp_path / "lines.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [tuple(row) for row in rows] == [EventLine.__struct_fields__] * len(LINES)
    assert [int(row["amount"]) for row in rows] == [line.amount for line in LINES]
    assert [row["recorded_at"] for row in rows] == [line.recorded_at.isoformat() for line in LINES]
    assert [row["chain"] for row in rows] == [line.chain for line in LINES]


def test_parquet_is_read_back(tmp_path: Path) -> None:
    export(LINES, tmp_path / "lines.parquet")
    rows = pq.read_table(tmp_path / "lines.parquet").to_pylist()
    assert [EventLine(**row) for row in rows] == LINES


def test_a_workbook_is_read_back(tmp_path: Path) -> None:
    export(LINES, tmp_path / "lines.xlsx")
    book = load_workbook(tmp_path / "lines.xlsx", read_only=True)
    header, *rows = book["events"].iter_rows(values_only=True)
    book.close()
    assert header == EventLine.__struct_fields__
    assert [row[header.index("amount")] for row in rows] == [line.amount for line in LINES]
    assert [row[header.index("locality")] for row in rows] == [line.locality for line in LINES]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_no_lines_are_a_file_with_a_header(suffix: str, tmp_path: Path) -> None:
    export([], tmp_path / f"none.{suffix}")
    assert [path.name for path in tmp_path.iterdir()] == [f"none.{suffix}"]


def test_a_file_that_cannot_be_written_is_refused_before(tmp_path: Path) -> None:
    (tmp_path / "there.csv").touch()
    for name, sentence in (
        ("lines.pdf", "ends in none of .csv, .parquet, .xlsx"),
        ("there.csv", "exists"),
        ("nowhere/lines.csv", "no folder"),
    ):
        with pytest.raises(CannotExport, match=sentence):
            usable_output(tmp_path / name)
