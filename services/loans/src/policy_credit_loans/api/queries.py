"""What branches and auditors may ask the loans service."""

from typing import Final

from fastapi import APIRouter

from policy_credit_loans.api import books_queries, lending_queries, people_queries
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller

ANSWERS: Final = [*people_queries.ANSWERS, *lending_queries.ANSWERS, *books_queries.ANSWERS]


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    for resource in (people_queries, lending_queries, books_queries):
        router.include_router(resource.queries(store, principal))
    return router
