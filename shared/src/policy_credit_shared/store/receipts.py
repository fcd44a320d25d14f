"""What a call was answered, so that the same call again is answered the same and done once."""

import hmac

from msgspec import Struct


class Receipt(Struct, frozen=True):
    """The answer to the call that `caller` made under `key`; `fingerprint` is of its content."""

    caller: str
    key: str
    fingerprint: bytes
    status: int
    body: bytes


def fingerprint(path: str, body: bytes, key: bytes = b"") -> bytes:
    """HMAC-SHA256 of what was asked.

    A body may hold what can be guessed, an identity number say. Without a key its fingerprint
    would confirm the guess, even after the person was erased.
    """
    return hmac.digest(key, path.encode() + b"\n" + body, "sha256")
