"""An attempt at a quiz, by HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.catalogue import FolderCatalogue
from grader.domain.quiz import Quiz, draw
from grader.domain.quiz_policy import QuizPolicy, Reveal
from grader.domain.scoring import Keep
from tests.catalogue.conftest import LESSON, write
from tests.fakes import FakeCatalogue, FakeUnitOfWork, a_quiz, an_exercise
from tests.quiz.kinds import ALL
from tests.web.school import QUIZ, School, body

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient


def test_an_attempt_is_started_answered_and_marked(ada: FlaskClient) -> None:
    started = ada.post(f"{QUIZ}/attempts")
    url = started.headers["Location"]
    ada.put(f"{url}/answers/six", json={"answer": "5"})
    ada.put(f"{url}/answers/six", json={"answer": "6"})
    ada.put(f"{url}/answers/seven", json={"answer": ["8"]})
    finished = body(ada.post(f"{url}/finish"))
    assert (finished["points"], finished["max_points"]) == (1.0, 3)
    six, seven = finished["questions"]
    assert six["marked"] == {"points": 1.0, "max_points": 1, "correct": True, "explanation": "Twice three."}
    assert seven["marked"]["correct"] is False


def test_an_open_attempt_tells_nothing_about_right_or_wrong(ada: FlaskClient) -> None:
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    shown = body(ada.put(f"{url}/answers/six", json={"answer": "6"}))
    assert shown["points"] is None
    assert [(each["answer"], each["marked"]) for each in shown["questions"]] == [("6", None), (None, None)]
    assert "Twice three" not in ada.get(url).text


def test_starting_twice_goes_on_with_the_open_attempt(school: School) -> None:
    assert school.start_quiz() == school.start_quiz()


def test_a_finished_attempt_takes_no_answer(ada: FlaskClient) -> None:
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    ada.post(f"{url}/finish")
    answer = ada.put(f"{url}/answers/six", json={"answer": "6"})
    assert answer.status_code == 409
    assert body(answer)["error"]["code"] == "conflict"


def test_a_closed_course_starts_no_attempt(school: School) -> None:
    school.close()
    assert school.client().post(f"{QUIZ}/attempts").status_code == 409


def test_an_unknown_question_is_named_with_those_that_exist(ada: FlaskClient) -> None:
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    answer = ada.put(f"{url}/answers/eight", json={"answer": "8"})
    assert answer.status_code == 404
    assert "six, seven" in body(answer)["error"]["message"]


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"answer": 6}, 422, "answer"),
        ({"answer": None}, 422, "answer"),
        ({"answer": ["6", 7]}, 422, "answer"),
        ({"answer": {"six": "6"}}, 422, "answer"),
        ({"answer": "6\0"}, 422, "answer"),
        ({"answer": ["6\0"]}, 422, "answer"),
        ({"answer": ["6"] * 21}, 422, "answer"),
        ({"answer": "6" * 2001}, 422, "answer"),
        ({}, 422, "answer"),
        ({"answer": "6", "points": 100}, 422, "points"),
        (["6"], 422, None),
        ("6", 422, None),
        ({"answer": "6" * 70_000}, 413, None),
    ],
)
def test_an_answer_of_the_wrong_form_is_refused(ada: FlaskClient, sent: object, status: int, field: str | None) -> None:
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    answer = ada.put(f"{url}/answers/six", json=sent)
    assert answer.status_code == status
    assert body(answer)["error"].get("field") == field
    assert body(ada.get(url))["questions"][0]["answer"] is None


KIND_KEYS = ("choices", "items", "variables", "code", "layout", "unit")


def school_with(*quizzes: Quiz) -> School:
    catalogue = FakeCatalogue([an_exercise()], [("channels", quiz) for quiz in quizzes])
    return School(FakeUnitOfWork.factory(), catalogue=catalogue)


def test_the_rules_are_told_with_the_quiz_and_with_the_attempt() -> None:
    rules: dict[str, Any] = {
        "attempts": 3, "counts": Keep.AVERAGE, "answers": Reveal.AFTER_LAST_ATTEMPT, "minutes": 20,
        "one_at_a_time": True,
    }  # fmt: skip
    school = school_with(a_quiz(**rules), a_quiz("free"))
    started = school.client().post(f"{QUIZ}/attempts")
    told = {
        "attempts": 3, "counts": "average", "answers": "after_last_attempt", "minutes": 20, "partial_credit": True,
        "one_at_a_time": True,
    }  # fmt: skip
    timed, free = body(school.client().get("/api/v1/courses/spring/quizzes"))["quizzes"]
    assert timed["policy"] == body(started)["policy"] == told
    assert timed["moment"] == "check_yourself"
    assert timed["attempts"][0]["deadline"] == body(started)["deadline"] == "2026-05-01T12:20:00Z"
    assert (free["policy"]["attempts"], free["policy"]["minutes"], free["attempts"]) == (None, None, [])


def test_after_its_time_an_attempt_takes_no_answer_and_is_marked() -> None:
    school = school_with(a_quiz(minutes=1))
    ada = school.client()
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    ada.put(f"{url}/answers/six", json={"answer": "6"})
    school.clock.advance(minutes=2)
    answer = ada.put(f"{url}/answers/seven", json={"answer": "7"})
    assert answer.status_code == 409
    assert "the time was up at 12:01:00 UTC" in body(answer)["error"]["message"]
    shown = body(ada.get(url))
    assert (shown["finished"], shown["points"]) == (shown["deadline"], 1.0)


def test_no_attempt_follows_the_last() -> None:
    school = school_with(a_quiz(attempts=1))
    ada = school.client()
    ada.post(ada.post(f"{QUIZ}/attempts").headers["Location"] + "/finish")
    answer = ada.post(f"{QUIZ}/attempts")
    assert (answer.status_code, body(answer)["error"]["code"]) == (409, "conflict")
    assert "used up" in body(answer)["error"]["message"]


def test_where_each_answer_is_told_at_once_one_that_cannot_be_read_is_refused() -> None:
    ada = school_with(a_quiz(answers=Reveal.AFTER_EACH)).client()
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    refused = ada.put(f"{url}/answers/six", json={"answer": "many"})
    assert (refused.status_code, body(refused)["error"]["field"]) == (422, "answer")
    six, seven = body(ada.put(f"{url}/answers/six", json={"answer": "5"}))["questions"]
    assert (six["marked"]["explanation"], seven["marked"]) == ("Read as 5. That is not it.", None)
    assert ada.put(f"{url}/answers/six", json={"answer": "6"}).status_code == 409


def test_every_kind_goes_its_whole_way_and_tells_nothing_before_its_time() -> None:
    school = school_with(Quiz("weights", "All kinds", ALL, QuizPolicy(attempts=2)))
    ada = school.client()
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    told = ada.get(url).text
    secrets = [text for each in ALL for text in (each.explanation, each.hint) if text]
    secrets += [wrong.explanation for each in ALL for wrong in getattr(each, "known_wrong", ())]
    assert len(secrets) > 12
    assert [secret for secret in secrets if secret.partition("{")[0] in told] == []
    ada.post(f"{url}/finish")
    second = ada.post(f"{QUIZ}/attempts").headers["Location"]
    asked = body(ada.get(second))["questions"]
    ada.post(f"{second}/finish")
    right = body(ada.get(second))["questions"]
    assert all(question["right_answer"] for question in right)
    assert {question["slug"]: question["kind"] for question in asked} == {each.slug: each.kind.value for each in ALL}
    shown = {question["slug"]: {key for key in KIND_KEYS if question[key]} for question in asked}
    assert shown["memory"] == {"unit"}
    assert shown["layout"] == {"layout"}
    assert shown["many"] == {"choices"}
    assert shown["formula"] == {"variables"}
    assert shown["order"] == {"items"}
    assert shown["matching"] == {"items", "choices"}
    assert shown["output"] == {"code"}


def test_several_quizzes_of_a_lesson_stand_side_by_side(tmp_path: Path) -> None:
    page = 'title = "{title}"\norder = {order}\nmoment = "{moment}"\n[[questions]]\nslug = "two"\nkind = "numeric"\n'
    quizzes = (("quiz", 2, "check_yourself"), ("quizzes/entry", 1, "before"), ("quizzes/exit", 3, "final"))
    files = {
        f"{name}.toml": page.format(title=name, order=order, moment=moment)
        + f'prompt = "1 + 1?"\nanswer = 2\npoints = {order}\n'
        for name, order, moment in quizzes
    }
    write(tmp_path, {"lesson.toml": LESSON["lesson.toml"], "lesson.md": LESSON["lesson.md"], **files})
    school = School(FakeUnitOfWork.factory(), catalogue=FolderCatalogue(tmp_path))
    ada = school.client()
    listed = body(ada.get("/api/v1/courses/spring/quizzes"))["quizzes"]
    assert [(each["slug"], each["moment"]) for each in listed] == [
        ("entry", "before"), ("quiz", "check_yourself"), ("exit", "final"),
    ]  # fmt: skip
    for each in listed:
        url = ada.post(f"/api/v1/courses/spring/quizzes/{each['slug']}/attempts").headers["Location"]
        ada.put(f"{url}/answers/two", json={"answer": "2"})
        ada.post(f"{url}/finish")
    book = body(school.client("ines").get("/api/v1/courses/spring/gradebook"))
    assert [(item["slug"], item["max_points"]) for item in book["items"]] == [("entry", 1), ("quiz", 2), ("exit", 3)]
    assert book["rows"][0]["points"] == 6


def test_the_right_answers_earn_everything() -> None:
    school = school_with(Quiz("weights", "All kinds", ALL, QuizPolicy(shuffle_questions=True)))
    ada, ines = school.client(), school.client("ines")
    url = ada.post(f"{QUIZ}/attempts").headers["Location"]
    number = int(url.rpartition("/")[2])
    with school.make_uow().reading() as uow:
        seed = uow.attempts.get(number).seed
    quiz = Quiz("weights", "All kinds", ALL, QuizPolicy(shuffle_questions=True))
    for question in draw(quiz, seed):
        answer = ada.put(f"{url}/answers/{question.slug}", json={"answer": question.right_answer})
        assert answer.status_code == 200, question.slug
    finished = body(ada.post(f"{url}/finish"))
    assert finished["points"] == finished["max_points"] == quiz.max_points
    assert all(question["right_answer"] is None for question in finished["questions"]), "another attempt may follow"
    assert all(question["right_answer"] for question in body(ines.get(url))["questions"])
