"""The FastAPI application of a writing service, made from what the service declares."""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
import psycopg
from fastapi import Depends, FastAPI, Response
from fastapi.openapi.utils import get_openapi

from policy_credit_shared.kernel.clock import Clock
from policy_credit_shared.messaging.outbox import backlog
from policy_credit_shared.store.books import Handlers
from policy_credit_shared.store.postgres import PostgresEventStore, reachable
from policy_credit_shared.web import problems
from policy_credit_shared.web.auth import Principal, Verifier, bearer
from policy_credit_shared.web.commands import CommandRoute, command_router, command_schemas


def writing_app(
    *,
    title: str,
    description: str,
    routes: Sequence[CommandRoute],
    handlers: Handlers,
    store: PostgresEventStore,
    database_url: str,
    clock: Clock,
    verifier: Verifier,
) -> FastAPI:
    """Commands, the state of publication, and health."""
    app = FastAPI(title=title, description=description, version="1")
    problems.install(app)
    principal = bearer(verifier)
    app.include_router(command_router(routes, handlers, store, clock, principal))

    @app.get("/api/v1/publication", summary="How far what was recorded is published")
    def publication(_: Annotated[Principal, Depends(principal)]) -> Response:
        with psycopg.connect(database_url) as connection:
            waiting = backlog(connection)
            row = connection.execute("SELECT heads FROM relay_mark").fetchone()
        body = {
            "backlog": waiting,
            "heads": {str(partition): head[0] for partition, head in (row[0] if row else [])},
            "taken_in": {
                f"{s.partition.topic}/{s.partition.number}{s.source}": sequence
                for s, sequence in store.progress().highs.items()
            },
        }
        return Response(msgspec.json.encode(body), media_type="application/json")

    @app.get("/health/live", summary="The process answers")
    def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/health/ready", summary="The database answers too")
    def ready() -> dict[str, str]:
        if reason := reachable(database_url):
            raise problems.Problem(503, "not-ready", "Not ready", reason)
        return {"status": "ok"}

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            schema = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
            )
            known = schema.setdefault("components", {}).setdefault("schemas", {})
            known.update(command_schemas(routes))
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    return app
