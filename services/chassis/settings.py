"""What a service must be told before it can start; all of it comes from the environment, prefix CLAIMS_."""

from datetime import date
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.topics import READS, Service
from services.chassis.keys import KeysError, read_keys, refuse_development_seal

PREFIX = "CLAIMS_"
KIB = 1024


class SettingsError(Exception):
    """The service cannot start as it was told to; the message names the variables, one sentence each."""


class Settings(BaseSettings):
    """One service's settings. Sizes are bytes; URLs with passwords are kept out of ``repr``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    service: Service
    database_url: str = Field(repr=False, description="PostgreSQL, as the service role")
    migration_url: str = Field(repr=False, description="PostgreSQL, as the owner of the schema")
    kafka: str = Field(min_length=1, description="host:port of the brokers, comma-separated")
    http_host: str = "127.0.0.1"
    http_port: int = Field(ge=0, le=65_535, description="0 lets the system choose")
    jwks_file: Path = Field(description="public keys of the token issuer (JWKS)")
    service_token_file: Path = Field(description="this service's own token, for its peers' feeds")
    feeds: dict[Service, str] = Field(description="base URL of every service that this one reads")
    first_business_day: date = Field(description="the day that an empty log opens with")
    signing_key_file: Path | None = Field(None, description="the ledger's Ed25519 key for seals (PEM)")
    environment: Literal["development", "production"] = "production"
    issuer: str = Field("claims-ledger", description="who signs the tokens (iss)")
    audience: str = Field("claims-ledger", description="whom the tokens are for (aud)")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    body_limit: int = Field(256 * KIB, gt=0, description="largest JSON body")
    bulk_limit: int = Field(16 * KIB * KIB, gt=0, description="largest NDJSON or file body")

    @model_validator(mode="after")
    def _every_feed(self) -> Self:
        if missing := [source for source in READS[self.service] if source not in self.feeds]:
            raise ValueError(f"{PREFIX}FEEDS does not say where the feed of {', '.join(missing)} is")
        return self

    @model_validator(mode="after")
    def _no_development_secrets(self) -> Self:
        try:
            read_keys(self.jwks_file, development=self.environment == "development")
            if self.signing_key_file and self.environment != "development":
                refuse_development_seal(self.signing_key_file)
        except KeysError as error:
            raise ValueError(str(error)) from None
        return self


def load_settings() -> Settings:
    """Read the settings from the environment. Raises ``SettingsError``."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("\n".join(_sentence(fault) for fault in error.errors())) from None


def _sentence(fault: ErrorDetails) -> str:
    if not fault["loc"]:
        return str(fault["ctx"]["error"])
    name = PREFIX + ".".join(str(part) for part in fault["loc"]).upper()
    if fault["type"] == "missing":
        field = Settings.model_fields[str(fault["loc"][0])]
        return f"{name} is not set: {field.description or 'it is required'}."
    return f"{name} cannot be used: {fault['msg']}."
