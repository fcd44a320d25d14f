"""Chance that depends on a seed, a name and a whole number, and on nothing that was drawn before.

So every household has its own luck, in whatever process and order it is looked at. Whole numbers
only, mixed as SplitMix64 does: no machine and no version of NumPy gives another result.
"""

from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Bits = NDArray[np.uint64]
Yes = NDArray[np.bool_]

_GAMMA: Final = np.uint64(0x9E3779B97F4A7C15)
_ONE: Final = np.uint64(0xBF58476D1CE4E5B9)
_TWO: Final = np.uint64(0x94D049BB133111EB)
_OTHER_HALF: Final = np.uint64(0xD6E8FEB86659FD93)
_MILLION: Final = 1_000_000


class Chance:
    """All draws of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._bases: dict[str, np.uint64] = {}

    def bits(self, name: str, keys: Whole) -> Bits:
        """64 bits for each key; different for different keys of one name."""
        return _mixed(keys.astype(np.uint64) * _GAMMA + self._base(name))

    def below(self, limit: int, name: str, keys: Whole) -> Whole:
        """A whole number from 0 to limit - 1 for each key; the limit is less than 2**31."""
        high = self.bits(name, keys) >> np.uint64(32)
        return ((high * np.uint64(limit)) >> np.uint64(32)).astype(np.int64)

    def happens(self, share: int | Whole, name: str, keys: Whole) -> Yes:
        """Whether it happens to each key, if it happens to so many of a million."""
        return self.below(_MILLION, name, keys) < share

    def ids(self, name: str, keys: Whole) -> Bits:
        """UUIDs (version 8) as two halves each, one for each key of a name."""
        first = self.bits(name, keys)
        found = np.empty((len(keys), 2), np.uint64)
        found[:, 1] = (_mixed(first ^ _OTHER_HALF) >> np.uint64(2)) | np.uint64(1 << 63)
        found[:, 0] = (first & np.uint64(0xFFFF_FFFF_FFFF_0FFF)) | np.uint64(0x8000)
        return found

    def _base(self, name: str) -> np.uint64:
        if name not in self._bases:
            digest = sha256(f"{self.seed}/{name}".encode()).digest()
            self._bases[name] = np.uint64(int.from_bytes(digest[:8]))
        return self._bases[name]


def _mixed(bits: Bits) -> Bits:
    bits = (bits ^ (bits >> np.uint64(30))) * _ONE
    bits = (bits ^ (bits >> np.uint64(27))) * _TWO
    mixed: Bits = bits ^ (bits >> np.uint64(31))
    return mixed
