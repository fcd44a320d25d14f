"""Faust with a table for each level, which is how its documentation keeps sums.

The changelogs are there before the worker starts: it does not learn in time of those it makes.
"""

import sys
from typing import Any

import faust

from performance.peers.work import NOTHING, Answer, Task, added
from policy_credit_shared.messaging.kafka import create_topics
from policy_credit_shared.messaging.topics import Topic

TASK = Task.told()
ANSWER = Answer()
LEVELS = ("commune", "district", "province", "nation")
COMPACTED = {"cleanup.policy": "compact"}

app = faust.App(
    TASK.group,
    broker=f"kafka://{TASK.bootstrap}",
    store="memory://",
    topic_partitions=TASK.partitions,
    datadir=TASK.folder,
    web_enabled=False,
)
facts = app.topic(TASK.topic, value_serializer="json")
tables = {
    level: app.Table(f"by_{level}", default=lambda: NOTHING, partitions=TASK.partitions)
    for level in LEVELS
}


@app.agent(facts)
async def add(events: Any) -> None:
    """Add every event at every level."""
    seen = 0
    async for event in events:
        ANSWER.begin()
        for level, key, amount in TASK.postings(event):
            table = tables[level]
            table[key] = added(table[key], amount)
        seen += 1
        if seen == TASK.events:
            ANSWER.give(dict(tables["nation"].items()))


if __name__ == "__main__":
    logs = (f"{TASK.group}-by_{level}-changelog" for level in LEVELS)
    create_topics(TASK.bootstrap, [Topic(log, TASK.partitions, COMPACTED) for log in logs])
    sys.argv += ["worker", "--loglevel=warn"]
    app.main()
