"""The event store as services see it. `postgres` and `memory` are the two that exist."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from policy_credit_shared.store.progress import Advance, Progress
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import Recorded


class Conflict(Exception):
    """A version of an aggregate, or a receipt, that was to be stored exists already."""


class EventStore(Protocol):
    """Histories of aggregates, receipts and reading progress, changed in one transaction."""

    def histories(self, aggregates: Sequence[UUID]) -> Mapping[UUID, Sequence[Recorded]]:
        """The events of each aggregate that has any, in order."""

    def append(
        self,
        events: Sequence[Recorded],
        *,
        receipt: Receipt | None = None,
        advance: Advance | None = None,
    ) -> None:
        """Store all of it or nothing. Raises Conflict, or Fenced for the advance."""

    def receipt(self, caller: str, key: str) -> Receipt | None:
        """The answer already given to a call, if any."""

    def progress(self) -> Progress:
        """How far this service has read from Kafka."""
