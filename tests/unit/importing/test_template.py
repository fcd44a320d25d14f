"""The template: what a branch is given to fill in, and that it is read back as it is meant."""

from pathlib import Path

import workbooks
from openpyxl import load_workbook

from policy_credit_branch.importing.checking import check
from policy_credit_branch.importing.columns import (
    EXAMPLE,
)
from policy_credit_branch.importing.sheets import (
    SHEETS,
)
from policy_credit_branch.importing.template import GUIDE, write_folder, write_workbook


def test_every_column_is_named_in_both_languages_explained_and_shown(tmp_path: Path) -> None:
    path = tmp_path / "books.xlsx"
    write_workbook(path)
    workbook = load_workbook(path)
    for sheet in SHEETS:
        written = workbook[sheet.title]
        rows = list(written.iter_rows(min_row=1, max_row=3))
        for column, vietnamese, english, example in zip(sheet.columns, *rows, strict=True):
            assert (vietnamese.value, english.value) == column.name
            assert column.meaning.vi in vietnamese.comment.text
            assert column.meaning.en in vietnamese.comment.text
            assert column.example in str(example.value or "")
        assert str(rows[2][0].value).startswith(EXAMPLE)
    guide = {str(row[3]) for row in workbook[GUIDE].iter_rows(values_only=True)}
    assert {column.name.en for sheet in SHEETS for column in sheet.columns} <= guide


def test_codes_are_text_and_lists_are_offered(tmp_path: Path) -> None:
    path = tmp_path / "books.xlsx"
    write_workbook(path)
    workbook = load_workbook(path)
    for sheet in SHEETS:
        written = workbook[sheet.title]
        lists = written.data_validations.dataValidation
        assert len(lists) == sum(1 for column in sheet.columns if column.choices)
        for letter, column in zip("ABCDEFGHIJKLMNOPQRST", sheet.columns, strict=False):
            if column.form in ("code", "office", "commune", "identity", "phone"):
                assert written.column_dimensions[letter].number_format == "@"


def test_a_template_as_it_is_holds_no_books(tmp_path: Path) -> None:
    write_workbook(tmp_path / "books.xlsx")
    write_folder(tmp_path / "csv")
    for path in (tmp_path / "books.xlsx", tmp_path / "csv"):
        found = check(path)
        assert (found.books.groups, found.books.loans, found.books.savings) == ([], [], {})
        assert [f.problem.en for f in found.findings] == ["there are 0 rows"]


def test_a_filled_in_template_is_read(tmp_path: Path) -> None:
    path = tmp_path / "books.xlsx"
    write_workbook(path)
    workbook = load_workbook(path)
    rows = workbooks.small_books()
    for sheet in SHEETS:
        for row in rows[sheet.key]:
            workbook[sheet.title].append([row.get(column.key) for column in sheet.columns])
    workbook.save(path)
    found = check(path)
    assert list(found.findings) == []
    assert len(found.books.loans) == 3


def test_the_examples_of_the_template_are_themselves_in_order(tmp_path: Path) -> None:
    """Taken as data, they are books without a fault: nobody is taught a mistake."""
    folder = tmp_path / "csv"
    write_folder(folder)
    for file in folder.iterdir():
        file.write_text(file.read_text("utf-8-sig").replace(f"{EXAMPLE} ", ""), encoding="utf-8")
    assert [f.problem.en for f in check(folder).findings] == []
