"""Monthly ratings (xếp loại) of savings-and-credit groups."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from policy_credit_oversight.domain.rating_refusals import GroupDiffers, MonthRatedAlready
from policy_credit_shared.kernel.aggregates import DomainEvent, Kind
from policy_credit_shared.kernel.identifiers import (
    Association,
    CommuneCode,
    Locality,
    Office,
    Rating,
    derived_id,
)
from policy_credit_shared.kernel.refusals import WrongOffice
from policy_credit_shared.kernel.units import served_locality

Month = Annotated[
    str, Meta(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", max_length=7, description="YYYY-MM")
]


class RateGroup(Struct, frozen=True, kw_only=True, tag="rate_group"):
    """Xếp loại tổ TK&VV: rate a group for a month."""

    office: Office
    commune: CommuneCode
    group: UUID
    association: Association
    month: Month
    rating: Rating
    rated_on: date

    def touches(self) -> Iterable[UUID]:
        return (group_rating_id(self.group),)


class GroupRated(DomainEvent, frozen=True, kw_only=True):
    """A group was rated; `previous` is what it was rated before, if ever."""

    TOPIC: ClassVar[str] = "oversight.group_rated.v1"

    office: Office
    locality: Locality
    group: UUID
    association: Association
    month: Month
    rating: Rating
    previous: Rating | None = None
    on: date


class GroupRating(Struct, frozen=True):
    """The rating that a group holds, and where it counts."""

    office: Office
    locality: Locality
    association: Association
    month: Month
    rating: Rating


def evolve(_: GroupRating | None, event: GroupRated) -> GroupRating:
    """The group's rating after an event."""
    return GroupRating(event.office, event.locality, event.association, event.month, event.rating)


GROUP_RATING: Kind[GroupRating] = Kind(evolve)


def group_rating_id(group: UUID) -> UUID:
    """The aggregate of a group's ratings."""
    return derived_id("group-rating", group)


def rate(held: GroupRating | None, command: RateGroup) -> GroupRated:
    """Decide on a rating; raises a Refusal.

    A rating takes the one before out of the figures, so it counts where that one counted.
    """
    if held is not None and command.office != held.office:
        raise WrongOffice("group", held.office)
    locality = served_locality(command.commune, command.office)
    if held is not None:
        if locality != held.locality:
            raise GroupDiffers("commune", held.locality[:5])
        if command.association != held.association:
            raise GroupDiffers("association", held.association)
        if command.month <= held.month:
            raise MonthRatedAlready(command.month, held.month)
    return GroupRated(
        office=command.office,
        locality=locality,
        group=command.group,
        association=command.association,
        month=command.month,
        rating=command.rating,
        previous=held.rating if held else None,
        on=command.rated_on,
    )
