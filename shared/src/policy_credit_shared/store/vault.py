"""Personal data, each person's under a key of their own.

The person's key is itself kept under the service's key. Erasing a person deletes their key, so
that copies of the sealed data, in a backup say, can never be opened again. The table of keys is
therefore backed up apart from the rest, and not for long (docs/decisions/0009).
"""

import hmac
import os
from base64 import b64decode, b64encode
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12

TABLES: Final = """
CREATE TABLE IF NOT EXISTS personal_key (subject uuid PRIMARY KEY, wrapped bytea NOT NULL);
CREATE TABLE IF NOT EXISTS personal_data (subject uuid PRIMARY KEY, sealed bytea NOT NULL);
"""


class WrongKey(Exception):
    """What is stored was not sealed with this key."""


class Vault:
    """Seals and opens, with the service's own key: 32 bytes, in base64."""

    def __init__(self, key: str) -> None:
        """Raises ValueError if it is no such key."""
        try:
            content = b64decode(key, validate=True)
        except ValueError:
            content = b""
        if len(content) != KEY_BYTES:
            raise ValueError("is not 32 bytes in base64")
        self._key = AESGCM(content)
        self.receipts_key = hmac.digest(content, b"receipts", "sha256")

    @staticmethod
    def new_key() -> str:
        """A key for a service."""
        return b64encode(os.urandom(KEY_BYTES)).decode()

    def fits(self, subject: UUID, wrapped: bytes) -> bool:
        """Whether the subject's key was wrapped with this key."""
        try:
            _open(self._key, wrapped, subject)
        except InvalidTag:
            return False
        return True

    def seal(self, subject: UUID, content: bytes) -> tuple[bytes, bytes]:
        """A new key of the subject's, wrapped, and the content sealed with it."""
        own = AESGCM.generate_key(KEY_BYTES * 8)
        return _seal(self._key, own, subject), _seal(AESGCM(own), content, subject)

    def open(self, subject: UUID, wrapped: bytes, sealed: bytes) -> bytes:
        """The content; raises WrongKey."""
        try:
            own = AESGCM(_open(self._key, wrapped, subject))
            return _open(own, sealed, subject)
        except InvalidTag:
            raise WrongKey(f"personal data of {subject} was not sealed with this key") from None


def _seal(key: AESGCM, content: bytes, subject: UUID) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + key.encrypt(nonce, content, subject.bytes)


def _open(key: AESGCM, sealed: bytes, subject: UUID) -> bytes:
    return key.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], subject.bytes)
