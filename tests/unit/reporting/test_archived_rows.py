"""What the archive says of each record is what reading it with care, one by one, says of it."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any, Final

import build
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_histories import History

from policy_credit_reporting.audit.archive.columns import column_of, fields_of
from policy_credit_reporting.audit.archive.rows import Covered, Rows, rows_of
from policy_credit_reporting.indicators.acceptance import accept
from policy_credit_reporting.indicators.algebra import DIMENSIONS
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_shared.events.catalogue import taking_effect
from policy_credit_shared.events.envelope import encode
from policy_credit_shared.messaging.admission import OffsetsMissing, admit
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.records import Incoming, place_headers
from policy_credit_shared.store.progress import Partition, Progress

LAYOUT: Final = Layout.of(ALGEBRA)
LOCALITIES: Final = ("22870-22870", "22366-22366", "22834-22834")
LOANS: Final = Partition("loans", 0)

Row = dict[str, Any]


def archived(records: Sequence[Incoming], covered: Covered | None = None) -> Rows:
    return rows_of(ALGEBRA, LAYOUT, covered or Covered.nothing(), records)


def damaged(records: Sequence[Incoming], seed: int) -> list[Incoming]:
    """Some values cannot be read, are of no known type, or are gone; some places cannot be read."""
    random, found = Random(seed), []
    for record in records:
        value, headers = record.value, record.headers
        match random.randrange(40):
            case 0:
                value = b"{"
            case 1:
                value = (value or b"").replace(b"policycredit.", b"elsewhere.")
            case 2:
                value = (value or b"").replace(b"22870-22870", b"99999-99999")
            case 3:
                value = None
            case 4:
                headers = headers[:2]
            case 5:
                headers = tuple(reversed(headers))
        found.append(Incoming(record.partition, record.offset, b"", value, headers))
    return found


def said(records: Sequence[Incoming]) -> Iterator[Row]:
    """What takes effect, by the careful reading of the whole log."""
    in_order = sorted(records, key=lambda record: (record.partition, record.offset))
    batch = admit(Progress.none(), in_order, lambda event: accept(LAYOUT, event))
    for one in batch.admitted:
        moving, sign = taking_effect(one.event)
        kind = type(moving)
        fields = fields_of(ALGEBRA, kind)
        read: Row = {column_of(kind, name).name: getattr(moving, name) for name in fields}
        yield {
            **read,
            "topic": one.record.partition.topic,
            "partition": one.record.partition.number,
            "record_offset": one.record.offset,
            "source": one.place.stream.source,
            "sequence": one.place.head.sequence,
            "chain": one.place.head.digest,
            "outcome": "applied",
            "event_type": one.envelope.type,
            "recorded_at": one.envelope.time,
            "value": one.record.value,
            "moves": kind.type(),
            "sign": sign,
            "occurred_on": one.event.occurred_on,
            "office": moving.office,
            "locality": moving.locality,
            **{d: getattr(moving, d) for d in DIMENSIONS if d in kind.__struct_fields__},
        }


def without_nothing(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), cut=st.integers(1, 60))
def test_a_row_says_what_the_careful_reading_of_its_record_says(seed: int, cut: int) -> None:
    """However the log is cut into fetches, and with fetches that overlap."""
    records = damaged(History(seed, 80, LOCALITIES).records(), seed)
    covered, tables = Covered.nothing(), []
    for start in range(0, len(records), cut):
        rows = archived(records[max(start - seed % 5, 0) : start + cut], covered)
        covered = rows.covered
        tables.append(rows.table)
    found: list[Row] = pa.concat_tables(tables).to_pylist()
    applied = [without_nothing(row) for row in found if row["outcome"] == "applied"]
    for row in applied:
        assert row.pop("province")
    key = ("topic", "partition", "record_offset")
    assert sorted(applied, key=lambda row: [row[name] for name in key]) == [
        without_nothing(row) for row in said(records)
    ]
    outcomes = admit(
        Progress.none(),
        sorted(records, key=lambda record: (record.partition, record.offset)),
        lambda event: accept(LAYOUT, event),
    ).tally
    for (partition, outcome), count in outcomes.items():
        mine = [r for r in found if (r["topic"], r["partition"]) == partition]
        assert len([row for row in mine if row["outcome"] == outcome]) == count
    assert sorted((*r.partition, r.offset, r.value or b"") for r in records) == sorted(
        (row["topic"], row["partition"], row["record_offset"], row["value"] or b"") for row in found
    )


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), cut=st.integers(1, 60))
def test_the_same_breaks_are_found_however_the_log_is_cut(seed: int, cut: int) -> None:
    records = damaged(History(seed, 80, LOCALITIES).records(), seed)
    whole, covered, breaks = archived(records), Covered.nothing(), []
    for start in range(0, len(records), cut):
        rows = archived(records[start : start + cut], covered)
        covered = rows.covered
        breaks += rows.breaks
    assert covered == whole.covered
    assert sorted(breaks, key=repr) == sorted(whole.breaks, key=repr)


def chained(count: int, start: Head = GENESIS) -> list[Incoming]:
    records, head = list[Incoming](), start
    for number in range(count):
        value = encode(
            build.loan_disbursed(),
            event_id=build.some_id(f"event-{number}"),
            source="/loans",
            subject="loan",
            recorded_at=build.NOW,
        )
        head = head.next(value)
        records.append(Incoming(LOANS, number, b"", value, place_headers("/loans", head)))
    return records


@pytest.mark.parametrize("place", [0, 3, 6])
def test_an_altered_record_is_the_only_break_and_the_chain_goes_on(place: int) -> None:
    records = chained(7)
    old = records[place]
    records[place] = Incoming(LOANS, old.offset, b"", (old.value or b"") + b" ", old.headers)
    rows = archived(records)
    assert [(b.fault, b.offset, b.sequence) for b in rows.breaks] == [("altered", place, place + 1)]
    assert rows.table.column("outcome").to_pylist() == ["applied"] * 7
    assert archived(chained(8)[7:], rows.covered).breaks == []


def test_a_record_fetched_twice_has_one_row() -> None:
    records = chained(5)
    assert archived([*records[:3], *records[1:]]).table.num_rows == 5


def test_records_that_are_gone_before_they_were_archived_are_refused() -> None:
    with pytest.raises(OffsetsMissing):
        archived(chained(5)[2:])
