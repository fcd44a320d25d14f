"""What a unit's overdue ratio means and where to look first, for the terminal."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from policy_credit_reporting.indicators.algebra import Label
from policy_credit_reporting.store.explanations import Explanation
from policy_credit_reporting.store.spots import Spot, SpotsOfUnit


def reasons(explanation: Explanation, spots: SpotsOfUnit | None) -> RenderableType:
    """The explanation, and the hot-spots where there are units below."""
    return Group(*_parts(explanation, spots))


def _parts(explanation: Explanation, spots: SpotsOfUnit | None) -> Iterator[RenderableType]:
    yield from _both(explanation.text)
    if spots is None:
        return
    yield Text()
    yield from _both(spots.summary)
    if spots.spots:
        table = Table(title="Nơi cần xem trước · Hot-spots", title_justify="left")
        table.add_column("Đơn vị", no_wrap=True)
        table.add_column("Lý do")
        table.add_column("Reason", style="dim")
        for spot in spots.spots:
            table.add_row(_place(spot), spot.reason.vi, spot.reason.en)
        yield table


def _both(text: Label) -> Iterator[Text]:
    yield Text(text.vi)
    yield Text(text.en, style="dim")


def _place(spot: Spot) -> str:
    return ", ".join([spot.unit.name, *(unit.name for unit in spot.path)])
