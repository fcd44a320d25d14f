"""The pieces that events are written of: each fills its bytes of every row."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from policy_credit_local.history.chance import Chance
from policy_credit_local.history.ground import NATION
from policy_credit_local.history.octets import (
    DAY_WIDTH,
    Octets,
    days,
    digits,
    octets,
    put,
    table,
    write_ids,
)
from policy_credit_shared.kernel.checks import check

Columns = Mapping[str, NDArray[Any]]
OFFICE_WIDTH: Final = len('"587"')
LOCALITY_WIDTH: Final = len('"22870-22870"')


class Setting(Struct, frozen=True):
    """What wordings share: the seed's ids, and each place's office and locality in quotes."""

    chance: Chance
    places: Octets


class Piece(Protocol):
    """A value of a field; `optional` ones bring their own name along, or nothing."""

    width: int
    optional: bool

    def write(self, out: Octets, columns: Columns, setting: Setting, /) -> None:
        """Fill the piece's bytes of each row."""


class Words:
    """One of some texts: the column is its index."""

    optional = False

    def __init__(self, texts: Sequence[str], column: str, *, optional: bool = False) -> None:
        self._table = table(texts)
        self._column = column
        self.width = self._table.shape[1]
        self.optional = optional

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        out[:] = self._table[columns[self._column]]


class OfPlace:
    """The office of a place, and the locality under its own name: two fields in a row."""

    optional = False

    def __init__(self, column: str = "place_at", locality: str = "locality") -> None:
        self._column = column
        self._name = octets(f',"{locality}":')
        self.width = OFFICE_WIDTH + len(self._name) + LOCALITY_WIDTH

    def write(self, out: Octets, columns: Columns, setting: Setting, /) -> None:
        texts = setting.places[columns[self._column]]
        at = OFFICE_WIDTH + len(self._name)
        out[:, :OFFICE_WIDTH] = texts[:, :OFFICE_WIDTH]
        out[:, OFFICE_WIDTH:at] = self._name
        out[:, at:] = texts[:, OFFICE_WIDTH:]


class Number:
    """A whole number that is not negative."""

    optional = False

    def __init__(self, column: str, digits: int = 12) -> None:
        self._column = column
        self.width = digits

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        out[:] = digits(columns[self._column], self.width)


class Change:
    """A whole number that may be negative."""

    optional = False

    def __init__(self, column: str, digits: int = 12) -> None:
        self._column = column
        self.width = 1 + digits

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        numbers = columns[self._column]
        out[:, 0] = np.where(numbers < 0, ord("-"), 0)
        out[:, 1:] = digits(np.abs(numbers), self.width - 1)


class SomeNumber:
    """An optional field that holds a whole number: absent where it is 0."""

    optional = True

    def __init__(self, field: str, column: str = "", digits: int = 12) -> None:
        self._column = column or field
        self._name = octets(f',"{field}":')
        self._digits = digits
        self.width = len(self._name) + digits

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        numbers = columns[self._column]
        given = np.flatnonzero(numbers)
        out[:] = 0
        out[given, : len(self._name)] = self._name
        out[given, len(self._name) :] = digits(numbers[given], self._digits)


class Day:
    """A day by its number."""

    width = DAY_WIDTH
    optional = False

    def __init__(self, column: str) -> None:
        self._column = column

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        out[:] = days(columns[self._column])


class Code:
    """A unit's code: the column is its number with a 1 before it, 1 alone for the nation."""

    width = len('"22870"')
    optional = False

    def __init__(self, column: str) -> None:
        self._column = column

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        numbers = columns[self._column]
        out[:] = 0
        out[:, 0] = out[:, -1] = ord('"')
        out[numbers == NATION, 1:3] = octets("VN")
        for length in (2, 3, 5):
            rows = np.flatnonzero(numbers // 10**length == 1)
            out[rows, 1 : 1 + length] = digits(numbers[rows], length + 1)[:, 1:]


class Given:
    """An optional field that holds a piece: absent where another column is 0."""

    optional = True

    def __init__(self, field: str, piece: "Piece", column: str) -> None:
        self._piece = piece
        self._column = column
        self._name = octets(f',"{field}":')
        self.width = len(self._name) + piece.width

    def write(self, out: Octets, columns: Columns, setting: Setting, /) -> None:
        at = put(out, 0, self._name)
        self._piece.write(out[:, at:], columns, setting)
        out[columns[self._column] == 0] = 0


class Id:
    """The UUID that a name and a column's number make."""

    width = 38
    optional = False

    def __init__(self, name: str, column: str) -> None:
        self._name = name
        self._column = column

    def write(self, out: Octets, columns: Columns, setting: Setting, /) -> None:
        out[:, 0] = out[:, 37] = ord('"')
        write_ids(out[:, 1:37], setting.chance.ids(self._name, columns[self._column]))


class Instalments:
    """An optional plan: columns of days and amounts, as many rows wide as it may have parts."""

    optional = True

    def __init__(self, most: int) -> None:
        self._most = most
        self._one = len('{"due_on":"2025-01-01","amount":},') + 10
        self.width = len(',"plan":[') + most * self._one + 1

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        due, amounts = columns["plan_days"], columns["plan_amounts"]
        out[:] = 0
        at = put(out, 0, octets(',"plan":['))
        for part in range(self._most):
            rows = np.flatnonzero(amounts[:, part])
            here = out[:, at : at + self._one]
            inner = 0
            if part:
                here[rows, 0] = ord(",")
                inner = 1
            for text in (octets('{"due_on":'), None, octets(',"amount":')):
                if text is None:
                    here[rows, inner : inner + 12] = days(due[rows, part])
                    inner += 12
                else:
                    here[rows, inner : inner + len(text)] = text
                    inner += len(text)
            here[rows, inner : inner + 10] = digits(amounts[rows, part], 10)
            here[rows, inner + 10] = ord("}")
            at += self._one
        out[:, at] = ord("]")


class Nested:
    """An object within an event, whose fields are written in the order given."""

    optional = False

    def __init__(self, kind: type[Struct], fields: Mapping[str, Piece]) -> None:
        self._parts = _parts(kind, fields)
        self.width = 1 + sum(len(text) + piece.width for text, piece in self._parts)

    def write(self, out: Octets, columns: Columns, setting: Setting, /) -> None:
        at = 0
        for text, piece in self._parts:
            at = put(out, at, text)
            piece.write(out[:, at : at + piece.width], columns, setting)
            at += piece.width
        out[:, at] = ord("}")


class Renamed:
    """A piece that reads its rows' columns under other names."""

    def __init__(self, piece: Piece, names: Mapping[str, str]) -> None:
        self._piece = piece
        self._names = names
        self.width = piece.width
        self.optional = piece.optional

    def write(self, out: Octets, columns: Columns, setting: Setting, /) -> None:
        renamed = {**columns, **{name: columns[other] for name, other in self._names.items()}}
        self._piece.write(out, renamed, setting)


def _parts(kind: type[Struct], fields: Mapping[str, Piece]) -> list[tuple[Octets, Piece]]:
    """A text before each piece; pieces in the order of the type's fields, as its encoder has it."""
    order = [name for name in kind.__struct_fields__ if name in fields]
    check(set(order) == set(fields), f"{kind.__name__} has the fields {sorted(fields)}")
    found: list[tuple[Octets, Piece]] = []
    for name in order:
        piece = fields[name]
        text = "{" if not found else "," if not piece.optional else ""
        found.append((octets(text if piece.optional else f'{text}"{name}":'), piece))
    return found
