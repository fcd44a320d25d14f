"""Who may send what about Boards, obstacles, outreach, outcomes and reports."""

from collections.abc import Callable
from typing import Any

import build
import governing
import pytest

from policy_credit_oversight.api.governing import ROUTES
from policy_credit_oversight.application.governing import HANDLERS
from policy_credit_shared.kernel.principals import ROLES, Principal, Role
from policy_credit_shared.web.problems import Problem

BY_COMMAND = {route.command: route for route in ROUTES}

OF_A_UNIT: list[Callable[..., Any]] = [
    governing.meet,
    governing.adopt,
    governing.report_done,
    governing.raise_obstacle,
    governing.pass_up,
    governing.answer,
    governing.close_obstacle,
    governing.start_reporting,
    governing.send_report,
]
OF_AN_OFFICE: list[Callable[..., Any]] = [
    governing.reach_out,
    governing.record_outcome,
    governing.take_back,
    governing.report_lending,
    governing.close_lending,
]


def may(unit: str, role: Role, command: Any) -> bool:
    try:
        BY_COMMAND[type(command)].allow(Principal("somebody", unit, role), command)
    except Problem:
        return False
    return True


def test_every_command_is_posted_somewhere_of_its_own() -> None:
    assert set(BY_COMMAND) == set(HANDLERS)
    assert len({route.path for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("command", OF_A_UNIT)
@pytest.mark.parametrize("unit", ["VN", "58", build.OFFICE])
def test_a_unit_writes_for_itself_and_nobody_for_another(
    command: Callable[..., Any], unit: str
) -> None:
    assert may(unit, "branch_director", command(unit=unit))
    for other in {"VN", "58", build.OFFICE, build.OTHER_OFFICE} - {unit}:
        assert not may(other, "branch_director", command(unit=unit))


@pytest.mark.parametrize("command", OF_AN_OFFICE)
def test_an_office_records_its_own(command: Callable[..., Any]) -> None:
    assert may(build.OFFICE, "credit_officer", command())
    for other in ("VN", "58", build.OTHER_OFFICE):
        assert not may(other, "branch_director", command())


@pytest.mark.parametrize("command", [*OF_A_UNIT, *OF_AN_OFFICE])
def test_who_only_looks_writes_nothing(command: Callable[..., Any]) -> None:
    roles: tuple[Role, ...] = ("viewer", "auditor")
    made = command()
    unit = getattr(made, "unit", build.OFFICE)
    assert not any(may(unit, role, made) for role in roles)


@pytest.mark.parametrize(
    "command", [governing.report_done, governing.raise_obstacle, governing.close_obstacle]
)
def test_a_communes_committee_speaks_for_its_commune(command: Callable[..., Any]) -> None:
    assert may(build.COMMUNE, "peoples_committee", command(unit=build.COMMUNE))
    assert not may(build.COMMUNE, "peoples_committee", command(unit="22876"))


@pytest.mark.parametrize("command", [governing.answer, governing.pass_up])
def test_only_a_director_answers_for_an_upper_level(command: Callable[..., Any]) -> None:
    assert [role for role in ROLES if may("58", role, command())] == ["branch_director"]


def test_whoever_hears_of_illegal_lending_at_an_office_reports_it() -> None:
    allowed = [role for role in ROLES if may(build.OFFICE, role, governing.report_lending())]
    assert allowed == ["teller", "credit_officer", "branch_director", "inspector"]
