"""What a call was answered, so that the same call again is answered the same and done once."""

from hashlib import sha256

from msgspec import Struct


class Receipt(Struct, frozen=True):
    """The answer to the call that `caller` made under `key`; `fingerprint` is of its content."""

    caller: str
    key: str
    fingerprint: bytes
    status: int
    body: bytes


def fingerprint(path: str, body: bytes) -> bytes:
    """SHA-256 of what was asked."""
    return sha256(path.encode() + b"\n" + body).digest()
