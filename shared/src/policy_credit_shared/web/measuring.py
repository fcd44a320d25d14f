"""Counts and times every call, by the route that answered it."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from policy_credit_shared.telemetry.metrics import HttpMetrics

NO_ROUTE = "none"
"""The route of what was asked for in vain: paths that callers make up are no labels."""


class Measured:
    """Wraps an application; an answer that goes on, as a stream does, is timed to its beginning."""

    def __init__(self, app: ASGIApp, metrics: HttpMetrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", NO_ROUTE)
                seconds = time.perf_counter() - began
                self._metrics.answered(scope["method"], route, message["status"], seconds)
            await send(message)

        await self._app(scope, receive, sending)
