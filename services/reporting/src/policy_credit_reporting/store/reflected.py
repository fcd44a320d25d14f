"""What figures reflect of the log, and what is known to be missing from them."""

from datetime import datetime, timedelta
from typing import Any, Final

import psycopg
from msgspec import Struct

from policy_credit_shared.store.progress import Partition

Connection = psycopg.Connection[dict[str, Any]]

HOLE_AGE_MIN: Final = timedelta(seconds=30)
"""An early record that the relay's resend heals sooner is not yet an incident."""
MISSING: Final = "missing"


class Stream(Struct, frozen=True):
    """How far one source is reflected in one partition."""

    topic: str
    partition: int
    source: str
    sequence: int


class Position(Struct, frozen=True):
    """The place in the log that figures reflect."""

    generation: str
    offsets: dict[str, dict[str, int]]
    streams: list[Stream]
    heard: dict[str, datetime]

    def ends(self) -> dict[Partition, int]:
        """The offsets after the last records, by partition."""
        return {
            Partition(topic, int(number)): offset
            for topic, partitions in self.offsets.items()
            for number, offset in partitions.items()
        }


class Incident(Struct, frozen=True):
    """Records after `expected` have arrived, and it has not; or its `fault` is another.

    `altered` are bytes that do not give the chain that their record says, `no-value` and
    `bad-headers` what the archive could not check at all.
    """

    topic: str
    partition: int
    source: str
    expected: int
    seen: int
    opened_at: datetime
    fault: str = MISSING


class Reflected(Struct, frozen=True):
    """The position, each open hole and broken chain, and how many records had each outcome."""

    position: Position
    faults: list[Incident]
    tally: dict[str, int]

    def incidents(self, at: datetime) -> list[Incident]:
        """The faults without the holes that are still so new at this time that they may heal."""
        until = at - HOLE_AGE_MIN
        return [one for one in self.faults if one.fault != MISSING or one.opened_at < until]


def reflected(connection: Connection, generation: str) -> Reflected:
    """What a transaction's snapshot says of it; the search path is the generation's."""
    with connection.pipeline():
        ends = connection.execute("SELECT * FROM reader_offset ORDER BY 1, 2")
        highs = connection.execute("SELECT * FROM reader_high ORDER BY 1, 2, 3")
        heard = connection.execute("SELECT * FROM heard ORDER BY 1")
        faults = connection.execute(
            "SELECT topic, partition, source, expected, seen, opened_at, %s AS fault"
            " FROM incident WHERE closed_at IS NULL"
            " UNION ALL SELECT topic, partition, source, sequence, sequence, found_at, fault"
            " FROM public.chain_break ORDER BY opened_at",
            (MISSING,),
        )
        tally = connection.execute(
            "SELECT outcome, sum(records)::bigint AS records FROM tally GROUP BY outcome"
        )
    offsets: dict[str, dict[str, int]] = {}
    for row in ends:
        offsets.setdefault(row["topic"], {})[str(row["partition"])] = row["next_offset"]
    return Reflected(
        position=Position(
            generation=generation,
            offsets=offsets,
            streams=[Stream(**row) for row in highs],
            heard={row["source"]: row["recorded_at"] for row in heard},
        ),
        faults=[Incident(**row) for row in faults],
        tally={row["outcome"]: row["records"] for row in tally},
    )
