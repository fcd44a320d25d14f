"""Who may plan, inspect, find, remedy, check, rate and set targets."""

import build
import pytest

from policy_credit_oversight.__main__ import PARTS
from policy_credit_shared.kernel.principals import ROLES, Principal, Role
from policy_credit_shared.store.books import Command
from policy_credit_shared.web.problems import Problem

SUPERVISION: dict[str, tuple[Command, set[Role]]] = {
    "plan": (build.plan_inspections(), {"inspector", "branch_director"}),
    "inspect": (build.inspect(), {"inspector", "branch_director"}),
    "find": (build.raise_finding(), {"inspector", "branch_director"}),
    "remedy": (build.remedy_finding(), {"inspector", "branch_director"}),
    "check": (build.check_use(), {"inspector", "credit_officer"}),
    "confirm a rating": (build.confirm_rating(), {"credit_officer", "branch_director"}),
    "amend a rating": (build.amend_rating(), {"credit_officer", "branch_director"}),
    "set a target": (build.set_target(), {"branch_director"}),
}


def may(command: Command, unit: str, role: Role) -> bool:
    route = next(r for r in PARTS.routes if r.command is type(command))
    try:
        route.allow(Principal("someone", unit, role), command)
    except Problem:
        return False
    return True


@pytest.mark.parametrize("what", SUPERVISION)
@pytest.mark.parametrize("role", ROLES)
def test_roles_do_what_is_theirs(what: str, role: Role) -> None:
    command, roles = SUPERVISION[what]
    assert may(command, build.OFFICE, role) == (role in roles)


@pytest.mark.parametrize("what", ["inspect", "find", "remedy"])
def test_inspectors_from_above_inspect_an_office_and_others_do_not(what: str) -> None:
    command, _ = SUPERVISION[what]
    assert may(command, "58", "inspector")
    assert may(command, "VN", "inspector")
    assert not may(command, build.OTHER_OFFICE, "inspector")
    assert not may(command, "01", "inspector")


def test_a_body_plans_for_itself() -> None:
    plan = build.plan_inspections(unit="58")
    assert may(plan, "58", "inspector")
    assert not may(plan, build.OFFICE, "inspector")


def test_an_office_checks_its_own_loans() -> None:
    assert not may(build.check_use(), "58", "inspector")


def test_an_office_rates_its_own_groups() -> None:
    assert not may(build.confirm_rating(), "58", "branch_director")
    assert not may(build.amend_rating(), "58", "branch_director")


@pytest.mark.parametrize("unit", [build.COMMUNE, build.OFFICE, "58"])
def test_targets_are_set_by_the_unit_or_by_those_above_it(unit: str) -> None:
    target = build.set_target(unit=unit)
    assert may(target, "58", "branch_director")
    assert may(target, "VN", "branch_director")
    assert may(target, build.OFFICE, "branch_director") == (unit != "58")
    assert not may(target, build.OTHER_OFFICE, "branch_director")
    assert not may(build.set_target(unit="99999"), "VN", "branch_director")


def test_head_office_records_its_own_targets_and_nobody_else_does() -> None:
    target = build.set_target(unit="VN")
    assert may(target, "VN", "branch_director")
    assert not may(target, "VN", "credit_officer")
    assert not may(target, "58", "branch_director")
