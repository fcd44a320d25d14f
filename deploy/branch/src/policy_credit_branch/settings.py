"""Where a branch keeps its sheets, under which key, and whom it sends them to."""

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from policy_credit_shared.settings import PREFIX, SettingRefused, Settings


class BranchSettings(Settings):
    """This machine's part."""

    model_config = SettingsConfigDict(env_prefix=PREFIX + "BRANCH_", frozen=True, extra="ignore")

    folder: Path = Field(
        default=Path.home() / ".policy-credit" / "branch",
        description="where sheets and what is carried are kept, sealed",
    )
    key: SecretStr | None = Field(
        default=None, description="the passphrase or key that they are sealed under"
    )
    key_file: Path | None = Field(default=None, description="a file that holds it instead")

    def secret(self) -> bytes | None:
        """The passphrase or key, if one is set; raises SettingRefused."""
        if self.key is not None:
            return self.key.get_secret_value().encode()
        if self.key_file is None:
            return None
        try:
            return self.key_file.read_bytes()
        except OSError as error:
            raise SettingRefused(PREFIX + "BRANCH_KEY_FILE", f"cannot be read: {error}") from None


class RepaymentsSettings(Settings):
    """The service that sheets are sent to."""

    repayments_url: str = Field(description="address of the repayments API, http://host:port")
    token: SecretStr | None = Field(
        default=None, description="bearer token; default: a teller's, of the embedded issuer"
    )
