"""`grader check-exercise`: which exercises a name means, and that what is broken is told beside what is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from grader.bootstrap.lessons import find_exercises, new_exercise
from grader.catalogue import FolderCatalogue
from grader.cli import check_exercise
from grader.domain.errors import Invalid

if TYPE_CHECKING:
    from pathlib import Path

ALL = {"attention": ["mask"], "channels": ["scale", "shift"]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for lesson, slugs in ALL.items():
        for slug in slugs:
            new_exercise(tmp_path, f"{lesson}/{slug}", entry=None)
    return tmp_path


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((), ALL),
        (("channels",), {"channels": ["scale", "shift"]}),
        (("shift",), {"channels": ["shift"]}),
        (("channels/shift", "mask", "shift"), {"channels": ["shift"], "attention": ["mask"]}),
    ],
)
def test_a_name_is_an_exercises_or_a_lessons(folder: Path, names: tuple[str, ...], found: dict[str, list[str]]) -> None:
    assert find_exercises(FolderCatalogue(folder), names) == found


def test_what_is_broken_is_found_too_and_the_others_in_order(folder: Path) -> None:
    (folder / "attention/lesson.toml").write_text("title = \n")
    (folder / "channels/shift/exercise.toml").write_text("title = \n")
    assert find_exercises(FolderCatalogue(folder), ()) == ALL


def test_a_name_of_nothing_is_refused_with_the_names_that_are_there(folder: Path) -> None:
    with pytest.raises(
        Invalid, match="'skale' is no exercise; there are: attention/mask, channels/scale, channels/shift"
    ):
        find_exercises(FolderCatalogue(folder), ("skale",))


def test_what_is_broken_is_told_with_file_line_and_remedy_beside_the_rest(folder: Path) -> None:
    (folder / "channels/quiz.toml").write_text('title = "Channels"\nmoment = "later"\n')
    (folder / "channels/shift/exercise.toml").write_text('title = "Shift"\nentry = "2x"\n')
    told = CliRunner().invoke(check_exercise.command, ["channels", "--exercises", str(folder)])
    assert told.exit_code == 1
    for words in (
        "channels/quiz.toml: line 2: moment: unknown 'later'\n    -> known are before, check_yourself, final",
        "channels/shift/exercise.toml: line 2: entry: '2x' is no Python name\n    -> name the class",
        "scale/statement.md: line 3 says Write the module",
        "0 of 2 sound",
    ):
        assert words in told.output
