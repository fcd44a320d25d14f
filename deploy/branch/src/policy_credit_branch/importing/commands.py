"""policy-credit import: the template, the check, and the import of an office's existing books."""

from pathlib import Path
from typing import Annotated

import httpx
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

from policy_credit_branch.importing.checking import Checked, check
from policy_credit_branch.importing.marking import write_marked
from policy_credit_branch.importing.reading import Unreadable
from policy_credit_branch.importing.report import report
from policy_credit_branch.importing.sending import NoAnswer, Refused, Service, send
from policy_credit_branch.importing.sheets import (
    SHEETS,
)
from policy_credit_branch.importing.template import write_folder, write_workbook

commands = typer.Typer(
    help="Nhập sổ hiện có: start an office from its existing books.", no_args_is_help=True
)
err = Console(stderr=True)

Source = Annotated[
    Path, typer.Argument(help="a workbook (.xlsx), or a folder of CSV files", exists=True)
]


@commands.command("template")
def template(
    path: Annotated[
        Path, typer.Argument(help="a file that ends in .xlsx, or a folder for CSV files")
    ],
) -> None:
    """Write the template to fill in: sheets, columns, what each means, and an example."""
    if path.suffix.lower() == ".xlsx":
        write_workbook(path)
    else:
        write_folder(path)
    typer.echo(f"Đã ghi mẫu / Written: {path}")


@commands.command("check")
def check_books(
    source: Source,
    marked: Annotated[
        Path | None, typer.Option("--report", help="write a workbook with the cells marked")
    ] = None,
) -> None:
    """Say all that is wrong with the books, and what they add up to; nothing is sent."""
    checked = _check(source)
    typer.echo(report(checked), nl=False)
    if marked is not None:
        write_marked(checked, marked)
        typer.echo(f"Ô lỗi được đánh dấu trong / Cells are marked in {marked}")
    if not checked.is_sound:
        raise typer.Exit(1)


@commands.command("run")
def run(
    source: Source,
    url: Annotated[
        str,
        typer.Option(envvar="POLICY_CREDIT_LOANS_URL", help="address of the loans service"),
    ],
    token: Annotated[
        str,
        typer.Option(
            envvar="POLICY_CREDIT_TOKEN",
            help="bearer token of the office's branch_director; better in the environment",
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask before it begins")] = False,
) -> None:
    """Import the books: all of them, or nothing.

    It may be stopped at any moment and run again: it goes on where it was, and what is done is
    not done twice. Nothing is visible in any figure before the last step.
    """
    checked = _check(source)
    typer.echo(report(checked), nl=False)
    if not checked.is_sound:
        raise typer.Exit(1)
    if not yes:
        typer.confirm("Nhập sổ? / Import these books?", abort=True)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=url, headers=headers) as client:
        try:
            _send(Service(client), checked)
        except Refused as refused:
            _say(refused)
            raise typer.Exit(1) from None
        except NoAnswer as silent:
            err.print(
                f"[red]{silent}[/red]\nChạy lại để tiếp tục / Run it again to go on.",
                highlight=False,
            )
            raise typer.Exit(2) from None
    typer.echo("Đã mở sổ / The books are open.")


def _check(source: Path) -> Checked:
    try:
        return check(source)
    except Unreadable as unreadable:
        raise typer.BadParameter(str(unreadable)) from None


def _send(service: Service, checked: Checked) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err) as bars:
        bar = bars.add_task("Món vay / Loans", total=len(checked.books.loans))
        for sent in send(service, checked.books):
            opening = sent.loans == sent.of and not sent.opened
            description = "Mở sổ / Opening" if opening else "Món vay / Loans"
            bars.update(bar, completed=sent.loans, total=sent.of, description=description)


def _say(refused: Refused) -> None:
    titles = {sheet.key: sheet.title for sheet in SHEETS}
    err.print(f"[red]{refused.detail}[/red]", highlight=False, markup=True)
    for sheet, row, said in refused.lines:
        err.print(f"  {titles[sheet]}, hàng/row {row}: {said}", highlight=False, markup=False)
    err.print("Chưa ghi gì vào sổ mới / Nothing was taken into the new books.", highlight=False)
