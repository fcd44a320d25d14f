"""Keys that sign: made once, read from a file, refused by the setting that names them."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from policy_credit_reporting.settings import PublishingSettings
from policy_credit_shared.settings import SettingRefused
from policy_credit_shared.store.signing import Signer, is_signed, made_key, public_pem


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "key.pem"
    first = made_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert made_key(path).private_bytes_raw() == first.private_bytes_raw()
    assert list(path.parent.iterdir()) == [path]


def test_only_what_was_signed_with_the_key_is_found_signed(tmp_path: Path) -> None:
    made_key(tmp_path / "key.pem")
    signer = Signer.read(tmp_path / "key.pem")
    signature = signer.sign(b"figures")
    assert is_signed(b"figures", signature, signer.public_key)
    assert not is_signed(b"figures!", signature, signer.public_key)
    assert not is_signed(b"figures", signature[:-1], signer.public_key)
    assert not is_signed(b"figures", signature, b"no key")
    assert b"BEGIN PUBLIC KEY" in public_pem(signer.public_key)


def x25519() -> bytes:
    """A key that is for agreeing on secrets, not for signing."""
    return X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "cannot be read"), (b"no key", "cannot be read"), (x25519(), "not an Ed25519")],
)
def test_what_is_no_key_is_refused_by_its_setting(
    content: bytes | None, why: str, tmp_path: Path
) -> None:
    path = tmp_path / "key.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingRefused, match=f"POLICY_CREDIT_REPORTING_SIGNING_KEY.*{why}"):
        PublishingSettings(signing_key=path).signer()


def test_without_a_key_nothing_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("POLICY_CREDIT_REPORTING_SIGNING_KEY", raising=False)
    assert PublishingSettings.read().signer() is None
