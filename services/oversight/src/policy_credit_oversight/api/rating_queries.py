"""What offices and those above them ask about ratings: a group's history, what waits to be
confirmed, and which groups have overdue debt."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from msgspec import Struct

from policy_credit_oversight.api.lists import answer
from policy_credit_oversight.api.rating_answers import (
    OverdueGroup,
    ProposalAnswer,
    RatingHistory,
    group_answer,
    rating_answer,
    score_answer,
)
from policy_credit_oversight.domain.group_rating import GROUP_RATING, GroupRated, group_rating_id
from policy_credit_oversight.domain.group_score import (
    GROUP_SCORE,
    GroupKnown,
    GroupScore,
    group_score_id,
)
from policy_credit_oversight.domain.office_groups import OFFICE_GROUPS, office_groups_id
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import UnknownUnit, units_before_reform
from policy_credit_shared.store.books import Books
from policy_credit_shared.store.port import EventStore
from policy_credit_shared.web.auth import NamesCaller, may_read
from policy_credit_shared.web.openapi import answers
from policy_credit_shared.web.problems import Problem

ANSWERS: Final[Sequence[type[Struct]]] = (RatingHistory, ProposalAnswer, OverdueGroup)


def queries(store: EventStore, principal: NamesCaller) -> APIRouter:
    """The routes, over one event store."""
    router = APIRouter()
    Caller = Annotated[Principal, Depends(principal)]

    @router.get(
        "/groups/{group}/ratings",
        summary="A group's ratings with their points and what changed, the newest first",
        response_class=Response,
        responses=answers("RatingHistory", 401, 403, 404, 422, 503),
    )
    def history(caller: Caller, group: UUID) -> Response:
        state = Books(store).get(GROUP_SCORE, group_score_id(group))
        if state is None or state.known is None:
            raise Problem(404, "unknown-group", "Unknown group", f"There is no group {group}.")
        may_read(caller, state.known.office, units_before_reform())
        found = RatingHistory(
            group=group_answer(state.known, state),
            ratings=tuple(rating_answer(rated, state) for rated in _ratings(store, group)),
            waiting=tuple(score_answer(m, state.score(m)) for m in sorted(state.waiting)),
        )
        return answer(found)

    @router.get(
        "/offices/{office}/rating-proposals",
        summary="Ratings that wait to be confirmed or amended, those of fewest points first",
        response_class=Response,
        responses=answers("ProposalAnswer", 401, 403, 404, 422, 503, many=True),
    )
    def proposals(
        caller: Caller,
        office: str,
        month: Annotated[
            str | None,
            Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7, description="YYYY-MM"),
        ] = None,
    ) -> Response:
        _may_read_office(caller, office)
        found = [
            ProposalAnswer(group=group_answer(known, state), score=score_answer(m, state.score(m)))
            for known, state in _groups(Books(store), office)
            for m in state.waiting
            if month in (None, m)
        ]
        found.sort(key=lambda p: (p.score.month, p.score.points, p.group.village, p.group.group))
        return answer(found)

    @router.get(
        "/offices/{office}/overdue-groups",
        summary="Groups with overdue debt, those that owe most first",
        response_class=Response,
        responses=answers("OverdueGroup", 401, 403, 404, 422, 503, many=True),
    )
    def overdue(caller: Caller, office: str) -> Response:
        _may_read_office(caller, office)
        books = Books(store)
        owing = [(known, state) for known, state in _groups(books, office) if state.overdue > 0]
        books.prefetch(group_rating_id(known.group) for known, _ in owing)
        found = [_overdue(books, known, state) for known, state in owing]
        found.sort(key=lambda o: (-o.group.overdue, o.group.village, o.group.group))
        return answer(found)

    return router


def _ratings(store: EventStore, group: UUID) -> Iterator[GroupRated]:
    """The newest first."""
    aggregate = group_rating_id(group)
    past = store.histories([aggregate], whole=True).get(aggregate)
    for recorded in reversed(past.events if past else []):
        if isinstance(recorded.event, GroupRated):
            yield recorded.event


def _groups(books: Books, office: str) -> Iterator[tuple[GroupKnown, GroupScore]]:
    listed = books.get(OFFICE_GROUPS, office_groups_id(office))
    groups = listed.groups if listed else ()
    books.prefetch(map(group_score_id, groups))
    for group in groups:
        state = books.get(GROUP_SCORE, group_score_id(group))
        if state is not None and state.known is not None:
            yield state.known, state


def _overdue(books: Books, known: GroupKnown, state: GroupScore) -> OverdueGroup:
    held = books.get(GROUP_RATING, group_rating_id(known.group))
    return OverdueGroup(
        group=group_answer(known, state),
        rating=held.rating if held else None,
        month=held.month if held else None,
    )


def _may_read_office(caller: Principal, office: str) -> None:
    tree = units_before_reform()
    try:
        level = tree.unit(office).level
        may_read(caller, office, tree)
    except UnknownUnit:
        level = "locality"
    if level != "district":
        detail = f"There is no transaction office {office!r}."
        raise Problem(404, "unknown-office", "Unknown office", detail)
