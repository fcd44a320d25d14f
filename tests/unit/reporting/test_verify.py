"""The audit names the first thing wrong with a chain."""

from collections.abc import Sequence

import pytest

from policy_credit_reporting.audit.verify import verify
from policy_credit_shared.messaging.chain import GENESIS
from policy_credit_shared.messaging.memory import MemoryLog
from policy_credit_shared.messaging.records import Incoming, Outgoing, place_headers
from policy_credit_shared.store.progress import Progress


def chain(count: int) -> list[Outgoing]:
    records, head = [], GENESIS
    for number in range(count):
        value = b"event %d" % number
        head = head.next(value)
        records.append(Outgoing("loans", 0, b"", value, place_headers("/loans", head)))
    return records


def read(records: Sequence[Outgoing]) -> list[Incoming]:
    log = MemoryLog()
    for record in records:
        log.append(record)
    return log.read(Progress.none(), 10**6)


def faults(records: Sequence[Outgoing]) -> list[tuple[str, int, int]]:
    return [(b.fault, b.offset, b.sequence) for b in verify(iter([read(records)])).breaks]


def altered(record: Outgoing) -> Outgoing:
    return Outgoing(record.topic, record.partition, b"", b"forged", record.headers)


def test_a_whole_chain_holds_with_ranges_resent() -> None:
    records = chain(9)
    assert faults(records) == []
    assert faults([*records, *records[4:7]]) == []
    assert faults([*records[:3], *records[5:], *records[3:]]) == []


@pytest.mark.parametrize("place", [0, 4, 8])
def test_an_altered_record_is_named(place: int) -> None:
    records = chain(9)
    records[place] = altered(records[place])
    assert faults(records) == [("altered", place, place + 1)]


def test_a_dropped_record_is_named() -> None:
    records = chain(9)
    del records[4]
    assert faults(records) == [("missing", 4, 5)]


def test_swapped_records_are_named() -> None:
    records = chain(9)
    records[3], records[4] = records[4], records[3]
    assert faults(records) == [("missing", 3, 5)]


def test_a_forged_repetition_is_named() -> None:
    records = chain(9)
    forged = Outgoing("loans", 0, b"", b"forged", place_headers("/loans", GENESIS.next(b"forged")))
    assert faults([*records, forged]) == [("altered", 9, 1)]


def test_a_record_without_its_place_is_named() -> None:
    records = [*chain(2), Outgoing("loans", 0, b"", b"x", ())]
    assert faults(records) == [("bad-headers", 2, 0)]
