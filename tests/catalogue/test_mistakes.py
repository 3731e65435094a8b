"""Every mistake of a lecturer names its file, its key or line, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import BadExercise
from tests.catalogue.conftest import read_all

if TYPE_CHECKING:
    from pathlib import Path

TOML, CODE = "scale/exercise.toml", "scale/scenarios.py"
CLAIM = '@claim(points=1, title="Keeps the shape", otherwise="The shape changed.")'

# file, what stands there, what a lecturer wrote instead, what the error says
MISTAKES = [
    ("lesson.toml", 'title = "Channels"', "", "line 1: title: missing; give text"),
    ("lesson.toml", "order = 1", 'order = "1"', "line 2: order: '1' is of the wrong type; give a whole number"),
    ("lesson.toml", "order = 1", "order = 1\nlevel = 3", "line 3: level: unknown key; known are"),
    ("lesson.md", "# Channels", " ", "lesson.md: file: empty"),
    (TOML, 'title = "Scale"', 'title = " "', "line 2: title: empty"),
    (TOML, 'title = "Scale"', 'titel = "Scale"', "line 2: titel: unknown key; did you mean title?"),
    (TOML, 'device = "cpu"', 'devise = "cpu"', "line 4: devise: unknown key; did you mean device?"),
    (TOML, 'device = "cpu"', 'device = "gpus"', "line 4: device: unknown 'gpus'; did you mean gpu?"),
    (TOML, 'device = "cpu"', "device = true", "line 4: device: True is of the wrong type"),
    (TOML, 'device = "cpu"', "order = 0", "line 4: order: 0 is too small"),
    (TOML, 'entry = "Scale"', 'entry = "2x"', "line 3: entry: '2x' is no Python name"),
    (TOML, 'entry = "Scale"', 'entry = "class"', "line 3: entry: 'class' is no Python name"),
    (TOML, 'entry = "Scale"', 'entry = "Scala"', "reference.py: Scala: not defined"),
    (TOML, 'entry = "Scale"', "entry = Scale", "line 3: no valid TOML: Invalid value; put texts in quotes"),
    (TOML, '"convolution"', '"convolutions"', "line 5: forbidden: unknown family 'convolutions'; did"),
    (TOML, '"convolution"', "3", "line 5: forbidden[1]: 3 is of the wrong type"),
    (TOML, "memory_mib = 256", "memory_gib = 1", "line 8: limits.memory_gib: unknown key; did you mean"),
    (TOML, "memory_mib = 256", "memory_mib = 0.5", "line 8: limits.memory_mib: 0.5 is of the wrong type"),
    (TOML, "memory_mib = 256", "memory_mib = true", "line 8: limits.memory_mib: True is of the wrong type"),
    (TOML, "= 2.5", "= -1", "line 7: limits.scenario_seconds: -1 is no limit; give a number above 0"),
    (TOML, "= 2.5", "= nan", "line 7: limits.scenario_seconds: NaN is no number; give a number"),
    (TOML, "[limits]\nscenario_seconds = 2.5\nmemory_mib = 256", "limits = 3", "line 6: limits: 3 is of"),
    (TOML, 'name = "forgets"', 'name = "Forgets!"', "line 10: misconceptions[1].name: 'Forgets!' is no slug"),
    (TOML, 'name = "forgets"', 'name = "forgot"', "line 10: misconceptions[1].name: 'forgot' has no file"),
    (TOML, 'belief = "scaling is nothing"', "", "line 9: misconceptions[1].belief: missing"),
    (TOML, "belief =", "because = 1\nbelief =", "line 11: misconceptions[1].because: unknown key"),
    (TOML, 'hint = "Your output is the input."', 'hint = ""', "line 12: misconceptions[1].hint: empty"),
    (TOML, 'fails = ["doubles"]', "fails = []", "line 13: misconceptions[1].fails: empty"),
    (TOML, 'fails = ["doubles"]', 'fails = ["double"]', "line 13: misconceptions[1].fails: no scenario 'double'; did"),
    (TOML, '["doubles"]', '["doubles", "doubles"]', "line 13: misconceptions[1].fails[2]: 'doubles' stands"),
    (TOML, "[[misconceptions]]", "[misconceptions]", "line 9: misconceptions: {'name': 'forgets'"),
    ("scale/statement.md", "Write `Scale`.", "", "statement.md: file: empty"),
    ("scale/starter.py", "class Scale: ...", "class Skale: ...", "starter.py: Scale: not defined"),
    ("scale/reference.py", "class Scale: ...", "class Scale", "reference.py: line 1: no valid Python"),
    ("scale/misconceptions/forgets.py", "Scale", "Skale", "misconceptions/forgets.py: Scale: not defined"),
    (CODE, "return True", "return True)", "scenarios.py: line 15: no valid Python"),
    (CODE, "LENGTH = 3", "LENGTH = 3\0", "scenarios.py: line 1: no valid Python"),
    (CODE, "points=3", "points=0", "doubles (line 9): points: 0 is too small; give 1 or more"),
    (CODE, "points=3", "points=2.5", "doubles (line 9): points: 2.5 is of the wrong type"),
    (CODE, "points=3", "points=True", "doubles (line 9): points: True is of the wrong type"),
    (CODE, "points=3", "points=LENGTH", "line 9: points is computed; write the value itself"),
    (CODE, "points=3, ", "", "doubles (line 9): points: missing"),
    (CODE, "points=3", "3", "scenarios.py: line 9: "),
    (CODE, 'title="Doubles"', 'title=""', "doubles (line 9): title: empty"),
    (CODE, 'title="Doubles"', 'titel="Doubles"', "doubles (line 9): titel: unknown key; did you mean title?"),
    (CODE, 'title="Doubles", ', "", "doubles (line 9): title: missing"),
    (CODE, 'title="Doubles"', 'title="Keeps the shape"', "title 'Keeps the shape' used twice"),
    (CODE, '"public"', '"published"', "visibility: unknown 'published'; did you mean public?"),
    (CODE, "terms=1", "term=1", "doubles (line 9): term: unknown key; did you mean terms?"),
    (CODE, "terms=1", "terms=0", "doubles (line 9): terms: 0 is too small"),
    (CODE, "terms=1", "**{}", "doubles (line 9): **: unknown key"),
    (CODE, "terms=1", 'otherwise=""', "doubles (line 9): otherwise: unknown key"),
    (CODE, '"The shape changed."', "3", "keeps_shape (line 13): otherwise: 3 is of the wrong type"),
    (CODE, "def keeps_shape", "def doubles", "scenarios.py: doubles: defined twice"),
    (CODE, "doubles(subject: Subject, draw: Draw)", "doubles(subject)", "line 10: doubles takes other arguments"),
    (CODE, "doubles(subject: Subject, draw: Draw)", "doubles(draw, subject)", "line 10: doubles takes other"),
    (CODE, "def doubles(", "async def doubles(", "line 9: decorates no plain function"),
    (CODE, "@claim(", "@scenario(points=1, title='x')\n@claim(", "line 14: two decorators of the kit"),
    (CODE, CLAIM, "@claim", "line 13: @claim without arguments; write @claim(points=1"),
    (CODE, "import Draw, Subject, claim, scenario", "import Draw, Subject, claim", "scenario is not the kit's"),
    (CODE, "claim, scenario", "claim, scenario as check", "line 2: scenario under another name"),
    (CODE, "@scenario", "@kit.scenario", "line 9: a decorator by another name; write @scenario(...)"),
    (CODE, "def build(subject):", f"if 1:\n  {CLAIM}\n  def b(): ...\ndef build(subject):", "inside another"),
    (CODE, "\n@", "\n#@", "scenarios.py: scenarios: none"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "right", "wrong", "says"), MISTAKES)
def test_a_mistake_is_named(root: Path, file: str, right: str, wrong: str, says: str) -> None:
    path = root / "channels" / file
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    with pytest.raises(BadExercise) as error:
        read_all(root)
    assert says in str(error.value)
    assert str(error.value).startswith(f"exercises/channels/{file.split('/', maxsplit=1)[0]}")


def test_the_lesson_that_the_mistakes_start_from_has_none(root: Path) -> None:
    read_all(root)


@pytest.mark.parametrize(
    "file",
    ["lesson.toml", "lesson.md", "scale/exercise.toml", "scale/statement.md", "scale/starter.py",
     "scale/reference.py", "scale/scenarios.py", "scale/misconceptions/forgets.py"],
)  # fmt: skip
def test_a_missing_file_is_named(root: Path, file: str) -> None:
    (root / "channels" / file).unlink()
    with pytest.raises(BadExercise, match=rf"{file.rsplit('/', maxsplit=1)[-1]}"):
        read_all(root)


def test_a_misconception_that_is_not_listed_is_named(root: Path) -> None:
    (root / "channels/scale/misconceptions/other.py").write_text("class Scale: ...\n")
    with pytest.raises(BadExercise, match=r'misconceptions/other.py: file: not listed; list it.*name = "other"'):
        read_all(root)


def test_a_misconception_listed_twice_is_named(root: Path) -> None:
    path = root / "channels" / TOML
    head, table = path.read_text().split("[[misconceptions]]")
    path.write_text(f"{head}[[misconceptions]]{table}[[misconceptions]]{table}")
    with pytest.raises(BadExercise, match=r"misconceptions\[2\].name: 'forgets' stands there twice"):
        read_all(root)


@pytest.mark.parametrize("file", ["statement.md", "scenarios.py", "exercise.toml", "misconceptions/forgets.py"])
def test_text_that_is_not_utf8_is_named(root: Path, file: str) -> None:
    (root / "channels/scale" / file).write_bytes(b"caf\xe9")
    with pytest.raises(BadExercise, match=rf"{file}: file: byte 3 is not UTF-8"):
        read_all(root)


@pytest.mark.parametrize("folder", ["Channels_2", "two--hyphens", "channels/Second Exercise", "channels/-x"])
def test_a_folder_that_is_no_slug_is_named(root: Path, folder: str) -> None:
    (root / folder).mkdir()
    with pytest.raises(BadExercise, match=rf"exercises/{folder}: folder: its name is no slug; rename"):
        read_all(root)


def test_a_quiz_whose_name_is_taken_is_named(root: Path) -> None:
    (root / "channels/quizzes").mkdir()
    (root / "channels/quizzes/quiz.toml").write_text("")
    with pytest.raises(BadExercise, match=r"quizzes/quiz.toml: file: name taken"):
        read_all(root)


def test_an_exercise_without_settings_is_not_passed_over(root: Path) -> None:
    (root / "channels/second").mkdir()
    with pytest.raises(BadExercise, match=r"channels/second/exercise.toml: file: missing; write it"):
        read_all(root)


@pytest.mark.parametrize("file", ["scenarios.py", "statement.md", "misconceptions/forgets.py", "exercise.toml"])
def test_a_link_that_leaves_the_exercise_is_refused(root: Path, tmp_path: Path, file: str) -> None:
    path = root / "channels/scale" / file
    path.rename(tmp_path / "secret")
    path.symlink_to(tmp_path / "secret")
    with pytest.raises(BadExercise, match=rf"{file}: file: a link that leaves its folder; copy the file here"):
        read_all(root)


@pytest.mark.parametrize("folder", ["channels", "channels/scale"])
def test_a_folder_that_is_a_link_elsewhere_is_refused(root: Path, tmp_path: Path, folder: str) -> None:
    (root / folder).rename(tmp_path / "elsewhere")
    (root / folder).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BadExercise, match=rf"{folder}: folder: a link that leaves its folder"):
        read_all(root)
