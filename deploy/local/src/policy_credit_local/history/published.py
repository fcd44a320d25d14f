"""How much of everything there is: published figures with their day and source, and example shares.

Shares are parts per million. Where nothing is published the source says so: such a share only makes
the published figures come out about right.
"""

from typing import Final, Literal

from msgspec import Struct

from policy_credit_shared.events.supervision import Targeted
from policy_credit_shared.kernel.identifiers import Category, Programme

Scale = Literal["district", "province", "nation"]


MONTHS_MAX: Final = 60
"""How long a history can be: what is frozen at its opening is frozen until then."""


class Figure(Struct, frozen=True):
    """A number, the day that it is of, and where it was published."""

    value: int
    on: str
    source: str


class Extent(Struct, frozen=True):
    """The unit that a scale stands for, if none is named, and its households in debt."""

    unit: str
    households: Figure


EXTENTS: Final[dict[Scale, Extent]] = {
    "district": Extent(
        "587", Figure(6_100, "2019-11-22", "a district's report on Directive 40-CT/TW")
    ),
    "province": Extent("49", Figure(141_283, "2024-12-31", "Quảng Nam branch, year's end")),
    "nation": Extent("VN", Figure(6_730_000, "2025-09-30", "vir.com.vn")),
}

HOUSEHOLDS_PER_GROUP: Final = Figure(40, "2026-01-31", "166,000 groups, eng.vbsp.org.vn")
AT_POINT: Final = Figure(930_000, "2019-12-31", "value handled at transaction points, nationally")
LOCAL_CAPITAL: Final = Figure(135_000, "2024-12-31", "entrusted by local budgets, of capital")
GROUPS_GOOD: Final = Figure(962_000, "2024-12-31", "Quảng Nam branch, of groups")
GROUPS_FAIR: Final = Figure(37_000, "2024-12-31", "Quảng Nam branch, of groups")
FROZEN_AT_OPENING: Final = Figure(
    4_000, "2025-09-30", "overdue and frozen 0.55 % nationally; how it divides is not published"
)

BAD_COMMUNES: Final = 40_000
"""Example: communes where debt gets stuck, with most of the overdue debt between them."""


class Habits(Struct, frozen=True, kw_only=True):
    """Example: how people of a commune pay, each month; principal when due ≥ 95 % is published."""

    interest_paid: int
    due_paid: int
    overdue_paid: int
    overdue_at_opening: int


GOOD_HABITS: Final = Habits(
    interest_paid=990_000, due_paid=993_000, overdue_paid=200_000, overdue_at_opening=1_500
)
BAD_HABITS: Final = Habits(
    interest_paid=900_000, due_paid=960_000, overdue_paid=50_000, overdue_at_opening=25_000
)

SAVES: Final = 900_000
"""Example, as all below: of members with debt, those who save in a month."""
DRAWS_SAVINGS: Final = 8_000
PREPAYS: Final = 10_000
PREPAYS_ALL: Final = 250_000
"""Of those who pay principal before it is due, those who pay all of it."""
LATE_SHEETS: Final = 5_000
"""Sessions of a month whose plain entries are recorded only in the next one."""
MISTAKES: Final = 1_500
"""Entries booked twice, and reversed."""
EXTENDED: Final = 20_000
FROZEN: Final = 30_000
WRITTEN_OFF: Final = 20_000
"""Of loans overdue, and of those overdue for more than 360 days, in a month."""
MOVES: Final = 300
"""Households that move to another commune in a month."""
REFORM_MOVES: Final = 300_000
"""Of households in a commune that the reform of 2025-07-01 cut up, those outside its main part."""
RESCHEDULED: Final = 300
"""Of loans in term, in a month."""
RECOVERED: Final = 400_000
"""Of loans written off, those on which something is paid afterwards."""
PLANNED_LATE: Final = 150_000
"""Offices whose plan of a programme is assigned only once its year has begun."""
REJECTED: Final = 20_000
DECLINED: Final = 10_000
CHECKED_LATE: Final = 30_000
WRONG_USE: Final = 2_000
GROUPS_AVERAGE: Final = 800
"""Of groups that are neither good nor fair, by far the most."""
RATING_CHANGES: Final = 30_000
SECOND_LOAN: Final = 250_000
"""Of households, those who also owe for water and sanitation."""
IN_DEBT_AT_OPENING: Final = 920_000
"""Of all households that ever borrow in the history."""

ASSOCIATION_WEIGHTS: Final = (32, 40, 16, 12)
"""Farmers, women, veterans, youth: an example."""


FINDINGS: Final = 250_000
"""Of inspections, those that find something."""
RESOLUTIONS: Final = 500_000
OBSTACLES: Final = 150_000
"""Units that ask for help in a month."""
USURY_REPORTED: Final = 5_000
USURY_SETTLED: Final = 850_000
OUTCOMES_TAKEN_BACK: Final = 50_000
INDIVIDUALS_DEPOSIT: Final = 800_000


class Target(Struct, frozen=True):
    """What an office is to reach: from a least value on, in steps."""

    indicator: Targeted
    is_ceiling: bool
    value: int
    step: int


TARGETS: Final = (
    Target("overdue_ratio", True, 1_000, 200),
    Target("credit_growth", False, 80_000, 10_000),
    Target("groups_good_ratio", False, 950_000, 5_000),
)
"""Near the published targets of a branch: overdue below 0.14 %, growth of 10 %, 96 % good."""


class Product(Struct, frozen=True, kw_only=True):
    """How a programme is lent: an example within its terms. Amounts in million dong."""

    programme: Programme
    category: Category
    weight: int
    least: int
    most: int
    annual_rate: int
    term_months: int
    months_between: int
    carries: bool
    purpose: str


PRODUCTS: Final = (
    Product(
        programme="HN",
        category="poor",
        weight=22,
        least=50,
        most=100,
        annual_rate=660,
        term_months=60,
        months_between=12,
        carries=True,
        purpose="Chăn nuôi bò sinh sản",
    ),
    Product(
        programme="HCN",
        category="near_poor",
        weight=20,
        least=50,
        most=100,
        annual_rate=792,
        term_months=60,
        months_between=12,
        carries=False,
        purpose="Chăn nuôi dê",
    ),
    Product(
        programme="HMTN",
        category="newly_escaped",
        weight=18,
        least=50,
        most=100,
        annual_rate=825,
        term_months=60,
        months_between=12,
        carries=False,
        purpose="Trồng cây ăn quả",
    ),
    Product(
        programme="GQVL",
        category="job_seeker",
        weight=18,
        least=50,
        most=100,
        annual_rate=792,
        term_months=60,
        months_between=12,
        carries=False,
        purpose="Mở xưởng mộc",
    ),
    Product(
        programme="HSSV",
        category="student",
        weight=8,
        least=30,
        most=80,
        annual_rate=660,
        term_months=60,
        months_between=6,
        carries=False,
        purpose="Chi phí học tập",
    ),
    Product(
        programme="SXKD",
        category="rural_resident",
        weight=10,
        least=30,
        most=100,
        annual_rate=900,
        term_months=60,
        months_between=12,
        carries=False,
        purpose="Kinh doanh ở vùng khó khăn",
    ),
    Product(
        programme="DTTS",
        category="ethnic_minority",
        weight=4,
        least=30,
        most=50,
        annual_rate=330,
        term_months=60,
        months_between=12,
        carries=False,
        purpose="Chuyển đổi nghề",
    ),
    Product(
        programme="NSVSMT",
        category="rural_resident",
        weight=0,
        least=10,
        most=25,
        annual_rate=900,
        term_months=60,
        months_between=6,
        carries=True,
        purpose="Công trình nước sạch và vệ sinh",
    ),
)
WATER: Final = len(PRODUCTS) - 1
"""What a household's second loan is for."""
