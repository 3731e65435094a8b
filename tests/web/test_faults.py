"""The staff see what failed by our fault, and why; students see that it cost them nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.errors import Internal
from grader.services.grade import grade_run
from tests.fakes import FakeExaminer
from tests.web.school import EXERCISE, body

if TYPE_CHECKING:
    from tests.web.school import School

URL = "/api/v1/courses/spring/faults"


def fail(school: School, times: int) -> None:
    """Let the run that was rung for last fail."""
    examiner = FakeExaminer(error=Internal("the nursery is gone"))
    for _ in range(times):
        grade_run(school.make_uow, school.clock, school.catalogue, examiner, run_id=school.bell.rung[-1], node="node-1")


def test_a_failed_try_is_listed_with_its_reason_until_it_is_graded(school: School) -> None:
    number = school.submit("ada")
    fail(school, 1)
    (fault,) = body(school.client("ines").get(URL))["faults"]
    assert (fault["id"], fault["student"]["login"], fault["state"], fault["tries"]) == (number, "ada", "queued", 1)
    assert fault["fault"] == "Internal: the nursery is gone"
    school.grade()
    assert body(school.client("ines").get(URL)) == {"faults": []}


def test_what_is_void_stays_listed_and_is_none_of_the_students_attempts(school: School) -> None:
    number = school.submit("ada")
    fail(school, 3)
    (fault,) = body(school.client("ines").get(URL))["faults"]
    assert (fault["id"], fault["state"], fault["tries"]) == (number, "void", 3)
    assert body(school.client("ada").get(EXERCISE))["attempts"] == 0
    mine = body(school.client("ada").get(f"/api/v1/submissions/{number}"))
    assert (mine["state"], mine["report"], mine["fault"]) == ("void", None, "")


def test_a_course_without_faults_has_none(school: School) -> None:
    school.submit("ada")
    school.grade()
    assert body(school.client("ines").get(URL)) == {"faults": []}
