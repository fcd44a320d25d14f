"""The rows of all sheets with their values, and what is wrong with them so far."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from policy_credit_branch.importing.cells import NotInForm, value_of
from policy_credit_branch.importing.columns import Said, Sheet
from policy_credit_branch.importing.findings import Finding, shown
from policy_credit_branch.importing.reading import Table
from policy_credit_branch.importing.sheets import SHEETS

Values = dict[str, Any]


class Rows:
    """Read cell by cell; rules about several cells add their findings."""

    def __init__(self, tables: dict[str, Table], findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        self._tables = tables
        self._cells = {
            key: {row.number: row.cells for row in table.rows} for key, table in tables.items()
        }
        self._rows: dict[str, list[tuple[int, Values, bool]]] = {}
        for sheet in SHEETS:
            self._rows[sheet.key] = [
                (row.number, *self._values(sheet, row.number, row.cells))
                for row in tables[sheet.key].rows
            ]
            self._repeated(sheet)

    def of(self, sheet: Sheet) -> list[tuple[int, Values, bool]]:
        """A sheet's rows: number, values by column, whether it is without fault."""
        return self._rows[sheet.key]

    def _values(self, sheet: Sheet, row: int, cells: dict[str, object]) -> tuple[Values, bool]:
        """The row's values by column, and whether it is without fault; a faulty cell has none."""
        values: Values = {}
        whole = True
        for column in sheet.columns:
            try:
                values[column.key] = value_of(column, cells.get(column.key))
            except NotInForm as wrong:
                whole = False
                if column.key in self._tables[sheet.key].places:
                    self.find(
                        sheet, row, column.key, wrong.problem, wrong.fix, expected=wrong.expected
                    )
        return values, whole

    def find(
        self,
        sheet: Sheet,
        row: int,
        key: str,
        problem: Said,
        fix: Said,
        *,
        expected: Said | None = None,
        warning: bool = False,
    ) -> None:
        """Note what is wrong in a cell."""
        column, table = sheet.column(key), self._tables[sheet.key]
        cell = self._cells[sheet.key].get(row, {}).get(key)
        self.findings.append(
            Finding(
                sheet=sheet,
                row=row,
                column=table.places.get(key, 1),
                name=column.name,
                problem=problem,
                found=shown(column, cell),
                expected=expected,
                fix=fix,
                warning=warning,
            )
        )

    def _repeated(self, sheet: Sheet) -> None:
        first: dict[tuple[object, ...], int] = {}
        for row, values, _ in self.of(sheet):
            key = tuple(values.get(k) for k in sheet.identified_by)
            if None in key:
                continue
            if (before := first.setdefault(key, row)) != row:
                problem = Said(f"đã có ở hàng {before}", f"it is in row {before} already")
                fix = Said("xóa một trong hai hàng, hoặc sửa mã", "delete a row, or correct one")
                self.find(sheet, row, sheet.identified_by[-1], problem, fix)

    def unknown(self, sheet: Sheet, row: int, key: str, other: Sheet) -> None:
        """Note that a cell names what is not on its own sheet."""
        self.find(
            sheet,
            row,
            key,
            Said(f"không có ở trang {other.name.vi}", f"it is not on the sheet {other.name.en}"),
            Said(
                f"sửa mã, hoặc thêm vào trang {other.name.vi}",
                f"correct it, or add it to the sheet {other.name.en}",
            ),
        )

    def after(self, sheet: Sheet, row: int, key: str, opened_on: date) -> None:
        """Note that a day lies after the books' day."""
        day = f"{opened_on:%d/%m/%Y}"
        self.find(
            sheet,
            row,
            key,
            Said(f"sau ngày mở sổ {day}", f"it is after the opening day {day}"),
            Said("sửa một trong hai ngày", "correct one of the two days"),
        )
