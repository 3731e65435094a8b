"""What exercises/README.md says of quizzes is all there is, and no more."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from grader.catalogue import FolderCatalogue
from grader.domain.questions import Kind
from grader.domain.quiz import Moment
from grader.domain.quiz_policy import QuizPolicy, Reveal
from grader.domain.scoring import Keep
from tests.catalogue.conftest import LESSON, write

README = (Path(__file__).parents[2] / "exercises" / "README.md").read_text(encoding="utf-8")
ABOUT = README[README.index("**Quiz.**") :]
QUESTION = '[[questions]]\nslug = "q"\nkind = "numeric"\nprompt = "?"\nanswer = 1\n'


def test_the_rules_in_it_are_all_the_rules_and_can_be_read(tmp_path: Path) -> None:
    (rules,) = re.findall(r"```toml\n(\[policy\]\n.*?)```", ABOUT, flags=re.DOTALL)
    assert re.findall(r"^(\w+) =", rules, flags=re.MULTILINE) == [field.name for field in fields(QuizPolicy)]
    assert {*re.findall(r'"(\w+)"', rules)} == {"unlimited", *(each.value for each in (*Reveal, *Keep))}
    write(tmp_path, {**LESSON, "quiz.toml": f'title = "T"\n{rules}{QUESTION}'})
    assert FolderCatalogue(tmp_path).quiz("channels", "quiz").policy == QuizPolicy(attempts=3, minutes=20)


def test_it_names_every_moment_and_every_kind() -> None:
    assert {*re.findall(r'`"(\w+)"`', ABOUT)} >= {moment.value for moment in Moment}
    first_cells = re.findall(r"^\| (`.*?) \|", ABOUT, flags=re.MULTILINE)
    assert {*re.findall(r"`(\w+)`", " ".join(first_cells))} - {"kind"} == {kind.value for kind in Kind}
