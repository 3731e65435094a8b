"""`grader new-exercise`: what it writes says what is left to do, and is sound when that is done."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from grader.catalogue import FolderCatalogue
from grader.cli import check_exercise, new_exercise
from grader.domain.errors import Conflict, Invalid

if TYPE_CHECKING:
    from pathlib import Path

OF_LESSON: dict[str, list[tuple[str, str]]] = {"lesson.toml": [], "lesson.md": [], "quiz.toml": []}
MODULE = {
    "exercise.toml": [("TODO: what who writes this believes, in half a sentence", "one factor is enough")],
    "statement.md": [("# TODO: a few lines that run against the reference.", "import torch")],
    "reference.py": [("return x", "return x * self.weight[:, None, None]")],
    "misconceptions/first_belief.py": [("return x", "return x * self.weight[0]")],
    "scenarios.py": [("# TODO: adapt these, drop what your exercise does not ask for, add what it does.\n", "")],
}
FUNCTION = MODULE | {
    "reference.py": [("return x", "return x + 1")],
    "misconceptions/first_belief.py": [("return x", "return x - 1")],
}


def written(folder: Path, *arguments: str) -> list[str]:
    result = CliRunner().invoke(new_exercise.command, [*arguments, "--exercises", str(folder)], catch_exceptions=False)
    assert result.exit_code == 0
    return [line.removeprefix(f"wrote {folder}/") for line in result.output.splitlines()[:-1]]


def checked(folder: Path) -> tuple[int, dict[str, list[dict[str, str]]]]:
    result = CliRunner().invoke(check_exercise.command, ["--seeds", "2", "--json", "--folder", str(folder)])
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    return result.exit_code, {line.get("exercise") or line["lesson"]: line["flaws"] for line in lines}


def fill_in(folder: Path, changes: dict[str, list[tuple[str, str]]]) -> None:
    for file, pairs in changes.items():
        text = (folder / file).read_text()
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new)
        kept = [line.partition("  # TODO")[0].replace("TODO: ", "") for line in text.splitlines()]
        (folder / file).write_text("\n".join(kept) + "\n")


@pytest.mark.jail
@pytest.mark.parametrize(("entry", "changes"), [("ChannelScale", MODULE), ("scaled", FUNCTION)])
def test_a_new_exercise_is_sound_once_it_is_filled_in(
    tmp_path: Path, entry: str, changes: dict[str, list[tuple[str, str]]]
) -> None:
    assert "channels/scale/reference.py" in written(tmp_path, "channels/scale", "--entry", entry)
    code, flaws = checked(tmp_path)
    assert code == 1
    assert {flaw["subject"] for flaw in flaws["channels/scale"]} == set(changes)
    assert all("TODO" in flaw["problem"] for flaw in flaws["channels/scale"])
    assert {flaw["subject"] for flaw in flaws["channels"]} == set(OF_LESSON)
    assert all(
        flaw["remedy"] == "do it, and take the TODO out" for flaw in (*flaws["channels"], *flaws["channels/scale"])
    )
    fill_in(tmp_path / "channels", OF_LESSON)
    fill_in(tmp_path / "channels/scale", changes)
    assert checked(tmp_path) == (0, {"channels": [], "channels/scale": []})


def test_a_new_lesson_is_begun_with_its_first_exercise(tmp_path: Path) -> None:
    first, second = written(tmp_path, "channels/scale"), written(tmp_path, "channels/shift")
    assert {f"channels/{file}" for file in OF_LESSON} <= set(first)
    assert not {f"channels/{file}" for file in OF_LESSON} & set(second)
    catalogue = FolderCatalogue(tmp_path)
    assert [exercise.entry for exercise in catalogue.exercises("channels")] == ["Scale", "Shift"]
    assert [len(quiz.questions) for quiz in catalogue.quizzes("channels")] == [2]


def test_what_exists_is_not_overwritten(tmp_path: Path) -> None:
    written(tmp_path, "channels/scale")
    (tmp_path / "channels/scale/reference.py").write_text("# hours of work\n")
    with pytest.raises(Conflict, match="is there already"):
        written(tmp_path, "channels/scale")
    assert (tmp_path / "channels/scale/reference.py").read_text() == "# hours of work\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["scale"], "write LESSON/SLUG"),
        (["../scale"], "no folder's name"),
        (["channels/../../scale"], "no folder's name"),
        (["channels/Scale"], "lower-case letters"),
        (["channels/scale", "--entry", "not a name"], "no Python name"),
    ],
)
def test_a_name_that_can_not_be_is_refused(tmp_path: Path, arguments: list[str], words: str) -> None:
    with pytest.raises(Invalid, match=words):
        written(tmp_path, *arguments)
    assert list(tmp_path.iterdir()) == []
