"""How groups are rated for October, and what each level is to reach in the year."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from policy_credit_local.scenario.calls import Call, Line, sheets
from policy_credit_local.scenario.district import (
    AS_OF,
    DISTRICT,
    DISTRICTS,
    PROVINCE,
    District,
)
from policy_credit_shared.events.supervision import Targeted
from policy_credit_shared.kernel.money import MILLION
from policy_credit_shared.kernel.units import NATION

RATED_MONTH: Final = "2019-10"
AMENDED_SHARE: Final = 60
"""One in so many good groups is rated fair."""


def ratings(district: District, proposals: Iterable[dict[str, Any]]) -> Iterator[Call]:
    """Each proposal of the oversight service is confirmed; a few good ones are not believed."""
    lines = [_amended(p) if _is_doubted(p) else _confirmed(p) for p in proposals]
    yield from sheets("oversight", district.office, "credit_officer", "ratings", lines)


def targets(district: District) -> Iterator[Call]:
    """What the province expects of the district."""
    wanted: dict[Targeted, int] = {
        "overdue_ratio": district.ceiling_ppm,
        "principal_when_due_rate": 700_000,
        "interest_collection_rate": 700_000,
        "communes_without_overdue": 8,
        "groups_good_ratio": 800_000,
        "local_capital": district.outstanding * MILLION // 20,
        "credit_growth": 100_000,
    }
    yield from _set(district.office, wanted, district.office, PROVINCE)


def targets_above() -> Iterator[Call]:
    """What head office expects of the branch, and what it is to reach itself."""
    of_province: dict[Targeted, int] = {
        "overdue_ratio": 1_400,
        "principal_when_due_rate": 750_000,
        "interest_collection_rate": 750_000,
        "communes_without_overdue": 10,
        "groups_good_ratio": 850_000,
        "local_capital": sum(d.outstanding for d in DISTRICTS) * MILLION // 20,
        "credit_growth": 100_000,
    }
    of_nation = {**of_province, "overdue_ratio": 2_000, "groups_good_ratio": 800_000}
    for unit, wanted in ((PROVINCE, of_province), (NATION, of_nation)):
        yield from _set(unit, wanted, DISTRICT.office, NATION)


def _set(unit: str, wanted: dict[Targeted, int], office: str, by: str) -> Iterator[Call]:
    lines: list[Line] = [
        {
            "type": "set_target",
            "unit": unit,
            "year": AS_OF.year,
            "indicator": indicator,
            "value": value,
            "set_on": AS_OF.isoformat(),
        }
        for indicator, value in wanted.items()
    ]
    name = f"targets of {unit}"
    yield from sheets("oversight", office, "branch_director", name, lines, by)


def _confirmed(proposal: dict[str, Any]) -> Line:
    return {
        "type": "confirm_rating",
        "office": proposal["group"]["office"],
        "group": proposal["group"]["group"],
        "month": proposal["score"]["month"],
        "rating": proposal["score"]["rating"],
        "confirmed_on": AS_OF.isoformat(),
    }


def _amended(proposal: dict[str, Any]) -> Line:
    return {
        "type": "amend_rating",
        "office": proposal["group"]["office"],
        "group": proposal["group"]["group"],
        "month": proposal["score"]["month"],
        "rating": "fair",
        "reason": "Sổ theo dõi của tổ ghi chép chưa đầy đủ",
        "amended_on": AS_OF.isoformat(),
    }


def _is_doubted(proposal: dict[str, Any]) -> bool:
    """By the group's id, so that the same seed gives the same ratings."""
    number = int(proposal["group"]["group"].replace("-", ""), 16)
    return proposal["score"]["rating"] == "good" and number % AMENDED_SHARE == 0
