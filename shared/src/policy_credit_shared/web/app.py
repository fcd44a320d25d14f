"""The FastAPI application of a writing service, made from what the service declares."""

from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, FastAPI, Response
from msgspec import Struct

from policy_credit_shared.kernel.clock import Clock
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.store.books import Handlers
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web import problems
from policy_credit_shared.web.auth import NamesCaller, Verifier, bearer
from policy_credit_shared.web.commands import CommandRoute, command_router, command_schemas
from policy_credit_shared.web.openapi import REF_TEMPLATE, answers, install_openapi


class Publication(Struct, frozen=True):
    """How far a service's events are published.

    `backlog` counts stored events not yet published, `heads` the last sequence by partition,
    `taken_in` the last sequence applied of each stream that the service reads.
    """

    backlog: int
    heads: dict[str, int]
    taken_in: dict[str, int]


Queries = Callable[[EventStore, NamesCaller], APIRouter]
"""Makes the routes by which a service's branches ask it things."""


def writing_app(
    *,
    title: str,
    description: str,
    routes: Sequence[CommandRoute],
    handlers: Handlers,
    store: EventStore,
    queries: Queries,
    answers_of_queries: Sequence[type[Struct]],
    publication: Callable[[], Publication],
    clock: Clock,
    verifier: Verifier,
    receipts_key: bytes = b"",
) -> FastAPI:
    """Commands, queries, the state of publication, and health."""
    app = FastAPI(title=title, description=description, version="1")
    problems.install(app)
    principal = bearer(verifier)
    app.include_router(command_router(routes, handlers, store, clock, principal, receipts_key))
    app.include_router(queries(store, principal), prefix="/api/v1")

    @app.get(
        "/api/v1/publication",
        summary="How far what was recorded is published, and others' facts are taken in",
        response_class=Response,
        responses=answers("Publication", 401, 503),
    )
    def published(_: Annotated[Principal, Depends(principal)]) -> Response:
        return Response(msgspec.json.encode(publication()), media_type="application/json")

    @app.get("/health/live", summary="The process answers")
    def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/health/ready", summary="The database answers too")
    def ready() -> dict[str, str]:
        publication()
        return {"status": "ok"}

    _, components = msgspec.json.schema_components(
        [Publication, *answers_of_queries], ref_template=REF_TEMPLATE
    )
    install_openapi(app, {**command_schemas(routes), **components})
    return app
