"""Quix Streams: every event as four, grouped by unit and programme, and added to their state."""

from collections.abc import Mapping
from typing import Any

from quixstreams import Application, State

from performance.peers.work import NOTHING, Answer, Sums, Task, added

TASK = Task.told()
ANSWER = Answer()
NATIONAL: dict[str, Sums] = {}


class _Seen:
    postings = 0


def postings(event: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row for each level."""
    ANSWER.begin()
    return [
        {"level": level, "key": f"{level} {key}", "amount": amount}
        for level, key, amount in TASK.postings(event)
    ]


def add(row: dict[str, Any], state: State) -> dict[str, Any]:
    """Add it to what its unit and programme had."""
    sums = added(state.get("sums", NOTHING), row["amount"])
    state.set("sums", sums)
    return {**row, "sums": sums}


def note(row: dict[str, Any]) -> None:
    """Keep the nation's figures, and answer with the last of them."""
    if row["level"] == "nation":
        NATIONAL[row["key"].removeprefix("nation ")] = row["sums"]
    _Seen.postings += 1
    if _Seen.postings == 4 * TASK.events:
        ANSWER.give(NATIONAL)


app = Application(
    broker_address=TASK.bootstrap,
    consumer_group=TASK.group,
    auto_offset_reset="earliest",
    state_dir=TASK.folder,
    loglevel="WARNING",
)
frame = app.dataframe(app.topic(TASK.topic, value_deserializer="json"))
frame = frame.apply(postings, expand=True).group_by("key")
frame = frame.apply(add, stateful=True).update(note)

if __name__ == "__main__":
    app.run()
