"""Identifiers as the field writes them. Codes are strings: leading zeros are part of them.

A pattern's `$` also matches before a newline at the end, so every pattern comes with a length.
"""

from typing import Annotated, Final, Literal
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec import Meta

Office = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{3}$",
        max_length=3,
        description="Transaction office (phòng giao dịch): the code of the district it served",
    ),
]
CommuneCode = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{5}$",
        max_length=5,
        description="Commune (xã) in the list of units before 2025-07",
    ),
]
Locality = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{5}-[0-9]{5}$",
        max_length=11,
        description="Old commune and new commune: the common refinement of both trees of units",
    ),
]
Text = Annotated[str, Meta(min_length=1, max_length=500)]

Programme = Literal[
    "HN", "HCN", "HMTN", "HSSV", "GQVL", "NSVSMT", "SXKD", "XKLD", "NOXH", "NO33", "DTTS", "CHXAPT"
]
"""Lending programme (chương trình tín dụng)."""

Association = Literal["farmers", "women", "veterans", "youth"]
"""Mass organisation that lending is entrusted to (tổ chức nhận ủy thác)."""

Fund = Literal["central", "local"]
"""Whose money is lent: central capital, or the local budget's entrusted capital."""

Place = Literal["point", "office"]
"""Where it was done: commune transaction point (điểm giao dịch xã) or transaction office."""

DebtClass = Literal["in_term", "overdue", "frozen"]
"""Trong hạn, quá hạn, khoanh."""

Bucket = Literal["1_90", "91_180", "181_360", "over_360"]
"""How many days ago overdue principal fell overdue (nhóm thời gian quá hạn)."""

Category = Literal[
    "poor",
    "near_poor",
    "newly_escaped",
    "student",
    "job_seeker",
    "migrant_worker",
    "ethnic_minority",
    "rural_resident",
    "low_income",
    "served_sentence",
]
"""Why a household is entitled: hộ nghèo, cận nghèo, mới thoát nghèo, học sinh sinh viên, …"""

Rating = Literal["good", "fair", "average", "weak"]
"""Of a savings-and-credit group: tốt, khá, trung bình, yếu."""

NAMESPACE: Final = uuid5(NAMESPACE_URL, "policy-credit")


def derived_id(kind: str, *parts: object) -> UUID:
    """The id that a business key always gets, so that making a thing twice makes it once."""
    return uuid5(NAMESPACE, "/".join([kind, *map(str, parts)]))
