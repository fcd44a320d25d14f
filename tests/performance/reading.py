"""The limit of catching up: records are read and decoded as the projection does, and dropped."""

import asyncio
import time
from typing import Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from msgspec import Struct

from policy_credit_shared.events import lean
from policy_credit_shared.messaging.topics import EMITTERS, Topics, source_of
from policy_credit_shared.running.collecting import collect_seldom
from policy_credit_shared.settings import KafkaSettings

PARTITIONS: Final = KafkaSettings.model_fields["fact_partitions"].default


class Span(Struct, frozen=True):
    """What one process read, from when until when on the machine's clock."""

    records: int
    began: float
    ended: float


def decode_everything(bootstrap: str, prefix: str, number: int, workers: int) -> Span:
    """Read and decode one process's share of the partitions to their present end."""
    collect_seldom()
    return asyncio.run(_decode(bootstrap, prefix, number, workers))


async def _decode(bootstrap: str, prefix: str, number: int, workers: int) -> Span:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=bootstrap,
        enable_auto_commit=False,
        fetch_max_wait_ms=100,
        max_partition_fetch_bytes=2 << 20,
    )
    await consumer.start()
    sources = {Topics(prefix, 1).facts(emitter): source_of(emitter) for emitter in EMITTERS}
    share = [
        TopicPartition(topic, partition)
        for topic in sources
        for partition in range(number, PARTITIONS, workers)
    ]
    consumer.assign(share)
    await consumer.seek_to_beginning()
    total = sum((await consumer.end_offsets(share)).values())
    read, began = 0, time.monotonic()
    while read < total:
        fetched = await consumer.getmany(timeout_ms=250, max_records=10_000)
        for place, records in fetched.items():
            lean.read(sources[place.topic], [record.value for record in records])
            read += len(records)
    ended = time.monotonic()
    await consumer.stop()
    return Span(read, began, ended)
