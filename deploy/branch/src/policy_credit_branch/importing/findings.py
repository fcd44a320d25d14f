"""What is wrong in a workbook: where, what was found, what is expected, how it is put right."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct
from openpyxl.utils import get_column_letter

from policy_credit_branch.importing.columns import (
    Column,
    Said,
    Sheet,
)

FOUND_LENGTH_MAX = 40


class Finding(Struct, frozen=True, kw_only=True):
    """One thing that is wrong. `column` counts from 1; row 0 is the sheet as a whole.

    A `warning` is to be looked at; all else keeps the books from being imported.
    """

    sheet: Sheet
    row: int
    column: int
    name: Said
    problem: Said
    found: str | None = None
    expected: Said | None = None
    fix: Said
    warning: bool = False

    @property
    def address(self) -> str:
        """The cell, as a spreadsheet names it."""
        return f"{get_column_letter(self.column)}{self.row}" if self.row else "–"


def shown(column: Column, value: object) -> str | None:
    """A cell's value as a report may show it: no personal data, nothing that is not there."""
    if value is None or value == "":
        return None
    if column.personal:
        return "•••"
    text = f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
    return text if len(text) <= FOUND_LENGTH_MAX else text[: FOUND_LENGTH_MAX - 1] + "…"


def in_order(findings: Sequence[Finding], sheets: Sequence[Sheet]) -> list[Finding]:
    """Sheet by sheet, row by row, from the left."""
    order = {sheet.key: number for number, sheet in enumerate(sheets)}
    return sorted(findings, key=lambda f: (order[f.sheet.key], f.row, f.column, f.problem))
