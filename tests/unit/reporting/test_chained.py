"""What comes from an archive goes into figures as far as its bytes give its chains."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace
from random_histories import History

from policy_credit_reporting.rebuilding import archived
from policy_credit_reporting.rebuilding.chained import chained
from policy_credit_reporting.rebuilding.sources import LogIncomplete
from policy_credit_shared.messaging.admission import apply_advance, sift
from policy_credit_shared.messaging.chain import Head
from policy_credit_shared.messaging.records import Incoming, read_place
from policy_credit_shared.store.progress import Partition, Progress, Stream

RECORDS = History(3, 200, ("22870-22870", "22366-22366")).records()


def heads_at(read: Sequence[Incoming]) -> tuple[Progress, dict[Stream, Head]]:
    """Where a reader of some records stands, and the last of each stream that it applied."""
    progress = Progress.none()
    apply_advance(progress, sift(progress, read).advance)
    heads = {}
    for place in map(read_place, read):
        if place.head.sequence == progress.highs[place.stream]:
            heads[place.stream] = place.head
    return progress, heads


def let_through(since: int, records: Sequence[Incoming]) -> list[Incoming]:
    """What passes of records, one a fetch, after so many of them were read."""
    progress, heads = heads_at(RECORDS[:since])
    fetches = ([record] for record in records[since:])
    return [r for fetch in chained(fetches, progress, lambda _: heads) for r in fetch]


@pytest.mark.parametrize("since", [0, 1, 57])
def test_what_was_published_passes_resent_or_not(since: int) -> None:
    assert let_through(since, RECORDS) == RECORDS[since:]


@pytest.mark.parametrize("since", [0, 57])
def test_nothing_passes_from_an_altered_record_on(since: int) -> None:
    # The last of its stream, so that no other record's chain could tell.
    places = [read_place(record) for record in RECORDS]
    ours = [n for n, place in enumerate(places) if place.stream == places[60].stream]
    last = max(ours, key=lambda n: places[n].head.sequence)
    altered = list(RECORDS)
    altered[last] = replace(altered[last], value=(altered[last].value or b"") + b" ")
    with pytest.raises(LogIncomplete, match="its bytes do not give its chain"):
        let_through(since, altered)


def test_nothing_passes_that_follows_a_record_that_is_not_known() -> None:
    progress, _ = heads_at(RECORDS[:57])
    with pytest.raises(LogIncomplete):
        list(chained(iter([RECORDS[57:]]), progress, lambda _: {}))


def test_the_last_records_are_not_asked_for_where_nothing_comes() -> None:
    def heads(_: Progress) -> dict[Stream, Head]:
        raise AssertionError

    assert list(chained(iter([]), Progress.none(), heads)) == []


def test_partitions_are_read_in_rounds_each_offset_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archived, "ROWS_AT_ONCE", 10)
    wanted = {Partition("a", 0): (3, 40), Partition("a", 1): (0, 4), Partition("b", 0): (7, 8)}
    found: dict[Partition, list[int]] = {partition: [] for partition in wanted}
    for spans in archived.rounds(wanted):
        assert sum(until - since for *_, since, until in spans) <= 12
        for topic, number, since, until in spans:
            found[Partition(topic, number)] += range(since, until)
    assert found == {p: list(range(start, end)) for p, (start, end) in wanted.items()}
