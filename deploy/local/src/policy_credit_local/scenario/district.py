"""What is known of the districts, and how lending went there in the year that is played."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from policy_credit_shared.kernel.identifiers import Association, Category, Programme

PROVINCE = "58"
AS_OF = date(2019, 11, 22)
QUARTER_END = date(2019, 9, 30)
"""Closed before the sessions of October are held; the next close is that of AS_OF."""

REGISTERED_ON = date(2018, 11, 15)
FORMED_ON = date(2018, 11, 20)
FUNDED_ON = date(2018, 12, 28)
YEAR = 2019
NEW_YEAR = date(YEAR, 1, 1)
JANUARY, APRIL, MAY, OCTOBER = 1, 4, 5, 10


SPREAD = (14, 13, 13, 13, 12, 12, 12, 11)
"""Of the overdue debt of an office in which no commune stands out."""


@dataclass(frozen=True)
class District:
    """What is known of a district: amounts in million dong, and how many percent of its overdue
    debt are in one commune each."""

    office: str
    outstanding: int
    households: int
    overdue: int
    ceiling_ppm: int
    overdue_shares: tuple[int, ...]


DISTRICT = District("587", 262_149, 6_127, 315, 1_400, (70, 18, 9, 3))
SIBLINGS = (
    District("586", 131_000, 3_046, 130, 500, SPREAD),
    District("585", 128_500, 2_988, 129, 1_400, SPREAD),
)
DISTRICTS = (DISTRICT, *SIBLINGS)
HOUSEHOLDS_PER_GROUP = 40
GROUP_MONTHS = 3
"""In so many of the year's months a group lists households that want to borrow."""

ASSOCIATIONS: tuple[Association, ...] = ("farmers", "women", "veterans", "youth")
ASSOCIATION_WEIGHTS = (32, 40, 16, 12)


@dataclass(frozen=True)
class Product:
    """A programme as it was lent in 2019; amounts in million dong, the rate in 1/100 percent."""

    programme: Programme
    category: Category
    annual_rate: int
    least: int
    most: int
    purpose: str
    weight: int
    ageing: Literal["at_once", "carried_forward"]


POOR = Product("HN", "poor", 660, 30, 50, "hai con bò sinh sản", 38, "carried_forward")
NEAR_POOR = Product("HCN", "near_poor", 792, 30, 50, "đàn dê và chuồng trại", 28, "at_once")
ESCAPED = Product("HMTN", "newly_escaped", 825, 30, 50, "vườn nho", 22, "at_once")
WORK = Product("GQVL", "job_seeker", 660, 30, 50, "xưởng mộc", 12, "at_once")
WATER = Product(
    "NSVSMT", "rural_resident", 900, 6, 20, "bể nước và nhà vệ sinh", 0, "carried_forward"
)
PRODUCTS = (POOR, NEAR_POOR, ESCAPED, WORK)

LARGE = (55, 80)
"""What a few borrow: more than one person may decide on alone."""


def session_day(commune: str, month: int) -> date:
    """The commune's fixed day in a month of the year."""
    return date(YEAR, month, 5 + int(commune) % 16)
