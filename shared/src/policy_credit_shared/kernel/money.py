"""Money is whole dong, and is rounded in one place."""

from typing import Annotated

from msgspec import Meta

Dong = Annotated[int, Meta(ge=1, le=2**62, description="Whole dong, at least 1")]
DongOrNone = Annotated[int, Meta(ge=0, le=2**62, description="Whole dong, 0 if none")]
DongChange = Annotated[
    int, Meta(ge=-(2**62), le=2**62, description="Whole dong, less than 0 if taken back")
]
AnnualRate = Annotated[
    int, Meta(ge=0, le=10_000, description="Hundredths of a percent a year: 660 is 6.6 %")
]

MILLION = 1_000_000
DAYS_PER_YEAR = 365
OVERDUE_RATE_PERCENT = 130
ENTRUSTMENT_FEE_PER_100_000 = 32


def accrual(principal: int, annual_rate: int, days: int) -> int:
    """What `principal` earns in `days`, exactly, in units of 1 / (10 000 × 365) dong.

    Declining balance, actual days over 365 (Circular 14/2017/TT-NHNN).
    """
    return principal * annual_rate * days


def interest(accrued: int) -> int:
    """An accrual in whole dong, rounded half up: the only place where interest is rounded."""
    unit = 10_000 * DAYS_PER_YEAR
    return (2 * accrued + unit) // (2 * unit)


def overdue_rate(annual_rate: int) -> int:
    """The rate charged on overdue principal: 130 % of the rate in term, rounded half up."""
    return (2 * annual_rate * OVERDUE_RATE_PERCENT + 100) // 200


def entrustment_fee(base: int, share_percent: int) -> int:
    """A month's fee for entrusted lending: 0.032 % of `base`, of it a share, rounded half up."""
    unit = 100_000 * 100
    return (2 * base * ENTRUSTMENT_FEE_PER_100_000 * share_percent + unit) // (2 * unit)
