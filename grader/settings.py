"""What an operator sets, read once at the start from `GRADER_*` variables and secret files.

DatabaseSettings  the database, and how much to log
RecordsSettings   and the exercises: what it takes to enrol people
Settings          and the broker: what every lasting process needs
LmsSettings       and the secret that seals what other systems gave us: what the dispatcher needs
WebSettings       and where to listen, and the secret that signs what browsers hold
WorkerSettings    and the secret behind the hidden tests' random draws, which no other process holds

A secret may stand in a file instead of the environment: put it in a folder, one file for each variable, named
like the variable in lower case (`grader_seed_secret`), and name the folder in `GRADER_SECRETS_DIR`.
"""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal, TypeVar

from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SecretsSettingsSource, SettingsConfigDict

from grader.domain.errors import BadSettings

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails
    from pydantic_settings import PydanticBaseSettingsSource

PREFIX = "GRADER_"
SECRETS_DIR = "GRADER_SECRETS_DIR"

_BROKERS = ("redis://", "rediss://", "redis+socket:///")
_BIND = re.compile(r"(?P<host>\[[0-9a-fA-F:]+\]|[^:\s]+):(?P<port>\d{1,5})")
_HIGHEST_PORT = 65535
_URL = re.compile(r"https?://(\[[0-9a-fA-F:]+\]|[\w.-]+)(:\d{1,5})?/?")
_HOST = re.compile(r"[\w.:-]+(/\d{1,3})?")
_RATE = re.compile(r"[1-9]\d{0,8} per (second|minute|hour|day)")


def _database_url(url: str) -> str:
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("must begin with sqlite:/// or postgresql://")
    return url


def _broker_url(url: str) -> str:
    if not url.startswith(_BROKERS):
        raise ValueError(f"must begin with {', '.join(_BROKERS[:-1])} or {_BROKERS[-1]}")
    return url


def _bind(address: str) -> str:
    match = _BIND.fullmatch(address)
    is_tcp = match is not None and int(match["port"]) <= _HIGHEST_PORT
    if not (is_tcp or address.startswith("unix:/")):
        raise ValueError("must be HOST:PORT, such as 127.0.0.1:8000, or unix:/PATH")
    return address


def _rate(limit: str) -> str:
    if not _RATE.fullmatch(limit):
        raise ValueError('must be like "30 per minute"; second, hour and day are possible too')
    return limit


def _address(url: str) -> str:
    if url and not _URL.fullmatch(url):
        raise ValueError("must be like https://grader.example.edu, without a path")
    return url.rstrip("/")


def _hosts(entries: str) -> str:
    for entry in filter(None, (entry.strip() for entry in entries.split(","))):
        if not _HOST.fullmatch(entry):
            raise ValueError("must be names, addresses or networks with commas between: moodle.internal,10.1.0.0/16")
    return entries


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"must be a folder that exists, {path} is none")
    return path.resolve()


class DatabaseSettings(BaseSettings):
    """What is needed to reach the database."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: Annotated[str, AfterValidator(_database_url), Field(repr=False)]
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the overridden method's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the same
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what the caller gives, then the environment, then the folder of secrets."""
        folder = os.environ.get(SECRETS_DIR)
        secrets = (SecretsSettingsSource(settings_cls, secrets_dir=folder),) if folder else ()
        return init_settings, env_settings, *secrets


class RecordsSettings(DatabaseSettings):
    """What is needed to make courses."""

    exercises: Annotated[Path, AfterValidator(_folder)] = Field(default=Path("exercises"), validate_default=True)


class Settings(RecordsSettings):
    """What every lasting process of the service needs."""

    broker_url: Annotated[str, AfterValidator(_broker_url), Field(repr=False)]


class LmsSettings(Settings):
    """What it takes to talk with other systems: *lms_secret* seals what they gave us, and our keys."""

    lms_secret: Annotated[SecretStr, Field(min_length=32)]
    private_hosts: Annotated[str, AfterValidator(_hosts)] = ""  # hosts and networks that may be asked although private


class WebSettings(LmsSettings):
    """What the web process needs besides."""

    bind: Annotated[str, AfterValidator(_bind)] = "127.0.0.1:8000"
    threads: Annotated[int, Field(ge=1, le=256)] = 16  # a reader of events holds one while it watches
    submit_limit: Annotated[str, AfterValidator(_rate)] = "30 per minute"  # submissions of one person
    sign_in_limit: Annotated[str, AfterValidator(_rate)] = "10 per minute"  # wrong passwords for one login
    proxies: Annotated[int, Field(ge=0, le=10)] = 0  # of ours, whose word about a client's address is taken
    session_secret: Annotated[SecretStr, Field(min_length=32)]  # signs what browsers hold
    url: Annotated[str, AfterValidator(_address)] = ""  # where browsers reach the pages; with https cookies are secure


class WorkerSettings(Settings):
    """What a worker needs besides; *node* names it in reports."""

    seed_secret: Annotated[SecretStr, Field(min_length=32)]
    node: Annotated[str, Field(min_length=1)] = Field(default_factory=socket.gethostname)
    device: Literal["cpu", "cuda"] = "cpu"


AnySettings = TypeVar("AnySettings", bound=DatabaseSettings)


def read_settings(kind: type[AnySettings]) -> AnySettings:
    """Return settings of *kind* from the environment; BadSettings names all that are missing or wrong."""
    folder = os.environ.get(SECRETS_DIR)
    if folder and not Path(folder).is_dir():
        raise BadSettings(f"{SECRETS_DIR} names {folder}, which is no folder; make it, or unset the variable")
    try:
        return kind.model_validate({})  # an empty call: every value comes from the sources above
    except ValidationError as error:
        raise BadSettings(_explain(error.errors())) from None


def _explain(errors: list[ErrorDetails]) -> str:
    """Return one message that names each setting and what to do; never a value, it may be a secret."""
    lines = [f"  {PREFIX}{str(error['loc'][0]).upper()}  {_remedy(error)}" for error in errors]
    return "\n".join(["settings are missing or wrong:", *lines, "docs/running.md explains each one."])


def _remedy(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "is not set"
    return error["msg"].removeprefix("Value error, ")
