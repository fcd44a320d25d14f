"""Bytewax as a job: every event as four, folded by unit and programme to the topic's present end.

It says nothing before, and keeps nothing for a restart, which is the least work.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import bytewax.operators as op
import orjson
from bytewax.connectors.kafka import KafkaSource
from bytewax.dataflow import Dataflow
from bytewax.run import cli_main
from bytewax.testing import TestingSink

from performance.peers.work import NOTHING, Answer, Sums, Task, added

TASK = Task.told()
ANSWER = Answer()


def postings(message: Any) -> Iterator[tuple[str, int]]:
    """One keyed amount for each level."""
    ANSWER.begin()
    for level, key, amount in TASK.postings(orjson.loads(message.value)):
        yield f"{level} {key}", amount


def amounts(flow: Dataflow) -> Any:
    """The stream of them."""
    source = KafkaSource([TASK.bootstrap], [TASK.topic], tail=False)
    return op.flat_map("postings", op.input("facts", flow, source), postings)


def answer(found: Iterable[tuple[str, Sums]]) -> None:
    """Give the nation's figures, the last of each."""
    ANSWER.give({k.removeprefix("nation "): s for k, s in found if k.startswith("nation ")})


if __name__ == "__main__":
    out: list[tuple[str, Sums]] = []
    job = Dataflow("sums")
    op.output("out", op.fold_final("sums", amounts(job), lambda: NOTHING, added), TestingSink(out))
    cli_main(job)
    answer(out)
