"""The event store in memory: for unit and simulation tests, held to the same contract."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec.structs import replace

from policy_credit_shared.kernel.checks import check
from policy_credit_shared.store.changes import (
    Awaiting,
    Changes,
    History,
    Release,
    Snapshot,
    Staged,
)
from policy_credit_shared.store.port import Conflict
from policy_credit_shared.store.progress import Advance, Fenced, Progress
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import Notified, Recorded


class MemoryEventStore:
    """Everything in dictionaries; `log` is the notification log."""

    def __init__(self) -> None:
        self.log: list[Notified] = []
        self._histories: dict[UUID, list[Recorded]] = {}
        self._snapshots: dict[UUID, Snapshot] = {}
        self._agenda: dict[UUID, Awaiting] = {}
        self._personal: dict[UUID, bytes] = {}
        self._receipts: dict[tuple[str, str], Receipt] = {}
        self._progress = Progress.none()
        self._staged: dict[UUID, list[Staged]] = {}

    def histories(
        self, aggregates: Sequence[UUID], *, whole: bool = False
    ) -> Mapping[UUID, History]:
        found = {}
        for aggregate in aggregates:
            if aggregate in self._histories:
                base = None if whole else self._snapshots.get(aggregate)
                after = base.version if base else 0
                found[aggregate] = History(base, self._histories[aggregate][after:])
        return found

    def append(self, changes: Changes) -> None:
        self._refuse_conflicts(changes.events, changes.receipt)
        released = self._released(changes.release) if changes.release else []
        self._refuse_conflicts(released, None)
        for batch in changes.staged:
            self._refuse_repetitions(batch, [] if changes.discard == batch.batch else None)
        if changes.advance is not None:
            self._advance(changes.advance)
        if changes.receipt is not None:
            self._receipts[changes.receipt.caller, changes.receipt.key] = changes.receipt
        for recorded in (*changes.events, *released):
            self._histories.setdefault(recorded.aggregate, []).append(recorded)
            self.log.append(Notified(len(self.log) + 1, recorded))
        self._snapshots.update({s.aggregate: s for s in changes.snapshots})
        self._agenda.update({a.aggregate: a for a in changes.agenda})
        for subject, content in changes.personal.items():
            if content is None:
                self._personal.pop(subject, None)
            else:
                self._personal[subject] = content
        if changes.discard is not None:
            self._staged.pop(changes.discard, None)
        for batch in changes.staged:
            self._staged.setdefault(batch.batch, []).append(batch)
        if changes.release is not None:
            for batch in self._staged.pop(changes.release.batch, []):
                self._agenda.update({a.aggregate: a for a in batch.agenda})
                self._personal.update(batch.personal)

    def receipt(self, caller: str, key: str) -> Receipt | None:
        return self._receipts.get((caller, key))

    def progress(self) -> Progress:
        return self._progress.copy()

    def awaited(
        self,
        kind: str,
        until: date,
        *,
        office: str | None = None,
        after: UUID | None = None,
        limit: int,
    ) -> Sequence[UUID]:
        found = sorted(
            a.aggregate
            for a in self._agenda.values()
            if a.wake is not None
            and a.kind == kind
            and a.wake.on <= until
            and office in (None, a.wake.office)
            and (after is None or a.aggregate > after)
        )
        return found[:limit]

    def count_awaited(self, kind: str, until: date, *, office: str | None = None) -> int:
        return len(self.awaited(kind, until, office=office, limit=len(self._agenda)))

    def personal(self, subject: UUID) -> bytes | None:
        return self._personal.get(subject)

    def collisions(self, batch: UUID, limit: int) -> Sequence[UUID]:
        staged = self._staged.get(batch, [])
        found = {r.aggregate for part in staged for r in part.events} & self._histories.keys()
        return sorted(found)[:limit]

    def _released(self, release: Release) -> list[Recorded]:
        staged = self._staged.get(release.batch, [])
        found = [replace(r, recorded_at=release.recorded_at) for s in staged for r in s.events]
        check(len(found) == release.events, "as much is released as was staged")
        return found

    def _refuse_repetitions(self, more: Staged, held: list[Staged] | None) -> None:
        staged = self._staged.get(more.batch, []) if held is None else held
        known = {(r.aggregate, r.version) for part in staged for r in part.events}
        if known & {(r.aggregate, r.version) for r in more.events}:
            raise Conflict(f"staged already in batch {more.batch}")

    def _refuse_conflicts(self, events: Sequence[Recorded], receipt: Receipt | None) -> None:
        if receipt is not None and (receipt.caller, receipt.key) in self._receipts:
            raise Conflict(f"receipt {receipt.key} exists")
        next_versions: dict[UUID, int] = {}
        for recorded in events:
            expected = next_versions.get(
                recorded.aggregate, len(self._histories.get(recorded.aggregate, ())) + 1
            )
            if recorded.version != expected:
                raise Conflict(f"version {recorded.version} of {recorded.aggregate}")
            next_versions[recorded.aggregate] = expected + 1

    def _advance(self, advance: Advance) -> None:
        offsets = self._progress.offsets
        moved = [p for p in advance.end if offsets.get(p, advance.start[p]) != advance.start[p]]
        if moved:
            raise Fenced(moved)
        offsets.update(advance.end)
        self._progress.highs.update(advance.highs)
