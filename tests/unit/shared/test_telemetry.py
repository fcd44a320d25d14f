"""What processes tell Prometheus about themselves."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from prometheus_client import CollectorRegistry, generate_latest

from policy_credit_local.processes import free_port
from policy_credit_shared.running.exposing import exposed_registry
from policy_credit_shared.settings import SettingRefused
from policy_credit_shared.telemetry.metrics import BacklogCollector, HttpMetrics, ReaderMetrics
from policy_credit_shared.web.measuring import Measured

STORED = datetime(2026, 3, 2, 8, tzinfo=UTC)


def registry() -> CollectorRegistry:
    return CollectorRegistry(auto_describe=False)


def called(app: FastAPI, *paths: str) -> CollectorRegistry:
    """The registry after these calls."""
    found = registry()
    measured = Measured(app, HttpMetrics(found))

    async def call() -> None:
        transport = httpx.ASGITransport(measured)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for path in paths:
                await client.get(path)

    asyncio.run(call())
    return found


def application() -> FastAPI:
    app = FastAPI()

    @app.get("/units/{code}/stream")
    def stream(code: str) -> StreamingResponse:
        async def slowly() -> AsyncIterator[bytes]:
            yield code.encode()
            await asyncio.sleep(0.3)
            yield b"end"

        return StreamingResponse(slowly())

    return app


def test_calls_are_counted_by_route_and_not_by_path() -> None:
    found = called(application(), "/units/58/stream", "/units/587/stream")
    labels = {"method": "GET", "route": "/units/{code}/stream", "status": "200"}
    assert found.get_sample_value("policy_credit_http_requests_total", labels) == 2


def test_paths_that_callers_make_up_are_no_labels() -> None:
    text = generate_latest(called(application(), "/a", "/b", "/wp-admin")).decode()
    assert 'policy_credit_http_requests_total{method="GET",route="none",status="404"} 3.0' in text
    assert "wp-admin" not in text


def test_a_stream_is_timed_to_its_beginning() -> None:
    found = called(application(), "/units/58/stream")
    labels = {"method": "GET", "route": "/units/{code}/stream"}
    seconds = found.get_sample_value("policy_credit_http_request_duration_seconds_sum", labels)
    assert seconds is not None
    assert seconds < 0.3


def test_a_partition_that_another_worker_has_taken_over_is_no_longer_told() -> None:
    found = registry()
    metrics = ReaderMetrics(found)
    metrics.polled({("facts", 0): 7, ("facts", 1): 0})
    metrics.polled({("facts", 1): 3})
    lag = "policy_credit_reader_lag_records"
    assert found.get_sample_value(lag, {"topic": "facts", "partition": "0"}) is None
    assert found.get_sample_value(lag, {"topic": "facts", "partition": "1"}) == 3


def test_outcomes_are_told_before_there_are_any() -> None:
    """So that a rule about quarantined records has something to look at from the first scrape."""
    found = registry()
    metrics = ReaderMetrics(found)
    records = "policy_credit_reader_records_total"
    assert found.get_sample_value(records, {"outcome": "quarantined"}) == 0
    metrics.consumed({"applied": 3, "quarantined": 1}, ["bad-field"], 0.01)
    assert found.get_sample_value(records, {"outcome": "quarantined"}) == 1
    letters = "policy_credit_reader_dead_letters_total"
    assert found.get_sample_value(letters, {"reason": "bad-field"}) == 1


def test_the_age_of_an_event_is_counted_from_when_its_source_stored_it() -> None:
    found = registry()
    ReaderMetrics(found).applied(STORED, STORED + timedelta(seconds=4))
    assert found.get_sample_value("policy_credit_reader_event_age_seconds_sum") == 4


def test_nothing_waits_since_any_time_where_nothing_waits() -> None:
    oldest = "policy_credit_relay_oldest_waiting_timestamp_seconds"
    idle, behind = registry(), registry()
    idle.register(BacklogCollector(lambda: (0, None)))
    behind.register(BacklogCollector(lambda: (12, STORED)))
    assert idle.get_sample_value("policy_credit_relay_waiting_events") == 0
    assert idle.get_sample_value(oldest) is None
    assert behind.get_sample_value("policy_credit_relay_waiting_events") == 12
    assert behind.get_sample_value(oldest) == STORED.timestamp()


def test_a_role_tells_at_the_port_of_its_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("POLICY_CREDIT_LOANS_RELAY_METRICS_PORT", str(port))
    exposed_registry("loans", "relay")
    text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert "process_resident_memory_bytes" in text


def test_a_role_without_that_setting_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICY_CREDIT_LOANS_RELAY_METRICS_PORT", "0")
    with pytest.raises(SettingRefused, match="POLICY_CREDIT_LOANS_RELAY_METRICS_PORT"):
        exposed_registry("loans", "relay")
    monkeypatch.delenv("POLICY_CREDIT_LOANS_RELAY_METRICS_PORT")
    assert exposed_registry("loans", "relay").get_sample_value("process_open_fds")


def test_a_port_that_is_taken_is_refused_by_its_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    port = free_port()
    monkeypatch.setenv("POLICY_CREDIT_LOANS_API_METRICS_PORT", str(port))
    exposed_registry("loans", "api")
    with pytest.raises(SettingRefused, match="POLICY_CREDIT_LOANS_API_METRICS_PORT"):
        exposed_registry("loans", "api")
