"""The command line: what every installation has, and what installed distributions add."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from typer.core import TyperGroup
from typer.main import get_command

from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.kernel.principals import ROLES, Role
from policy_credit_shared.kernel.units import NATION, UnknownUnit, units_before_reform
from policy_credit_shared.messaging.contracts import documents
from policy_credit_shared.messaging.kafka import create_topics
from policy_credit_shared.messaging.topics import Topics
from policy_credit_shared.running.documents import write_documents
from policy_credit_shared.running.service import (
    CloseDay,
    Service,
    installed_services,
    load_service,
    service_names,
)
from policy_credit_shared.running.writing import reachable_kafka
from policy_credit_shared.settings import SettingRefused, SigningSettings
from policy_credit_shared.store.port import Conflict
from policy_credit_shared.web.auth import issue_token

COMMANDS_GROUP = "policy_credit.commands"


class InstalledCommands(TyperGroup):
    """Our own commands, and those of every installed distribution, loaded when they are called.

    A distribution names each of its commands in the entry points `policy_credit.commands`: a
    function, or a `typer.Typer` for a group. So a process that runs one service loads no other.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """Every command that is there."""
        closing = [name for name in service_names() if self.get_command(ctx, name) is not None]
        return [*super().list_commands(ctx), *closing, *entry_points(group=COMMANDS_GROUP).names]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of this name, if there is one."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return own
        for entry in entry_points(group=COMMANDS_GROUP, name=cmd_name):
            return _command(cmd_name, entry.load())
        if cmd_name in service_names() and (close := load_service(cmd_name).close_day):
            return _command(cmd_name, closing_commands(cmd_name, close))
        return None


app = typer.Typer(
    name="policy-credit",
    cls=InstalledCommands,
    help="Social-policy lending: events from loans, repayments and oversight become figures.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
services = typer.Typer(help="Run the services.", no_args_is_help=True)
topics = typer.Typer(help="Manage the Kafka topics.", no_args_is_help=True)
app.add_typer(services, name="services")
app.add_typer(topics, name="topics")

out = Console()
err = Console(stderr=True)


@services.command("run")
def run_service(
    name: Annotated[str, typer.Argument(help="loans, repayments, oversight or reporting")],
    role: Annotated[
        str | None, typer.Option(help="run only this role, in this process; default: all roles")
    ] = None,
) -> None:
    """Run a service until it is stopped.

    Settings come from the environment, for example POLICY_CREDIT_KAFKA_BOOTSTRAP and
    POLICY_CREDIT_LOANS_DATABASE_URL.
    """
    service = _service(name)
    if role is None:
        _run_roles(service)
    elif role in service.roles:
        service.roles[role]()
    else:
        raise typer.BadParameter(f"{name} has no role {role!r}; it has {', '.join(service.roles)}")


@services.command("list")
def list_services() -> None:
    """List the installed services and their roles."""
    for service in installed_services().values():
        out.print(f"{service.name}: {', '.join(service.roles)}")


@app.command()
def migrate(
    name: Annotated[str | None, typer.Argument(help="one service; default: all installed")] = None,
) -> None:
    """Create the database tables that are missing. Safe to repeat."""
    chosen = [_service(name)] if name else list(installed_services().values())
    for service in chosen:
        service.migrate()
        out.print(f"{service.name}: migrated")


@topics.command("create")
def create() -> None:
    """Create the Kafka topics that are missing. Safe to repeat."""
    settings = reachable_kafka()
    wanted = Topics(settings.topic_prefix, settings.fact_partitions)
    created = create_topics(settings.kafka_bootstrap, wanted.all())
    out.print(f"created: {', '.join(created)}" if created else "all topics exist")


@app.command()
def contracts(
    folder: Annotated[Path, typer.Argument(help="where the documents are")] = Path("docs"),
    check: Annotated[bool, typer.Option("--check", help="write nothing; 1 if any differs")] = False,
) -> None:
    """Write the event catalogue, JSON Schemas and AsyncAPI document, or check them."""
    write_documents(documents(), folder, check, out)


@app.command()
def token(
    unit: Annotated[
        str, typer.Option(help="VN, or the code of a province (58), district (587) or commune")
    ],
    role: Annotated[str, typer.Option(help=f"one of {', '.join(ROLES)}")],
    subject: Annotated[str, typer.Option(help="who the token is for")] = "local",
    hours: Annotated[int, typer.Option(min=1, max=24 * 30, help="how long it is valid")] = 12,
) -> None:
    """Print a bearer token of the embedded issuer.

    Use it as: curl -H "Authorization: Bearer $(policy-credit token --unit 58 --role viewer)" …
    """
    chosen = next((known for known in ROLES if known == role), None)
    if chosen is None:
        raise typer.BadParameter(f"--role: {role!r} is not one of {', '.join(ROLES)}")
    _known_unit(unit)
    print_token(unit, chosen, subject, hours)


def print_token(unit: str, role: Role, subject: str, hours: int) -> None:
    """Write the token alone on standard output, for use in other commands."""
    signed = issue_token(
        SigningSettings.read(),
        subject=subject,
        unit=unit,
        role=role,
        now=system_clock(),
        lifetime=timedelta(hours=hours),
    )
    typer.echo(signed)


def closing_commands(name: str, close: CloseDay) -> typer.Typer:
    """The commands of a service in which something follows from the calendar alone."""
    group = typer.Typer(help=f"Close days in {name}.", no_args_is_help=True)

    @group.callback()
    def commands() -> None:
        pass

    @group.command("close-day")
    def close_day(
        day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="business day")],
        office: Annotated[
            str | None, typer.Option(help="one transaction office (587); default: all")
        ] = None,
    ) -> None:
        """Đóng ngày: record what the end of a business day brings about by itself.

        Safe to repeat, and to start again after it was interrupted. Days that were left out are
        made up for, each with its own date.
        """
        if office is not None:
            _known_unit(office)
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        closed = 0
        with Progress(*columns, console=out) as bars:
            bar = bars.add_task(f"{name} {day:%Y-%m-%d}", total=None)
            try:
                for step in close(day.date(), office):
                    closed += step.closed
                    bars.update(bar, completed=closed, total=max(step.awaited, closed))
            except Conflict:
                raise typer.BadParameter(
                    "others keep changing the same records; run the command again"
                ) from None
        out.print(f"{closed:,} closed" if closed else "nothing is left to close")

    return group


def main() -> None:
    """Run the command line; a refused setting is a sentence, not a trace."""
    try:
        app()
    except SettingRefused as refused:
        err.print(f"[red]{refused}[/red]", highlight=False)
        sys.exit(2)


def _command(name: str, what: typer.Typer | Callable[..., None]) -> Any:
    group = what if isinstance(what, typer.Typer) else typer.Typer(add_completion=False)
    if group is not what:
        group.command()(what)
    command = get_command(group)
    command.name = name
    return command


def _service(name: str) -> Service:
    if name not in service_names():
        raise typer.BadParameter(
            f"no service {name!r} here; there are {', '.join(service_names())}"
        )
    return load_service(name)


def _known_unit(code: str) -> None:
    try:
        units_before_reform().unit(code)
    except UnknownUnit as unknown:
        raise typer.BadParameter(f"--unit: {unknown}; the whole country is {NATION}") from None


def _run_roles(service: Service) -> None:
    """Run every role as a child process; when one ends, end the others."""
    arguments = [sys.executable, "-m", "policy_credit_shared", "services", "run", service.name]
    children = [
        subprocess.Popen([*arguments, "--role", role])  # noqa: S603 - our own command line
        for role in service.roles
    ]
    try:
        while all(child.poll() is None for child in children):
            for child in children:
                try:
                    child.wait(timeout=0.5)
                except subprocess.TimeoutExpired:
                    continue
    except KeyboardInterrupt:
        pass
    finally:
        for child in children:
            child.terminate()
        codes = [child.wait() for child in children]
    sys.exit(max(codes, key=abs))
