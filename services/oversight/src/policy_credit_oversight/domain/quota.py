"""Yearly quotas of inspections (định mức kiểm tra hằng năm), as dated reference data."""

import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from msgspec import Meta, Struct, convert

from policy_credit_shared.events.supervision import Body, BodyLevel
from policy_credit_shared.kernel.identifiers import Text

Percent = Annotated[int, Meta(ge=0, le=100)]


class Quota(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a body at a level is to inspect in a year, at least: communes, groups, borrowers."""

    body: Body
    level: BodyLevel
    valid_from: date
    communes_percent: Percent = 0
    groups_percent: Percent = 0
    borrowers_per_group: Annotated[int, Meta(ge=0, le=60)] = 0
    legal_basis: Text
    trust: Literal["s", "q", "k"]


@cache
def quotas() -> Sequence[Quota]:
    """All of them, as the data file says."""
    text = (resources.files(__package__) / "data" / "quotas.toml").read_text(encoding="utf-8")
    return convert(tomllib.loads(text)["quota"], list[Quota])


def quota_on(body: Body, level: BodyLevel, day: date) -> Quota | None:
    """What holds on a day; None where there is no quota."""
    known = [q for q in quotas() if (q.body, q.level) == (body, level) and q.valid_from <= day]
    return max(known, key=lambda quota: quota.valid_from, default=None)
