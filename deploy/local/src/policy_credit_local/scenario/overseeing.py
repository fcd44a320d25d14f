"""What supervision does: ratings of groups, checks of loan use, inspections, a target."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random

from policy_credit_local.scenario.borrowing import Borrowers, Loan, some_id
from policy_credit_local.scenario.calls import Call, Line, sheets
from policy_credit_local.scenario.district import AS_OF, District

CHECKED_FROM = date(2019, 8, 1)
RATINGS = (("good", 95), ("fair", 4), ("average", 1))
USES = (("right_use", 97), ("not_yet_used", 2), ("wrong_use", 1))


def overseeing(district: District, borrowers: Borrowers, random: Random) -> Iterator[Call]:
    """A month of supervision by every body."""
    checked = [x for x in borrowers.loans if x.disbursed_on >= CHECKED_FROM]
    lines = _ratings(district, borrowers, random) + _checks(district, checked, random)
    yield from sheets("oversight", district.office, "credit_officer", "supervision", lines)
    communes = sorted({group.commune for group in borrowers.groups})
    lines = _inspections(district, communes, random)
    lines.append(
        {
            "type": "set_target",
            "office": district.office,
            "commune": communes[0],
            "unit": district.office,
            "year": AS_OF.year,
            "indicator": "overdue_ratio",
            "ceiling": district.ceiling_ppm,
            "set_on": AS_OF.isoformat(),
        }
    )
    yield from sheets("oversight", district.office, "branch_director", "inspections", lines)


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


def _checks(district: District, loans: Sequence[Loan], random: Random) -> list[Line]:
    return [
        {
            "type": "check_loan_use",
            "office": district.office,
            "commune": loan.group.commune,
            "loan": str(loan.id),
            "association": loan.group.association,
            "disbursed_on": loan.disbursed_on.isoformat(),
            "result": _one_of(USES, random),
            "checked_on": (loan.disbursed_on + timedelta(days=random.randint(5, 32))).isoformat(),
        }
        for loan in loans
    ]


def _inspections(district: District, communes: Sequence[str], random: Random) -> list[Line]:
    return [
        {
            "type": "carry_out_inspection",
            "office": district.office,
            "commune": commune,
            "inspection": str(some_id(random)),
            "body": body,
            "groups_inspected": random.randint(2, 8),
            "households_visited": random.randint(10, 40),
            "carried_out_on": AS_OF.isoformat(),
        }
        for commune in communes
        for body in ("representative_board", "association", "bank")
    ]


def _one_of(weighted: Sequence[tuple[str, int]], random: Random) -> str:
    return random.choices([name for name, _ in weighted], [weight for _, weight in weighted])[0]
