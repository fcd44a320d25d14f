"""What lists have in common: whose they are, how they are paged, how they are answered."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Annotated, Any, Final, TypeVar
from uuid import UUID

import msgspec
from fastapi import Path, Query, Response

from policy_credit_oversight.domain.register import REGISTER, Listed, Register, register_id
from policy_credit_shared.kernel.aggregates import Kind
from policy_credit_shared.kernel.checks import InvariantBroken
from policy_credit_shared.kernel.principals import Principal
from policy_credit_shared.kernel.units import UnitTree, UnknownUnit, units_before_reform
from policy_credit_shared.store.books import Books
from policy_credit_shared.web.auth import may_read
from policy_credit_shared.web.problems import Problem

PAGE_MAX: Final = 500

S = TypeVar("S")

OfficePath = Annotated[str, Path(description="a transaction office", examples=["587"])]
UnitPath = Annotated[
    str, Path(description="VN, a province, an office or a commune", examples=["587"])
]
Limit = Annotated[int, Query(ge=1, le=PAGE_MAX, description="how many at most")]
On = Annotated[date, Query(description="the day on which something is late or not")]
After = Annotated[str, Query(max_length=100, description="where the page before ended: its `next`")]


def register_of(books: Books, unit: str, listed: Listed) -> Register:
    """A unit's register; an empty one if nothing was ever in it."""
    return books.get(REGISTER, register_id(unit, listed)) or Register()


def page(register: Register, after: str, limit: int) -> tuple[list[str], str | None]:
    """The names on a page, the most urgent first, and where the next page begins after."""
    entries = register.in_order(after)
    shown = entries[:limit]
    return [name for _, name in shown], shown[-1][0] if len(entries) > limit else None


def each_of(kind: Kind[S], identifiers: Iterable[UUID], books: Books) -> Iterator[tuple[UUID, S]]:
    """What is listed under these ids, loaded at once."""
    found = list(identifiers)
    books.prefetch(found)
    for identifier in found:
        state = books.get(kind, identifier)
        if state is None:
            raise InvariantBroken("what is listed is known")
        yield identifier, state


def may_read_unit(caller: Principal, unit: str) -> None:
    """Raise Problem 404 unless there is such a unit, 403 unless it is in the caller's subtree."""
    _may_read(caller, unit, lambda tree: tree.unit(unit).level != "locality")


def may_read_office(caller: Principal, office: str) -> None:
    """Raise Problem 404 unless there is such an office, 403 unless in the caller's subtree."""
    _may_read(caller, office, lambda tree: tree.unit(office).level == "district")


def _may_read(caller: Principal, unit: str, fits: Callable[[UnitTree], bool]) -> None:
    tree = units_before_reform()
    try:
        known = fits(tree)
    except UnknownUnit:
        known = False
    if not known:
        raise Problem(404, "unknown-unit", "Unknown unit", f"There is no such unit as {unit!r}.")
    may_read(caller, unit, tree)


def answer(content: Any) -> Response:
    """The answer as JSON."""
    return Response(msgspec.json.encode(content), media_type="application/json")
