"""Encryption and authentication of an outbox: AES-256-GCM under a key made from a secret.

Copies of one file go on under one key and at one place: nonces are random, for counted ones would
then be used twice. What is authenticated with each record are the file it is of and its number,
so that none can be left out, moved or taken from another file.
"""

import hmac
import os
from functools import lru_cache
from hashlib import scrypt
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from policy_credit_branch.outbox.failures import KeyUnusable, NotAnOutbox, WrongKey

MAGIC: Final = b"PCBRANCH1\n"
SALT_BYTES: Final = 16
CHECK_BYTES: Final = 16
HEADER_BYTES: Final = len(MAGIC) + 1 + SALT_BYTES + CHECK_BYTES
NONCE_BYTES: Final = 12
OVERHEAD_BYTES: Final = NONCE_BYTES + 16
SECRET_LENGTH_MIN: Final = 12
COST: Final = 15
"""2 ** 15 rounds of scrypt: a tenth of a second and 32 MB for each guess of a passphrase."""
COST_MAX: Final = 20


class Seal:
    """Seals the records of one file, and opens them again."""

    def __init__(self, secret: bytes, header: bytes) -> None:
        cost = header[len(MAGIC)]
        salt = header[len(MAGIC) + 1 : -CHECK_BYTES]
        key, check_key = _keys(secret, salt, cost)
        self._cipher = AESGCM(key)
        self._check_key = check_key
        self.header = header

    @classmethod
    def fresh(cls, secret: bytes, cost: int = COST) -> "Seal":
        """For a new file; raises KeyUnusable."""
        if len(secret.decode(errors="replace").strip()) < SECRET_LENGTH_MIN:
            raise KeyUnusable(SECRET_LENGTH_MIN)
        begin = MAGIC + bytes([cost]) + os.urandom(SALT_BYTES)
        seal = cls(secret, begin + bytes(CHECK_BYTES))
        seal.header = begin + seal._check(begin)
        return seal

    @classmethod
    def of(cls, secret: bytes, content: bytes, name: str) -> "Seal":
        """For a file that is there; raises NotAnOutbox or WrongKey."""
        header = content[:HEADER_BYTES]
        if len(header) < HEADER_BYTES or not header.startswith(MAGIC):
            raise NotAnOutbox(name)
        if header[len(MAGIC)] > COST_MAX:
            raise NotAnOutbox(name)
        seal = cls(secret, header)
        if not hmac.compare_digest(seal._check(header[:-CHECK_BYTES]), header[-CHECK_BYTES:]):
            raise WrongKey(name)
        return seal

    def close(self, number: int, content: bytes) -> bytes:
        """The content as it is stored, as record `number` of the file."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, content, self._place(number))

    def open(self, number: int, sealed: bytes) -> bytes | None:
        """The content; None if it is not record `number` of this file, or not as it was stored."""
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            return self._cipher.decrypt(nonce, rest, self._place(number))
        except (InvalidTag, ValueError):
            return None

    def _place(self, number: int) -> bytes:
        return self.header + number.to_bytes(8, "big")

    def _check(self, begin: bytes) -> bytes:
        return hmac.digest(self._check_key, begin, "sha256")[:CHECK_BYTES]


@lru_cache(maxsize=64)
def _keys(secret: bytes, salt: bytes, cost: int) -> tuple[bytes, bytes]:
    made = scrypt(
        secret.strip(), salt=salt, n=1 << cost, r=8, p=1, maxmem=(256 << cost) * 8, dklen=64
    )
    return made[:32], made[32:]
