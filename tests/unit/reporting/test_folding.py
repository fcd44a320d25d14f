"""A fetch judged and folded as a whole comes to what its records come to one by one."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import numpy as np
import pytest
from disbursements import stored, translate
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from policy_credit_reporting.indicators.acceptance import accept
from policy_credit_reporting.indicators.columns import Moved, movements_of
from policy_credit_reporting.indicators.declarations import ALGEBRA
from policy_credit_reporting.indicators.group_rows import add_up_rows, no_rows
from policy_credit_reporting.indicators.movements import Layout
from policy_credit_reporting.projection.folding import READER, Folding
from policy_credit_shared.events import lean
from policy_credit_shared.events.envelope import decode
from policy_credit_shared.messaging.admission import (
    Admitted,
    OffsetsMissing,
    Quarantined,
    apply_advance,
    read,
    sift,
    verdict,
)
from policy_credit_shared.messaging.dead_letters import dead_letter
from policy_credit_shared.messaging.memory import MemoryLog
from policy_credit_shared.messaging.records import BadHeaders, Incoming, Outgoing, read_place
from policy_credit_shared.messaging.relay import START, Route, window
from policy_credit_shared.messaging.topics import source_of
from policy_credit_shared.store.progress import Partition, Progress
from policy_credit_shared.store.recorded import Notified

LAYOUT = Layout.of(ALGEBRA)
FOLDING = Folding(ALGEBRA, LAYOUT)
SOURCES = {"loans": source_of("loans"), "repayments": source_of("repayments")}
COUNT = 12


def sent(topic: str) -> list[Outgoing]:
    entries = [Notified(n + 1, stored(3 * n)) for n in range(COUNT)]
    return window(START, entries, translate, Route(SOURCES[topic], topic, 1))[0]


SENT = {topic: sent(topic) for topic in SOURCES}


def with_header(name: str, value: Any, record: Incoming) -> Incoming:
    headers = [(key, value if key == name else found) for key, found in record.headers]
    return replace(record, headers=headers)


def with_value(old: bytes, new: bytes, record: Incoming) -> Incoming:
    assert record.value is not None
    return replace(record, value=record.value.replace(old, new))


# What may befall a record, beside nothing.
BEFALLS: list[Callable[[Incoming], Incoming]] = [
    partial(with_header, "sequence", b"07"),
    partial(with_header, "sequence", b"-1"),
    partial(with_header, "sequence", b"NaN"),
    partial(with_header, "sequence", None),
    partial(with_header, "chain", b"xyz"),
    partial(with_header, "chain", b" " * 64),
    partial(with_header, "chain", b"AB" * 32),
    partial(with_header, "source", b"\xff"),
    partial(with_header, "source", b"/elsewhere"),
    partial(with_header, "content-type", b"text/plain"),
    lambda record: replace(record, headers=record.headers[::-1]),
    lambda record: replace(record, headers=record.headers[1:]),
    lambda record: replace(record, headers=[*record.headers, ("sequence", b"3")]),
    lambda record: replace(record, value=None),
    lambda record: replace(record, value=b"{}"),
    partial(with_value, b"HN", b"XX"),
    partial(with_value, b'"22870-22870"', b'"99999-99999"'),
    partial(with_value, b'"22870-22870"', b'"22870"'),
    partial(with_value, b"disbursed.v1", b"celebrated.v1"),
    partial(with_value, b"disbursed.v1", b"disbursed.v9"),
    partial(with_value, b'"loan":"', b'"loan":"x'),
    partial(with_value, b'"in_group":"', b'"in_group":"x'),
    partial(with_value, b'"in_group":"', b'"in_group":null,"was":"'),
    partial(with_value, b'"id":"', b'"id":"-'),
]


@st.composite
def logs(draw: st.DrawFn) -> list[Incoming]:
    """What relays sent, with ranges again, without some, in any order, and some of it spoilt."""
    log = MemoryLog()
    ranges = st.tuples(st.sampled_from(sorted(SENT)), st.integers(0, COUNT), st.integers(1, COUNT))
    for topic, first, count in draw(st.lists(ranges, max_size=8)):
        for record in SENT[topic][first : first + count]:
            log.append(record)
    records = log.read(Progress.none(), 10**6)
    spoilt = draw(st.dictionaries(st.integers(0, 60), st.sampled_from(BEFALLS), max_size=4))
    return [spoilt[n](r) if n in spoilt else r for n, r in enumerate(records)]


def one_by_one(records: list[Incoming]) -> dict[str, Any]:
    """The rule as it is written down: each record by itself."""
    highs: Counter[Any] = Counter()
    tally: Counter[Any] = Counter()
    events, letters, early = list[Any](), list[Any](), list[Any]()
    for record in records:
        try:
            place = read_place(record)
        except BadHeaders as error:
            tally[record.partition, "quarantined"] += 1
            letters.append(dead_letter(READER, Quarantined(record, None, error)))
            continue
        judged = verdict(highs[place.stream], place.head.sequence)
        if judged != "applied":
            tally[record.partition, judged] += 1
            if judged == "early":
                early.append((record.partition, record.offset, highs[place.stream] + 1))
            continue
        highs[place.stream] = place.head.sequence
        found = read(record, partial(accept, LAYOUT))
        if isinstance(found, Admitted):
            events.append(found.event)
            tally[record.partition, "applied"] += 1
        elif found is None:
            tally[record.partition, "skipped"] += 1
        else:
            letters.append(dead_letter(READER, found))
            tally[record.partition, "quarantined"] += 1
    return {
        "movements": movements_of(ALGEBRA, LAYOUT, events).tolist(),
        "by_group": by_group_of(events),
        "tally": +tally,
        "letters": letters,
        "early": early,
        "highs": +highs,
    }


def by_group_of(events: list[Any]) -> list[list[int]]:
    moved = Moved()
    for event in events:
        moved.add(event)
    found: list[list[int]] = moved.movements_and_groups(ALGEBRA, LAYOUT)[1].tolist()
    return found


def in_fetches(records: list[Incoming], size: int) -> dict[str, Any]:
    """The same records, some at a time, by what projects them."""
    progress, tally = Progress.none(), Counter[Any]()
    moved, letters, early = Counter[int](), list[Any](), list[Any]()
    by_group = no_rows()
    for first in range(0, len(records), size):
        commit = FOLDING.fold(sift(progress, records[first : first + size]))
        apply_advance(progress, commit.advance)
        tally.update(commit.tally)
        for key, amount in commit.movements.tolist():
            moved[key] += amount
        by_group = add_up_rows(np.concatenate((by_group, commit.by_group)))
        letters += commit.letters
        early += [(e.record.partition, e.record.offset, e.expected) for e in commit.early]
    return {
        "movements": sorted([key, amount] for key, amount in moved.items() if amount),
        "by_group": by_group.tolist(),
        "tally": +tally,
        "letters": letters,
        "early": early,
        "highs": progress.highs,
    }


def by_place(letters: list[Any]) -> list[bytes]:
    return sorted(map(msgspec.json.encode, letters))


@given(logs(), st.integers(1, 40))
def test_whole_fetches_come_to_what_records_come_to_one_by_one(
    records: list[Incoming], size: int
) -> None:
    expected, found = one_by_one(records), in_fetches(records, size)
    assert by_place(found.pop("letters")) == by_place(expected.pop("letters"))
    assert found == expected


def test_a_hole_in_the_log_is_never_passed() -> None:
    log = MemoryLog()
    for record in SENT["loans"]:
        log.append(record)
    records = log.read(Progress.none(), COUNT)
    for fetch in (records[1:], [*records[:3], *records[4:]]):
        with pytest.raises(OffsetsMissing, match="are gone"):
            sift(Progress.none(), fetch)


def test_what_was_read_before_is_passed_over() -> None:
    log = MemoryLog()
    for record in SENT["loans"]:
        log.append(record)
    records = log.read(Progress.none(), COUNT)
    read_before = Progress({Partition("loans", 0): 5}, {})
    assert sift(read_before, records[:5]).advance.end == {}
    assert sift(read_before, records).advance.start == {Partition("loans", 0): 5}


# Altered texts of an event that a hurried reader might take.
ALTERED = [
    (b'"1.0"', b'"1.1"'),
    (b"application/json", b"text/html"),
    (b'"time":"20', b'"time":"x'),
    (b"T0", b" 0"),
    (b'"office":"587"', b'"office":"58"'),
    (b'"office":"587"', b'"office":"58\\n"'),
    (b'"household":"', b'"household":"{'),
    (b'"loan":"', b'"loan":null,"l":"'),
    (b'"in_group":"', b'"in_group":null,"was":"'),
    (b'"in_group":"', b'"in_group":"-'),
    (b'"amount":', b'"amount":-'),
    (b'"source":"/', b'"source":"'),
    (b'{"spec', b'{"type":"policycredit.loan.cured.v1","spec'),
    (b"}}", b"}},"),
    (b"}}", b"}"),
]


@pytest.mark.parametrize(("old", "new"), ALTERED)
def test_reading_by_the_thousand_accepts_only_what_reading_with_care_accepts(
    old: bytes, new: bytes
) -> None:
    value = SENT["loans"][0].value.replace(old, new)
    groups, doubtful = lean.read(SOURCES["loans"], [SENT["loans"][1].value, value])
    read_at_once = any(1 in group.positions() for group in groups)
    assert read_at_once or 1 in doubtful
    if read_at_once:
        envelope, event = decode(value)
        accept(LAYOUT, event)
        assert envelope.source == SOURCES["loans"]
