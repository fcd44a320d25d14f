"""The command line, run as people run it."""

import os
import subprocess
import sys

from policy_credit_shared.settings import PREFIX


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`policy-credit …` with only these settings."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    named = {k if k.startswith(PREFIX) else PREFIX + k: v for k, v in settings.items()}
    return subprocess.run(
        [sys.executable, "-m", "policy_credit_shared", *arguments],
        env={**bare, **named, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
