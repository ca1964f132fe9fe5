"""Settings: read once from the environment and an optional TOML file, frozen, secrets typed.

The environment wins over the file (`MINXINQIAO_CONFIG`, by default minxinqiao.toml in the working folder).
A missing or wrong value names itself in a `SettingsError`.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from domain.errors import SettingsError

TELEGRAM = "https://api.telegram.org"


class BotSettings(BaseModel):
    """A further bot: [bots.NAME] of the TOML file, or NAME=TOKEN in TELEGRAM_BOT_TOKENS."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = ""
    token: SecretStr
    serves: tuple[str, ...] = Field(default=(), description="communities, subdistricts or cities of its own")


class Settings(BaseSettings):
    """Everything the operator may choose. Names in capitals are the environment variables."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", case_sensitive=False)

    telegram_bot_token: SecretStr = Field(SecretStr(""), description="the token from @BotFather")
    telegram_bot_tokens: Annotated[dict[str, SecretStr], NoDecode] = Field(
        {}, description="further bots on the same records: NAME=TOKEN separated by commas"
    )
    bots: Annotated[dict[str, BotSettings], NoDecode] = Field(
        {}, description="the same in TOML: [bots.NAME] token, serves"
    )
    telegram_api_base_url: str = Field(
        f"{TELEGRAM}/bot", description="the address that the token is appended to; ends in /bot"
    )
    telegram_file_base_url: str = Field(
        "", description="the same for files; ends in /file/bot; empty = of the same server"
    )
    database_url: str = Field(
        "sqlite:data/minxinqiao.sqlite",
        description="where the records are: sqlite:PATH or postgresql://USER:PASSWORD@HOST/DATABASE",
    )
    webhook_url: str = Field("", description="public https address of the webhook; empty = long polling")
    webhook_listen: str = Field("127.0.0.1:8443", description="HOST:PORT that the webhook server binds")
    webhook_secret: SecretStr = Field(
        SecretStr(""), description="1-256 characters A-Z a-z 0-9 _ -; required with WEBHOOK_URL"
    )
    health_listen: str = Field("", description="HOST:PORT of /health and /metrics, inside only; empty = none")
    admin_ids: Annotated[frozenset[int], NoDecode] = Field(
        frozenset(), description="Telegram user ids of administrators, separated by commas"
    )
    timezone: str = Field("Asia/Shanghai", description="the office's time zone")
    holiday_calendar: str = Field("CN", description="CN, HK, MO, TW, SG or MY")
    extra_holidays: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="more days off, YYYY-MM-DD separated by commas"
    )
    extra_workdays: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="more working days (调休), YYYY-MM-DD separated by commas"
    )
    catalogue: str = Field("", description="path of a catalogue file; empty = the shipped one")
    clocks: str = Field("", description="path of a clock profile; empty = the shipped one")
    answers: str = Field("", description="path of the office's own answer templates; they come first")
    retention_days: int = Field(
        730, ge=0, le=36500, description="days after which finished tickets lose words and names; 0 = never"
    )
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR")
    log_format: str = Field("text", description="text, or json: one object a line")
    backup_dir: str = Field("", description="folder for a copy of the store every day; empty = none")
    backup_keep: int = Field(14, ge=1, le=3650, description="how many of these copies are kept")
    voice_model_dir: str = Field("", description="folder of a speech model for voice notes; empty = none")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        toml = TomlConfigSettingsSource(settings_cls, os.environ.get("MINXINQIAO_CONFIG", "minxinqiao.toml"))
        return init_settings, env_settings, toml

    @field_validator("telegram_bot_tokens", mode="before")
    @classmethod
    def _tokens(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        parts = [part.partition("=") for part in re.split(r"[,，;\s]+", value.strip()) if part]
        if not all(mark and token for _, mark, token in parts):
            raise ValueError("must be NAME=TOKEN, separated by commas")
        return {name: token for name, _, token in parts}

    @field_validator("bots", mode="before")
    @classmethod
    def _bots(cls, value: Any) -> Any:
        return json.loads(value or "{}") if isinstance(value, str) else value

    @field_validator("bots", "telegram_bot_tokens")
    @classmethod
    def _bot_names(cls, value: dict[str, Any]) -> dict[str, Any]:
        for name in value:
            if not re.fullmatch(r"[a-z0-9_-]{1,32}", name):
                raise ValueError(f"{name!r} is no name for a bot: a-z 0-9 _ - only")
        return value

    @field_validator("admin_ids", mode="before")
    @classmethod
    def _ids(cls, value: Any) -> Any:
        if isinstance(value, int):
            return frozenset({value})
        if isinstance(value, str):
            parts = [part for part in re.split(r"[,，;\s]+", value.strip().strip("[]")) if part]
            if not all(part.isdigit() for part in parts):
                raise ValueError(f"{value!r} is not a list of numbers such as 123456789,987654321")
            return frozenset(int(part) for part in parts)
        return value

    @field_validator("extra_holidays", "extra_workdays", mode="before")
    @classmethod
    def _dates(cls, value: Any) -> Any:
        parts = re.split(r"[,，;\s]+", value.strip()) if isinstance(value, str) else [str(v) for v in value]
        for part in filter(None, parts):
            if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", part):
                raise ValueError(f"{part!r} is not a date such as 2027-02-06")
        return tuple(filter(None, parts))

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"{value!r} is not a time zone such as Asia/Shanghai")
        return value

    @field_validator("telegram_api_base_url", "telegram_file_base_url")
    @classmethod
    def _base(cls, value: str) -> str:
        if value and not (re.match(r"https?://", value) and value.rstrip("/").endswith("bot")):
            raise ValueError(f"{value!r} must be an http(s) address that ends in /bot")
        return value.rstrip("/")

    @field_validator("telegram_api_base_url")
    @classmethod
    def _telegram(cls, value: str) -> str:
        return value or f"{TELEGRAM}/bot"

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        value = re.sub(r"^(sqlite|postgres(?:ql)?)\+\w+:", r"\1:", value)  # SQLAlchemy's way to name a driver
        if not re.match(r"sqlite:|postgres(ql)?://", value):
            raise ValueError(f"{value.split(':')[0]!r} is not served; use sqlite:PATH or postgresql://...")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook(cls, value: str) -> str:
        if value and not re.match(r"https?://[^/]+", value):
            raise ValueError(f"{value!r} must be a full address such as https://bot.example.org/hook")
        return value

    @field_validator("webhook_secret")
    @classmethod
    def _secret(cls, value: SecretStr) -> SecretStr:
        if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value.get_secret_value()):
            raise ValueError("only A-Z a-z 0-9 _ - are allowed, at most 256 of them")
        return value

    @field_validator("webhook_listen", "health_listen")
    @classmethod
    def _listen(cls, value: str, info: ValidationInfo) -> str:
        if not value and info.field_name == "health_listen":
            return value
        host, _, port = value.rpartition(":")
        if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
            raise ValueError(f"{value!r} must be HOST:PORT such as 127.0.0.1:8443")
        return value

    @field_validator("log_level")
    @classmethod
    def _level(cls, value: str) -> str:
        if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            raise ValueError(f"{value!r} must be DEBUG, INFO, WARNING or ERROR")
        return value.upper()

    @field_validator("log_format")
    @classmethod
    def _log_format(cls, value: str) -> str:
        if value.lower() not in {"text", "json"}:
            raise ValueError(f"{value!r} must be text or json")
        return value.lower()

    @property
    def every_bot(self) -> tuple[BotSettings, ...]:
        """The bot of TELEGRAM_BOT_TOKEN, when it is set, then the further ones by name."""
        tokens = self.telegram_bot_tokens
        named = {name: BotSettings(name=name, token=token) for name, token in tokens.items()}
        named |= {name: bot.model_copy(update={"name": name}) for name, bot in self.bots.items()}
        further = tuple(named[name] for name in sorted(named))
        if further and not self.telegram_bot_token.get_secret_value():
            return further
        return (BotSettings(token=self.telegram_bot_token), *further)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def on_postgres(self) -> bool:
        return self.database_url.startswith("postgres")

    @property
    def database_path(self) -> Path:
        """The SQLite file. On PostgreSQL only its folder counts: what this machine keeps for itself."""
        if self.on_postgres:
            return Path("data/postgresql")
        return Path(re.sub(r"^sqlite:(///)?", "", self.database_url))

    @property
    def file_base_url(self) -> str:
        """Where files are fetched: as set, else beside the API, as on Telegram's own server."""
        return self.telegram_file_base_url or re.sub(r"/bot$", "/file/bot", self.telegram_api_base_url)

    @property
    def listen(self) -> tuple[str, int]:
        return _address(self.webhook_listen)

    @property
    def health_address(self) -> tuple[str, int]:
        return _address(self.health_listen)


def _address(value: str) -> tuple[str, int]:
    host, _, port = value.rpartition(":")
    return host.strip("[]"), int(port)


def load(**over: Any) -> Settings:
    """Read the settings; `over` wins over environment and file."""
    try:
        return Settings(**over)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]).upper() if first["loc"] else "?"
        raise SettingsError(name, str(first["msg"]).removeprefix("Value error, ")) from None
    except (OSError, ValueError) as error:  # an unreadable or malformed TOML file
        raise SettingsError("MINXINQIAO_CONFIG", str(error)) from None


def require_token(settings: Settings) -> None:
    """Refuse to start without a token of the right form, or with a webhook but no secret."""
    own_server = not settings.telegram_api_base_url.startswith(TELEGRAM)
    tokens: set[str] = set()
    for bot in settings.every_bot:
        setting = f"bots.{bot.name}" if bot.name else "TELEGRAM_BOT_TOKEN"
        token = bot.token.get_secret_value()
        if not token:
            raise SettingsError(setting, "is missing; get one from @BotFather, or try `bot.py demo`")
        if not re.fullmatch(r"[^\s/]+" if own_server else r"\d+:[A-Za-z0-9_-]{20,}", token):
            raise SettingsError(setting, "does not look like 123456789:AAE..., copy it again")
        if token in tokens:
            raise SettingsError(setting, "has the token of another bot")
        tokens.add(token)
    places = [place for bot in settings.every_bot for place in bot.serves]
    if twice := next((place for place in places if places.count(place) > 1), ""):
        raise SettingsError("bots", f"{twice!r} is served by two of them")
    if settings.webhook_url and not settings.webhook_secret.get_secret_value():
        raise SettingsError("WEBHOOK_SECRET", "is missing; WEBHOOK_URL needs one (openssl rand -hex 32)")
