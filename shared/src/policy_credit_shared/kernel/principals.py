"""Who asks for something: a person of a unit, in a role."""

from typing import Final, Literal, get_args

from msgspec import Struct

Role = Literal[
    "teller",
    "credit_officer",
    "branch_director",
    "inspector",
    "auditor",
    "viewer",
    "peoples_committee",
]
"""Giao dịch viên, cán bộ tín dụng, giám đốc, kiểm tra viên, kiểm toán, người xem, UBND."""

ROLES: Final[tuple[Role, ...]] = get_args(Role)


class Principal(Struct, frozen=True):
    """The caller: who, of which unit, in which role."""

    subject: str
    unit: str
    role: Role
