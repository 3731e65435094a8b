"""`grader` itself: quick, complete, and readable when something is wrong."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from grader.cli import COMMANDS

ROOT = Path(__file__).parents[2]
NEED_TORCH = {"worker", "grade", "check-exercise", "doctor"}


def grader(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("GRADER_")}
    return subprocess.run(
        [sys.executable, "-m", "grader.cli", *arguments],
        env=bare | (environment or {}),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def modules_after(statement: str) -> set[str]:
    """Return the names of the modules that are loaded once *statement* has run in a new Python."""
    code = f"import sys\n{statement}\nprint('\\n'.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_help_names_every_command() -> None:
    listed = grader("--help").stdout
    assert [name for name in COMMANDS if f"\n  {name} " not in listed] == []


def test_help_imports_neither_torch_nor_the_database_nor_the_web() -> None:
    statement = (
        "from click.testing import CliRunner\n"
        "from grader.cli import root\n"
        "assert CliRunner().invoke(root, ['--help']).exit_code == 0"
    )
    assert modules_after(statement) & {"torch", "sqlalchemy", "flask", "celery"} == set()


def test_commands_that_neither_grade_nor_look_at_torch_do_not_import_it() -> None:
    without = [entry.module for name, entry in COMMANDS.items() if name not in NEED_TORCH]
    assert "torch" not in modules_after(f"import {', '.join(without)}")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_line_of_the_table_is_a_command(name: str) -> None:
    assert isinstance(importlib.import_module(COMMANDS[name].module).command, click.Command)


def test_an_unknown_command_is_a_mistake_in_the_call() -> None:
    result = grader("gradde")
    assert (result.returncode, "No such command 'gradde'" in result.stderr) == (2, True)


@pytest.mark.parametrize("command", ["web", "worker", "sweep", "migrate"])
def test_missing_settings_stop_the_start_with_one_message(command: str) -> None:
    result = grader(command)
    assert result.returncode == 1
    assert "GRADER_DATABASE_URL  is not set" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_database_that_does_not_answer_is_one_readable_line_with_the_cause() -> None:
    result = grader("migrate", environment={"GRADER_DATABASE_URL": "postgresql://grader:hush@127.0.0.1:1/grader"})
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "refused" in result.stderr
    assert "hush" not in result.stderr


def test_a_migration_says_where_the_database_is_and_nothing_else(tmp_path: Path) -> None:
    result = grader("migrate", environment={"GRADER_DATABASE_URL": f"sqlite:///{tmp_path / 'grader.sqlite3'}"})
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("the database is at revision ")


def test_a_folder_of_exercises_that_is_not_there_is_a_mistake_in_the_call() -> None:
    result = grader("up", "--exercises", "nowhere")
    assert (result.returncode, "nowhere" in result.stderr) == (2, True)


def test_a_folder_that_can_not_be_used_is_one_readable_line() -> None:
    result = grader("up", "--folder", "/proc/x")
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert result.stderr.startswith("grader: /proc/x can't be used: ")
