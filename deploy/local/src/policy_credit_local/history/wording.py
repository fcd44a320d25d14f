"""Public events as bytes, many at a time: what the real encoder writes, without an object each.

An event type is a row of pieces of known width. The rows of one kind are written into a matrix of
bytes, piece by piece, and the zeros that fill up what is shorter are left out.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
from msgspec import Struct
from numpy.typing import NDArray

from policy_credit_local.history.calendar import EPOCH, SECOND
from policy_credit_local.history.chance import Chance
from policy_credit_shared.events.public import PublicEvent
from policy_credit_shared.kernel.checks import check

Columns = Mapping[str, NDArray[Any]]
Octets = NDArray[np.uint8]


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


class Day:
    """A day by its number."""

    width = 12
    optional = False

    def __init__(self, column: str) -> None:
        self._column = column

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        out[:] = _DAYS[columns[self._column] - _DAYS_FROM]


class SomeDay:
    """An optional field that holds a day: the column is 0 where there is none."""

    optional = True

    def __init__(self, field: str, column: str) -> None:
        self._column = column
        self._name = octets(f',"{field}":')
        self.width = len(self._name) + 12

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        days = columns[self._column]
        given = np.flatnonzero(days)
        out[:] = 0
        out[given, : len(self._name)] = self._name
        out[given, len(self._name) :] = _DAYS[days[given] - _DAYS_FROM]


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
        days, amounts = columns["plan_days"], columns["plan_amounts"]
        out[:] = 0
        at = _put(out, 0, octets(',"plan":['))
        for part in range(self._most):
            rows = np.flatnonzero(amounts[:, part])
            here = out[:, at : at + self._one]
            inner = 0
            if part:
                here[rows, 0] = ord(",")
                inner = 1
            for text in (octets('{"due_on":'), None, octets(',"amount":')):
                if text is None:
                    here[rows, inner : inner + 12] = _DAYS[days[rows, part] - _DAYS_FROM]
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
            at = _put(out, at, text)
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


class Wording:
    """How the events of one kind are written: the whole record value."""

    def __init__(
        self, kind: type[PublicEvent], source: str, subject: Id, fields: Mapping[str, Piece]
    ) -> None:
        self.subject = subject
        self.data = Nested(kind, fields)
        self._parts: list[tuple[Octets, Piece | None]] = [
            (octets('{"specversion":"1.0","id":'), Id(kind.NAME, "key")),
            (octets(f',"source":"{source}","type":"{kind.type()}","subject":'), subject),
            (octets(',"time":'), _Instant()),
            (octets(',"datacontenttype":"application/json","data":'), self.data),
            (octets("}"), None),
        ]
        self._width = sum(len(t) + (p.width if p else 0) for t, p in self._parts)

    def values(self, columns: Columns, setting: Setting) -> pa.BinaryArray:
        """The record values of the rows, in their order."""
        count = len(columns["recorded"])
        out = np.empty((count, self._width), np.uint8)
        at = 0
        for text, piece in self._parts:
            at = _put(out, at, text)
            if piece is not None:
                piece.write(out[:, at : at + piece.width], columns, setting)
                at += piece.width
        return packed(out)


class _Instant:
    """When it was recorded, in UTC: microseconds, which are never 0."""

    width = 29
    optional = False

    def write(self, out: Octets, columns: Columns, _: Setting, /) -> None:
        seconds, micros = np.divmod(columns["recorded"], SECOND)
        days, of_day = np.divmod(seconds, 86_400)
        out[:, :11] = _DAYS[days - _DAYS_FROM, :11]
        out[:, 11] = ord("T")
        out[:, 12:20] = _TIMES[of_day]
        out[:, 20] = ord(".")
        out[:, 21:24] = _THREE[micros // 1_000]
        out[:, 24:27] = _THREE[micros % 1_000]
        out[:, 27] = ord("Z")
        out[:, 28] = ord('"')


def octets(text: str) -> Octets:
    """The text's bytes."""
    return np.frombuffer(text.encode(), np.uint8)


def table(texts: Sequence[str]) -> Octets:
    """Texts as the rows of a matrix, filled up with zeros."""
    encoded = [text.encode() for text in texts]
    width = max(1, *map(len, encoded))
    return np.frombuffer(b"".join(e.ljust(width, b"\0") for e in encoded), np.uint8).reshape(
        len(encoded), width
    )


def packed(out: Octets) -> pa.BinaryArray:
    """The rows without the zeros."""
    kept = out != 0
    offsets = np.zeros(len(out) + 1, np.int32)
    np.cumsum(np.count_nonzero(kept, axis=1), out=offsets[1:])
    data = out[kept]
    return pa.BinaryArray.from_buffers(
        pa.binary(), len(out), [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )


def digits(numbers: NDArray[Any], width: int) -> Octets:
    """Whole numbers in decimal, with zero bytes before them."""
    check(not len(numbers) or 0 <= numbers.min() <= numbers.max() < 10**width, "a number fits")
    out = np.empty((len(numbers), -(-width // 4) * 4), np.uint8)
    rest = numbers
    for at in range(out.shape[1] - 4, -4, -4):
        rest, four = np.divmod(rest, 10_000)
        out[:, at : at + 4] = _FOUR[four]
    leading = np.logical_and.accumulate(out[:, :-1] == ord("0"), axis=1)
    out[:, :-1][leading] = 0
    return out[:, -width:]


def write_ids(out: Octets, halves: NDArray[np.uint64]) -> None:
    """UUIDs in the usual form, 36 bytes each."""
    raw = halves.astype(">u8").view(np.uint8)
    text = _HEX[raw].view(np.uint8).reshape(len(halves), 32)
    at = 0
    for start, end in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)):
        out[:, at : at + end - start] = text[:, start:end]
        at += end - start
        if end < 32:
            out[:, at] = ord("-")
            at += 1


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


def _put(out: Octets, at: int, text: Octets) -> int:
    out[:, at : at + len(text)] = text
    return at + len(text)


_DAYS_FROM: Final = date(2000, 1, 1).toordinal() - EPOCH
_DAYS: Final = table([f'"{date.fromordinal(EPOCH + _DAYS_FROM + n)}"' for n in range(36_525)])
_TIMES: Final = table(
    [f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(24 * 60 * 60)]
)
_THREE: Final = table([f"{n:03}" for n in range(1_000)])
_FOUR: Final = table([f"{n:04}" for n in range(10_000)])
_HEX: Final = table([f"{n:02x}" for n in range(256)]).copy().view(np.uint16)[:, 0]
