"""One frozen `Settings`, read from the environment once."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_network
from pathlib import Path

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from kit.errors import SettingsError


class Environment(StrEnum):
    """Where this process runs; production refuses what development allows."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class Settings(BaseSettings):
    """What an operator can set, as `GUERDON_<NAME>` in the environment; `docs/settings.md` lists the same."""

    model_config = SettingsConfigDict(env_prefix="GUERDON_", frozen=True, extra="ignore")

    env: Environment = Field(Environment.DEVELOPMENT, description="development | production")
    host: str = Field("127.0.0.1", description="Address the server binds to")
    port: int = Field(8000, ge=1, le=65535, description="Port the server binds to")
    trusted_proxies: str = Field("127.0.0.1", description="Whose X-Forwarded-For counts: addresses or networks, a,b,…")
    base_url: str | None = Field(None, description="Public address, for links; http://localhost:<port> if unset")
    data_dir: Path = Field(Path("var"), description="Folder of the SQLite file and of what the demo writes")
    database_url: str | None = Field(None, description="sqlite:///… or postgres://…; SQLite in the data dir if unset")
    database_admin_url: str | None = Field(None, description="PostgreSQL owner, for migrations only")
    redis_url: str | None = Field(
        None, description="Redis or Valkey, to wake `guerdon worker`; jobs run embedded if unset"
    )
    secret_key: str | None = Field(None, description="At least 32 characters; required in production")
    secret_key_previous: str | None = Field(None, description="The key before, for what is still sealed under it")
    signup_open: bool = Field(True, description="Whether anybody may create a tenant")
    metrics_token: str | None = Field(None, description="Bearer token of /metrics; without it only loopback may read")
    log_level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG | INFO | WARNING | ERROR")
    database_pool_size: int = Field(8, ge=2, le=100, description="PostgreSQL connections of one process")

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, text: str) -> str:
        for address in text.split(",") if text else ():
            ip_network(address.strip(), strict=False)
        return text

    @model_validator(mode="after")
    def _production_is_strict(self) -> Settings:
        for name, key in (("", self.secret_key), ("_PREVIOUS", self.secret_key_previous)):
            if key is not None and (len(key) < 32 or len(set(key)) < 8):
                raise ValueError(f"GUERDON_SECRET_KEY{name} is too weak: use at least 32 random characters")
        if self.env is Environment.PRODUCTION and self.secret_key is None:
            raise ValueError("GUERDON_SECRET_KEY is required in production")
        return self

    @property
    def production(self) -> bool:
        """Whether the strict rules of production apply."""
        return self.env is Environment.PRODUCTION

    @property
    def database(self) -> str:
        """The URL of the database that the server uses."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'guerdon.sqlite3').resolve()}"

    @property
    def public_url(self) -> str:
        """The address that links are built on, without a trailing slash."""
        return (self.base_url or f"http://localhost:{self.port}").rstrip("/")


@lru_cache
def settings() -> Settings:
    """The settings of this process. Raises `SettingsError`, one line that names the variable."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"GUERDON_{'_'.join(map(str, first['loc'])).upper()}: " if first["loc"] else ""
        raise SettingsError(name + first["msg"].removeprefix("Value error, ")) from None
