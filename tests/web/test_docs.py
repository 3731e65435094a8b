"""docs/api.md names every call and every error there is, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.exceptions import MethodNotAllowed, NotFound

from grader.catalogue import FolderCatalogue
from grader.web import errors

if TYPE_CHECKING:
    from tests.web.school import School

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def method(command: str) -> str:
    """Return the method that curl uses for *command*."""
    if chosen := re.search(r"-X (\w+)", command):
        return chosen[1]
    return "POST" if re.search(r"--data-binary|--json|-F ", command) else "GET"


def test_every_call_in_the_page_exists_and_every_call_is_in_the_page(school: School) -> None:
    app = school.app()
    addresses = app.url_map.bind("localhost")
    commands = [line for line in PAGE.splitlines() if line.startswith("curl ")]
    named = set()
    for command in commands:
        (path,) = re.findall(r"\$SERVER([^\s?\"]+)", command)
        try:
            named.add(addresses.match(path, method=method(command))[0])
        except (NotFound, MethodNotAllowed) as error:
            raise AssertionError(command) from error
    in_prose = {addresses.match(path)[0] for path in re.findall(r"`GET (\S+)`", PAGE)}
    for_programs = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith(("/api/", "/healthz"))}
    assert named | in_prose == for_programs


def test_every_exercise_quiz_and_question_in_the_page_is_one_of_ours() -> None:
    catalogue = FolderCatalogue(ROOT / "exercises")
    lessons = catalogue.lessons()
    quizzes = [quiz for lesson in lessons for quiz in catalogue.quizzes(lesson)]
    ours = {
        "exercises": {exercise.slug for lesson in lessons for exercise in catalogue.exercises(lesson)},
        "quizzes": {quiz.slug for quiz in quizzes},
        "answers": {question.slug for quiz in quizzes for question in quiz.questions},
    }
    for kind, slugs in ours.items():
        named = set(re.findall(rf"/{kind}/([\w-]+)", PAGE))
        assert named, kind
        assert named <= slugs


def test_the_table_of_errors_has_every_status_and_code() -> None:
    table = set(re.findall(r"^\| (\d{3}) \| `(\w+)` \|", PAGE, flags=re.MULTILINE))
    ours = {(str(kind.status), kind.code) for _, kind in errors._KINDS}
    of_http = {("400", "bad_request"), ("405", "method_not_allowed"), ("415", "unsupported_media_type")}
    assert table == ours | of_http | {("500", "internal")}
