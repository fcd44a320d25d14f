"""What supervision does in the year: checks of loan use, inspections."""

from collections.abc import Iterator
from random import Random

from policy_credit_local.scenario import inspecting
from policy_credit_local.scenario.borrowing import Borrowers
from policy_credit_local.scenario.calls import Call, sheets
from policy_credit_local.scenario.district import District


def overseeing(district: District, borrowers: Borrowers, random: Random) -> Iterator[Call]:
    """A year's checks and inspections by every body."""
    office, loans = district.office, borrowers.loans
    checks = list(inspecting.checks(district, loans))
    yield from sheets("oversight", office, "credit_officer", "loan use", checks)
    remedies = list(inspecting.remedies(district, loans))
    yield from sheets("oversight", office, "branch_director", "remedies", remedies)
    communes = sorted({group.commune for group in borrowers.groups})
    inspections = list(inspecting.inspections(district, communes, random))
    yield from sheets("oversight", office, "branch_director", "inspections", inspections)
