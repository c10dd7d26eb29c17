"""Every setting that is not one drawer file's own; a wrong one stops the start with its name and what would be right."""

from __future__ import annotations

import re
from datetime import date, time
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.drawer import kinds
from app.errors import SettingsError

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# what an admin may change while the clinic runs
CHANGEABLE = (
    "office_hours",
    "office_days",
    "holidays",
    "waiting_hours",
    "correction_days",
    "retention_days",
    "notice_version",
)
HOURS = re.compile(r"\s*([0-9]{2}:[0-9]{2})\s*-\s*([0-9]{2}:[0-9]{2})\s*")
REAL_HOSTS = ("line.me", "slack.com")
OUR_ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """The environment, or `.env`; names as in `.env.example`."""

    model_config = SettingsConfigDict(env_file=".env", env_file_encoding="utf-8", extra="ignore", hide_input_in_errors=True)

    data_dir: Path = Path("./data")
    knowledge_dir: Path = Path("./knowledge")
    database_url: str = ""
    chroma_url: str = ""
    channels: Annotated[tuple[str, ...], NoDecode] = ("line", "slack")
    line_channel_secret: SecretStr = SecretStr("")
    line_channel_access_token: SecretStr = SecretStr("")
    line_api_host: str = ""
    slack_signing_secret: SecretStr = SecretStr("")
    slack_bot_token: SecretStr = SecretStr("")
    slack_app_token: SecretStr = SecretStr("")
    slack_api_url: str = ""
    slack_staff_channel: str = ""
    web_secret: SecretStr = SecretStr("")
    embedding: str = "e5_small"
    llm: str = ""
    llm_base_url: str = ""
    llm_model: str = ""
    llm_api_key: SecretStr = SecretStr("")
    llm_timeout_seconds: Annotated[float, Field(ge=1, le=40)] = 15
    llm_daily_calls: Annotated[int, Field(ge=1)] = 5000
    worker: Literal["inline", "off"] = "inline"
    burst_seconds: Annotated[float, Field(ge=0, le=10)] = 1.5
    worker_threads: Annotated[int, Field(ge=1, le=64)] = 2
    simulator: bool = False
    office_hours: str = "08:30-16:30"
    office_days: Annotated[tuple[str, ...], NoDecode] = WEEK[:5]
    holidays: Annotated[tuple[str, ...], NoDecode] = ()
    waiting_hours: Annotated[int, Field(ge=1, le=1000)] = 4
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 365
    notice_version: Annotated[str, Field(max_length=40)] = "1"
    correction_days: Annotated[int, Field(ge=1, le=3650)] = 90
    public_url: str = ""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = "บัญชีของหน่วยงาน"
    console_secret_key: SecretStr = SecretStr("")

    @field_validator("channels", "office_days", "holidays", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("channels", "embedding", "llm")
    @classmethod
    def _in_drawer(cls, value: Any, info: Any) -> Any:
        drawer = {"channels": "channels", "embedding": "embeddings", "llm": "llms"}[info.field_name]
        for kind in value if isinstance(value, tuple) else (value,):
            if kind not in kinds(drawer) and (kind or drawer == "embeddings"):  # only a language model may be none
                raise ValueError(f"{kind!r} is not one of: {', '.join(kinds(drawer))}")
        return value

    @field_validator("office_hours")
    @classmethod
    def _are_hours(cls, value: str) -> str:
        hours = HOURS.fullmatch(value)
        try:
            sound = hours and time.fromisoformat(hours[1]) < time.fromisoformat(hours[2])
        except ValueError:
            sound = False
        if not sound:
            raise ValueError("must be two times of day, such as 08:30-16:30")
        return value

    @field_validator("office_days")
    @classmethod
    def _are_weekdays(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if unknown := [day for day in value if day not in WEEK]:
            raise ValueError(f"{unknown[0]!r} is not one of: {', '.join(WEEK)}")
        return value

    @field_validator("holidays")
    @classmethod
    def _are_dates(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for day in value:
            try:
                is_buddhist = date.fromisoformat(day).year > 2400
            except ValueError:
                raise ValueError(f"{day!r} is not a date such as 2026-12-05") from None
            if is_buddhist:  # it would be a holiday in five hundred years
                raise ValueError(f"{day!r} is a year of the Buddhist era; write it as in 2026-12-05")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            try:
                ip_network(one)
            except ValueError:
                raise ValueError(f"{one!r} is not an address such as 127.0.0.1 or 10.0.0.0/8") from None
        return value

    @field_validator("line_api_host", "slack_api_url", "chroma_url", "public_url", "llm_base_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if not value:
            return value
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        try:
            sound = bool(urlsplit(value).hostname) and urlsplit(value).port != 0 and not re.search(r"\s", value)
        except ValueError:  # a port that is none, a bracket too many
            sound = False
        if not sound:
            raise ValueError("must be an address such as https://host or http://host:8000")
        return value.rstrip("/")

    @field_validator("oidc_issuer")
    @classmethod
    def _is_safe(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://127.0.0.1", "http://localhost")):
            raise ValueError("must start with https://, as the issuer's own tokens name it")
        return value

    @field_validator("data_dir", "knowledge_dir", mode="before")
    @classmethod
    def _is_named(cls, value: object) -> object:
        if isinstance(value, str) and (not value.strip() or "\0" in value):
            raise ValueError("must be a folder, such as ./data")
        return value

    @field_validator("line_channel_access_token", "slack_bot_token", "slack_app_token", "llm_api_key")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch("[!-~]*", value.get_secret_value()):
            raise ValueError("must be letters, digits and signs of ASCII, without spaces")
        return value

    @field_validator("console_secret_key")
    @classmethod
    def _is_long(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters, or be empty")
        return value

    @model_validator(mode="after")
    def _simulator_alone(self) -> Settings:
        if not self.simulator:
            return self
        if _is_real(self.line_api_host) and self.line_channel_access_token.get_secret_value():
            raise ValueError("SIMULATOR=1 cannot run beside real LINE credentials; unset LINE_CHANNEL_ACCESS_TOKEN or SIMULATOR")
        if _is_real(self.slack_api_url) and (self.slack_bot_token.get_secret_value() or self.slack_app_token.get_secret_value()):
            raise ValueError(
                "SIMULATOR=1 cannot run beside real Slack credentials; unset SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or SIMULATOR"
            )
        return self

    @model_validator(mode="after")
    def _whole_issuer(self) -> Settings:
        given = {
            "OIDC_ISSUER": self.oidc_issuer,
            "OIDC_CLIENT_ID": self.oidc_client_id,
            "OIDC_CLIENT_SECRET": self.oidc_client_secret.get_secret_value(),
        }
        missing = [name for name, value in given.items() if not value]
        if 0 < len(missing) < len(given):
            raise ValueError(f"{', '.join(given)} belong together; empty: {', '.join(missing)}")
        if not missing and not self.public_url:
            raise ValueError("OIDC_ISSUER needs PUBLIC_URL: the issuer sends people back there")
        return self

    def choosing(self, name: str, written: str) -> Settings:
        """Give these settings with another value for one that may change while the clinic runs, written as in the environment.

        Raises:
            SettingsError: there is no such setting, it may not change, or the value is none of its own.
        """
        if name not in CHANGEABLE:
            raise SettingsError(f"{name.upper()} cannot be changed while the clinic runs")
        chosen = self.model_copy()
        try:
            self.__pydantic_validator__.validate_assignment(chosen, name, written)
        except ValidationError as error:
            raise SettingsError(f"{name.upper()}: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None
        return chosen

    @property
    def unconnected(self) -> list[str]:
        """List the channels that lack a secret: they refuse every webhook, and the others serve."""
        needed = {
            "line": (self.line_channel_secret, self.line_channel_access_token),
            "slack": (self.slack_app_token if self.slack_app_token.get_secret_value() else self.slack_signing_secret, self.slack_bot_token),
            "web": (self.web_secret,),
        }
        return [kind for kind in self.channels if not all(secret.get_secret_value() for secret in needed.get(kind, ()))]

    @property
    def database(self) -> str:
        """The database's address: SQLite in DATA_DIR unless DATABASE_URL says otherwise; psycopg 3 for PostgreSQL."""
        url = self.database_url or f"sqlite:///{self.data_dir / 'clinic.sqlite3'}"
        for short in ("postgres://", "postgresql://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url


def _is_real(address: str) -> bool:
    """Say whether this is LINE or Slack itself: without an address, or by their own."""
    host = urlsplit(address).hostname or ""
    return not address or any(host == real or host.endswith(f".{real}") for real in REAL_HOSTS)


def load() -> Settings:
    """Read the settings.

    Raises:
        SettingsError: names each wrong setting and says what would be right.
    """
    try:
        return Settings()
    except ValidationError as error:
        lines = []
        for fault in error.errors():
            name = str(fault["loc"][0]).upper() if fault["loc"] else ""
            lines.append(f"{name + ': ' if name else ''}{fault['msg'].removeprefix('Value error, ')}")
        raise SettingsError("wrong settings:\n  " + "\n  ".join(lines)) from None
