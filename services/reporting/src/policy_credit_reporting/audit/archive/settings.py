"""The archive's settings: POLICY_CREDIT_REPORTING_DATABASE_URL and _WAREHOUSE."""

from pathlib import Path

from pydantic import Field, field_validator

from policy_credit_reporting.audit.archive.mark import TABLE
from policy_credit_shared.settings import PREFIX, SettingRefused, Settings
from policy_credit_shared.store.postgres import problem_with


class ArchiveSettings(Settings, env_prefix=f"{PREFIX}REPORTING_"):
    """Where the archive's catalogue is, and where its files are."""

    database_url: str = Field(description="postgresql:// URL of reporting's own database")
    warehouse: str = Field(description="folder of the archive's files, absolute")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    @field_validator("warehouse")
    @classmethod
    def _absolute(cls, value: str) -> str:
        if "://" not in value and not Path(value).is_absolute():
            raise ValueError(f"{value!r} is not an absolute path")
        return value if "://" in value else f"file://{value}"


class TopicSettings(Settings):
    """What the archived topics are called; no broker is asked."""

    topic_prefix: str = Field(default="policy-credit", description="first part of topic names")
    fact_partitions: int = Field(default=6, description="partitions of a fact topic")


def usable_archive() -> ArchiveSettings:
    """The settings; raises SettingRefused if the database cannot be used."""
    settings = ArchiveSettings.read()
    if problem := problem_with(settings.database_url, TABLE):
        raise SettingRefused(f"{PREFIX}REPORTING_DATABASE_URL", f"names a database that {problem}")
    return settings
