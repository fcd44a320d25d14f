"""Numbers as readers write them: 300.000 triệu đồng, 0,14 %; 300,000 million dong, 0.14 %.

Everything is rounded half up, from whole numbers, and only here.
"""

from typing import Final

from msgspec import Struct

MILLION: Final = 1_000_000


class Notation(Struct, frozen=True, kw_only=True):
    """How one language writes numbers."""

    thousands: str
    decimal: str
    dong: str
    million_dong: str
    days: str
    points: str

    def whole(self, number: int) -> str:
        """A whole number, thousands set apart."""
        return f"{number:,}".replace(",", self.thousands)

    def millions(self, dong: int) -> str:
        """Dong as millions, with a decimal only where there is a remainder."""
        if dong % MILLION == 0:
            return f"{self.whole(dong // MILLION)} {self.million_dong}"
        return f"{self._scaled(dong, MILLION, 1)} {self.million_dong}"

    def money(self, dong: int) -> str:
        """Dong as millions; what is less than one million, as dong."""
        if 0 < abs(dong) < MILLION:
            return f"{self.whole(dong)} {self.dong}"
        return self.millions(dong)

    def percent(self, numerator: int, denominator: int) -> str:
        """A ratio as percent with two decimals."""
        return f"{self._scaled(100 * numerator, denominator, 2)} %"

    def mean_days(self, numerator: int, denominator: int) -> str:
        """A mean of days with one decimal."""
        return f"{self._scaled(numerator, denominator, 1)} {self.days}"

    def mean_points(self, numerator: int, denominator: int) -> str:
        """A mean of points with one decimal."""
        return f"{self._scaled(numerator, denominator, 1)} {self.points}"

    def tenths(self, numerator: int, denominator: int) -> str:
        """A quotient with one decimal."""
        return self._scaled(numerator, denominator, 1)

    def amount(self, unit: str, number: int) -> str:
        """A measure's figure with its unit: 300.000 triệu đồng, 12 ngày; counts have none."""
        match unit:
            case "dong":
                return self.money(number)
            case "days":
                return f"{self.whole(number)} {self.days}"
            case "points":
                return f"{self.whole(number)} {self.points}"
        return self.whole(number)

    def quotient(self, unit: str, numerator: int, denominator: int) -> str:
        """A ratio's figure with its unit: 0,14 %, 43 triệu đồng, 12,5 ngày."""
        match unit:
            case "dong":
                return self.money(rounded(numerator, denominator))
            case "days":
                return self.mean_days(numerator, denominator)
            case "points":
                return self.mean_points(numerator, denominator)
        return self.percent(numerator, denominator)

    def _scaled(self, numerator: int, denominator: int, decimals: int) -> str:
        scale = 10**decimals
        parts = rounded(numerator * scale, denominator)
        sign = "-" if parts < 0 else ""
        whole, rest = divmod(abs(parts), scale)
        return f"{sign}{self.whole(whole)}{self.decimal}{rest:0{decimals}d}"


VI: Final = Notation(
    thousands=".", decimal=",", dong="đồng", million_dong="triệu đồng", days="ngày", points="điểm"
)
EN: Final = Notation(
    thousands=",",
    decimal=".",
    dong="dong",
    million_dong="million dong",
    days="days",
    points="points",
)


def rounded(numerator: int, denominator: int) -> int:
    """The whole number nearest to a quotient, halves away from zero; `denominator` above 0."""
    half_up = (2 * abs(numerator) + denominator) // (2 * denominator)
    return half_up if numerator >= 0 else -half_up
