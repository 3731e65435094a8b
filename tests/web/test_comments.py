"""Comments, running again and similar solutions by API."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.similarity.disguises import renamed
from tests.web.school import EXERCISE, body
from tests.web.test_faults import fail

if TYPE_CHECKING:
    from tests.web.school import School

EINSUM = (Path(__file__).parents[1] / "solutions/pointwise-conv/right_einsum.py").read_text(encoding="utf-8")


def comments(number: int) -> str:
    return f"/api/v1/submissions/{number}/comments"


class TestComments:
    def test_what_is_said_is_listed_for_the_student_until_it_is_taken_back(self, school: School) -> None:
        number = school.submit("ada", "a = 1\nb = 2")
        made = body(school.client("ines").post(comments(number), json={"text": "Why 2?", "line": 2}))
        [seen] = body(school.client("ada").get(comments(number)))["comments"]
        assert seen == made
        assert (seen["line"], seen["text"], seen["author"]) == (2, "Why 2?", {"login": "ines", "name": "Ines"})
        taken = body(school.client("tess").post(f"{comments(number)}/{made['id']}/withdraw"))
        assert taken["withdrawn"] is not None
        assert body(school.client("ada").get(comments(number))) == {"comments": []}
        assert body(school.client("ines").get(comments(number))) == {"comments": [taken]}

    def test_twice_taken_back_is_a_conflict(self, school: School) -> None:
        number = school.submit("ada")
        address = f"{comments(number)}/{school.say('ines', number)}/withdraw"
        answers = [school.client("ines").post(address).status_code for _ in range(2)]
        assert answers == [200, 409]

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({"text": ""}, "text"),
            ({"text": "x" * 2001}, "text"),
            ({"text": "Why?", "line": 9}, "line"),
            ({"text": "Why?", "line": "1"}, "line"),
            ({"text": "Why?", "line": 10**30}, "line"),
            ({"line": 1}, "text"),
        ],
    )
    def test_what_can_not_be_said_names_its_field(self, school: School, said: dict[str, object], field: str) -> None:
        answer = school.client("ines").post(comments(school.submit("ada")), json=said)
        assert (answer.status_code, body(answer)["error"]["field"]) == (422, field)

    def test_a_comment_of_another_submission_is_not_there(self, school: School) -> None:
        one, other = school.submit("ada"), school.submit("bob")
        made = school.say("ines", one)
        assert school.client("ines").post(f"{comments(other)}/{made}/withdraw").status_code == 404


class TestRunningAgain:
    def test_what_failed_by_our_fault_waits_again(self, school: School) -> None:
        number = school.submit("ada")
        fail(school, 3)
        answer = school.client("tess").post(f"/api/v1/submissions/{number}/rerun")
        assert (answer.status_code, body(answer)["state"]) == (202, "queued")
        school.grade()
        mine = body(school.client("ada").get(f"/api/v1/submissions/{number}"))
        assert (mine["state"], mine["attempts"]) == ("graded", 1)

    def test_what_waits_needs_no_help(self, school: School) -> None:
        number = school.submit("ada")
        assert school.client("ines").post(f"/api/v1/submissions/{number}/rerun").status_code == 409


class TestSimilar:
    def test_pairs_name_their_students_and_submissions(self, school: School) -> None:
        one, other = school.submit("ada", EINSUM), school.submit("bob", renamed(EINSUM))
        found = body(school.client("ines").get(f"{EXERCISE}/similar"))
        [pair] = found["pairs"]
        assert (found["exercise"], found["compared"], pair["share"]) == ("pointwise-conv", 2, 1.0)
        assert (pair["one"]["submission"], pair["other"]["submission"]) == (one, other)
        assert pair["other"]["student"] == {"login": "bob", "name": "Bob"}

    def test_an_exercise_must_be_there(self, school: School) -> None:
        assert school.client("ines").get(EXERCISE.replace("pointwise-conv", "nothing") + "/similar").status_code == 404
