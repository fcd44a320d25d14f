"""Walk the fact topics in Kafka on all cores: a chain ends where its partition does."""

from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from os import cpu_count

from msgspec import Struct, structs

from policy_credit_reporting.audit.log import Readable, opened, until_ends
from policy_credit_reporting.audit.verify import Known, Report, joined, verify
from policy_credit_shared.store.progress import Partition, Stream


class Share(Struct, frozen=True):
    """The partitions of one process, with where they end, and what sources say of them."""

    ends: dict[Partition, int]
    known: dict[Stream, Known]


def verify_kafka(known: Mapping[Stream, Known], processes: int | None = None) -> Report:
    """Check everything that the log holds now, and that what sources are known to say is there."""
    with closing(opened()) as reader:
        ends = reader.ends()
    shares = shared(ends, known, processes or cpu_count() or 1)
    with ProcessPoolExecutor(len(shares)) as pool:
        reports = list(pool.map(walk_share, shares))
    unheard = verify(iter(()), {s: said for s, said in known.items() if s.partition not in ends})
    return joined(reports, unheard.breaks)


def shared(
    ends: Mapping[Partition, int], known: Mapping[Stream, Known], processes: int
) -> list[Share]:
    """Shares of about as many records, the largest partitions dealt first."""
    dealt: list[list[Partition]] = [[] for _ in range(processes)]
    for partition in sorted(ends, key=lambda one: (-ends[one], one)):
        min(dealt, key=lambda share: sum(ends[one] for one in share)).append(partition)
    return [
        Share(
            {p: ends[p] for p in share},
            {s: said for s, said in known.items() if s.partition in share},
        )
        for share in dealt
        if share
    ]


def walk_share(share: Share) -> Report:
    """One process's partitions, from their first records to the ends that were seen."""
    with closing(opened(list(share.ends))) as reader:
        readable = Readable(until_ends(reader, {}, share.ends))
        report = verify(iter(readable), share.known)
    if readable.stopped is None:
        return report
    # What comes after it was not read, so that nothing can be said of what is missing.
    found = [one for one in report.breaks if one.fault not in ("incomplete", "missing")]
    return structs.replace(report, breaks=[readable.stopped, *found])
