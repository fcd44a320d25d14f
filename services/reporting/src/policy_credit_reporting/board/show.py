"""`policy-credit show UNIT`: a unit's indicators in the terminal, live."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Any

import httpx
import msgspec
import typer
from pydantic import Field
from rich.console import Console, Group
from rich.live import Live
from rich.table import Table

from policy_credit_reporting.board.reasons import reasons
from policy_credit_reporting.indicators.numbers import VI
from policy_credit_reporting.store.answers import Figure, MeasureFigure, UnitFigures
from policy_credit_reporting.store.explanations import CARRIED_AT, Explanation
from policy_credit_reporting.store.spots import SpotsOfUnit
from policy_credit_shared.kernel.clock import system_clock
from policy_credit_shared.settings import Settings, SigningSettings
from policy_credit_shared.web.auth import issue_token

out = Console()
TOKEN_LIFETIME = timedelta(hours=12)
SPOTS_SHOWN = 10


class ClientSettings(Settings):
    """Where the reporting API is, and the token to show it."""

    reporting_url: str = Field(description="address of the reporting API, http://host:port")
    token: str | None = Field(
        default=None, description="bearer token; default: one of the embedded issuer"
    )


def show(
    unit: Annotated[str, typer.Argument(help="VN, or a province (58), district (587), commune")],
    programme: Annotated[str | None, typer.Option(help="only this programme, e.g. HN")] = None,
    association: Annotated[
        str | None, typer.Option(help="only what farmers, women, veterans or youth manage")
    ] = None,
    fund: Annotated[str | None, typer.Option(help="only money that is central or local")] = None,
    once: Annotated[bool, typer.Option(help="print the figures once and end")] = False,
) -> None:
    """Show a unit's indicators, what its overdue ratio means and where to look first.

    They move as events arrive, until Ctrl-C.

    Needs POLICY_CREDIT_REPORTING_URL; a running demo or `up` writes it to a file to source.
    """
    asked = {"programme": programme, "association": association, "fund": fund}
    filters = {name: value for name, value in asked.items() if value}
    settings = ClientSettings.read()
    client = httpx.Client(
        base_url=settings.reporting_url,
        headers={"Authorization": f"Bearer {settings.token or _own_token(unit)}"},
        timeout=httpx.Timeout(10, read=None),
    )
    try:
        with client:
            if once:
                answer = _checked(client.get(f"/api/v1/units/{unit}/indicators", params=filters))
                figures = msgspec.json.decode(answer.content, type=UnitFigures)
                out.print(_page(client, figures, filters))
                return
            with Live(console=out, auto_refresh=False) as live:
                for figures in _stream(client, unit, filters):
                    live.update(_page(client, figures, filters), refresh=True)
    except httpx.TransportError as error:
        raise typer.BadParameter(
            f"POLICY_CREDIT_REPORTING_URL ({settings.reporting_url}) does not answer: {error}"
        ) from None


def figures_table(figures: UnitFigures) -> Table:
    """The indicators of a unit as a table."""
    place = ", ".join([figures.unit.name, *(above.name for above in figures.path)])
    filters = "".join(f" · {name} {value}" for name, value in figures.filters.items())
    consumed = sum(sum(p.values()) for p in figures.position.offsets.values())
    notes = [f"as of {VI.whole(consumed)} records", *figures.provisional]
    table = Table(title=f"{place}{filters}", caption="; ".join(notes), title_justify="left")
    table.add_column("Chỉ tiêu")
    table.add_column("Indicator", style="dim")
    table.add_column("", justify="right")
    for figure in figures.indicators:
        table.add_row(figure.label.vi, figure.label.en, value_of(figure))
    return table


def value_of(figure: Figure) -> str:
    """A figure in words and numbers."""
    if figure.value is None:
        return "–"
    if isinstance(figure, MeasureFigure):
        return VI.millions(figure.value) if figure.unit == "dong" else VI.whole(figure.value)
    numerator, denominator = figure.numerator or 0, figure.denominator or 1
    match figure.unit:
        case "dong":
            return VI.millions(round(figure.value))
        case "days":
            return VI.mean_days(numerator, denominator)
        case "points":
            return VI.mean_points(numerator, denominator)
        case "ratio":
            return VI.percent(numerator, denominator)


def _page(client: httpx.Client, figures: UnitFigures, filters: dict[str, str]) -> Group:
    """What the overdue ratio means and where to look first, then every figure."""
    path = f"/api/v1/units/{figures.unit.code}"
    answer = _checked(client.get(f"{path}/explanation", params=filters))
    explanation = msgspec.json.decode(answer.content, type=Explanation)
    spots = None
    if level := CARRIED_AT.get(figures.unit.level):
        asked = {**filters, "level": level, "limit": str(SPOTS_SHOWN)}
        answer = _checked(client.get(f"{path}/hot-spots", params=asked))
        spots = msgspec.json.decode(answer.content, type=SpotsOfUnit)
    return Group(reasons(explanation, spots), figures_table(figures))


def _stream(client: httpx.Client, unit: str, filters: dict[str, str]) -> Iterator[UnitFigures]:
    with client.stream("GET", f"/api/v1/units/{unit}/stream", params=filters) as answer:
        if answer.is_error:
            answer.read()
        for line in _checked(answer).iter_lines():
            if line.startswith("data:"):
                yield msgspec.json.decode(line.removeprefix("data:"), type=UnitFigures)


def _checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        problem: dict[str, Any] = answer.json()
        raise typer.BadParameter(f"{problem.get('title')}: {problem.get('detail')}")
    return answer


def _own_token(unit: str) -> str:
    return issue_token(
        SigningSettings.read(),
        subject="show",
        unit=unit,
        role="viewer",
        now=system_clock(),
        lifetime=TOKEN_LIFETIME,
    )
