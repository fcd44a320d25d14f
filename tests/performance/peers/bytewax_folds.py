"""Bytewax: every event as four, folded by unit and programme until the topic's present end.

Folding to an end says nothing before, and keeps nothing for a restart, which is the least work.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import bytewax.operators as op
import orjson
from bytewax.connectors.kafka import KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.recovery import RecoveryConfig
from bytewax.run import cli_main
from bytewax.testing import TestingSink

from performance.peers.work import NOTHING, Answer, Sums, Task, added

TASK = Task.told()
ANSWER = Answer()
FOUND: list[tuple[str, Sums]] = []


def postings(message: Any) -> Iterator[tuple[str, int]]:
    """One keyed amount for each level."""
    ANSWER.begin()
    for level, key, amount in TASK.postings(orjson.loads(message.value)):
        yield f"{level} {key}", amount


flow = Dataflow("sums")
facts = op.input("facts", flow, KafkaSource([TASK.bootstrap], [TASK.topic], tail=False))
keyed = op.flat_map("postings", facts, postings)
sums = op.fold_final("sums", keyed, lambda: NOTHING, added)
op.output("found", sums, TestingSink(FOUND))


def run(epoch: timedelta | None = None, recovery: RecoveryConfig | None = None) -> None:
    """Fold, and answer with the nation's figures."""
    cli_main(flow, epoch_interval=epoch, recovery_config=recovery)
    nation = {k.removeprefix("nation "): s for k, s in FOUND if k.startswith("nation ")}
    ANSWER.give(nation)


if __name__ == "__main__":
    run()
