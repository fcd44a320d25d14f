"""An office's books once they are read: rows with values, what they add up to, and their lines.

Ids follow from the office and its own numbers, so that the same books always give the same ids.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final, TypeVar
from uuid import UUID

import msgspec
from msgspec import Struct

from policy_credit_shared.kernel.ages import bucket_on
from policy_credit_shared.kernel.identifiers import derived_id
from policy_credit_shared.kernel.instalments import FellOverdue, Instalment

PART_LINES_MAX: Final = 1_800
PART_BYTES_MAX: Final = 3_000_000
"""Below what the service takes in one sheet."""

Line = dict[str, Any]
T = TypeVar("T")


class Group(Struct, frozen=True, kw_only=True):
    """A row of the sheet Groups; `row` is its number."""

    row: int
    group: str
    commune: str
    village: str
    association: str
    formed_on: date


class Household(Struct, frozen=True, kw_only=True):
    """A row of the sheet Households."""

    row: int
    household: str
    commune: str
    group: str | None
    name: str
    identity_number: str
    phone: str | None
    address: str | None


class Loan(Struct, frozen=True, kw_only=True):
    """A row of the sheet Loans, with its instalments."""

    row: int
    contract: str
    household: str
    programme: str
    fund: str
    disbursed_on: date
    term_months: int
    due_on: date
    annual_rate: int
    plan: tuple[Instalment, ...]
    fell_overdue: tuple[FellOverdue, ...]
    frozen: int
    frozen_until: date | None
    frozen_overdue_since: date | None
    interest_arrears: int
    undisbursed: int

    @property
    def overdue(self) -> int:
        """Overdue principal."""
        return sum(missed.amount for missed in self.fell_overdue)

    @property
    def outstanding(self) -> int:
        """Dư nợ."""
        return sum(i.amount for i in self.plan) + self.overdue + self.frozen


class Books(Struct, frozen=True, kw_only=True):
    """All of it; `savings` by household, in dong."""

    office: str
    opened_on: date
    groups: Sequence[Group]
    households: Sequence[Household]
    loans: Sequence[Loan]
    savings: dict[str, int]

    def id_of(self, kind: str, code: str) -> UUID:
        """The id of a group, household or loan, by its number in these books."""
        return derived_id(f"existing-{kind}", self.office, code)


class Part(Struct, frozen=True):
    """Lines that go in one call: whole groups, each with its households and their loans."""

    number: int
    lines: list[Line]
    rows: list[tuple[str, int]]
    """For each line, the sheet and row that it comes from."""

    @property
    def loans(self) -> int:
        """How many of its lines are loans."""
        return sum(1 for sheet, _ in self.rows if sheet == "loans")


def books_id(books: Books) -> UUID:
    """The id that these books always have, and no others."""
    digest = sha256()
    for line, _ in _lines(books):
        digest.update(msgspec.json.encode(line, order="deterministic"))
    return derived_id("existing-books", books.office, books.opened_on, digest.hexdigest())


def parts(books: Books, identifier: UUID) -> Iterator[Part]:
    """The parts in their order, each small enough for one call."""
    number, size = 1, 0
    lines: list[Line] = []
    rows: list[tuple[str, int]] = []
    for block in _blocks(books):
        weight = sum(len(msgspec.json.encode(line)) for line, _ in block)
        if lines and (len(lines) + len(block) > PART_LINES_MAX or size + weight > PART_BYTES_MAX):
            yield Part(number, lines, rows)
            number, lines, rows, size = number + 1, [], [], 0
        of = {"office": books.office, "books": identifier, "part": number}
        lines += [line | of for line, _ in block]
        rows += [row for _, row in block]
        size += weight
    if lines:
        yield Part(number, lines, rows)


def announcement(books: Books, identifier: UUID) -> Line:
    """What the books add up to, as it is announced before the first part."""
    outstanding: Counter[str] = Counter()
    overdue: Counter[str] = Counter()
    for loan in books.loans:
        outstanding[f"{loan.fund}/{loan.programme}"] += loan.outstanding
        for bucket, amount in buckets(loan, books.opened_on).items():
            overdue[bucket] += amount
    grouped = sum(1 for household in books.households if household.group)
    return {
        "type": "begin_books",
        "office": books.office,
        "books": identifier,
        "opened_on": books.opened_on,
        "totals": {
            "groups": len(books.groups),
            "members": grouped,
            "households": len(books.households),
            "grouped": grouped,
            "loans": len(books.loans),
            "outstanding": dict(outstanding),
            "overdue": dict(overdue),
            "frozen": sum(loan.frozen for loan in books.loans),
            "interest_arrears": sum(loan.interest_arrears for loan in books.loans),
            "undisbursed": sum(loan.undisbursed for loan in books.loans),
            "savings": sum(books.savings.values()),
        },
    }


def buckets(loan: Loan, on: date) -> dict[str, int]:
    """A loan's overdue principal by how old it is."""
    found: dict[str, int] = {}
    for missed in loan.fell_overdue:
        bucket = bucket_on(missed.since, on)
        found[bucket] = found.get(bucket, 0) + missed.amount
    return found


def _lines(books: Books) -> Iterator[tuple[Line, tuple[str, int]]]:
    for block in _blocks(books):
        yield from block


def _blocks(books: Books) -> Iterator[list[tuple[Line, tuple[str, int]]]]:
    """A group with its people and loans, group by group; then households without a group."""
    members = _by(books.households, lambda household: household.group or "")
    loans = _by(books.loans, lambda loan: loan.household)
    for group in sorted(books.groups, key=lambda group: group.group):
        people = members.get(group.group, [])
        block = [(_group(books, group, people), ("groups", group.row))]
        block += [(_household(books, h), ("households", h.row)) for h in people]
        block += [
            (_loan(books, x), ("loans", x.row)) for h in people for x in loans.get(h.household, [])
        ]
        yield block
    for household in members.get("", []):
        yield [(_household(books, household), ("households", household.row))]


def _by(rows: Sequence[T], key: Callable[[T], str]) -> dict[str, list[T]]:
    found: dict[str, list[T]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _group(books: Books, group: Group, members: Sequence[Household]) -> Line:
    return {
        "type": "carry_over_group",
        "commune": group.commune,
        "group": books.id_of("group", group.group),
        "association": group.association,
        "village": group.village,
        "members": [books.id_of("household", h.household) for h in members],
        "formed_on": group.formed_on,
    }


def _household(books: Books, household: Household) -> Line:
    person = {
        "name": household.name,
        "identity_number": household.identity_number,
        "phone": household.phone or "",
        "address": household.address or "",
    }
    return {
        "type": "carry_over_household",
        "commune": household.commune,
        "household": books.id_of("household", household.household),
        "person": person,
        "group": books.id_of("group", household.group) if household.group else None,
        "savings": books.savings.get(household.household, 0),
    }


def _loan(books: Books, loan: Loan) -> Line:
    return {
        "type": "carry_over_loan",
        "loan": books.id_of("loan", loan.contract),
        "household": books.id_of("household", loan.household),
        "programme": loan.programme,
        "fund": loan.fund,
        "disbursed_on": loan.disbursed_on,
        "term_months": loan.term_months,
        "due_on": loan.due_on,
        "annual_rate": loan.annual_rate,
        "plan": loan.plan,
        "fell_overdue": loan.fell_overdue,
        "frozen": loan.frozen,
        "frozen_until": loan.frozen_until,
        "frozen_overdue_since": loan.frozen_overdue_since,
        "interest_arrears": loan.interest_arrears,
        "undisbursed": loan.undisbursed,
    }
