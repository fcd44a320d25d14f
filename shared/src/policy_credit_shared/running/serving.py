"""Serving HTTP until the process is told to stop."""

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from policy_credit_shared.telemetry.metrics import HttpMetrics
from policy_credit_shared.web.measuring import Measured

SHUTDOWN_SECONDS_MAX = 5


def serve(app: FastAPI, host: str, port: int, registry: CollectorRegistry) -> None:
    """Run the application on one address; its calls are counted in the registry."""
    uvicorn.run(
        Measured(app, HttpMetrics(registry)),
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS_MAX,
    )
