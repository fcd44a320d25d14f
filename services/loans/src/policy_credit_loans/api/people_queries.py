"""What branches and communes ask: who a household is, a group as it is, a list as it is."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Final
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Response
from msgspec import Struct

from policy_credit_loans.domain.entitlement import ENTITLEMENT_LIST, Entry
from policy_credit_loans.domain.group import GROUP
from policy_credit_loans.domain.household import HOUSEHOLD
from policy_credit_loans.domain.person import Person, unsealed
from policy_credit_shared.kernel.identifiers import Association, CommuneCode, Locality, Office
from policy_credit_shared.kernel.principals import Principal, Role
from policy_credit_shared.kernel.units import units_before_reform
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller, may_read, may_write
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem

KNOW_PEOPLE: Final[Sequence[Role]] = ("teller", "credit_officer", "branch_director")
"""Who at a household's own office may see who it is; nobody else may."""


class HouseholdAnswer(Struct, frozen=True, kw_only=True):
    """A household, and who the person is."""

    household: UUID
    office: Office
    locality: Locality
    registered_on: date
    group: UUID | None
    person: Person


class GroupAnswer(Struct, frozen=True, kw_only=True):
    """A group and its members."""

    group: UUID
    office: Office
    commune: CommuneCode
    locality: Locality
    association: Association
    village: str
    formed_on: date
    dissolved: bool
    member_count: int
    members: tuple[UUID, ...]


class EntitlementListAnswer(Struct, frozen=True, kw_only=True):
    """An entitlement list, and what became of each entry so far."""

    list: UUID
    office: Office
    commune: CommuneCode
    group: UUID
    association: Association
    listed_on: date
    posted_on: date | None
    entries: tuple[Entry, ...]


ANSWERS: Final[Sequence[type[Struct]]] = (HouseholdAnswer, GroupAnswer, EntitlementListAnswer)


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    tree = units_before_reform()
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/households/{household}",
        summary="A household, and who the person is: for the staff of its own office",
        response_class=Response,
        responses=answers("HouseholdAnswer", 401, 403, 404, 410, 422, 503),
    )
    def household(caller: Caller, household: UUID) -> Response:
        known = Books(store).get(HOUSEHOLD, household)
        # Whoever may see no household at all is not told which exist.
        may_write(caller, known.office if known else caller.unit, KNOW_PEOPLE)
        if known is None:
            raise _unknown("household", household)
        content = None if known.erased else store.personal(household)
        if content is None:
            detail = f"Who household {household} was is erased."
            raise Problem(410, "household-erased", "Household erased", detail)
        answer = HouseholdAnswer(
            household=household,
            office=known.office,
            locality=known.locality,
            registered_on=known.registered_on,
            group=known.group,
            person=unsealed(content),
        )
        return _answer(answer, {"Cache-Control": "no-store"})

    @router.get(
        "/groups/{group}",
        summary="A group and the ids of its members",
        response_class=Response,
        responses=answers("GroupAnswer", 401, 403, 404, 422, 503),
    )
    def group(caller: Caller, group: UUID) -> Response:
        known = Books(store).get(GROUP, group)
        if known is None:
            raise _unknown("group", group)
        may_read(caller, known.commune, tree)
        answer = GroupAnswer(
            group=group,
            office=known.office,
            commune=known.commune,
            locality=known.locality,
            association=known.association,
            village=known.village,
            formed_on=known.formed_on,
            dissolved=known.dissolved,
            member_count=len(known.members),
            members=tuple(sorted(known.members)),
        )
        return _answer(answer)

    @router.get(
        "/entitlement-lists/{list}",
        summary="An entitlement list, and what became of each entry so far",
        response_class=Response,
        responses=answers("EntitlementListAnswer", 401, 403, 404, 422, 503),
    )
    def entitlement_list(caller: Caller, list: UUID) -> Response:
        known = Books(store).get(ENTITLEMENT_LIST, list)
        if known is None:
            raise _unknown("list", list)
        may_read(caller, known.commune, tree)
        answer = EntitlementListAnswer(
            list=list,
            office=known.office,
            commune=known.commune,
            group=known.group,
            association=known.association,
            listed_on=known.listed_on,
            posted_on=known.posted_on,
            entries=tuple(known.entries.values()),
        )
        return _answer(answer)

    return router


def _unknown(thing: str, id_: UUID) -> Problem:
    return Problem(404, f"{thing}-unknown", f"Unknown {thing}", f"There is no {thing} {id_}.")


def _answer(answer: Struct, headers: dict[str, str] | None = None) -> Response:
    content = msgspec.json.encode(answer)
    return Response(content, headers=headers, media_type="application/json")
