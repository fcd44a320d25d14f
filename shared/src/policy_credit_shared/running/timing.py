"""An intake's reader and its metrics: how far behind it is, and what batches took."""

import time
from collections.abc import Sequence

from policy_credit_shared.kernel.clock import Clock
from policy_credit_shared.messaging.admission import Batch, Quarantined, by_outcome
from policy_credit_shared.messaging.kafka import KafkaReader
from policy_credit_shared.messaging.records import Incoming
from policy_credit_shared.store.progress import Progress
from policy_credit_shared.telemetry.metrics import ReaderMetrics


class Timed:
    """Reads as the reader does; a batch counts from when its records are in hand."""

    def __init__(self, reader: KafkaReader, metrics: ReaderMetrics, clock: Clock) -> None:
        self._reader = reader
        self._metrics = metrics
        self._clock = clock
        self._began = time.perf_counter()

    def seek(self, progress: Progress) -> None:
        """Go on from a reader's progress."""
        self._reader.seek(progress)

    def poll(self, seconds: float) -> Sequence[Incoming]:
        """The next records."""
        records = self._reader.poll(seconds)
        self._metrics.polled({(p.topic, p.number): n for p, n in self._reader.lags().items()})
        self._began = time.perf_counter()
        return records

    def watch(self, batch: Batch, contradictions: Sequence[Quarantined]) -> None:
        """The batch took effect; a contradiction was admitted, and is quarantined after all."""
        outcomes = by_outcome(batch.tally)
        outcomes["applied"] -= len(contradictions)
        outcomes["quarantined"] += len(contradictions)
        reasons = [wrong.error.reason for wrong in (*batch.quarantined, *contradictions)]
        self._metrics.consumed(outcomes, reasons, time.perf_counter() - self._began)
        if batch.admitted:
            newest = max(admitted.envelope.time for admitted in batch.admitted)
            self._metrics.applied(newest, self._clock())
