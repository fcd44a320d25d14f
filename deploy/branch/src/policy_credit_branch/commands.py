"""The branch's commands on the command line."""

import typer


def register(app: typer.Typer) -> None:
    """Add this distribution's commands to the command line."""
