"""Records that are exactly what a relay sent in a row, told by their headers all at once."""

from collections.abc import Sequence
from typing import Final

from policy_credit_shared.messaging.chain import DIGEST_HEX
from policy_credit_shared.messaging.records import (
    SEQUENCE_DIGITS_MAX,
    Header,
    Incoming,
    read_place,
)

DIGEST_BYTES: Final = DIGEST_HEX // 2


def claimed(records: Sequence[Incoming]) -> tuple[str, int] | None:
    """The one source and the first sequence of records whose headers are as a relay writes them.

    None wherever anything else is there: that is for `read_place` to judge.
    """
    try:
        columns: list[tuple[Header, ...]] = list(
            zip(*(record.headers for record in records), strict=True)
        )
        kinds, sources, sequences, chains = columns
        (kind, _), (name, source), (_, sequence) = kinds[0], sources[0], sequences[0]
        digits = sequence.isdigit() and len(sequence) < SEQUENCE_DIGITS_MAX
        if (kind, name) != ("content-type", "source") or not digits or (first := int(sequence)) < 1:
            return None
        count = len(records)
        if kinds.count(kinds[0]) != count or sources.count(sources[0]) != count:
            return None
        numbers = _named("sequence", sequences)
        if b",".join(numbers) != ",".join(map(str, range(first, first + count))).encode():
            return None
        digests = _named("chain", chains)
        if set(map(len, digests)) != {DIGEST_HEX} or not _is_hexadecimal(b"".join(digests)):
            return None
        return source.decode(), first
    except (ValueError, TypeError, AttributeError):
        return None


def digests(records: Sequence[Incoming]) -> list[bytes]:
    """The hashes that the records of a run claim."""
    if len(records) == 1:
        # It may have been judged by itself, with headers in an order of their own.
        return [read_place(records[0]).head.digest]
    whole = bytes.fromhex(b"".join([record.headers[3][1] for record in records]).decode())
    return [whole[start : start + DIGEST_BYTES] for start in range(0, len(whole), DIGEST_BYTES)]


def _named(name: str, headers: Sequence[Header]) -> tuple[bytes, ...]:
    """The values of headers that all have this name; raises ValueError."""
    names, values = zip(*headers, strict=True)
    if names.count(name) != len(names):
        raise ValueError(name)
    return values


def _is_hexadecimal(text: bytes) -> bool:
    # Blanks would be passed over, so that what remains is shorter.
    return len(bytes.fromhex(text.decode())) * 2 == len(text)
