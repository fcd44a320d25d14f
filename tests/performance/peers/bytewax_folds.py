"""Bytewax: every event as four, folded by unit and programme until the topic's present end.

Folding to an end keeps nothing for a restart and says nothing before, which is the least work.
"""

import json
from collections.abc import Iterator
from typing import Any

import bytewax.operators as op
from bytewax.connectors.kafka import KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.run import cli_main
from bytewax.testing import TestingSink

from performance.peers.work import NOTHING, Answer, Sums, Task, added

TASK = Task.told()
ANSWER = Answer()
FOUND: list[tuple[str, Sums]] = []


def postings(message: Any) -> Iterator[tuple[str, int]]:
    """One keyed amount for each level."""
    ANSWER.begin()
    for level, key, amount in TASK.postings(json.loads(message.value)):
        yield f"{level} {key}", amount


flow = Dataflow("sums")
facts = op.input("facts", flow, KafkaSource([TASK.bootstrap], [TASK.topic], tail=False))
keyed = op.flat_map("postings", facts, postings)
sums = op.fold_final("sums", keyed, lambda: NOTHING, added)
op.output("found", sums, TestingSink(FOUND))

if __name__ == "__main__":
    cli_main(flow)
    nation = {k.removeprefix("nation "): s for k, s in FOUND if k.startswith("nation ")}
    ANSWER.give(nation)
