"""Our few absolute rules, as tests."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from policy_credit_shared.events.catalogue import EVENT_TYPES
from policy_credit_shared.running.service import installed_services
from policy_credit_shared.settings import PREFIX

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for folder in ("shared", "services", "deploy")
    for path in sorted((ROOT / folder).rglob("*.py"))
]


def test_no_event_holds_a_float() -> None:
    _, schemas = msgspec.json.schema_components(EVENT_TYPES.values())
    assert '"number"' not in msgspec.json.encode(schemas).decode()


def test_event_types_follow_one_pattern() -> None:
    for name in EVENT_TYPES:
        assert re.fullmatch(r"policycredit\.[a-z_]+\.[a-z_]+\.v[1-9]", name), name


def test_the_librarys_database_functions_stay_off() -> None:
    """They take no lock, and a tailing relay then loses events (docs/decisions/0004)."""
    for path in SOURCES:
        code = path.read_text()
        assert "ENABLE_DB_FUNCTIONS" not in code, path
        assert "enable_db_functions=True" not in code, path


def test_rules_and_figures_never_read_the_clock_or_the_environment() -> None:
    rooms = re.compile(r"/(domain|application|publishing|indicators|events|sheet)/")
    banned = re.compile(r"datetime\.now|date\.today|time\.time|os\.environ|uuid4|\brandom\b")
    for path in SOURCES:
        if rooms.search(path.as_posix()):
            assert not banned.search(path.read_text()), path


def test_nothing_names_a_machine_or_a_registry() -> None:
    files = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    banned = re.compile(
        r"/(?:home|root)/\w|(?:index|registry|repository)-?url|repo1\.maven|pypi\.org"
    )
    for name in files:
        path = ROOT / name
        if path.suffix in (".py", ".toml", ".md", ".in", ".lock", "") and path.is_file():
            if path.name != Path(__file__).name and path.name != "Makefile":
                assert not banned.search(path.read_text()), name


def test_writing_services_have_the_same_rooms() -> None:
    rooms = {
        name: sorted(
            path.name
            for path in (ROOT / f"services/{name}/src/policy_credit_{name}").iterdir()
            if path.name != "__pycache__"
        )
        for name in ("loans", "repayments", "oversight")
    }
    assert rooms["loans"] == rooms["repayments"] == rooms["oversight"]


def test_every_service_is_installed() -> None:
    assert list(installed_services()) == ["loans", "oversight", "repayments", "reporting"]


PLANTED = {
    "a service that knows another": (
        "services/loans/src/policy_credit_loans/domain/loan.py",
        "import policy_credit_repayments.domain.account",
    ),
    "a domain that knows a database": (
        "services/loans/src/policy_credit_loans/domain/loan.py",
        "import psycopg",
    ),
    "a reader that reaches into the projector": (
        "services/reporting/src/policy_credit_reporting/api/app.py",
        "import policy_credit_reporting.projection.folding",
    ),
    "a room that nobody decided on": (
        "shared/src/policy_credit_shared/helpers.py",
        '"""A new room."""',
    ),
}


@pytest.mark.parametrize("name", PLANTED)
def test_the_import_contracts_bite(name: str, tmp_path: Path) -> None:
    """A violation planted in a copy is found."""
    for folder in ("shared", "services", "deploy"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    victim, line = PLANTED[name]
    with (tmp_path / victim).open("a") as source:
        source.write(f"\n{line}\n")
    paths = ":".join(str(path) for path in tmp_path.glob("**/src"))
    done = subprocess.run(
        ["lint-imports", "--no-cache"],
        cwd=tmp_path,
        env={**_environment(), "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr


def _environment() -> dict[str, str]:
    folder = str(Path(sys.executable).parent)
    return {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)} | {
        "PATH": f"{folder}:{os.environ['PATH']}"
    }
