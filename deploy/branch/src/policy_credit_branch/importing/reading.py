"""Reading a workbook, or a folder of CSV files: rows of cells as they stand, with their places."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile

from msgspec import Struct
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from policy_credit_branch.importing.columns import (
    EXAMPLE,
    Said,
    Sheet,
)
from policy_credit_branch.importing.findings import Finding
from policy_credit_branch.importing.sheets import (
    SHEETS,
)

HEADER_ROWS = 2
"""Names in Vietnamese, then in English."""


class Unreadable(Exception):
    """The file is no workbook, or the folder has no CSV files."""


class Row(Struct, frozen=True):
    """A row: its number, and its cells by column key."""

    number: int
    cells: dict[str, object]


class Table(Struct, frozen=True):
    """A sheet as it was read: where each known column stands (from 1), and the rows."""

    sheet: Sheet
    places: dict[str, int]
    rows: Sequence[Row]


def read(path: Path) -> tuple[dict[str, Table], list[Finding]]:
    """All sheets by key, and what is wrong with their headers; raises Unreadable."""
    tables: dict[str, Table] = {}
    findings: list[Finding] = []
    raw = _folder(path) if path.is_dir() else _workbook(path)
    for sheet, rows in raw:
        if rows is None:
            findings.append(_missing(sheet, path))
            rows = iter(())
        tables[sheet.key] = _table(sheet, rows, findings)
    return tables, findings


Cells = Iterator[tuple[int, Sequence[object]]]


def _workbook(path: Path) -> Iterator[tuple[Sheet, Cells | None]]:
    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except (OSError, BadZipFile, InvalidFileException, KeyError) as error:
        raise Unreadable(f"{path} is not a workbook (.xlsx): {error}") from None
    names = {name.strip().casefold(): name for name in workbook.sheetnames}
    for sheet in SHEETS:
        name = next((names[n] for n in _names(sheet) if n in names), None)
        if name is None:
            yield sheet, None
        else:
            rows = workbook[name].iter_rows(values_only=True)
            yield sheet, ((number, row) for number, row in enumerate(rows, start=1))
    workbook.close()


def _folder(path: Path) -> Iterator[tuple[Sheet, Cells | None]]:
    if not any((path / f"{sheet.key}.csv").exists() for sheet in SHEETS):
        raise Unreadable(f"{path} holds none of {', '.join(f'{s.key}.csv' for s in SHEETS)}")
    for sheet in SHEETS:
        file = path / f"{sheet.key}.csv"
        if not file.exists():
            yield sheet, None
            continue
        with file.open(encoding="utf-8-sig", newline="") as lines:
            try:
                yield sheet, enumerate(csv.reader(lines), start=1)
            except (UnicodeDecodeError, csv.Error) as error:
                raise Unreadable(f"{file} is not a CSV file in UTF-8: {error}") from None


def _names(sheet: Sheet) -> list[str]:
    return [name.casefold() for name in (sheet.title, sheet.key, sheet.name.vi, sheet.name.en)]


def _table(sheet: Sheet, cells: Cells, findings: list[Finding]) -> Table:
    header = next(cells, (0, ()))[1]
    places = _places(sheet, header)
    rows: list[Row] = []
    for number, row in cells:
        if number <= HEADER_ROWS and _is_header(sheet, row):
            continue
        values = {key: _plain(row, place) for key, place in places.items()}
        if _is_example(row) or all(value in (None, "") for value in values.values()):
            continue
        rows.append(Row(number, values))
    if header:
        findings += [
            _no_column(sheet, key) for key in (c.key for c in sheet.columns) if key not in places
        ]
    return Table(sheet, places, rows)


def _plain(row: Sequence[object], place: int) -> object:
    value = row[place - 1] if place <= len(row) else None
    return value.strip() if isinstance(value, str) else value


def _places(sheet: Sheet, header: Sequence[object]) -> dict[str, int]:
    known = {
        name.casefold(): column.key
        for column in sheet.columns
        for name in (column.key, column.name.vi, column.name.en)
    }
    places: dict[str, int] = {}
    for place, cell in enumerate(header, start=1):
        key = known.get(str(cell or "").strip().casefold())
        if key is not None:
            places.setdefault(key, place)
    return places


def _is_header(sheet: Sheet, row: Sequence[object]) -> bool:
    names = {name.casefold() for column in sheet.columns for name in (column.key, column.name.en)}
    return any(str(cell or "").strip().casefold() in names for cell in row)


def _is_example(row: Sequence[object]) -> bool:
    return bool(row) and str(row[0] or "").strip().upper().startswith(EXAMPLE)


def _missing(sheet: Sheet, path: Path) -> Finding:
    name = f"{sheet.key}.csv" if path.is_dir() else sheet.title
    return Finding(
        sheet=sheet,
        row=0,
        column=1,
        name=sheet.name,
        problem=Said(f"thiếu “{name}”", f"“{name}” is missing"),
        fix=Said(
            "thêm vào theo mẫu; nếu không có gì để ghi thì chỉ để hàng tiêu đề",
            "add it as in the template; with its header alone if there is nothing to say",
        ),
    )


def _no_column(sheet: Sheet, key: str) -> Finding:
    column = sheet.column(key)
    return Finding(
        sheet=sheet,
        row=1,
        column=1 + [c.key for c in sheet.columns].index(key),
        name=column.name,
        problem=Said(f"thiếu cột “{column.name.vi}”", f"the column “{column.name.en}” is missing"),
        fix=Said(
            "thêm cột theo mẫu, tên cột ở hàng 1", "add it as in the template, its name in row 1"
        ),
    )
