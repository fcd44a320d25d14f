"""The reporting service's settings: POLICY_CREDIT_REPORTING_DATABASE_URL, _HOST, _PORT, …"""

from pathlib import Path
from socket import gethostname

from pydantic import Field

from policy_credit_shared.settings import PREFIX, ServiceSettings, SettingRefused, Settings
from policy_credit_shared.store.signing import Signer, UnusableKey


class ReportingSettings(ServiceSettings, env_prefix=f"{PREFIX}REPORTING_"):
    """As every service's, and how a projecting worker is called and starts."""

    worker: str = Field(
        default_factory=gethostname,
        description="name of this projecting worker among its like: a restart under the same name"
        " takes its partitions back at once",
    )
    far_behind: int = Field(
        default=100_000,
        ge=1,
        description="records that figures may lack when a projecting worker starts and still move"
        " as it reads; from so many on they stay as they are until all of it is read",
    )


class PublishingSettings(Settings, env_prefix=f"{PREFIX}REPORTING_"):
    """With what key published figures are signed; without one no period is closed here."""

    signing_key: Path | None = Field(
        default=None, description="PEM file of an Ed25519 private key that signs published figures"
    )

    def signer(self) -> Signer | None:
        """The key, if there is one; raises SettingRefused if it cannot be used."""
        if self.signing_key is None:
            return None
        try:
            return Signer.read(self.signing_key)
        except UnusableKey as error:
            raise SettingRefused(f"{PREFIX}REPORTING_SIGNING_KEY", str(error)) from None


class BoardSettings(Settings, env_prefix=f"{PREFIX}BOARD_"):
    """How readers sign in to the board."""

    url: str | None = Field(
        default=None,
        pattern=r"^https?://[^/]+$",
        description="the board's address as readers open it; default: http, host and port",
    )
    oidc_discovery: str | None = Field(
        default=None,
        pattern=r"^https?://",
        description="the issuer's openid-configuration; default: the embedded issuer's",
    )
    client_id: str = Field(default="policy-credit-board", description="the board at the issuer")
    client_secret: str | None = Field(
        default=None, repr=False, description="only if the issuer wants one besides PKCE"
    )
    sign_in_code: str | None = Field(
        default=None,
        repr=False,
        min_length=8,
        description="who knows it may sign in as anybody at the embedded issuer, which is there"
        " only with it: for trials",
    )
