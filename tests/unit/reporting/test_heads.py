"""The head of each chain at a position, found from the position's offsets backwards."""

from collections.abc import Mapping

import pytest

from policy_credit_reporting.reports.heads import heads_at
from policy_credit_reporting.reports.refusals import LogUnreachable
from policy_credit_reporting.store.reflected import Position, Stream
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.memory import MemoryLog, MemoryReader
from policy_credit_shared.messaging.records import Outgoing, place_headers

SOURCE = "/policy-credit/loans"


def chained(values: int) -> list[Head]:
    """The heads after each of so many values."""
    heads = [GENESIS]
    for number in range(values):
        heads.append(heads[-1].next(str(number).encode()))
    return heads


def log_of(sequences: list[int | None]) -> tuple[MemoryLog, list[Head]]:
    """A partition with records of these sequences; None for one whose headers cannot be read."""
    log, heads = MemoryLog(), chained(max(s or 0 for s in sequences))
    for sequence in sequences:
        headers = () if sequence is None else place_headers(SOURCE, heads[sequence])
        log.append(Outgoing("loans", 0, b"", b"", headers))
    return log, heads


def position(next_offset: int, high: int | None) -> Position:
    offsets: Mapping[str, dict[str, int]] = {"loans": {"0": next_offset}}
    streams = [] if high is None else [Stream("loans", 0, SOURCE, high)]
    return Position("figures", dict(offsets), streams, {})


RESENT: list[int | None] = [1, 2, 3, *([1, 2, 3] * 20), None, 5]
"""Three records that were resent twenty times, one that cannot be read, one beyond a hole."""


@pytest.mark.parametrize(
    ("sequences", "next_offset", "high"),
    [
        ([1, 2, 3], 3, 3),
        ([1, 2, 3, 4], 3, 3),
        (RESENT, len(RESENT), 3),
        ([1, 2, *[1] * 300], 302, 2),
    ],
)
def test_the_head_is_the_last_applied_record_before_the_offset(
    sequences: list[int | None], next_offset: int, high: int
) -> None:
    log, heads = log_of(sequences)
    (found,) = heads_at(MemoryReader(log, ["loans"], limit=7), position(next_offset, high))
    assert (found.sequence, found.source, found.partition) == (high, SOURCE, 0)
    assert found.chain == heads[high].digest.hex()


def test_a_log_of_which_nothing_is_in_the_figures_has_no_heads() -> None:
    log, _ = log_of([1])
    assert heads_at(MemoryReader(log, ["loans"]), position(0, None)) == []


def test_a_log_that_lost_the_head_is_not_taken_for_whole() -> None:
    log, _ = log_of([1, 2])
    with pytest.raises(LogUnreachable, match="does not hold"):
        heads_at(MemoryReader(log, ["loans"]), position(2, 7))
