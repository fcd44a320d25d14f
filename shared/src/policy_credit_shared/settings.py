"""Settings come from the environment, under POLICY_CREDIT_, and are read once, at start."""

from pathlib import Path
from typing import Self

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from policy_credit_shared.store.vault import Vault

PREFIX = "POLICY_CREDIT_"


class SettingRefused(Exception):
    """A setting is missing, malformed or names a server that does not answer."""

    def __init__(self, setting: str, problem: str) -> None:
        super().__init__(f"{setting} {problem}")
        self.setting = setting


class Settings(BaseSettings):
    """The base of all settings: frozen, prefixed, refusing with the setting's name."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    @classmethod
    def read(cls) -> Self:
        """The settings of this process's environment; raises SettingRefused."""
        try:
            return cls()
        except ValidationError as error:
            first = error.errors()[0]
            name = str(cls.model_config.get("env_prefix", "")) + str(first["loc"][0]).upper()
            problem = "is not set" if first["type"] == "missing" else f"is wrong: {first['msg']}"
            raise SettingRefused(name, problem) from None


class KafkaSettings(Settings):
    """Where the log is and what its topics are called."""

    kafka_bootstrap: str = Field(description="host:port of one or more brokers, comma-separated")
    topic_prefix: str = Field(default="policy-credit", description="first part of topic names")
    fact_partitions: int = Field(
        default=6, ge=1, le=256, description="partitions of a fact topic; fixed once created"
    )

    @field_validator("kafka_bootstrap")
    @classmethod
    def _host_and_port(cls, value: str) -> str:
        for address in value.split(","):
            host, _, port = address.strip().rpartition(":")
            if not host or not port.isdigit():
                raise ValueError(f"{address!r} is not host:port")
        return value


class AuthSettings(Settings):
    """Whose tokens are believed."""

    auth_issuer: str = Field(default="policy-credit", description="the `iss` of accepted tokens")
    auth_audience: str = Field(default="policy-credit", description="the `aud` of accepted tokens")
    auth_jwks: str = Field(description="file or https URL of the issuer's JSON Web Key Set")


class SigningSettings(AuthSettings):
    """For issuing tokens of our own, where no identity provider exists."""

    auth_signing_key: Path = Field(description="PEM file of the Ed25519 private key")


class MetricsSettings(Settings):
    """Where one role of a service tells Prometheus about itself."""

    metrics_host: str = Field(default="127.0.0.1", description="address that metrics are told at")
    metrics_port: int | None = Field(
        default=None, ge=1, le=65535, description="port that metrics are told at; none without it"
    )

    @classmethod
    def of(cls, service: str, role: str) -> Self:
        """Those of POLICY_CREDIT_LOANS_RELAY_METRICS_PORT, …; raises SettingRefused."""

        class OfRole(cls, env_prefix=f"{PREFIX}{service.upper()}_{role.upper()}_"):  # type: ignore[valid-type, misc, call-arg]
            pass

        found: Self = OfRole.read()
        return found


class ServiceSettings(Settings):
    """One service's own part; subclasses set the prefix, for example POLICY_CREDIT_LOANS_."""

    database_url: str = Field(description="postgresql:// URL of this service's own database")
    host: str = Field(default="127.0.0.1", description="address its API listens on")
    port: int = Field(ge=1, le=65535, description="port its API listens on")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    def keeper(self) -> Vault | None:
        """What seals personal data, in a service that keeps any."""
        return None


class PersonalDataSettings(ServiceSettings):
    """For a service that keeps personal data."""

    personal_key: str = Field(
        description="32 bytes in base64 under which people's keys are kept", repr=False
    )

    @field_validator("personal_key")
    @classmethod
    def _usable(cls, value: str) -> str:
        Vault(value)
        return value

    def keeper(self) -> Vault:
        return Vault(self.personal_key)


def usable(settings: ServiceSettings, problem: str | None) -> None:
    """Raise SettingRefused if there is a problem with the service's database."""
    if problem is not None:
        name = f"{settings.model_config.get('env_prefix')}DATABASE_URL"
        raise SettingRefused(name, f"names a database that {problem}")


def usable_key(settings: ServiceSettings, *, fits: bool) -> None:
    """Raise SettingRefused if personal data is kept under another key than the service's."""
    if not fits:
        name = f"{settings.model_config.get('env_prefix')}PERSONAL_KEY"
        raise SettingRefused(name, "is not the key that the people in its database are kept under")
