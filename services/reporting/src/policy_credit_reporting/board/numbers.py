"""Numbers as Vietnamese readers write them: 262.149 triệu đồng, 0,12 %."""

MILLION = 1_000_000


def whole(number: int) -> str:
    """A whole number, thousands set apart by points."""
    return f"{number:,}".replace(",", ".")


def millions(dong: int) -> str:
    """Dong as millions, with a decimal only where there is a remainder."""
    if dong % MILLION == 0:
        return f"{whole(dong // MILLION)} triệu đồng"
    sign = "-" if dong < 0 else ""
    tenths = (abs(dong) * 10 + MILLION // 2) // MILLION
    return f"{sign}{whole(tenths // 10)},{tenths % 10} triệu đồng"


def percent(numerator: int, denominator: int) -> str:
    """A ratio as percent with two decimals, rounded half up from whole numbers."""
    hundredths = (numerator * 20_000 + denominator) // (2 * denominator)
    return f"{whole(hundredths // 100)},{hundredths % 100:02d} %"


def days(numerator: int, denominator: int) -> str:
    """A mean of days with one decimal, rounded half up from whole numbers."""
    return f"{_with_a_decimal(numerator, denominator)} ngày"


def points(numerator: int, denominator: int) -> str:
    """A mean of points with one decimal, rounded half up from whole numbers."""
    return f"{_with_a_decimal(numerator, denominator)} điểm"


def _with_a_decimal(numerator: int, denominator: int) -> str:
    tenths = (numerator * 20 + denominator) // (2 * denominator)
    return f"{whole(tenths // 10)},{tenths % 10}"
