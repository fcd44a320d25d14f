"""Records that are exactly what a relay sent in a row, told by their headers all at once."""

from collections.abc import Sequence
from operator import itemgetter
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
        if {name for name, _ in kinds} != {"content-type"} or len(set(sources)) != 1:
            return None
        (name, source), (_, sequence) = sources[0], sequences[0]
        digits = sequence.isdigit() and len(sequence) < SEQUENCE_DIGITS_MAX
        if name != "source" or not digits or (first := int(sequence)) < 1:
            return None
        counted = [("sequence", b"%d" % n) for n in range(first, first + len(records))]
        if list(sequences) != counted or {name for name, _ in chains} != {"chain"}:
            return None
        digests = list(map(itemgetter(1), chains))
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


def _is_hexadecimal(text: bytes) -> bool:
    # Blanks would be passed over, so that what remains is shorter.
    return len(bytes.fromhex(text.decode())) * 2 == len(text)
