"""The criteria that groups are rated by (tiêu chí xếp loại tổ TK&VV), as dated reference data."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Annotated, Final, Literal, get_args

from msgspec import Meta, Struct, convert

from policy_credit_oversight.domain.months import Month
from policy_credit_shared.kernel.checks import check
from policy_credit_shared.kernel.identifiers import Rating, Text

MILLION: Final = 1_000_000

ComponentName = Literal[
    "overdue", "at_point", "interest", "principal", "savings_growth", "members_saving"
]
COMPONENTS: Final[tuple[ComponentName, ...]] = get_args(ComponentName)

Points = Annotated[int, Meta(ge=0, le=100)]


class Component(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a quotient earns: all `points` from `full` on, none from `none` on, in millionths."""

    points: Points
    full: int
    none: int
    idle: Literal["full", "none"]

    def earned(self, numerator: int, denominator: int) -> int:
        """Whole points, the half rounded up; `idle` where there is nothing to divide by."""
        if denominator <= 0:
            return self.points if self.idle == "full" or numerator > 0 else 0
        # Both sides times the denominator and the direction, so that nothing is rounded before.
        way = 1 if self.full > self.none else -1
        span = way * (self.full - self.none) * denominator
        reached = min(max(way * (numerator * MILLION - self.none * denominator), 0), span)
        return (2 * self.points * reached + span) // (2 * span)


class Criteria(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a month's figures are worth, and from how many points on a group is rated how."""

    valid_from: Month
    good: Points
    fair: Points
    average: Points
    components: dict[ComponentName, Component]
    source: Text
    trust: Literal["s", "q", "k"]
    note: str = ""

    def rating(self, points: int) -> Rating:
        """The rating that so many points are worth."""
        if points >= self.good:
            return "good"
        if points >= self.fair:
            return "fair"
        return "average" if points >= self.average else "weak"


@cache
def catalogue() -> Sequence[Criteria]:
    """The criteria of the data file, the earliest first."""
    text = (resources.files(__package__) / "data" / "group_rating.toml").read_text("utf-8")
    found = convert(tomllib.loads(text)["criteria"], tuple[Criteria, ...])
    for one in found:
        check(set(one.components) == set(COMPONENTS), f"{one.valid_from}: every component is there")
        check(sum(c.points for c in one.components.values()) == 100, "points add up to 100")
        check(all(c.full != c.none for c in one.components.values()), "full is not none")
    return sorted(found, key=lambda one: one.valid_from)


def criteria_of(month: Month) -> Criteria:
    """The criteria in force in a month; the earliest for months before them."""
    earliest, *later = catalogue()
    return max((c for c in later if c.valid_from <= month), key=_since, default=earliest)


def _since(criteria: Criteria) -> Month:
    return criteria.valid_from
