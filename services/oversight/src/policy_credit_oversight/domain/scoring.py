"""A group's score for a month (chấm điểm tổ TK&VV): points of each component, and the rating."""

from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import asdict

from policy_credit_oversight.domain.criteria import COMPONENTS, ComponentName, Criteria
from policy_credit_oversight.domain.figures import Figures
from policy_credit_oversight.domain.months import Month
from policy_credit_shared.kernel.identifiers import Rating

Earned = Annotated[int, Meta(ge=0, le=100)]


class Points(Struct, frozen=True, kw_only=True):
    """Whole points by component."""

    overdue: Earned
    at_point: Earned
    interest: Earned
    principal: Earned
    savings_growth: Earned
    members_saving: Earned

    @property
    def total(self) -> int:
        """All points, of 100."""
        return sum(asdict(self).values())


class Score(Struct, frozen=True, kw_only=True):
    """Points with the figures they were given for, the criteria's first month, and the rating."""

    criteria: Month
    figures: Figures
    points: Points
    rating: Rating


def score(figures: Figures, criteria: Criteria) -> Score:
    """What a month's figures are worth."""
    points = Points(
        **{name: criteria.components[name].earned(*quotient(name, figures)) for name in COMPONENTS}
    )
    return Score(
        criteria=criteria.valid_from,
        figures=figures,
        points=points,
        rating=criteria.rating(points.total),
    )


def quotient(component: ComponentName, figures: Figures) -> tuple[int, int]:
    """What a component divides: its numerator and its denominator."""
    match component:
        case "savings_growth":
            return figures.savings - figures.savings_before, figures.savings_before
        case _:
            numerator, denominator = _QUOTIENTS[component]
            return getattr(figures, numerator), getattr(figures, denominator)


_QUOTIENTS: Final[dict[str, tuple[str, str]]] = {
    "overdue": ("overdue", "outstanding"),
    "at_point": ("handled_at_point", "handled"),
    "interest": ("interest_collected", "interest_due"),
    "principal": ("principal_due_paid", "principal_due"),
    "members_saving": ("members_saving", "members"),
}
