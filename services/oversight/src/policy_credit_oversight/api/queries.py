"""What offices may ask the oversight service."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from msgspec import Struct

from policy_credit_oversight.api import (
    governing_queries,
    inspection_queries,
    plan_queries,
    rating_queries,
)
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller

ANSWERS: Final[Sequence[type[Struct]]] = [
    *inspection_queries.ANSWERS,
    *plan_queries.ANSWERS,
    *rating_queries.ANSWERS,
    *governing_queries.ANSWERS,
]


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    for resource in (inspection_queries, plan_queries, rating_queries, governing_queries):
        router.include_router(resource.queries(store, principal))
    return router
