"""The work that every framework does: an event adds its amount and itself to four units."""

import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

Sums = tuple[int, int]
"""Dong and events."""

NOTHING: Final[Sums] = (0, 0)


@dataclass(frozen=True)
class Task:
    """What is to be read by whom: `events` records of one topic, provinces by office."""

    bootstrap: str
    topic: str
    partitions: int
    events: int
    group: str
    folder: str
    provinces: Mapping[str, str]

    @classmethod
    def told(cls) -> "Task":
        """The task of this process."""
        return cls(**json.loads(sys.argv.pop()))

    def postings(self, event: Mapping[str, Any]) -> Iterator[tuple[str, str, int]]:
        """Level, unit and programme, and dong, at each of the four levels."""
        data = event["data"]
        programme, amount = data.get("programme", "none"), data.get("amount", 0)
        commune, office = data["locality"].partition("-")[0], data["office"]
        yield "commune", f"{commune} {programme}", amount
        yield "district", f"{office} {programme}", amount
        yield "province", f"{self.provinces[office]} {programme}", amount
        yield "nation", f"VN {programme}", amount


class Answer:
    """How long it took from the first record on, and what the nation's figures are."""

    def __init__(self) -> None:
        self._began: float | None = None

    def begin(self) -> None:
        """A record has arrived, perhaps the first."""
        if self._began is None:
            self._began = time.monotonic()

    def give(self, national: Mapping[str, Sums]) -> None:
        """Everything is in the figures, these by unit and programme."""
        seconds = time.monotonic() - (self._began or 0)
        found = {key.removeprefix("VN "): sums for key, sums in national.items()}
        # Not to `sys.stdout`, which Faust's worker turns into its log.
        answer = json.dumps({"seconds": seconds, "national": found})
        print(answer, file=sys.__stdout__, flush=True)


def added(sums: Sums, amount: int) -> Sums:
    """One event more."""
    dong, events = sums
    return dong + amount, events + 1
