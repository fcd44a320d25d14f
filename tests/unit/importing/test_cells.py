"""Cells of a workbook: given what stands in one, then its value, or what is wrong with it."""

from datetime import date, datetime

import pytest

from policy_credit_branch.importing.cells import NotInForm, value_of
from policy_credit_branch.importing.columns import (
    Column,
)
from policy_credit_branch.importing.sheets import (
    BOOKS,
    GROUPS,
    HOUSEHOLDS,
    LOANS,
)

COLUMNS = {
    "code": LOANS.column("contract"),
    "office": BOOKS.column("office"),
    "commune": GROUPS.column("commune"),
    "choice": GROUPS.column("association"),
    "programme": LOANS.column("programme"),
    "date": LOANS.column("due_on"),
    "dong": LOANS.column("in_term"),
    "rate": LOANS.column("annual_rate"),
    "months": LOANS.column("term_months"),
    "identity": HOUSEHOLDS.column("identity_number"),
    "phone": HOUSEHOLDS.column("phone"),
    "address": HOUSEHOLDS.column("address"),
}


@pytest.mark.parametrize(
    ("form", "cell", "value"),
    [
        ("code", "0005870001234", "0005870001234"),
        ("office", 587, "587"),
        ("commune", "22870", "22870"),
        ("commune", 22870.0, "22870"),
        ("choice", "hội phụ nữ", "women"),
        ("choice", "Women's Union", "women"),
        ("choice", "women", "women"),
        ("programme", "hn", "HN"),
        ("programme", "Hộ nghèo", "HN"),
        ("date", datetime(2028, 5, 20), date(2028, 5, 20)),  # noqa: DTZ001
        ("date", "20/05/2028", date(2028, 5, 20)),
        ("date", "20-5-2028", date(2028, 5, 20)),
        ("date", "2028-05-20", date(2028, 5, 20)),
        ("dong", None, None),
        ("dong", 12_500_000, 12_500_000),
        ("dong", 12_500_000.0, 12_500_000),
        ("dong", "12.500.000", 12_500_000),
        ("dong", "12,500,000", 12_500_000),
        ("dong", "12 500 000", 12_500_000),
        ("rate", 6.6, 660),
        ("rate", "6,6", 660),
        ("rate", "7.92 %", 792),
        ("rate", 8.25, 825),
        ("rate", 0, 0),
        ("months", 60, 60),
        ("months", "60", 60),
        ("identity", "060175004321", "060175004321"),
        ("identity", 123456789, "123456789"),
        ("phone", "091 234 56 78", "0912345678"),
        ("phone", "+84912345678", "+84912345678"),
        ("address", "", None),
    ],
)
def test_a_cell_is_read_as_it_is_meant(form: str, cell: object, value: object) -> None:
    assert value_of(COLUMNS[form], cell) == value


@pytest.mark.parametrize(
    ("form", "cell", "problem"),
    [
        ("code", None, "the cell is blank"),
        ("code", 5870001234, "the code was typed as a number"),
        ("code", "x" * 41, "more than 40 characters"),
        ("office", "5870", "it is not in the right form"),
        ("commune", 2287, "leading zeros are lost"),
        ("commune", "Phước Dân", "it is not in the right form"),
        ("choice", "Hội Chữ thập đỏ", "it is not on the list"),
        ("date", "20/13/2028", "it is not a day"),
        ("date", 46_000, "it is not a day"),
        ("date", "tháng 5", "it is not a day"),
        ("dong", "12,5", "it holds a fraction of a dong"),
        ("dong", 0.5, "it holds a fraction of a dong"),
        ("dong", -1, "it is less than 0, or too large"),
        ("dong", True, "it is not an amount"),
        ("dong", "một triệu", "it is not an amount"),
        ("dong", "1.250", None),
        ("rate", 0.066, "the rate is below 1 % a year"),
        ("rate", "6.666", "it is not a rate in percent"),
        ("rate", 120, "it is not a rate in percent"),
        ("months", 0, "it is not a number of months"),
        ("months", 12.5, "it is not a number of months"),
        ("identity", 60175004321, "leading zeros are lost"),
        ("identity", "06017500432A", "it is not in the right form"),
        ("phone", 912345678, "leading zeros are lost"),
        ("phone", "12", "it is not in the right form"),
        ("address", "x" * 301, "it is too long"),
    ],
)
def test_a_cell_that_cannot_be_read_says_why_and_what_to_do(
    form: str, cell: object, problem: str | None
) -> None:
    column: Column = COLUMNS[form]
    if problem is None:
        assert value_of(column, cell) == 1_250
        return
    with pytest.raises(NotInForm) as caught:
        value_of(column, cell)
    assert problem in caught.value.problem.en
    assert caught.value.problem.vi
    assert caught.value.expected.en
    assert caught.value.fix.vi
