"""Texts, numbers, days and ids as bytes: each a row of a matrix, filled up with zeros."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from policy_credit_local.history.calendar import EPOCH, SECOND
from policy_credit_shared.kernel.checks import check

Octets = NDArray[np.uint8]
DAY_WIDTH: Final = len('"2025-01-01"')
INSTANT_WIDTH: Final = len('"2025-01-01T01:02:03.000004Z"')


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


def days(numbers: NDArray[Any]) -> Octets:
    """Days by their numbers, in quotes."""
    found: Octets = _DAYS[numbers - _DAYS_FROM]
    return found


def instants(micros: NDArray[Any]) -> Octets:
    """Instants in UTC, in quotes; a fraction of a second that is 0 would be written otherwise."""
    out = np.empty((len(micros), INSTANT_WIDTH), np.uint8)
    seconds, fraction = np.divmod(micros, SECOND)
    check(bool(np.all(fraction)), "no instant is a whole second")
    number, of_day = np.divmod(seconds, 24 * 60 * 60)
    out[:, :11] = days(number)[:, :11]
    out[:, 11] = ord("T")
    out[:, 12:20] = _TIMES[of_day]
    out[:, 20] = ord(".")
    out[:, 21:24] = _THREE[fraction // 1_000]
    out[:, 24:27] = _THREE[fraction % 1_000]
    out[:, 27] = ord("Z")
    out[:, 28] = ord('"')
    return out


def put(out: Octets, at: int, text: Octets) -> int:
    """Write the same text into every row; returns where it ends."""
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
