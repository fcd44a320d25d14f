"""The event store as services see it. `postgres` and `memory` are the two that exist."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol
from uuid import UUID

from policy_credit_shared.store.changes import Changes, History
from policy_credit_shared.store.progress import Progress
from policy_credit_shared.store.receipts import Receipt


class Conflict(Exception):
    """A version of an aggregate, or a receipt, that was to be stored exists already."""


class EventStore(Protocol):
    """Histories of aggregates and all that is stored with them, changed in one transaction."""

    def histories(
        self, aggregates: Sequence[UUID], *, whole: bool = False
    ) -> Mapping[UUID, History]:
        """Each aggregate that has any events; `whole` from the first event, not a snapshot."""

    def append(self, changes: Changes) -> None:
        """Store all of it or nothing. Raises Conflict, or Fenced for the advance."""

    def receipt(self, caller: str, key: str) -> Receipt | None:
        """The answer already given to a call, if any."""

    def progress(self) -> Progress:
        """How far this service has read from Kafka."""

    def awaited(
        self,
        kind: str,
        until: date,
        *,
        office: str | None = None,
        after: UUID | None = None,
        limit: int,
    ) -> Sequence[UUID]:
        """Aggregates to wake on `until` or before, in the order of their ids after `after`."""

    def count_awaited(self, kind: str, until: date, *, office: str | None = None) -> int:
        """How many there are to wake on `until` or before."""

    def personal(self, subject: UUID) -> bytes | None:
        """Data kept under the subject's own key; None if there never was any or it is erased."""

    def collisions(self, batch: UUID, limit: int) -> Sequence[UUID]:
        """Staged aggregates of a batch to which something happened elsewhere; some, if many."""
