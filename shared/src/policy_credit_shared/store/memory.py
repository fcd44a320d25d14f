"""The event store in memory: for unit and simulation tests, held to the same contract."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from policy_credit_shared.store.port import Conflict
from policy_credit_shared.store.progress import Advance, Fenced, Progress
from policy_credit_shared.store.receipts import Receipt
from policy_credit_shared.store.recorded import Notified, Recorded


class MemoryEventStore:
    """Everything in dictionaries; `log` is the notification log."""

    def __init__(self) -> None:
        self.log: list[Notified] = []
        self._histories: dict[UUID, list[Recorded]] = {}
        self._receipts: dict[tuple[str, str], Receipt] = {}
        self._progress = Progress.none()

    def histories(self, aggregates: Sequence[UUID]) -> Mapping[UUID, Sequence[Recorded]]:
        return {
            aggregate: list(self._histories[aggregate])
            for aggregate in aggregates
            if aggregate in self._histories
        }

    def append(
        self,
        events: Sequence[Recorded],
        *,
        receipt: Receipt | None = None,
        advance: Advance | None = None,
    ) -> None:
        self._refuse_conflicts(events, receipt)
        if advance is not None:
            self._advance(advance)
        if receipt is not None:
            self._receipts[receipt.caller, receipt.key] = receipt
        for recorded in events:
            self._histories.setdefault(recorded.aggregate, []).append(recorded)
            self.log.append(Notified(len(self.log) + 1, recorded))

    def receipt(self, caller: str, key: str) -> Receipt | None:
        return self._receipts.get((caller, key))

    def progress(self) -> Progress:
        return self._progress.copy()

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
