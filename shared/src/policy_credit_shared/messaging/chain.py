"""Sequence and hash chain of what one source publishes in one partition.

Each record carries its place, counted from 1 without holes, and the SHA-256 of the previous
record's hash followed by this record's value bytes, so that a lost, doubled, swapped or altered
record shows.
"""

from hashlib import sha256
from typing import Final

from msgspec import Struct


class Head(Struct, frozen=True):
    """The last sequence and its hash."""

    sequence: int
    digest: bytes

    def next(self, value: bytes) -> "Head":
        """The head after one more record."""
        return Head(self.sequence + 1, sha256(self.digest + value).digest())


GENESIS: Final = Head(0, bytes(32))
DIGEST_HEX: Final = 64
"""How many hexadecimal digits a hash has."""
