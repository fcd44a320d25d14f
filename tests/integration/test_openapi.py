"""Each API does what its OpenAPI document says, whatever it is sent.

API_EXAMPLES sets how much is made up for each operation.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player

EXAMPLES = os.environ.get("API_EXAMPLES", "12")
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
]


@pytest.mark.parametrize(
    ("service", "unit", "role"),
    [
        ("loans", "587", "credit_officer"),
        ("repayments", "587", "branch_director"),
        ("oversight", "587", "branch_director"),
        ("oversight", "587", "inspector"),
        ("reporting", "VN", "viewer"),
        ("reporting", "587", "viewer"),
    ],
)
def test_no_answer_is_undocumented_and_none_a_server_error(
    town: Installation, player: Player, tmp_path: Path, service: str, unit: str, role: str
) -> None:
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "run",
            f"{town.url(service)}/openapi.json",
            f"--header=Authorization: Bearer {player.token(unit, role)}",  # type: ignore[arg-type]
            f"--checks={','.join(CHECKS)}",
            f"--max-examples={EXAMPLES}",
            "--seed=1",
            "--exclude-path=/api/v1/units/{code}/stream",
            "--no-color",
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5_000:]
