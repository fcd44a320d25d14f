"""What the event stores themselves say was published: the last sequence and hash of each chain."""

import os
from collections.abc import Mapping

from policy_credit_reporting.audit.verify import Break, Known, Report
from policy_credit_shared.messaging.outbox import TABLE, stored_mark
from policy_credit_shared.messaging.records import Incoming, read_place
from policy_credit_shared.messaging.topics import EMITTERS, Topics, source_of
from policy_credit_shared.running.service import installed_services
from policy_credit_shared.settings import PREFIX
from policy_credit_shared.store.postgres import connect
from policy_credit_shared.store.progress import Partition, Stream

KnownHeads = Mapping[Stream, Known]


def known_heads(topics: Topics) -> dict[Stream, Known]:
    """The heads of those event stores that are set by POLICY_CREDIT_…_DATABASE_URL."""
    found: dict[Stream, Known] = {}
    for emitter in EMITTERS:
        url = os.environ.get(f"{PREFIX}{emitter.upper()}_DATABASE_URL")
        if url is None:
            continue
        with connect(url) as connection:
            connection.execute(TABLE)
            for number, head in stored_mark(connection).heads.items():
                stream = Stream(Partition(topics.facts(emitter), number), source_of(emitter))
                found[stream] = {head.sequence: head.digest}
    return found


def known_chains(topics: Topics) -> dict[Stream, Known]:
    """Every hash, worked out anew from the rows of those event stores: 100 bytes an event."""
    found: dict[Stream, dict[int, bytes]] = {}
    for service in installed_services().values():
        url = os.environ.get(f"{PREFIX}{service.name.upper()}_DATABASE_URL")
        if url is None or service.republished is None:
            continue
        for record in service.republished(url, topics):
            place = read_place(
                Incoming(Partition(record.topic, record.partition), 0, None, None, record.headers)
            )
            found.setdefault(place.stream, {})[place.head.sequence] = place.head.digest
    return dict(found)


def never_published(report: Report, now: KnownHeads) -> list[Break]:
    """Streams that go on after the last record that their sources have published by now."""
    broken = {(found.partition, found.source) for found in report.breaks}
    return [
        Break(
            "forged",
            stream.partition,
            0,
            stream.source,
            last + 1,
            f"its source has published until sequence {last} only, and there are"
            f" {head.sequence} here",
        )
        for stream, head in sorted(report.heads.items())
        if stream in now and (stream.partition, stream.source) not in broken
        for last in [max(now[stream], default=0)]
        if head.sequence > last
    ]
