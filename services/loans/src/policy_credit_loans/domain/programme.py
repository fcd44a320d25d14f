"""Lending programmes (chương trình tín dụng) as dated reference data.

A rate, ceiling or term is looked up by (programme, date, fund, province), not by programme alone:
Decree 338/2025 lets a province raise a ceiling for its own money. Each field is taken from the
most specific entry that states it, so that such a province goes on following the general rate.
"""

import tomllib
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Final, Literal
from uuid import UUID

from msgspec import Meta, Struct, convert

from policy_credit_loans.domain.credit_refusals import (
    ProgrammeNotLent,
)
from policy_credit_shared.kernel.identifiers import Category, Fund, Programme, Text, derived_id
from policy_credit_shared.kernel.instalments import Ageing
from policy_credit_shared.kernel.money import AnnualRate, Dong

TERM_MONTHS_MAX: Final = 360

Months = Annotated[int, Meta(ge=1, le=TERM_MONTHS_MAX)]
Province = Annotated[str, Meta(pattern=r"^[0-9]{2}$", max_length=2)]

Trust = Literal["s", "q", "k"]
"""Read in a public source, an unofficial answer key, unconfirmed."""


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a document says of a programme from a day on; what it does not say stays as it was.

    `change` is the id of the change that brought the entry; entries of the data file have none.
    """

    programme: Programme
    valid_from: date
    fund: Fund | None = None
    province: Province | None = None
    annual_rate: AnnualRate | None = None
    ceiling: Dong | None = None
    term_months: Months | None = None
    categories: tuple[Category, ...] | None = None
    ageing: Ageing | None = None
    excludes: tuple[Programme, ...] | None = None
    new_loan_while_overdue: bool | None = None
    legal_basis: Text
    trust: Trust
    note: str = ""
    change: UUID | None = None

    def covers(self, fund: Fund | None, province: str | None) -> bool:
        """Whether the entry says anything about that fund in that province."""
        return self.fund in (None, fund) and self.province in (None, province)

    @property
    def specificity(self) -> int:
        """How many of fund and province the entry names."""
        return (self.fund is not None) + (self.province is not None)


class Source(Struct, frozen=True, kw_only=True):
    """A document that terms come from, and how far it is to be trusted."""

    legal_basis: str
    trust: Trust
    note: str = ""


class Terms(Struct, frozen=True, kw_only=True):
    """What a programme offers on a day: `ceiling` dong a household, a year at `annual_rate`.

    `ageing` says what a missed instalment does; `rated_by` is the change that set the rate.
    """

    programme: Programme
    annual_rate: AnnualRate
    ceiling: Dong
    term_months: Months
    categories: tuple[Category, ...]
    ageing: Ageing
    excludes: tuple[Programme, ...]
    new_loan_while_overdue: bool
    sources: tuple[Source, ...]
    rated_by: UUID | None = None


def terms_on(
    entries: Iterable[Entry], programme: Programme, on: date, fund: Fund | None, province: str
) -> Terms:
    """The terms of a programme on a day; raises ProgrammeNotLent."""
    found = _prevailing(entries, programme, on, fund, province)
    if set(_STATED) - set(found):
        raise ProgrammeNotLent(programme, on)
    return convert(
        {
            "programme": programme,
            **{field: getattr(found[field], field) for field in _STATED},
            "sources": tuple(dict.fromkeys(_source(found[field]) for field in _STATED)),
            "rated_by": found["annual_rate"].change,
        },
        Terms,
        from_attributes=True,
    )


def _prevailing(
    entries: Iterable[Entry], programme: str, on: date, fund: Fund | None, province: str
) -> dict[str, Entry]:
    """For each field the entry that counts: the most specific one, the latest of those."""
    found: dict[str, Entry] = {}
    for entry in sorted(entries, key=_rank):
        if entry.programme == programme and entry.valid_from <= on and entry.covers(fund, province):
            found.update({f: entry for f in _STATED if getattr(entry, f) is not None})
    return found


def _rank(entry: Entry) -> tuple[int, date]:
    return entry.specificity, entry.valid_from


def _source(entry: Entry) -> Source:
    return Source(legal_basis=entry.legal_basis, trust=entry.trust, note=entry.note)


_STATED: Final = (
    "annual_rate",
    "ceiling",
    "term_months",
    "categories",
    "ageing",
    "excludes",
    "new_loan_while_overdue",
)


@cache
def catalogue() -> Sequence[Entry]:
    """The entries of the data file."""
    text = (resources.files(__package__) / "data" / "programmes.toml").read_text(encoding="utf-8")
    return convert(tomllib.loads(text)["entry"], tuple[Entry, ...])


def programme_id(programme: str) -> UUID:
    """The aggregate of a programme's changes."""
    return derived_id("programme", programme)
