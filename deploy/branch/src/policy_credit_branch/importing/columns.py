"""What a column of the workbook is: its names, its form, and the words that it may hold."""

from typing import Final, Literal, NamedTuple

from msgspec import Struct

Form = Literal[
    "code",
    "office",
    "commune",
    "text",
    "choice",
    "date",
    "dong",
    "rate",
    "months",
    "identity",
    "phone",
]
"""How a cell is written. A code is text: leading zeros are part of it."""


class Said(NamedTuple):
    """The same in Vietnamese and English."""

    vi: str
    en: str


def dong(amount: int) -> str:
    """An amount as the field writes it."""
    return f"{amount:,}".replace(",", ".")


class Choice(Struct, frozen=True):
    """A value as the books name it; either word or the code itself may stand in a cell."""

    code: str
    name: Said


class Column(Struct, frozen=True, kw_only=True):
    """A column: `key` names it in CSV files too; `personal` values are never shown again."""

    key: str
    name: Said
    form: Form
    meaning: Said
    example: str
    required: bool = True
    choices: tuple[Choice, ...] = ()
    personal: bool = False


class Sheet(Struct, frozen=True, kw_only=True):
    """A sheet, or the CSV file of its key; `identified_by` columns make a row what it is."""

    key: str
    name: Said
    columns: tuple[Column, ...]
    identified_by: tuple[str, ...]

    @property
    def title(self) -> str:
        """As the sheet is called in a workbook."""
        return f"{self.name.vi} ({self.name.en})"

    def column(self, key: str) -> Column:
        """The column of that key."""
        return next(column for column in self.columns if column.key == key)


EXAMPLE: Final = "VÍ DỤ"
"""A row whose first cell begins so is an example, and is not read."""

FORMS: Final[dict[Form, Said]] = {
    "code": Said(
        "mã dạng văn bản (ô định dạng Text), giữ nguyên số 0 ở đầu",
        "a code as text (cell format Text), leading zeros kept",
    ),
    "office": Said("mã 3 chữ số, ví dụ 587", "a code of 3 digits, for example 587"),
    "commune": Said(
        "mã xã 5 chữ số theo danh mục trước 01/07/2025, ví dụ 22870",
        "a commune code of 5 digits in the list before 2025-07-01, for example 22870",
    ),
    "text": Said("chữ, không để trống", "words, not blank"),
    "choice": Said("một trong các giá trị của danh sách", "one of the values of the list"),
    "date": Said("ngày, ví dụ 31/12/2025", "a day, for example 31/12/2025"),
    "dong": Said(
        "số tiền bằng đồng, số nguyên, ví dụ 12500000",
        "an amount in dong, a whole number, for example 12500000",
    ),
    "rate": Said("phần trăm một năm, ví dụ 6,6", "percent a year, for example 6.6"),
    "months": Said("số tháng, từ 1 đến 360", "a number of months, from 1 to 360"),
    "identity": Said(
        "9 hoặc 12 chữ số, ô định dạng Text", "9 or 12 digits, in a cell with the format Text"
    ),
    "phone": Said(
        "8 đến 15 chữ số, ô định dạng Text", "8 to 15 digits, in a cell with the format Text"
    ),
}

ASSOCIATIONS: Final = (
    Choice("farmers", Said("Hội Nông dân", "Farmers' Union")),
    Choice("women", Said("Hội Phụ nữ", "Women's Union")),
    Choice("veterans", Said("Hội Cựu chiến binh", "Veterans' Association")),
    Choice("youth", Said("Đoàn Thanh niên", "Youth Union")),
)
PROGRAMMES: Final = (
    Choice("HN", Said("Hộ nghèo", "Poor households")),
    Choice("HCN", Said("Hộ cận nghèo", "Near-poor households")),
    Choice("HMTN", Said("Hộ mới thoát nghèo", "Households newly out of poverty")),
    Choice("HSSV", Said("Học sinh, sinh viên", "Students")),
    Choice("GQVL", Said("Giải quyết việc làm", "Job creation")),
    Choice("NSVSMT", Said("Nước sạch và vệ sinh môi trường", "Clean water and sanitation")),
    Choice("SXKD", Said("Sản xuất kinh doanh vùng khó khăn", "Production in difficult areas")),
    Choice("XKLD", Said("Xuất khẩu lao động", "Work abroad")),
    Choice("NOXH", Said("Nhà ở xã hội", "Social housing")),
    Choice("NO33", Said("Hộ nghèo về nhà ở", "Houses for the poor")),
    Choice("DTTS", Said("Đồng bào dân tộc thiểu số", "Ethnic minorities")),
    Choice("CHXAPT", Said("Người chấp hành xong án phạt tù", "People who have served a sentence")),
)
FUNDS: Final = (
    Choice("central", Said("Trung ương", "Central")),
    Choice("local", Said("Địa phương", "Local")),
)
