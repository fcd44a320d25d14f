"""What branches and auditors may ask the loans service."""

from collections.abc import Callable
from typing import Final

from fastapi import APIRouter

from policy_credit_loans.api import books_queries, lending_queries, people_queries
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.store.port import EventStore

ANSWERS: Final = [*people_queries.ANSWERS, *lending_queries.ANSWERS, *books_queries.ANSWERS]


def queries(store: EventStore, principal: Callable[..., Principal]) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    for resource in (people_queries, lending_queries, books_queries):
        router.include_router(resource.queries(store, principal))
    return router
