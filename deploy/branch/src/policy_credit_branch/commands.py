"""The branch's commands on the command line."""

import typer

from policy_credit_branch.importing.commands import commands as importing
from policy_credit_branch.sessions import commands as sessions


def register(app: typer.Typer) -> None:
    """Add this distribution's commands to the command line."""
    branch = typer.Typer(
        help="At a branch and its commune transaction points, with or without a line.",
        no_args_is_help=True,
    )
    sessions.add_to(branch)
    app.add_typer(branch, name="branch")
    app.add_typer(importing, name="import")
