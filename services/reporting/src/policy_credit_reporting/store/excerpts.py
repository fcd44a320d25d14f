"""Which part of a list is asked for, in which order: the same for every list that is answered."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Generic, NamedTuple, TypeVar

from policy_credit_reporting.store.alphabet import in_alphabet

T = TypeVar("T")

ROWS_MAX: Final = 25_000
"""More than the units of any tree, its localities among them."""


class Excerpt(NamedTuple):
    """`limit` rows from number `offset` on, sorted by a column: `-` before it, the largest first.

    Without a column a list is in its own order.
    """

    sort: str = ""
    limit: int = ROWS_MAX
    offset: int = 0

    @property
    def column(self) -> str:
        """What is sorted by; nothing for the list's own order."""
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        """Whether the largest come first."""
        return self.sort.startswith("-")

    def holds_all(self, rows: int) -> bool:
        """Whether it is so many rows as they are."""
        return not self.column and self.offset == 0 and rows <= self.limit

    def of(self, rows: Sequence[T], value: Callable[[T], Any]) -> list[T]:
        """These rows of a list, sorted by their values if a column is asked for.

        Text is in the order of the alphabet. Rows without a value come last, and equal ones stay in
        the list's own order.
        """
        if self.column:
            values = [(row, value(row)) for row in rows]
            found = [pair for pair in values if pair[1] is not None]
            found.sort(key=lambda pair: _key(pair[1]), reverse=self.is_descending)
            rows = [row for row, _ in found] + [row for row, known in values if known is None]
        return list(rows[self.offset : self.offset + self.limit])

    def ordered_by(self, columns: Mapping[str, str], own_order: str) -> str:
        """The same as SQL's ORDER BY and what follows; `columns` are expressions by their names."""
        order = own_order
        if self.column:
            direction = "DESC" if self.is_descending else "ASC"
            order = f"{columns[self.column]} {direction} NULLS LAST, {own_order}"
        return f"ORDER BY {order} LIMIT {self.limit:d} OFFSET {self.offset:d}"


def _key(value: Any) -> Any:
    return in_alphabet(value) if isinstance(value, str) else value


WHOLE: Final = Excerpt()


class Listed(NamedTuple, Generic[T]):
    """An excerpt's rows, and how many the whole list has."""

    rows: list[T]
    total: int
