"""What exercises/README.md says of quizzes is all there is, and no more."""

from __future__ import annotations

import re
import tomllib
from dataclasses import fields
from pathlib import Path

from grader.catalogue import FolderCatalogue
from grader.domain.expression import fill_in
from grader.domain.questions import Kind
from grader.domain.quiz import Moment
from grader.domain.quiz_policy import QuizPolicy, Reveal
from grader.domain.scoring import Keep
from tests.catalogue.conftest import LESSON, write

README = (Path(__file__).parents[2] / "exercises" / "README.md").read_text(encoding="utf-8")
ABOUT = README[README.index("**Quiz.**") :]


def test_the_rules_in_it_are_all_the_rules_and_can_be_read(tmp_path: Path) -> None:
    (example,) = re.findall(r"```toml\n(\[policy\]\n.*?)```", ABOUT, flags=re.DOTALL)
    rules = example[: example.index("[[questions]]")]
    assert re.findall(r"^(\w+) =", rules, flags=re.MULTILINE) == [field.name for field in fields(QuizPolicy)]
    assert {*re.findall(r'"(\w+)"', rules)} == {"unlimited", *(each.value for each in (*Reveal, *Keep))}
    write(tmp_path, {**LESSON, "quiz.toml": f'title = "T"\n{example}'})
    assert FolderCatalogue(tmp_path).quiz("channels", "quiz").policy == QuizPolicy(attempts=3, minutes=20)


def test_it_names_every_moment_and_every_kind() -> None:
    assert {*re.findall(r'`"(\w+)"`', ABOUT)} >= {moment.value for moment in Moment}
    first_cells = re.findall(r"^\| (`.*?) \|", ABOUT, flags=re.MULTILINE)
    assert {*re.findall(r"`(\w+)`", " ".join(first_cells))} - {"kind"} == {kind.value for kind in Kind}


def test_what_the_table_writes_is_toml() -> None:
    written = [each.replace(", …]", "]") for each in re.findall(r"`(\w+ = .*?)`", ABOUT)]
    read = [tomllib.loads(each) for each in written]
    assert {key for table in read for key in table} >= {
        "choices",
        "items",
        "pairs",
        "distractors",
        "answers",
        "same_as",
    }


def test_what_it_says_of_braces_is_so() -> None:
    assert "`$b^{2i}$`, save for parameters: `$2^{k}$`" in ABOUT
    assert fill_in("$b^{2i}$, $2^{k}$, {k}, {9 * k}, {k / 9:.2f}", {"k": 7}) == "$b^{2i}$, $2^{7}$, 7, 63, 0.78"
