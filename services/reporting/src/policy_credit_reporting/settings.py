"""The reporting service's settings: POLICY_CREDIT_REPORTING_DATABASE_URL, _HOST, _PORT, …"""

from socket import gethostname

from pydantic import Field

from policy_credit_shared.settings import PREFIX, ServiceSettings, Settings


class ReportingSettings(ServiceSettings, env_prefix=f"{PREFIX}REPORTING_"):
    """As every service's, and the name of a projecting worker."""

    worker: str = Field(
        default_factory=gethostname,
        description="name of this projecting worker among its like: a restart under the same name"
        " takes its partitions back at once",
    )


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
