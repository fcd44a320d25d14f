"""What branches ask."""

from collections.abc import Callable, Sequence
from typing import Final

from fastapi import APIRouter
from msgspec import Struct

from policy_credit_loans.api.credit import CREDIT_ANSWERS, credit_queries
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.store.port import EventStore

ANSWERS: Final[Sequence[type[Struct]]] = (*CREDIT_ANSWERS,)


def queries(store: EventStore, principal: Callable[..., Principal]) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    router.include_router(credit_queries(store, principal))
    return router
