"""Monthly ratings (xếp loại) of savings-and-credit groups: proposed by the system from the month's
figures, confirmed or amended with a reason by a person."""

from collections.abc import Iterable
from datetime import date
from typing import ClassVar
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from policy_credit_oversight.domain.group_score import GroupKnown, GroupScore, group_score_id
from policy_credit_oversight.domain.months import Month, month_end
from policy_credit_oversight.domain.rating_refusals import (
    GroupIsDissolved,
    GroupUnknown,
    MonthNotOver,
    MonthRatedAlready,
    NothingProposed,
    NothingToAmend,
    ProposalDiffers,
)
from policy_credit_oversight.domain.scoring import Points, Score
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.identifiers import (
    Association,
    Locality,
    Office,
    Rating,
    Text,
    derived_id,
)
from policy_credit_shared.kernel.refusals import WrongOffice


class ConfirmRating(Struct, frozen=True, kw_only=True, tag="confirm_rating"):
    """Xác nhận xếp loại tổ TK&VV: confirm the proposed rating of a group for a month.

    `rating` is the one that the sender saw; if the month's figures are worth another by now, the
    call is refused.
    """

    office: Office
    group: UUID
    month: Month
    rating: Rating
    confirmed_on: date

    def touches(self) -> Iterable[UUID]:
        return group_score_id(self.group), group_rating_id(self.group)


class AmendRating(Struct, frozen=True, kw_only=True, tag="amend_rating"):
    """Điều chỉnh xếp loại tổ TK&VV: rate a group otherwise than proposed, and say why.

    Also after a month was confirmed, as long as it is the last that is rated.
    """

    office: Office
    group: UUID
    month: Month
    rating: Rating
    reason: Text
    amended_on: date

    def touches(self) -> Iterable[UUID]:
        return group_score_id(self.group), group_rating_id(self.group)


class GroupRated(DomainEvent, frozen=True, kw_only=True):
    """A group was rated; `previous` is what it was rated before, if ever.

    `score` is what was known of the month then: `score.rating` was proposed. Ratings of before
    there were proposals have none.
    """

    TOPIC: ClassVar[str] = "oversight.group_rated.v1"

    office: Office
    locality: Locality
    group: UUID
    association: Association
    month: Month
    rating: Rating
    previous: Rating | None = None
    on: date
    score: Score | None = None
    previous_points: Points | None = None
    reason: str = ""
    by: str = ""


class RatingEnded(DomainEvent, frozen=True, kw_only=True):
    """A rated group was dissolved: it holds its rating no more."""

    TOPIC: ClassVar[str] = "oversight.rating_ended.v1"

    office: Office
    locality: Locality
    group: UUID
    association: Association
    rating: Rating
    points: Points | None
    on: date


class GroupRating(Struct, frozen=True, kw_only=True):
    """The rating that a group holds, and where it counts."""

    office: Office
    locality: Locality
    association: Association
    month: Month
    rating: Rating
    points: Points | None = None
    ended: bool = False


def evolve(held: GroupRating | None, event: GroupRated | RatingEnded) -> GroupRating:
    """The group's rating after an event."""
    match event:
        case GroupRated():
            return GroupRating(
                office=event.office,
                locality=event.locality,
                association=event.association,
                month=event.month,
                rating=event.rating,
                points=event.score.points if event.score else None,
            )
        case RatingEnded():
            if held is None:
                raise InvariantBroken("only a rating that is held ends")
            return replace(held, ended=True)


GROUP_RATING: Kind[GroupRating] = Kind(evolve)


def group_rating_id(group: UUID) -> UUID:
    """The aggregate of a group's ratings."""
    return derived_id("group-rating", group)


def confirm(
    group: GroupScore | None, held: GroupRating | None, command: ConfirmRating, by: str
) -> GroupRated:
    """Decide to confirm a proposal; raises a Refusal."""
    group, known = _active(group, command.group, command.office)
    if held is not None and command.month <= held.month:
        raise MonthRatedAlready(command.month, held.month)
    if command.month not in group.waiting:
        raise NothingProposed(command.month, group.waiting)
    score = _scored(group, command.month, "confirmed_on", command.confirmed_on)
    if command.rating != score.rating:
        raise ProposalDiffers(command.rating, score.rating, score.points.total)
    return _rated(known, held, command, command.confirmed_on, score, by)


def amend(
    group: GroupScore | None, held: GroupRating | None, command: AmendRating, by: str
) -> GroupRated:
    """Decide to rate otherwise; raises a Refusal."""
    group, known = _active(group, command.group, command.office)
    if held is not None and command.month < held.month:
        raise MonthRatedAlready(command.month, held.month)
    if command.month not in group.waiting and command.month != group.settled:
        raise NothingProposed(command.month, group.waiting)
    score = _scored(group, command.month, "amended_on", command.amended_on)
    again = held is not None and command.month == held.month
    standing = held.rating if held is not None and again else score.rating
    if command.rating == standing:
        raise NothingToAmend(command.rating, rated=again)
    return _rated(known, held, command, command.amended_on, score, by, command.reason)


def end(group: UUID, held: GroupRating, on: date) -> RatingEnded:
    """What the dissolution of a rated group means."""
    return RatingEnded(
        office=held.office,
        locality=held.locality,
        group=group,
        association=held.association,
        rating=held.rating,
        points=held.points,
        on=on,
    )


def _active(group: GroupScore | None, asked: UUID, office: Office) -> tuple[GroupScore, GroupKnown]:
    if group is None or group.known is None:
        raise GroupUnknown(asked)
    if group.known.office != office:
        raise WrongOffice("group", group.known.office)
    if group.ended_on is not None:
        raise GroupIsDissolved(asked, group.ended_on)
    return group, group.known


def _scored(group: GroupScore, month: Month, field: str, on: date) -> Score:
    """The month's score by all facts so far; it is rated when it is over."""
    if on < month_end(month):
        raise MonthNotOver(field, on, month_end(month))
    return group.score(month)


def _rated(
    known: GroupKnown,
    held: GroupRating | None,
    command: ConfirmRating | AmendRating,
    on: date,
    score: Score,
    by: str,
    reason: str = "",
) -> GroupRated:
    """A rating takes the one before out of the figures, so it counts where that one counted."""
    return GroupRated(
        office=held.office if held else known.office,
        locality=held.locality if held else known.locality,
        group=command.group,
        association=held.association if held else known.association,
        month=command.month,
        rating=command.rating,
        previous=held.rating if held else None,
        on=on,
        score=score,
        previous_points=held.points if held else None,
        reason=reason,
        by=by,
    )
