"""How the use of loans is checked, and what is inspected, in the year that is played.

What becomes of a loan's check follows from the loan's id, so that the figures can be told before.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from random import Random
from uuid import UUID

from policy_credit_local.scenario.borrowing import Loan, some_id
from policy_credit_local.scenario.calls import Line
from policy_credit_local.scenario.district import AS_OF, YEAR, District
from policy_credit_shared.kernel.identifiers import derived_id

UNCHECKED, NOT_YET_USED, WRONG_USE = 5, 25, 35
"""Of a thousand loans, so many are left unchecked; up to so many not yet used, used wrongly."""

AGAIN_DAYS = 20
REMEDY_DAYS = 20
BODIES = ("representative_board", "association", "bank")


def checks(district: District, loans: Sequence[Loan]) -> Iterator[Line]:
    """Each check on its day, and again where the money was not yet used."""
    for loan in loans:
        result = result_of(loan)
        if result is None:
            continue
        yield _check(district, loan, result, _checked_on(loan))
        if result == "not_yet_used" and _again_on(loan) <= AS_OF:
            yield _check(district, loan, "right_use", _again_on(loan))


def remedies(district: District, loans: Sequence[Loan]) -> Iterator[Line]:
    """Every second wrong use is put right in time."""
    for loan in loans:
        if result_of(loan) == "wrong_use" and _is_remedied(loan):
            yield _remedy(
                district,
                derived_id("wrong-use", loan.id, 1),
                _checked_on(loan) + timedelta(days=REMEDY_DAYS),
            )


def inspections(district: District, communes: Sequence[str], random: Random) -> Iterator[Line]:
    """A plan of each body for the year, an inspection of each commune, and what they found."""
    for body in BODIES:
        plan = str(some_id(random))
        yield {
            "type": "plan_inspections",
            "unit": district.office,
            "plan": plan,
            "body": body,
            "scope": [{"unit": commune} for commune in communes],
            "period_from": date(YEAR, 1, 1).isoformat(),
            "period_until": date(YEAR, 12, 31).isoformat(),
            "planned_on": date(YEAR, 1, 2).isoformat(),
        }
        for number, commune in enumerate(communes):
            inspection, on = some_id(random), AS_OF - timedelta(days=number)
            yield {
                "type": "carry_out_inspection",
                "office": district.office,
                "commune": commune,
                "inspection": str(inspection),
                "body": body,
                "groups_inspected": random.randint(2, 8),
                "households_visited": random.randint(10, 40),
                "carried_out_on": on.isoformat(),
                "plan": plan,
            }
            if number % 3 == 0:
                yield _finding(district, commune, inspection, on, some_id(random))


def figures(loans: Sequence[Loan], communes: int) -> dict[str, int]:
    """What must come out."""
    results = [(loan, result_of(loan)) for loan in loans]
    unchecked = [loan for loan, result in results if result is None and not loan.is_settled]
    again = [loan for loan, result in results if result == "not_yet_used"]
    waiting = [loan for loan in again if _again_on(loan) > AS_OF and not loan.is_settled]
    wrong = [loan for loan, result in results if result == "wrong_use"]
    remedied = sum(_is_remedied(loan) for loan in wrong)
    found = len(BODIES) * len(range(0, communes, 3))
    return {
        "use_checks_opened": len(loans),
        "use_checks_open": len(unchecked) + len(waiting),
        "use_checks_overdue": len(unchecked),
        "wrong_uses": len(wrong),
        "findings_raised": len(wrong) + found,
        "findings_open": len(wrong) + found - remedied,
        "findings_remedied_on_time": remedied,
        "inspections_planned": len(BODIES) * communes,
        "inspections_as_planned": len(BODIES) * communes,
    }


def result_of(loan: Loan) -> str | None:
    """What the first check finds; None if there is none."""
    lot = loan.id.int % 1_000
    if lot < UNCHECKED:
        return None
    if lot < NOT_YET_USED:
        return "not_yet_used"
    return "wrong_use" if lot < WRONG_USE else "right_use"


def _checked_on(loan: Loan) -> date:
    """Mostly in time; of a hundred, three are late."""
    days = 5 + loan.id.int % 26
    late = loan.id.int // 1_000 % 100 < 3
    return loan.disbursed_on + timedelta(days=32 if late else days)


def _again_on(loan: Loan) -> date:
    return _checked_on(loan) + timedelta(days=AGAIN_DAYS)


def _is_remedied(loan: Loan) -> bool:
    return loan.id.int % 2 == 0 and _checked_on(loan) + timedelta(days=REMEDY_DAYS) <= AS_OF


def _check(district: District, loan: Loan, result: str, on: date) -> Line:
    return {
        "type": "check_loan_use",
        "office": district.office,
        "loan": str(loan.id),
        "result": result,
        "checked_on": on.isoformat(),
    }


def _remedy(district: District, finding: UUID, on: date) -> Line:
    return {
        "type": "remedy_finding",
        "office": district.office,
        "finding": str(finding),
        "evidence": "Biên bản kiểm tra lại, mẫu 06/TD",
        "checked_by": "bank",
        "remedied_on": on.isoformat(),
    }


def _finding(
    district: District, commune: str, inspection: UUID, on: date, identifier: UUID
) -> Line:
    return {
        "type": "raise_finding",
        "office": district.office,
        "finding": str(identifier),
        "inspection": str(inspection),
        "subject": "group_management",
        "severity": "minor",
        "description": "Sổ họp tổ ghi chép chưa đầy đủ",
        "responsible": commune,
        "deadline": (on + timedelta(days=30)).isoformat(),
        "raised_on": on.isoformat(),
    }
