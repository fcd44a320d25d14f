"""Checking existing books: given a workbook, when it is checked, then all that is wrong is said."""

import os
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import workbooks
from openpyxl import load_workbook
from workbooks import MILLION, OPENED_ON

from policy_credit_branch.importing.checking import Checked, check
from policy_credit_branch.importing.marking import TITLE, write_marked
from policy_credit_branch.importing.reading import Unreadable
from policy_credit_branch.importing.report import report
from policy_credit_branch.importing.sheets import (
    LOANS,
    SHEETS,
)

GOLDEN = Path(__file__).parents[2] / "golden/import/report.txt"
SECRETS = ("Nguyễn Thị Bưởi", "06017500432", "0912345678", "Thôn Hạ, nhà cuối xóm")


def broken_books() -> dict[str, list[dict[str, Any]]]:
    """The small books with every kind of mistake that branches make."""
    rows = workbooks.small_books()
    rows["groups"][1]["group"] = 587002
    rows["groups"][1]["association"] = "Hội Người cao tuổi"
    rows["groups"] += [
        rows["groups"][0] | {"formed_on": "31/02/2011"},
        rows["groups"][0] | {"group": "0587003", "commune": "00001", "village": "  "},
    ]
    rows["households"] += [
        workbooks.household("000103", "22876", "0587001", "060100000011"),
        {
            "household": "000104",
            "commune": 2870,
            "group": "0587009",
            "name": "Nguyễn Thị Bưởi",
            "identity_number": "06017500432",
            "phone": 912345678,
            "address": "Thôn Hạ, nhà cuối xóm",
        },
        {
            "household": "000105",
            "commune": "22870",
            "name": "Hộ",
            "identity_number": "060100000015",
        },
    ]
    rows["loans"] += [
        workbooks.loan("5870004", "000101", outstanding=20 * MILLION, in_term=2 * MILLION),
        workbooks.loan("5870005", "000101", in_term=50, annual_rate=0.066),
        workbooks.loan("5870006", "000999", in_term=MILLION, disbursed_on="2026-03-01"),
        workbooks.loan("5870007", "000105", overdue_1_90=MILLION),
        workbooks.loan("5870008", "000101")
        | {"in_term": "2.500.000", "outstanding": "2.500.000,5"},
        workbooks.loan("5870009", "000101", frozen=MILLION, term_months=0, programme="HX"),
        workbooks.loan(
            "5870010", "000101", overdue_91_180=MILLION, overdue_since=date(2025, 12, 1)
        ),
        workbooks.loan("5870001", "000102", in_term=MILLION, due_on=date(2025, 5, 20)),
        workbooks.loan("5870012", "000101", in_term=0),
        workbooks.loan("5870013", "000101", in_term=-MILLION, fund=None),
    ]
    rows["instalments"] += [
        {"contract": "5870099", "due_on": date(2026, 5, 20), "amount": MILLION},
        {"contract": "5870004", "due_on": date(2027, 5, 20), "amount": 3 * MILLION},
        {"contract": "5870004", "due_on": date(2027, 5, 20), "amount": 0},
    ]
    rows["savings"] += [
        {"household": "000101", "amount": 5_000},
        {"household": "000777", "amount": "một triệu"},
    ]
    return rows


def checked(tmp_path: Path, rows: Any) -> Checked:
    return check(workbooks.write_workbook(rows, tmp_path / "books.xlsx"))


def told(tmp_path: Path, rows: Any) -> dict[tuple[str, str], str]:
    """By sheet and cell, what is wrong in English."""
    found = checked(tmp_path, rows).findings
    return {(finding.sheet.key, finding.address): finding.problem.en for finding in found}


def test_the_report_on_a_broken_workbook_reads_like_help(tmp_path: Path) -> None:
    text = report(checked(tmp_path, broken_books()))
    if os.environ.get("RENEW_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_no_personal_data_is_repeated(tmp_path: Path) -> None:
    found = checked(tmp_path, broken_books())
    text = report(found)
    path = tmp_path / "marked.xlsx"
    write_marked(found, path)
    listed = load_workbook(path)[TITLE]
    said = text + str([list(row) for row in listed.iter_rows(values_only=True)])
    for secret in SECRETS:
        assert secret not in said


def test_sound_books_are_sound_as_a_workbook_and_as_csv_files(tmp_path: Path) -> None:
    rows = workbooks.small_books()
    workbook = checked(tmp_path, rows)
    folder = check(workbooks.write_folder(rows, tmp_path / "csv"))
    assert workbook.is_sound
    assert list(workbook.findings) == list(folder.findings) == []
    assert workbook.books == folder.books


def test_instalments_ahead_are_in_term_and_missed_ones_overdue_by_their_days(
    tmp_path: Path,
) -> None:
    _, loan, _ = checked(tmp_path, workbooks.small_books()).books.loans
    assert [i.due_on for i in loan.plan] == [date(2026, 5, 20), date(2028, 5, 20)]
    assert [(x.since, x.amount) for x in loan.fell_overdue] == [
        (date(2025, 7, 21), MILLION),
        (date(2025, 11, 21), 2 * MILLION),
    ]


def test_a_loan_without_instalments_is_paid_at_its_end(tmp_path: Path) -> None:
    loan, _, overdue = checked(tmp_path, workbooks.small_books()).books.loans
    assert [(i.due_on, i.amount) for i in loan.plan] == [(date(2028, 5, 20), 30 * MILLION)]
    assert [(x.since, x.amount) for x in overdue.fell_overdue] == [(date(2024, 5, 21), 4 * MILLION)]


def test_cells_are_marked_where_they_stand_and_say_what_to_do(tmp_path: Path) -> None:
    found = checked(tmp_path, broken_books())
    path = tmp_path / "marked.xlsx"
    write_marked(found, path)
    workbook = load_workbook(path)
    for finding in found.findings:
        if finding.row:
            cell = workbook[finding.sheet.title][finding.address]
            assert cell.fill.start_color.rgb in ("00FFC7CE", "00FFEB9C")
            assert cell.comment is not None
            assert finding.fix.vi in cell.comment.text
    assert workbook[LOANS.title]["A3"].value == "5870001"
    assert workbook[TITLE].max_row == 1 + len(found.findings)


def test_a_warning_keeps_no_books_back(tmp_path: Path) -> None:
    rows = workbooks.small_books()
    rows["loans"].append(workbooks.loan("5870004", "000101", in_term=50))
    found = checked(tmp_path, rows)
    assert [f.problem.en for f in found.findings] == ["only 50 dong"]
    assert found.is_sound


def test_columns_are_found_by_name_wherever_they_stand(tmp_path: Path) -> None:
    folder = workbooks.write_folder(workbooks.small_books(), tmp_path / "csv")
    savings = folder / "savings.csv"
    savings.write_text("Ghi chú,AMOUNT,household\nx,1250000,000101\n,50000,000201\n")
    assert check(folder).books.savings == {"000101": 1_250_000, "000201": 50_000}


def test_a_missing_sheet_and_a_missing_column_are_named_once(tmp_path: Path) -> None:
    folder = workbooks.write_folder(workbooks.small_books(), tmp_path / "csv")
    (folder / "savings.csv").unlink()
    groups = folder / "groups.csv"
    groups.write_text(groups.read_text().replace("Mã xã", "Xã phường").replace("Commune", "Ward"))
    found = check(folder)
    problems = [finding.problem.en for finding in found.findings]
    assert "“savings.csv” is missing" in problems
    assert problems.count("the column “Commune” is missing") == 1
    assert not found.is_sound


def test_what_is_no_workbook_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "books.xlsx"
    file.write_text("no workbook")
    with pytest.raises(Unreadable, match="is not a workbook"):
        check(file)
    with pytest.raises(Unreadable, match=r"holds none of books\.csv, groups\.csv"):
        check(tmp_path)


def test_an_office_that_is_none_and_books_of_two_days_are_refused(tmp_path: Path) -> None:
    rows = workbooks.small_books()
    rows["books"] = [{"office": "999", "opened_on": OPENED_ON}]
    assert told(tmp_path, rows)["books", "A3"] == "there is no such transaction office"
    rows["books"] = [{"office": "587", "opened_on": OPENED_ON}] * 2
    assert told(tmp_path, rows)["books", "A4"] in (
        "there are 2 rows",
        "it is in row 3 already",
    )


def test_a_group_has_members_and_not_too_many(tmp_path: Path) -> None:
    rows = workbooks.small_books()
    rows["households"] += [
        workbooks.household(f"1{n:05}", "22876", "0587002", f"0701{n:08}") for n in range(60)
    ]
    rows["groups"].append(rows["groups"][0] | {"group": "0587003"})
    found = told(tmp_path, rows)
    assert found["groups", "A4"] == "the group has 61 households"
    assert found["groups", "A5"] == "no household names this group"


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"due_on": date(2025, 5, 20)}, "due_on", "it is before the opening day 01/01/2026"),
        (
            {"in_term": 0, "due_on": date(2023, 5, 20), "overdue_over_360": MILLION},
            "due_on",
            "it is not after the disbursement",
        ),
        ({"disbursed_on": OPENED_ON}, "disbursed_on", "it is not before the opening day"),
        ({"frozen_until": date(2028, 1, 1)}, "frozen_until", "what is frozen and until when"),
        (
            {"frozen": MILLION, "frozen_until": date(2025, 12, 31)},
            "frozen_until",
            "it is before the opening day",
        ),
        (
            {"frozen_overdue_since": date(2025, 1, 1)},
            "frozen_overdue_since",
            "it cannot be this day",
        ),
        (
            {"overdue_1_90": MILLION, "overdue_since": date(2026, 1, 2)},
            "overdue_since",
            "it cannot be overdue since 02/01/2026",
        ),
        ({"overdue_1_90": MILLION}, "overdue_since", "it is overdue, and nothing says"),
    ],
)
def test_days_of_a_loan_that_cannot_be_are_said_at_their_cell(
    tmp_path: Path, changes: dict[str, Any], field: str, problem: str
) -> None:
    rows = workbooks.small_books()
    rows["loans"][0] = workbooks.loan("5870001", "000101", **{"in_term": MILLION} | changes)
    place = [column.key for column in LOANS.columns].index(field)
    found = told(tmp_path, rows)
    assert found["loans", f"{chr(ord('A') + place)}3"].startswith(problem)


def test_a_table_of_every_sheet_is_read(tmp_path: Path) -> None:
    found = checked(tmp_path, workbooks.small_books())
    assert set(found.tables) == {sheet.key for sheet in SHEETS}
    assert found.tables["books"].rows[0].cells["opened_on"] == datetime(2026, 1, 1)  # noqa: DTZ001
