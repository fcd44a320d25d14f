"""The command line, run as people run it."""

import os
import subprocess
import sys

from policy_credit_shared.settings import PREFIX


def run(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`policy-credit …` with only these settings, to its end."""
    process = start(*arguments, **settings)
    try:
        stdout, stderr = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    return subprocess.CompletedProcess(process.args, process.returncode, stdout, stderr)


def start(*arguments: str, **settings: str) -> subprocess.Popen[str]:
    """`policy-credit …` with only these settings."""
    bare = {k: v for k, v in os.environ.items() if not k.startswith(PREFIX)}
    named = {k if k.startswith(PREFIX) else PREFIX + k: v for k, v in settings.items()}
    return subprocess.Popen(
        [sys.executable, "-m", "policy_credit_shared", *arguments],
        env={**bare, **named, "COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
