"""One quiz, read and validated: quiz.toml, or a file in quizzes/. Its questions are read by `questions`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.catalogue.questions import read_question
from grader.domain.errors import Invalid
from grader.domain.quiz import Moment, Quiz
from grader.domain.quiz_policy import QuizPolicy, Reveal
from grader.domain.scoring import Keep

if TYPE_CHECKING:
    from grader.catalogue.files import Folder
    from grader.catalogue.table import Table

DEFAULT_ORDER = 100
UNLIMITED = "unlimited"


def read_quiz(folder: Folder, file: str, *, slug: str) -> Quiz:
    """Return the quiz in *file*; BadExercise names the file, the line, the key and what to do."""
    table = folder.toml(file)
    title = table.text("title")
    moment = table.one_of("moment", Moment, default=Moment.CHECK_YOURSELF)
    order = table.whole("order", default=DEFAULT_ORDER)
    policy = _policy(table.table("policy"))
    questions = [read_question(each) for each in table.tables("questions")]
    table.end()
    if not questions:
        raise table.bad("questions", "empty", "write a [[questions]]")
    slugs = [question.slug for question in questions]
    for number, each in enumerate(slugs, start=1):
        if each in slugs[: number - 1]:
            raise table.bad(f"questions[{number}].slug", f"{each!r} is used twice", "give each question its own")
    return Quiz(slug, title, tuple(questions), policy, moment, order)


def _policy(table: Table) -> QuizPolicy:
    """Return the rules, [policy] in TOML; what is left out is as `QuizPolicy` has it."""
    usual = QuizPolicy()
    attempts = None if table.value("attempts", object, default=UNLIMITED) == UNLIMITED else table.whole("attempts")
    try:
        policy = QuizPolicy(
            attempts=attempts,
            counts=table.one_of("counts", Keep, default=usual.counts),
            answers=table.one_of("answers", Reveal, default=usual.answers),
            minutes=table.whole("minutes") if table.has("minutes") else None,
            partial_credit=table.value("partial_credit", bool, default=usual.partial_credit),
            shuffle_questions=table.value("shuffle_questions", bool, default=usual.shuffle_questions),
            shuffle_choices=table.value("shuffle_choices", bool, default=usual.shuffle_choices),
            one_at_a_time=table.value("one_at_a_time", bool, default=usual.one_at_a_time),
        )
    except Invalid as error:
        raise table.bad(error.field or "policy", str(error), "change the policy so that it can be kept") from error
    table.end()
    return policy
