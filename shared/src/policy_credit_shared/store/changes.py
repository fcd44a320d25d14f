"""What is stored together or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from policy_credit_shared.kernel.aggregates import Wake
from policy_credit_shared.store.progress import Advance
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import Recorded


class Snapshot(Struct, frozen=True):
    """An aggregate's state after its event number `version`, in a kind's `form`."""

    aggregate: UUID
    version: int
    form: str
    state: bytes


class History(Struct, frozen=True):
    """An aggregate's events, after a snapshot if there is one."""

    base: Snapshot | None
    events: list[Recorded]


class Awaiting(Struct, frozen=True):
    """An aggregate's entry in the agenda of closes; `wake` is None when nothing is awaited."""

    aggregate: UUID
    kind: str
    wake: Wake | None


class Staged(Struct, frozen=True, kw_only=True):
    """What is decided, but takes effect only when its whole batch is released.

    Nobody reads it before: no aggregate, no close of day, no relay. The moment of its events is
    that of the release.
    """

    batch: UUID
    events: Sequence[Recorded]
    agenda: Sequence[Awaiting] = ()
    personal: Mapping[UUID, bytes] = {}


class Release(Struct, frozen=True):
    """All that was staged of a batch takes effect: so many events, as they were staged."""

    batch: UUID
    events: int
    recorded_at: datetime


class Changes(Struct, frozen=True, kw_only=True):
    """One transaction of a writing service.

    `personal` holds data to be kept under a key of its subject's own, or None to erase it. What was
    staged of the batch `discard` is forgotten, before anything is staged.
    """

    events: Sequence[Recorded] = ()
    snapshots: Sequence[Snapshot] = ()
    agenda: Sequence[Awaiting] = ()
    personal: Mapping[UUID, bytes | None] = {}
    receipt: Receipt | None = None
    advance: Advance | None = None
    discard: UUID | None = None
    staged: Sequence[Staged] = ()
    release: Release | None = None
