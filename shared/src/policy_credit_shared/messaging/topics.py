"""The topics: who writes them, how many partitions they have, how long they keep records."""

from typing import Literal

from msgspec import Struct

Emitter = Literal["loans", "repayments", "oversight"]
EMITTERS: tuple[Emitter, ...] = ("loans", "repayments", "oversight")

KEEP_FOR_EVER = {"cleanup.policy": "delete", "retention.ms": "-1", "retention.bytes": "-1"}
KEEP_A_MONTH = {"cleanup.policy": "delete", "retention.ms": str(30 * 24 * 3600 * 1000)}


class Topic(Struct, frozen=True):
    """One topic as it is to be created."""

    name: str
    partitions: int
    config: dict[str, str]


class Topics:
    """The names of all topics under one prefix."""

    def __init__(self, prefix: str, fact_partitions: int) -> None:
        self.dead_letters = f"{prefix}.dead-letters"
        self.indicator_changes = f"{prefix}.indicator-changes"
        self.alerts = f"{prefix}.alerts"
        self.prefix = prefix
        self.fact_partitions = fact_partitions

    def facts(self, emitter: Emitter) -> str:
        """The topic that holds every public event of a service."""
        return f"{self.prefix}.{emitter}"

    def all_facts(self) -> list[str]:
        """The fact topics, in a stable order."""
        return [self.facts(emitter) for emitter in EMITTERS]

    def all(self) -> list[Topic]:
        """Every topic to create."""
        facts = [Topic(name, self.fact_partitions, KEEP_FOR_EVER) for name in self.all_facts()]
        return [
            *facts,
            Topic(self.dead_letters, 1, KEEP_FOR_EVER),
            Topic(self.indicator_changes, 1, KEEP_A_MONTH),
            Topic(self.alerts, 1, KEEP_FOR_EVER),
        ]


def source_of(emitter: Emitter) -> str:
    """The CloudEvents source under which a service publishes."""
    return f"/policy-credit/{emitter}"
