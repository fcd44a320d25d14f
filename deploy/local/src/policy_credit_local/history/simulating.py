"""A whole history: its partitions shared out among processes, and what it must come to."""

import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any, Final

from policy_credit_local.history.files import Files, file_name
from policy_credit_local.history.ground import Ground
from policy_credit_local.history.making import Made, Making, Order
from policy_credit_local.history.sending import send
from policy_credit_local.history.tally import Tally
from policy_credit_shared.messaging.relay import Publisher
from policy_credit_shared.messaging.topics import EMITTERS, Topics

EXPECTED: Final = "expected.json"
Step = Callable[[int], None]
"""Told how many events each part of the work came to."""


class Work(Order, frozen=True, kw_only=True):
    """An order, and where its records are to go."""

    folder: str
    prefix: str

    def topics(self) -> Topics:
        """The names of the topics."""
        return Topics(self.prefix, self.partitions)


def steps(work: Work) -> int:
    """How many parts the work has: each partition's opening, months and late rest."""
    return work.partitions * (work.months + 2)


def write_files(work: Work, processes: int, step: Step) -> Tally:
    """Write every partition's files and what they must come to; the same from any processes."""
    ground = work.ground()
    largest_first = sorted(
        range(work.partitions), key=lambda n: -_people(ground, n, work.partitions)
    )
    if processes == 1:
        made = [_write(work, ground, partition, step) for partition in largest_first]
    else:
        made = list(_in_processes(work, ground, largest_first, processes, step))
    return _summed_up(work, made)


def send_records(work: Work, publisher: Publisher, step: Step) -> Tally:
    """Publish month by month; raises PublishFailed."""
    ground, topics = work.ground(), work.topics()
    makings = [Making(work, ground, partition) for partition in range(work.partitions)]
    for months in zip(*(making.months() for making in makings), strict=True):
        for month in months:
            sent = 0
            for batch in month:
                send(publisher, batch, topics)
                sent += len(batch.digests)
            step(sent)
    return _summed_up(work, [making.made() for making in makings])


def _write(work: Work, ground: Ground, partition: int, step: Step) -> Made:
    making = Making(work, ground, partition)
    with Files(Path(work.folder), work.topics(), partition) as files:
        for month in making.months():
            written = 0
            for batch in month:
                files.write(batch)
                written += len(batch.digests)
            step(written)
    return making.made()


def _in_processes(
    work: Work, ground: Ground, partitions: list[int], processes: int, step: Step
) -> Iterator[Made]:
    # Fresh processes: forked ones would inherit Arrow's threads in whatever state they are.
    context = multiprocessing.get_context("spawn")
    steps_done: SimpleQueue[int] = context.SimpleQueue()
    with context.Pool(processes, _begin, (work, ground, steps_done)) as pool:
        pending = [pool.apply_async(_write_there, (partition,)) for partition in partitions]
        while not all(result.ready() for result in pending) or not steps_done.empty():
            if steps_done.empty():
                next(r for r in pending if not r.ready()).wait(LOOK_SECONDS)
            else:
                step(steps_done.get())
        yield from (result.get() for result in pending)


LOOK_SECONDS: Final = 0.2
_there: dict[str, Any] = {}
"""What a worker process was begun with."""


def _begin(work: Work, ground: Ground, steps_done: "SimpleQueue[int]") -> None:
    _there.update(work=work, ground=ground, step=steps_done.put)


def _write_there(partition: int) -> Made:
    return _write(_there["work"], _there["ground"], partition, _there["step"])


def _people(ground: Ground, partition: int, partitions: int) -> int:
    return int(ground.households[ground.of_partition(partition, partitions)].sum())


def _summed_up(work: Work, made: list[Made]) -> Tally:
    """Add the partitions up, and write beside the records what they must come to."""
    tally = Tally(work.calendar())
    for one in made:
        tally.merge(one.moved, one.events)
    topics = work.topics()
    heads = {
        file_name(topics, emitter, one.partition): {
            "records": one.heads[emitter].sequence,
            "chain": one.heads[emitter].digest.hex(),
        }
        for one in sorted(made, key=lambda one: one.partition)
        for emitter in EMITTERS
    }
    months = [month.name for month in work.calendar().months]
    document = {
        "unit": work.unit,
        "households": work.households,
        "seed": work.seed,
        "partitions": work.partitions,
        "events": tally.events.total(),
        "events_by_type": dict(sorted(tally.events.items())),
        "totals": {measure: tally.total(measure) for measure in sorted(tally.moved)},
        "months": ["opening", *months, "after"],
        "moved_by_month": {m: tally.by_month(m) for m in sorted(tally.moved)},
        "chains": heads,
    }
    path = Path(work.folder) / EXPECTED
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return tally


def processors() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0))
