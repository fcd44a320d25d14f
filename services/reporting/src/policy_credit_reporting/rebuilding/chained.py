"""Records whose bytes give their chains, where nothing else says that they are what was published.

Reading on from some progress, the first must follow the last that was reflected.
"""

from collections.abc import Callable, Mapping

from policy_credit_reporting.rebuilding.sources import Fetches, LogIncomplete
from policy_credit_shared.messaging.admission import verdict
from policy_credit_shared.messaging.chain import GENESIS, Head
from policy_credit_shared.messaging.records import BadHeaders, Incoming, read_place
from policy_credit_shared.store.progress import Progress, Stream


def chained(
    fetches: Fetches, progress: Progress, heads: Callable[[Progress], Mapping[Stream, Head]]
) -> Fetches:
    """The fetches until a record that takes effect does not go on with its chain.

    `heads` says which were the last records of a progress. Raises LogIncomplete there, and for a
    stream whose last record is not known.
    """
    known: dict[Stream, Head] | None = None
    for fetch in fetches:
        if known is None:
            known = {stream: Head(high, b"") for stream, high in progress.highs.items()}
            known |= heads(progress)
        for record in fetch:
            _follow(known, record)
        yield fetch


def _follow(known: dict[Stream, Head], record: Incoming) -> None:
    try:
        place = read_place(record)
    except BadHeaders:
        return
    before, claimed = known.get(place.stream, GENESIS), place.head
    if verdict(before.sequence, claimed.sequence) != "applied":
        return
    if record.value is None or before.next(record.value).digest != claimed.digest:
        raise LogIncomplete(
            f"{record.partition.topic}[{record.partition.number}] offset {record.offset}, source"
            f" {place.stream.source}, sequence {claimed.sequence}: its bytes do not give its chain"
        )
    known[place.stream] = claimed
