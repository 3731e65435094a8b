"""docs/lms.md names commands, settings, addresses, pages and fields that there are."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from werkzeug.exceptions import MethodNotAllowed

from grader.cli import root
from grader.domain.lms.delivery import ATTEMPTS
from grader.domain.lms.launch import CODE, KEY_OVERLAP
from grader.domain.lms.platform import Family
from grader.domain.lms.platform_draft import MOST_PLATFORMS
from grader.domain.lms.presets import preset
from grader.services.launch import SESSION
from grader.settings import PREFIX, WebSettings
from grader.web.lms_words import OURS, THEIRS
from tests.lms.campus import Campus, opened
from tests.web.pages.browser import signed_in

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "lms.md").read_text(encoding="utf-8")
FLAT = " ".join(PAGE.split())
COMMANDS = sorted(set(re.findall(r"`(grader [a-z][^`]*)`", FLAT)))
SITE = "https://moodle.example.edu"


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Campus]:
    with opened(tmp_path) as found:
        yield found


def section(family: str) -> str:
    """Return what the page says of one LMS, as one line."""
    return " ".join(PAGE.partition(f"\n## {family}\n")[2].partition("\n## ")[0].split())


@pytest.mark.parametrize("line", COMMANDS)
def test_every_command_is_there_with_these_options(line: str) -> None:
    words, context = line.split()[1:], click.Context(root)
    command: click.Command = root
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words.pop(0))
        assert found is not None, line
        command, context = found, click.Context(found, parent=context)
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known
    arguments = [each for each in command.params if isinstance(each, click.Argument)]
    values = sum(1 for word in words if word.startswith("--") and not _is_flag(command, word))
    given = [word for word in words if not word.startswith("--")]
    assert len(given) - values == len(arguments) or isinstance(command, click.Group) or not words


def _is_flag(command: click.Command, name: str) -> bool:
    return any(isinstance(each, click.Option) and each.is_flag for each in command.params if name in each.opts)


def test_there_are_commands_in_it() -> None:
    assert {line.split()[2] for line in COMMANDS if line.startswith("grader lms ")} >= {
        "connect",
        "check",
        "code",
        "shared",
        "columns",
        "sync",
        "reconcile",
        "state",
        "rotate-keys",
    }


def test_every_setting_is_one() -> None:
    named = set(re.findall(r"`(GRADER_\w+)`", PAGE))
    assert named == {"GRADER_URL", "GRADER_LMS_SECRET", "GRADER_PRIVATE_HOSTS"}
    assert named <= {f"{PREFIX}{name.upper()}" for name in WebSettings.model_fields}


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(/lti/[^`]*)`", PAGE))))
def test_every_address_of_ours_is_one(campus: Campus, path: str) -> None:
    addresses = campus.school.app().url_map.bind("localhost")
    try:
        addresses.match(re.sub(r"<\w+>", "k7", path), method="GET")
    except MethodNotAllowed:
        pytest.fail(path)


@pytest.mark.parametrize(
    ("family", "name"),
    [
        (Family.CANVAS, "Canvas"),
        (Family.MOODLE, "Moodle"),
        (Family.OPEN_EDX, "Open edX"),
        (Family.BRIGHTSPACE, "Brightspace"),
        (Family.BLACKBOARD, "Blackboard"),
    ],
)
class TestFamilies:
    def test_every_field_there_is_called_as_the_pages_call_it(self, family: Family, name: str) -> None:
        said = section(name)
        there = [part.partition(" (of type")[0].strip() for label in OURS[family] for part in label.split(";") if part]
        assert [label for label in there if label not in said] == []
        if family is not Family.BLACKBOARD:
            told = {"auth_url", "token_url", "jwks_url"} if family is Family.MOODLE else set()
            missing = [
                label
                for field, label in THEIRS[family].items()
                if field not in told and label.lower() not in said.lower()
            ]
            assert missing == []

    def test_every_address_that_is_filled_in_is_the_one_that_it_names(self, family: Family, name: str) -> None:
        said, draft = section(name), preset(family, SITE)
        values = [getattr(draft, field.name) for field in fields(draft)]
        addresses = [value for value in values if isinstance(value, str) and value.startswith("https://")]
        told = [address for address in addresses if f"`{address}`" in said or f"`{address.removeprefix(SITE)}`" in said]
        wanted = {Family.CANVAS: 4, Family.MOODLE: 4, Family.BLACKBOARD: 3, Family.BRIGHTSPACE: 1, Family.OPEN_EDX: 0}
        assert len(told) == wanted[family], addresses


def test_numbers_are_those_of_the_program() -> None:
    assert len(ATTEMPTS) == 8
    assert round(sum(each.total_seconds() for each in ATTEMPTS) / 3600) == 28
    assert (CODE.total_seconds(), SESSION.total_seconds(), KEY_OVERLAP.days) == (3600, 12 * 3600, 7)
    assert f"a course may have {MOST_PLATFORMS}" in PAGE


def test_every_button_that_it_names_is_on_its_page(campus: Campus) -> None:
    context = campus.launched(campus.connect())
    campus.column(context)
    ines = signed_in(campus.school, "ines", **(campus.services | {"url": ""}))
    here = "/courses/spring/staff/lms"
    buttons = {
        here: ("Connect an LMS", "Make a code", "Connections"),
        f"{here}/platforms/1": ("Login", "Launch, redirect and deep linking", "Key set", "Domain", "Keep", "Test it"),
        f"{here}/courses/{context.id}": ("Make columns", "Compare", "Read who is there"),
    }
    for path, labels in buttons.items():
        shown = ines.get(path).text
        for label in labels:
            assert label in shown, (path, label)
            assert label in FLAT, label
