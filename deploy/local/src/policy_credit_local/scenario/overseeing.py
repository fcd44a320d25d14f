"""What supervision does: ratings of groups, checks of loan use, inspections, a target."""

from collections.abc import Iterator, Sequence
from random import Random

from policy_credit_local.scenario import inspecting
from policy_credit_local.scenario.borrowing import Borrowers
from policy_credit_local.scenario.calls import Call, Line, sheets
from policy_credit_local.scenario.district import AS_OF, District

RATINGS = (("good", 95), ("fair", 4), ("average", 1))


def overseeing(district: District, borrowers: Borrowers, random: Random) -> Iterator[Call]:
    """A year's checks and inspections by every body, and a month's ratings."""
    office, loans = district.office, borrowers.loans
    checks = list(inspecting.checks(district, loans))
    yield from sheets("oversight", office, "credit_officer", "loan use", checks)
    remedies = list(inspecting.remedies(district, loans))
    yield from sheets("oversight", office, "branch_director", "remedies", remedies)
    communes = sorted({group.commune for group in borrowers.groups})
    inspections = list(inspecting.inspections(district, communes, random))
    yield from sheets("oversight", office, "branch_director", "inspections", inspections)
    ratings = _ratings(district, borrowers, random)
    yield from sheets("oversight", office, "credit_officer", "ratings", ratings)
    target = {
        "type": "set_target",
        "office": office,
        "commune": communes[0],
        "unit": office,
        "year": AS_OF.year,
        "indicator": "overdue_ratio",
        "ceiling": district.ceiling_ppm,
        "set_on": AS_OF.isoformat(),
    }
    yield from sheets("oversight", office, "branch_director", "targets", [target])


def _ratings(district: District, borrowers: Borrowers, random: Random) -> list[Line]:
    return [
        {
            "type": "rate_group",
            "office": district.office,
            "commune": group.commune,
            "group": str(group.id),
            "association": group.association,
            "month": "2019-10",
            "rating": _one_of(RATINGS, random),
            "rated_on": AS_OF.isoformat(),
        }
        for group in borrowers.groups
    ]


def _one_of(weighted: Sequence[tuple[str, int]], random: Random) -> str:
    return random.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]
