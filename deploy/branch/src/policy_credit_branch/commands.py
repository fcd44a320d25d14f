"""The branch's commands on the command line."""

import typer

from policy_credit_branch.importing.commands import commands as importing


def register(app: typer.Typer) -> None:
    """Add this distribution's commands to the command line."""
    app.add_typer(importing, name="import")
