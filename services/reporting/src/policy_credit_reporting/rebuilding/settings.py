"""A rebuild's setting: POLICY_CREDIT_REPORTING_DATABASE_URL; the archive's place is in there."""

from pydantic import Field

from policy_credit_shared.settings import PREFIX, Settings


class RebuildSettings(Settings, env_prefix=f"{PREFIX}REPORTING_"):
    """Where the read model is, and the catalogue of the archive if there is one."""

    database_url: str = Field(description="postgresql:// URL of reporting's own database")
