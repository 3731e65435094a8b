"""`grader grade`, `check-exercise` and `doctor`: what machines read of them, and how they end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from grader.cli import check_exercise, doctor, grade
from grader.sandbox import probe, syscalls

pytestmark = pytest.mark.jail

EXERCISES = Path(__file__).parents[2] / "exercises"
POINTWISE = EXERCISES / "1x1-convolutions" / "pointwise-conv"
KEYS = {"file", "exercise", "score", "max_score", "outcome", "checks", "misconception", "seconds", "memory_mib"}
CHECK_KEYS = {"name", "title", "points", "max_points", "outcome", "message"}


def graded(*arguments: object) -> Result:
    return CliRunner().invoke(grade.command, [*map(str, arguments), "--exercises", str(EXERCISES)])


def objects(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_file_gets_a_line_in_the_order_given(tmp_path: Path) -> None:
    strange = {
        "empty.py": b"",
        "latin.py": b"# \xe9\n",
        "nul.py": b"x = 1\0",
        "syntax.py": b"def f(:\n",
        "other.py": b"x = 1\n",
    }
    for name, content in strange.items():
        (tmp_path / name).write_bytes(content)
    files = [
        POINTWISE / "reference.py",
        *(tmp_path / name for name in strange),
        POINTWISE / "misconceptions/forgets_bias.py",
    ]
    result = graded("pointwise-conv", *files, "--json")
    assert result.exit_code == 0
    found = objects(result)
    assert [line["file"] for line in found] == [str(file) for file in files]
    assert [(line["score"], line["outcome"]) for line in found[:2]] == [(20, "passed"), (0, "crashed")]
    assert all(line.keys() >= KEYS and all(check.keys() >= CHECK_KEYS for check in line["checks"]) for line in found)
    assert {line["max_score"] for line in found} == {20}
    assert all(line["score"] == sum(check["points"] for check in line["checks"]) for line in found)
    assert found[-1]["misconception"] == "forgets_bias"
    assert [line["memory_mib"] is None for line in found] == [False, True, True, True, True, False, False]  # never run
    said = [line["checks"][0]["message"] for line in found[1:6]]
    for message, word in zip(said, ("empty", "not UTF-8", "NUL", "line 1", "does not define"), strict=True):
        assert word in message


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("no-such-exercise", POINTWISE / "starter.py"), "no-such-exercise"),
        (("pointwise-conv", "no-such-file.py"), "no-such-file.py"),
        (("pointwise-conv", POINTWISE), "directory"),
        (("pointwise-conv",), "FILES"),
        (("pointwise-conv", POINTWISE / "starter.py", "--device", "tpu"), "tpu"),
    ],
)
def test_a_mistake_in_the_call_is_told(arguments: tuple[object, ...], word: str) -> None:
    result = graded(*arguments)
    assert result.exit_code != 0
    assert word in result.output + str(result.exception)


def test_check_exercise_tells_a_sound_one_from_a_flawed_one(tmp_path: Path) -> None:
    lesson = tmp_path / "lesson-of-one"
    for file in (*POINTWISE.parent.glob("lesson.*"), *POINTWISE.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            copy = lesson / file.relative_to(POINTWISE.parent)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(file.read_bytes())
    (lesson / "lesson.md").write_text("# A page\n\n[Build it](exercise:pointwise-conv)\n")  # the others are not here
    (lesson / "pointwise-conv" / "starter.py").write_bytes((POINTWISE / "reference.py").read_bytes())
    runner = CliRunner()
    flawed = runner.invoke(check_exercise.command, ["--seeds", "1", "--json", "--folder", str(tmp_path)])
    assert flawed.exit_code == 1
    lesson_line, line = objects(flawed)
    assert (lesson_line["lesson"], lesson_line["sound"], line["sound"]) == ("lesson-of-one", True, False)
    assert {flaw["subject"] for flaw in line["flaws"]} == {"starter.py"}


def test_the_doctor_finds_this_machine_usable() -> None:
    result = CliRunner().invoke(doctor.command, ["--json"])
    found = json.loads(result.stdout)
    assert (result.exit_code, found["usable"]) == (0, True)
    assert {f"{name} namespace" for name in probe.NAMESPACES} <= {finding["name"] for finding in found["findings"]}


def test_the_doctor_says_what_is_missing_and_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syscalls, "pyseccomp", None)
    missing = [protection for protection in probe.protections() if not protection.works]
    assert [(protection.name, "libseccomp2" in protection.note) for protection in missing] == [("nursery", True)]
