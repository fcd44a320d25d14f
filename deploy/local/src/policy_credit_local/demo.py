"""The demo: play the scenario, then hold the figures that come out against what was published."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from policy_credit_local.installation import Installation
from policy_credit_local.playing import Player, Watch, play_world
from policy_credit_local.scenario.district import AS_OF, DISTRICT, DISTRICTS, PROVINCE
from policy_credit_local.scenario.world import World, make_world
from policy_credit_shared.kernel.money import MILLION
from policy_credit_shared.kernel.units import NATION

DISTRICT_RATIO = "0.12 %"
PROVINCE_RATIO = "0.11 %"


def play_demo(installation: Installation, seed: int, out: Console) -> bool:
    """Play and show; true if the figures are those of the scenario and of the published report."""
    began = time.monotonic()
    world = make_world(seed)
    player = Player(installation)
    try:
        with watching(out) as watch:
            play_world(player, world, watch)
        show_communes(player, out)
        figures = {unit: player.indicators(unit) for unit in (DISTRICT.office, PROVINCE, NATION)}
        published = published_reports(player)
        seconds, memory = time.monotonic() - began, installation.memory_mib()
        for alert in player.await_alerts(len(world.alerted)):
            out.print(f"alert: {alert['unit']} is above its {alert['indicator']} target")
        out.print(f"played in {seconds:.0f} s; all processes together use {memory:,.0f} MiB")
        wrong = differences(figures, world) + wrongly_adjusted(published, world)
        show_units(figures, out)
        show_published(published, out)
    finally:
        player.close()
    for difference in wrong:
        out.print(f"[bold red]WRONG[/bold red] {difference}")
    return not wrong


@contextmanager
def watching(out: Console) -> Iterator[Watch]:
    """Progress bars, one below the other."""
    columns = (
        TextColumn("{task.description:<44}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=out) as bars:

        def watch(description: str) -> Callable[[int, int], None]:
            task = bars.add_task(description, total=None)
            return lambda done, total: bars.update(task, completed=done, total=total)

        yield watch


def differences(figures: dict[str, dict[str, Any]], world: World) -> list[str]:
    """What is not as the scenario's loans add up, or not as published."""
    wrong: list[str] = []

    def expect(unit: str, name: str, expected: object) -> None:
        found = value(figures[unit], name)
        if found != expected:
            wrong.append(f"{unit} {name}: {found}, expected {expected}")

    every = sum((world.expected(district.office) for district in DISTRICTS), Counter[str]())
    for unit, expected in (
        (DISTRICT.office, world.expected(DISTRICT.office)),
        (PROVINCE, every),
        (NATION, every),
    ):
        for name, amount in expected.items():
            expect(unit, name, amount)
    expect(DISTRICT.office, "outstanding", DISTRICT.outstanding * MILLION)
    expect(DISTRICT.office, "households", DISTRICT.households)
    for unit, published in ((DISTRICT.office, DISTRICT_RATIO), (PROVINCE, PROVINCE_RATIO)):
        found = percent(ratio(figures[unit], "overdue_ratio"))
        if found != published:
            wrong.append(f"{unit} overdue ratio: {found}, published {published}")
    return wrong


@dataclass(frozen=True)
class Report:
    """A line of the register, and what of its unit's own figures is another now, by measure."""

    number: int
    unit: str
    period: str
    adjusted: dict[str, int]


def published_reports(player: Player) -> list[Report]:
    """What is published, the first first, beside what it is now."""
    return [
        Report(
            line["number"],
            line["unit"],
            line["period"],
            {
                one["measure"]: one["difference"]
                for one in player.adjustments(line["number"])
                if one["unit"] == line["unit"]
            },
        )
        for line in player.register()
    ]


def wrongly_adjusted(published: Sequence[Report], world: World) -> list[str]:
    """What is published of other units than the scenario's, or moved otherwise since."""
    found = {report.unit: report.adjusted.get("mobilised", 0) for report in published}
    if found == world.adjusted:
        return []
    return [f"published mobilised capital moved by {found}, expected {world.adjusted}"]


def show_published(published: Sequence[Report], out: Console) -> None:
    """The register, and what came to light since."""
    table = Table(title="Số liệu đã công bố · Published figures (million dong)")
    for column in ("Số\nNumber", "Đơn vị\nUnit", "Kỳ\nPeriod"):
        table.add_column(column)
    table.add_column("Vốn huy động, điều chỉnh\nMobilised, adjusted since", justify="right")
    for report in published:
        moved = report.adjusted.get("mobilised", 0)
        change = f"{moved / MILLION:+,.0f}" if moved else "–"
        table.add_row(str(report.number), report.unit, report.period, change)
    out.print(table)
    out.print("The events behind it: policy-credit audit adjustments --report 1", highlight=False)


def show_communes(player: Player, out: Console) -> None:
    """Where the district's overdue debt is."""
    table = Table(title="Nợ quá hạn theo xã · Overdue debt by commune (million dong)")
    for column in ("Xã · Commune", "Dư nợ · Outstanding", "Quá hạn · Overdue", "%"):
        table.add_column(column, justify="left" if column.startswith("Xã") else "right")
    children = player.children(DISTRICT.office)
    for child in sorted(children, key=lambda c: -value(c, "overdue")):
        table.add_row(
            child["unit"]["name"],
            millions(value(child, "outstanding")),
            millions(value(child, "overdue")),
            percent(ratio(child, "overdue_ratio")),
        )
    out.print(table)


def show_units(figures: dict[str, dict[str, Any]], out: Console) -> None:
    """The district against its province and the nation."""
    table = Table(title=f"Chỉ tiêu đến {AS_OF:%d/%m/%Y} · Indicators (million dong)")
    table.add_column("Đơn vị\nUnit", no_wrap=True)
    for label in (
        "Dư nợ\nOutstanding",
        "Số hộ\nHouseholds",
        "Nợ quá hạn\nOverdue",
        "Tỷ lệ quá hạn\nOverdue ratio",
    ):
        table.add_column(label, justify="right")
    for answer in figures.values():
        table.add_row(
            answer["unit"]["name"],
            millions(value(answer, "outstanding")),
            f"{value(answer, 'households'):,}",
            millions(value(answer, "overdue")),
            percent(ratio(answer, "overdue_ratio")),
        )
    out.print(table)


def value(answer: dict[str, Any], name: str) -> int:
    """A measure in an answer of the reporting API."""
    return int(_indicator(answer, name)["value"])


def ratio(answer: dict[str, Any], name: str) -> tuple[int, int]:
    """A ratio's numerator and denominator."""
    found = _indicator(answer, name)
    return found["numerator"], found["denominator"]


def millions(dong: int) -> str:
    """Dong in millions, as English readers write numbers."""
    return f"{dong / MILLION:,.0f}"


def percent(parts: tuple[int, int]) -> str:
    """A ratio with two decimals, as English readers write it; a dash where nothing is owed."""
    numerator, denominator = parts
    return f"{100 * numerator / denominator:.2f} %" if denominator else "–"


def _indicator(answer: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(i for i in answer["indicators"] if i["name"] == name)
    return found
