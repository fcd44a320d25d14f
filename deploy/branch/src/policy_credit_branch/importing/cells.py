"""From a cell to a value: each form, and what is said when a cell does not have it."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from policy_credit_branch.importing.columns import (
    FORMS,
    Column,
    Form,
    Said,
)

DONG_MAX: Final = 2**62


class NotInForm(Exception):
    """A cell is not in its column's form."""

    def __init__(self, problem: Said, expected: Said, fix: Said) -> None:
        super().__init__(problem.en)
        self.problem = problem
        self.expected = expected
        self.fix = fix


def value_of(column: Column, cell: object) -> object:
    """The cell's value: text, a date, dong, months, or hundredths of a percent.

    None for a blank cell that may be blank. Raises NotInForm.
    """
    if cell is None or cell == "":
        if column.required:
            raise NotInForm(Said("ô để trống", "the cell is blank"), _expected(column), _FILL_IN)
        return None
    return _READERS[column.form](column, cell)


def _code(column: Column, cell: object) -> str:
    if not isinstance(cell, str):
        raise NotInForm(
            Said(
                "mã được nhập thành số, số 0 ở đầu có thể đã mất",
                "the code was typed as a number, so leading zeros may be lost",
            ),
            _expected(column),
            Said(
                "đổi định dạng ô thành Text rồi nhập lại mã đầy đủ",
                "give the cell the format Text and type the whole code again",
            ),
        )
    if len(cell) > 40:
        raise _wrong(column, Said("mã dài quá 40 ký tự", "the code has more than 40 characters"))
    return cell


def _digits(*lengths: int) -> Callable[[Column, object], str]:
    def read(column: Column, cell: object) -> str:
        text = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        text = text.replace(" ", "") if isinstance(cell, str) else text
        if text.isdecimal() and text.isascii():
            if len(text) in lengths:
                return text
            if len(text) < max(lengths):
                raise _zeros_lost(column)
        raise _wrong(column, Said("không đúng dạng", "it is not in the right form"))

    return read


def _zeros_lost(column: Column) -> NotInForm:
    return NotInForm(
        Said("số 0 ở đầu đã mất", "leading zeros are lost"),
        _expected(column),
        Said(
            "đổi định dạng ô thành Text rồi nhập lại đủ chữ số",
            "give the cell the format Text and type all digits again",
        ),
    )


def _phone(column: Column, cell: object) -> str:
    if not isinstance(cell, str):
        raise _zeros_lost(column)
    text = re.sub("[ .-]", "", cell)
    if not re.fullmatch(r"\+?[0-9]{8,15}", text):
        raise _wrong(column, Said("không đúng dạng", "it is not in the right form"))
    return text


def _text(column: Column, cell: object) -> str:
    text = str(cell)
    if len(text) > (300 if column.key == "address" else 120):
        raise _wrong(column, Said("quá dài", "it is too long"))
    return text


def _choice(column: Column, cell: object) -> str:
    wanted = str(cell).casefold()
    for choice in column.choices:
        if wanted in (choice.code.casefold(), *(name.casefold() for name in choice.name)):
            return choice.code
    raise NotInForm(
        Said("không có trong danh sách", "it is not on the list"),
        _expected(column),
        Said("chọn từ danh sách của ô", "choose from the cell's list"),
    )


def _date(column: Column, cell: object) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, str):
        for pattern, order in _DATES:
            if found := pattern.fullmatch(cell):
                year, month, day = (int(found[part]) for part in order)
                try:
                    return date(year, month, day)
                except ValueError:
                    break
    raise _wrong(column, Said("không phải là ngày", "it is not a day"))


_DATES: Final = (
    (re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"), (3, 2, 1)),
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"), (1, 2, 3)),
)
_THOUSANDS: Final = re.compile(r"\d{1,3}([., ])\d{3}(\1\d{3})*")


def _dong(column: Column, cell: object) -> int:
    number = _number(cell, grouped=True)
    if number is None:
        raise _wrong(column, Said("không phải là số tiền", "it is not an amount"))
    if number != number.to_integral_value():
        raise _wrong(column, Said("có phần lẻ của đồng", "it holds a fraction of a dong"))
    if not 0 <= number <= DONG_MAX:
        raise _wrong(column, Said("số tiền âm hoặc quá lớn", "it is less than 0, or too large"))
    return int(number)


def _rate(column: Column, cell: object) -> int:
    """Hundredths of a percent a year."""
    number = _number(cell.rstrip("% ") if isinstance(cell, str) else cell, grouped=False)
    if number is not None and 0 < number < 1:
        raise NotInForm(
            Said("lãi suất dưới 1 %/năm", "the rate is below 1 % a year"),
            _expected(column),
            Said(
                "nhập số phần trăm (6,6), không nhập tỷ lệ (0,066)",
                "type the percentage (6.6), not the fraction (0.066)",
            ),
        )
    if number is None or not 0 <= number <= 100 or (number * 100) % 1:
        raise _wrong(
            column, Said("không phải là lãi suất phần trăm", "it is not a rate in percent")
        )
    return int(number * 100)


def _months(column: Column, cell: object) -> int:
    number = _number(cell, grouped=False)
    if number is None or number % 1 or not 1 <= number <= 360:
        raise _wrong(column, Said("không phải là số tháng", "it is not a number of months"))
    return int(number)


def _number(cell: object, *, grouped: bool) -> Decimal | None:
    """Exactly what the cell shows: a spreadsheet keeps 6.6 as a binary fraction near it."""
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        return None
    text = repr(cell) if isinstance(cell, float) else str(cell)
    if grouped and _THOUSANDS.fullmatch(text):
        text = re.sub("[., ]", "", text)
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _wrong(column: Column, problem: Said) -> NotInForm:
    return NotInForm(problem, _expected(column), _CORRECT)


def _expected(column: Column) -> Said:
    if not column.choices:
        return FORMS[column.form]
    words = [c.name if c.code.islower() else Said(c.code, c.code) for c in column.choices]
    return Said(
        f"một trong: {', '.join(word.vi for word in words)}",
        f"one of: {', '.join(word.en for word in words)}",
    )


_FILL_IN: Final = Said("nhập giá trị", "fill it in")
_CORRECT: Final = Said("sửa ô này", "correct the cell")

_READERS: Final[dict[Form, Callable[[Column, object], object]]] = {
    "code": _code,
    "office": _digits(3),
    "commune": _digits(5),
    "text": _text,
    "choice": _choice,
    "date": _date,
    "dong": _dong,
    "rate": _rate,
    "months": _months,
    "identity": _digits(9, 12),
    "phone": _phone,
}
