"""The shape of answers about ratings: points by component, with what they were given for."""

from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct

from policy_credit_oversight.domain.criteria import COMPONENTS, ComponentName, criteria_of
from policy_credit_oversight.domain.group_rating import GroupRated
from policy_credit_oversight.domain.group_score import GroupKnown, GroupScore
from policy_credit_oversight.domain.months import Month
from policy_credit_oversight.domain.scoring import Points, Score, quotient
from policy_credit_shared.kernel.identifiers import Association, Locality, Office, Rating

LABELS: Final[dict[ComponentName, tuple[str, str]]] = {
    "overdue": ("Nợ quá hạn", "Overdue debt"),
    "at_point": ("Giao dịch tại điểm giao dịch xã", "Handled at the transaction point"),
    "interest": ("Thu lãi", "Interest collected"),
    "principal": ("Thu gốc đến hạn", "Principal paid when due"),
    "savings_growth": ("Tăng trưởng tiết kiệm", "Growth of savings"),
    "members_saving": ("Tổ viên gửi tiết kiệm", "Members who save"),
}


class ComponentAnswer(Struct, frozen=True, kw_only=True):
    """A component: `points` of `of`, earned by `numerator` ÷ `denominator` (dong or members)."""

    component: ComponentName
    vi: str
    en: str
    points: int
    of: int
    numerator: int
    denominator: int


class ScoreAnswer(Struct, frozen=True, kw_only=True):
    """A month's score: `points` of 100, the rating they are worth, and by which criteria."""

    month: Month
    rating: Rating
    points: int
    components: tuple[ComponentAnswer, ...]
    criteria: Month
    source: str


class GroupAnswer(Struct, frozen=True, kw_only=True):
    """Which group it is, where it counts, and what it owes by all facts so far, in dong."""

    group: UUID
    village: str
    office: Office
    locality: Locality
    association: Association
    formed_on: date
    dissolved_on: date | None
    members: int
    outstanding: int
    overdue: int


class ProposalAnswer(Struct, frozen=True, kw_only=True):
    """A rating that waits to be confirmed or amended, by all facts so far."""

    group: GroupAnswer
    score: ScoreAnswer


class OverdueGroup(Struct, frozen=True, kw_only=True):
    """A group with overdue debt, and the rating that it holds, if any."""

    group: GroupAnswer
    rating: Rating | None
    month: Month | None


class ChangedComponent(Struct, frozen=True, kw_only=True):
    """A component whose points changed from one rating to the next."""

    component: ComponentName
    before: int
    after: int


class RatingAnswer(Struct, frozen=True, kw_only=True):
    """A rating as it was given, by whom, and what changed since the one before it.

    `proposed` and `score` are absent for ratings of before there were proposals. `by_now` is what
    the month's figures are worth with what came after the rating; absent if nothing changed or the
    month is too long ago. It changes no rating by itself.
    """

    month: Month
    rating: Rating
    previous: Rating | None
    proposed: Rating | None
    amended: bool
    reason: str
    rated_on: date
    by: str
    score: ScoreAnswer | None
    changed: tuple[ChangedComponent, ...]
    by_now: ScoreAnswer | None


class RatingHistory(Struct, frozen=True, kw_only=True):
    """A group's ratings, the newest first, and what waits to be confirmed."""

    group: GroupAnswer
    ratings: tuple[RatingAnswer, ...]
    waiting: tuple[ScoreAnswer, ...]


def group_answer(known: GroupKnown, state: GroupScore) -> GroupAnswer:
    """A group as answers name it."""
    return GroupAnswer(
        group=known.group,
        village=known.village,
        office=known.office,
        locality=known.locality,
        association=known.association,
        formed_on=known.on,
        dissolved_on=state.ended_on,
        members=state.members,
        outstanding=state.outstanding,
        overdue=state.overdue,
    )


def score_answer(month: Month, score: Score) -> ScoreAnswer:
    """A score with its figures, component by component."""
    criteria = criteria_of(score.criteria)
    components = []
    for name in COMPONENTS:
        numerator, denominator = quotient(name, score.figures)
        vi, en = LABELS[name]
        components.append(
            ComponentAnswer(
                component=name,
                vi=vi,
                en=en,
                points=getattr(score.points, name),
                of=criteria.components[name].points,
                numerator=numerator,
                denominator=denominator,
            )
        )
    return ScoreAnswer(
        month=month,
        rating=score.rating,
        points=score.points.total,
        components=tuple(components),
        criteria=score.criteria,
        source=criteria.source,
    )


def rating_answer(rated: GroupRated, state: GroupScore) -> RatingAnswer:
    """A rating, with what came after it."""
    score = rated.score
    now = state.score(rated.month) if rated.month >= state.kept_since else score
    return RatingAnswer(
        month=rated.month,
        rating=rated.rating,
        previous=rated.previous,
        proposed=score.rating if score else None,
        amended=bool(rated.reason),
        reason=rated.reason,
        rated_on=rated.on,
        by=rated.by,
        score=score_answer(rated.month, score) if score else None,
        changed=_changed(rated.previous_points, score.points) if score else (),
        by_now=score_answer(rated.month, now) if score and now and now != score else None,
    )


def _changed(before: Points | None, after: Points) -> tuple[ChangedComponent, ...]:
    if before is None:
        return ()
    return tuple(
        ChangedComponent(component=name, before=getattr(before, name), after=getattr(after, name))
        for name in COMPONENTS
        if getattr(before, name) != getattr(after, name)
    )
