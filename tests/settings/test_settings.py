"""Settings: what is missing or wrong stops the start, named at once and without a value."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import BadSettings
from grader.settings import Settings, WebSettings, WorkerSettings, read_settings

if TYPE_CHECKING:
    from pathlib import Path

SECRET = "s" * 32


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("GRADER_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    monkeypatch.setenv("GRADER_DATABASE_URL", "sqlite:///grader.sqlite3")
    monkeypatch.setenv("GRADER_BROKER_URL", "redis://localhost:6379/0")
    monkeypatch.setenv("GRADER_EXERCISES", str(tmp_path))
    return monkeypatch


def test_one_message_names_everything_that_is_missing_or_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_BROKER_URL", "amqp://localhost")
    with pytest.raises(BadSettings) as caught:
        read_settings(WorkerSettings)
    lines = str(caught.value).splitlines()
    assert [line.split()[0] for line in lines[1:-1]] == [
        "GRADER_DATABASE_URL",
        "GRADER_EXERCISES",
        "GRADER_BROKER_URL",
        "GRADER_SEED_SECRET",
    ]


def test_the_message_shows_no_value(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GRADER_DATABASE_URL", "mysql://grader:hunter2@db")
    environment.setenv("GRADER_SEED_SECRET", "tooshort")
    with pytest.raises(BadSettings) as caught:
        read_settings(WorkerSettings)
    assert "hunter2" not in str(caught.value)
    assert "tooshort" not in str(caught.value)


def test_what_is_printed_of_settings_holds_no_secret(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GRADER_DATABASE_URL", "postgresql://grader:hunter2@db/grader")
    environment.setenv("GRADER_SEED_SECRET", SECRET)
    printed = repr(read_settings(WorkerSettings))
    assert "hunter2" not in printed
    assert SECRET not in printed


def test_a_secret_may_stand_in_a_file(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "grader_seed_secret").write_text(SECRET + "\n")
    environment.setenv("GRADER_SECRETS_DIR", str(tmp_path))
    assert read_settings(WorkerSettings).seed_secret.get_secret_value() == SECRET


def test_a_folder_of_secrets_that_is_not_there_stops_the_start(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GRADER_SECRETS_DIR", "nowhere")
    with pytest.raises(BadSettings, match="GRADER_SECRETS_DIR names nowhere"):
        read_settings(Settings)


def test_the_web_process_starts_without_the_seed_secret(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GRADER_SESSION_SECRET", SECRET)
    environment.setenv("GRADER_LMS_SECRET", SECRET)
    environment.setenv("GRADER_BIND", "[::1]:80")
    assert read_settings(WebSettings).bind == "[::1]:80"


def test_the_web_process_needs_a_secret_of_its_own(environment: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadSettings, match="GRADER_SESSION_SECRET"):
        read_settings(WebSettings)
    environment.setenv("GRADER_SESSION_SECRET", "short")
    with pytest.raises(BadSettings, match="GRADER_SESSION_SECRET"):
        read_settings(WebSettings)


@pytest.mark.parametrize("url", ["grader.example.edu", "https://", "https://x/path", "ftp://x", "https://x y"])
def test_an_address_that_is_none_is_refused(environment: pytest.MonkeyPatch, url: str) -> None:
    environment.setenv("GRADER_SESSION_SECRET", SECRET)
    environment.setenv("GRADER_LMS_SECRET", SECRET)
    environment.setenv("GRADER_URL", url)
    with pytest.raises(BadSettings, match="without a path"):
        read_settings(WebSettings)


@pytest.mark.parametrize("bind", ["8000", "localhost", ":8000", "localhost:70000", "localhost:http"])
def test_a_bind_that_is_no_host_and_port_is_refused(environment: pytest.MonkeyPatch, bind: str) -> None:
    environment.setenv("GRADER_BIND", bind)
    with pytest.raises(BadSettings, match="HOST:PORT"):
        read_settings(WebSettings)


def test_an_ordinary_postgresql_address_chooses_our_driver(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("GRADER_DATABASE_URL", "postgresql://grader@db/grader")
    assert read_settings(Settings).database_url == "postgresql+psycopg://grader@db/grader"


@pytest.mark.parametrize(
    "limit", ["30", "0 per minute", "30 per fortnight", "30 per minute; 1 per second", "-1 per day"]
)
def test_a_submit_limit_that_is_none_is_refused(environment: pytest.MonkeyPatch, limit: str) -> None:
    environment.setenv("GRADER_SUBMIT_LIMIT", limit)
    with pytest.raises(BadSettings, match="GRADER_SUBMIT_LIMIT"):
        read_settings(WebSettings)
