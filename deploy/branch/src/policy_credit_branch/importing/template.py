"""The template to fill in: a workbook, or a folder of CSV files."""

import csv
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from policy_credit_branch.importing.columns import (
    EXAMPLE,
    FORMS,
    Column,
    Said,
    Sheet,
)
from policy_credit_branch.importing.sheets import (
    SHEETS,
)

GUIDE: Final = "Hướng dẫn (Guide)"
LISTS: Final = "Danh mục (Lists)"
ROWS_MAX: Final = 200_000
"""As far down as cells are prepared; more rows are read all the same."""

_TEXT: Final = "@"
_FORMATS: Final = {"dong": "#,##0", "date": "dd/mm/yyyy", "months": "0", "rate": "General"}
_HEADER: Final = PatternFill("solid", start_color="DDEBF7")
_EXAMPLE: Final = Font(italic=True, color="808080")
_INTRODUCTION: Final = (
    Said(
        "Mỗi trang có hai hàng tiêu đề và một hàng ví dụ; ghi dữ liệu từ hàng 4.",
        "Each sheet has two header rows and a row of examples; data begin in row 4.",
    ),
    Said(
        f"Hàng có ô đầu bắt đầu bằng “{EXAMPLE}” không được đọc; có thể xóa.",
        f"A row whose first cell begins with “{EXAMPLE}” is not read; delete it if you like.",
    ),
    Said(
        "Mã là văn bản: giữ số 0 ở đầu. Số tiền bằng đồng, số nguyên.",
        "Codes are text: leading zeros are kept. Amounts are whole dong.",
    ),
    Said(
        "Mọi số dư là số dư đầu ngày mở sổ; giao dịch từ ngày đó ghi vào sổ mới.",
        "All balances are those at the beginning of the opening day; what happens from that day on"
        " is booked here.",
    ),
)


def write_workbook(path: Path) -> None:
    """Write the template as a workbook."""
    workbook = Workbook()
    guide = workbook.active
    if guide is None:
        guide = workbook.create_sheet()
    guide.title = GUIDE
    _guide(guide)
    lists = workbook.create_sheet(LISTS)
    ranges = _lists(lists)
    for sheet in SHEETS:
        _sheet(workbook.create_sheet(sheet.title), sheet, ranges)
    workbook.move_sheet(lists, len(SHEETS))
    workbook.save(path)


def write_folder(path: Path) -> None:
    """Write the template as CSV files."""
    path.mkdir(parents=True, exist_ok=True)
    for sheet in SHEETS:
        # A mark of the encoding, without which spreadsheets take the letters for others.
        with (path / f"{sheet.key}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([column.name.vi for column in sheet.columns])
            writer.writerow([column.name.en for column in sheet.columns])
            writer.writerow(example(sheet))


def example(sheet: Sheet) -> list[str]:
    """The row that shows how it is done."""
    first, *others = (column.example for column in sheet.columns)
    return [f"{EXAMPLE} {first}", *others]


def _guide(guide: Any) -> None:
    for said in _INTRODUCTION:
        guide.append([said.vi])
        guide.append([said.en])
    guide.append([])
    guide.append(["Trang", "Cột", "Sheet", "Column", "Nội dung", "Meaning", "Dạng", "Form", "*"])
    for sheet in SHEETS:
        for column in sheet.columns:
            names = sheet.name.vi, column.name.vi, sheet.name.en, column.name.en
            form = FORMS[column.form]
            needed = "*" if column.required else ""
            guide.append([*names, *column.meaning, form.vi, form.en, needed])
    for letter, width in zip("ABCDEFGH", (14, 26, 14, 24, 60, 60, 44, 44), strict=True):
        guide.column_dimensions[letter].width = width


def _lists(lists: Any) -> dict[tuple[str, ...], str]:
    """Write the values of each list in a column; returns where each list is."""
    ranges: dict[tuple[str, ...], str] = {}
    for column in (c for sheet in SHEETS for c in sheet.columns if c.choices):
        values = tuple(_word(column, n) for n in range(len(column.choices)))
        if values in ranges:
            continue
        letter = get_column_letter(len(ranges) * 2 + 1)
        beside = get_column_letter(len(ranges) * 2 + 2)
        for row, (value, choice) in enumerate(zip(values, column.choices, strict=True), start=1):
            lists[f"{letter}{row}"] = value
            lists[f"{beside}{row}"] = f"{choice.name.vi} / {choice.name.en}"
        ranges[values] = f"'{LISTS}'!${letter}$1:${letter}${len(values)}"
    return ranges


def _word(column: Column, number: int) -> str:
    """Codes that the field writes in capitals are used as they are, others by their name."""
    choice = column.choices[number]
    return choice.code if choice.code.isupper() else choice.name.vi


def _sheet(written: Any, sheet: Sheet, ranges: dict[tuple[str, ...], str]) -> None:
    written.append([column.name.vi for column in sheet.columns])
    written.append([column.name.en for column in sheet.columns])
    written.append(example(sheet))
    for number, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(number)
        form = _FORMATS.get(column.form, _TEXT)
        written.column_dimensions[letter].width = max(16, len(column.name.vi) + 2)
        written.column_dimensions[letter].number_format = form
        for row in (1, 2):
            cell = written.cell(row, number)
            cell.fill = _HEADER
            cell.font = Font(bold=row == 1)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        written.cell(1, number).comment = Comment(_note(column), "policy-credit")
        written.cell(3, number).font = _EXAMPLE
        written.cell(3, number).number_format = _TEXT
        if column.choices:
            values = tuple(_word(column, n) for n in range(len(column.choices)))
            allowed = DataValidation("list", formula1=ranges[values], allow_blank=True)
            allowed.add(f"{letter}4:{letter}{ROWS_MAX}")
            written.add_data_validation(allowed)
    written.freeze_panes = "A4"


def _note(column: Column) -> str:
    form, needed = FORMS[column.form], Said("bắt buộc", "required")
    lines = [
        f"{column.meaning.vi}; {form.vi}" + (f" ({needed.vi})" if column.required else ""),
        f"{column.meaning.en}; {form.en}" + (f" ({needed.en})" if column.required else ""),
    ]
    return "\n".join(lines)
