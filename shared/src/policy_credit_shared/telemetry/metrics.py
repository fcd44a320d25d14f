"""What processes tell Prometheus about themselves: one class for each kind of work.

Every label has few values, all known beforehand: routes, partitions, outcomes, reasons. Which
service and role a process is, Prometheus adds itself, as labels of the target.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
)
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

PREFIX: Final = "policy_credit"
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
AGES_SECONDS: Final = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3_600, 86_400)
RECORDS: Final = (1, 10, 100, 1_000, 10_000)


def process_registry() -> CollectorRegistry:
    """A registry of this process: its memory, processor time and open files are in it."""
    # A series of its own for when each counter began would double them, and no rule reads it.
    disable_created_metrics()  # type: ignore[no-untyped-call]
    registry = CollectorRegistry(auto_describe=False)
    ProcessCollector(registry=registry)
    return registry


class HttpMetrics:
    """Calls that a process answers."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            f"{PREFIX}_http_requests",
            "Calls answered",
            ["method", "route", "status"],
            registry=registry,
        )
        self._seconds = Histogram(
            f"{PREFIX}_http_request_duration_seconds",
            "From the arrival of a call until its answer begins",
            ["method", "route"],
            buckets=SECONDS,
            registry=registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """One call was answered; `route` is the path's template."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


class RelayMetrics:
    """What a relay publishes."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.leading = Gauge(
            f"{PREFIX}_relay_leading", "1 in the one relay that publishes", registry=registry
        )
        self.published = Counter(
            f"{PREFIX}_relay_published_events",
            "Stored events whose publication Kafka acknowledged",
            registry=registry,
        )
        self.restarts = Counter(
            f"{PREFIX}_relay_restarts", "Starts again from the mark", registry=registry
        )


class BacklogCollector(Collector):
    """What waits to be published, from the database: told also while no relay runs."""

    def __init__(self, look: Callable[[], tuple[int, datetime | None]]) -> None:
        self._look = look

    def collect(self) -> Iterable[Metric]:
        """How many events wait, and since when the first of them."""
        count, since = self._look()
        yield GaugeMetricFamily(
            f"{PREFIX}_relay_waiting_events", "Stored events not yet published", value=count
        )
        oldest = GaugeMetricFamily(
            f"{PREFIX}_relay_oldest_waiting_timestamp_seconds",
            "When the oldest event that is not yet published was stored; absent if none waits",
        )
        if since is not None:
            oldest.add_metric([], since.timestamp())
        yield oldest


class ReaderMetrics(Collector):
    """What a reader of Kafka makes of the records, and how far behind it is."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._lags: Mapping[tuple[str, int], int] = {}
        self._records = Counter(
            f"{PREFIX}_reader_records",
            "Records consumed, by what became of them",
            ["outcome"],
            registry=registry,
        )
        self._letters = Counter(
            f"{PREFIX}_reader_dead_letters",
            "Records that could not take effect, by reason",
            ["reason"],
            registry=registry,
        )
        self._batch = Histogram(
            f"{PREFIX}_reader_batch_records",
            "Records in a batch",
            buckets=RECORDS,
            registry=registry,
        )
        self._seconds = Histogram(
            f"{PREFIX}_reader_batch_duration_seconds",
            "From a batch in hand until all it means is stored",
            buckets=SECONDS,
            registry=registry,
        )
        self._age = Histogram(
            f"{PREFIX}_reader_event_age_seconds",
            "From when a source stored the newest event of a batch until it took effect",
            buckets=AGES_SECONDS,
            registry=registry,
        )
        self._polled = Gauge(
            f"{PREFIX}_reader_polled_timestamp_seconds",
            "When the reader last asked for records",
            registry=registry,
        )
        self.restarts = Counter(
            f"{PREFIX}_reader_restarts", "Starts again from the progress", registry=registry
        )
        for outcome in ("applied", "duplicate", "early", "quarantined", "skipped"):
            self._records.labels(outcome)
        registry.register(self)

    def polled(self, lags: Mapping[tuple[str, int], int]) -> None:
        """The reader asked for records, and is so many behind the end of each partition."""
        self._polled.set_to_current_time()
        self._lags = lags

    def consumed(self, outcomes: Mapping[str, int], reasons: Iterable[str], seconds: float) -> None:
        """A batch was stored: its records by outcome, and why letters were written."""
        for outcome, records in outcomes.items():
            self._records.labels(outcome).inc(records)
        for reason in reasons:
            self._letters.labels(reason).inc()
        self._batch.observe(sum(outcomes.values()))
        self._seconds.observe(seconds)

    def applied(self, newest: datetime, at: datetime) -> None:
        """The newest event of a batch took effect at a moment."""
        self._age.observe(max((at - newest).total_seconds(), 0))

    def collect(self) -> Iterable[Metric]:
        """Anew each time: a partition that another worker has taken over is gone."""
        lag = GaugeMetricFamily(
            f"{PREFIX}_reader_lag_records",
            "Records of a partition that are not yet consumed",
            labels=["topic", "partition"],
        )
        for (topic, number), records in sorted(self._lags.items()):
            lag.add_metric([topic, str(number)], records)
        yield lag
