"""Serving HTTP until the process is told to stop."""

import uvicorn
from fastapi import FastAPI

SHUTDOWN_SECONDS_MAX = 5


def serve(app: FastAPI, host: str, port: int) -> None:
    """Run the application on one address."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS_MAX,
    )
