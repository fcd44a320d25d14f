"""The report of a check, as a workbook: the rows as they were read, with the cells marked."""

from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from policy_credit_branch.importing.checking import Checked
from policy_credit_branch.importing.columns import (
    Sheet,
)
from policy_credit_branch.importing.findings import Finding
from policy_credit_branch.importing.sheets import (
    SHEETS,
)

_WRONG: Final = PatternFill("solid", start_color="FFC7CE")
_DOUBTFUL: Final = PatternFill("solid", start_color="FFEB9C")
_BOLD: Final = Font(bold=True)
TITLE: Final = "Lỗi (Errors)"


def write_marked(checked: Checked, path: Path) -> None:
    """Write the list of findings, and each sheet with its faulty cells marked and commented."""
    workbook = Workbook(write_only=True)
    listed = workbook.create_sheet(TITLE)
    listed.append(
        [
            _bold(listed, name)
            for name in ("Trang/Sheet", "Ô/Cell", "Cột/Column", "Lỗi", "Problem", "Sửa", "Fix")
        ]
    )
    for f in checked.findings:
        names = f.sheet.title, f.address, f"{f.name.vi} / {f.name.en}"
        listed.append([*names, f.problem.vi, f.problem.en, f.fix.vi, f.fix.en])
    for sheet in SHEETS:
        _sheet(workbook, checked, sheet)
    workbook.save(path)


def _sheet(workbook: Workbook, checked: Checked, sheet: Sheet) -> None:
    table = checked.tables[sheet.key]
    at: dict[tuple[int, int], list[Finding]] = {}
    for finding in checked.findings:
        if finding.sheet is sheet:
            at.setdefault((finding.row, finding.column), []).append(finding)
    written = workbook.create_sheet(sheet.title)
    places = {place: key for key, place in table.places.items()}
    width = max(places, default=0)
    columns = {column.key: column for column in sheet.columns}
    names = [columns[places[p]].name if p in places else None for p in range(1, width + 1)]
    written.append([_bold(written, name.vi if name else "") for name in names])
    written.append([name.en if name else "" for name in names])
    last = 2
    for row in table.rows:
        for _ in range(last + 1, row.number):
            written.append([])
        last = max(row.number, last)
        written.append(
            [
                _marked(
                    written, row.cells.get(places.get(place, "")), at.get((row.number, place), [])
                )
                for place in range(1, width + 1)
            ]
        )


def _marked(written: Any, value: Any, findings: list[Finding]) -> object:
    if not findings:
        return value
    cell = WriteOnlyCell(written, value=value)
    cell.fill = _DOUBTFUL if all(f.warning for f in findings) else _WRONG
    said = "\n".join(f"{f.problem.vi} / {f.problem.en} → {f.fix.vi} / {f.fix.en}" for f in findings)
    cell.comment = Comment(said, "policy-credit")
    return cell


def _bold(written: Any, value: str) -> object:
    cell = WriteOnlyCell(written, value=value)
    cell.font = _BOLD
    return cell
