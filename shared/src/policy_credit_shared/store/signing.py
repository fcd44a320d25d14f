"""Secrets in files: Ed25519 keys in PEM, and what is signed with them (RFC 8032)."""

from collections.abc import Callable
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)


class UnusableKey(Exception):
    """The file holds no Ed25519 private key."""


class Signer:
    """Signs with a private key; `public_key` is its 32 bytes."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()

    @classmethod
    def read(cls, path: Path) -> "Signer":
        """The key of a PEM file; raises UnusableKey."""
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise UnusableKey(f"cannot be read: {error}") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise UnusableKey("is not an Ed25519 private key")
        return cls(key)

    def sign(self, content: bytes) -> bytes:
        """The signature, 64 bytes; the same for the same content."""
        return self._key.sign(content)


def is_signed(content: bytes, signature: bytes, public_key: bytes) -> bool:
    """Whether the content was signed with the private key of a public one."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_pem(public_key: bytes) -> bytes:
    """A public key as others read it."""
    return Ed25519PublicKey.from_public_bytes(public_key).public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def kept(path: Path, make: Callable[[], str]) -> str:
    """A secret in a file of its own, made on first use; whole or not at all."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.touch(mode=0o600)
        unfinished.write_text(make())
        unfinished.rename(path)
    return path.read_text()


def _new_pem() -> str:
    return (
        Ed25519PrivateKey.generate()
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def made_key(path: Path) -> Ed25519PrivateKey:
    """The key of a file, made on first use."""
    key = serialization.load_pem_private_key(kept(path, _new_pem).encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise UnusableKey(f"{path} is not an Ed25519 private key")
    return key
