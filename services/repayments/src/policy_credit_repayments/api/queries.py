"""What branches may ask the repayments service."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter
from msgspec import Struct

from policy_credit_repayments.api import account_queries, office_queries, point_queries
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller

ANSWERS: Final[Sequence[type[Struct]]] = [
    *account_queries.ANSWERS,
    *point_queries.ANSWERS,
    *office_queries.ANSWERS,
]


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    for resource in (account_queries, point_queries, office_queries):
        router.include_router(resource.queries(store, principal))
    return router
