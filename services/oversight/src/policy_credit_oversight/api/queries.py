"""What offices may ask the oversight service."""

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Final

from fastapi import APIRouter
from msgspec import Struct

from policy_credit_oversight.api import rating_queries
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.store.port import EventStore

_RESOURCES: Final[Sequence[ModuleType]] = (rating_queries,)
ANSWERS: Final[Sequence[type[Struct]]] = [a for r in _RESOURCES for a in r.ANSWERS]


def queries(store: EventStore, principal: Callable[..., Principal]) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    for resource in _RESOURCES:
        router.include_router(resource.queries(store, principal))
    return router
