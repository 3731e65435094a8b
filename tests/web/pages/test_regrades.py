"""Pages of regrades: started, watched, looked at, decided, all of it without scripts; students see nothing of it."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import BadExercise
from grader.domain.report import Outcome
from grader.domain.submission import MAX_RUN_CLAIMS
from grader.services.grade import grade_run
from tests.fakes import FakeCatalogue, FakeExaminer, FakeUnitOfWork, a_check, a_quiz, a_report, an_exercise
from tests.web.pages.browser import forms, signed_in
from tests.web.pages.work import HOSTILE, counted
from tests.web.school import School

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from grader.domain.report import Report
    from tests.web.pages.browser import Browser

ALL = "/courses/spring/staff/regrades"
NEW = f"{ALL}/new"
REASON = "the strides were wrong"


def worth(points: int) -> Report:
    """Return a report of so many out of 4 points."""
    outcome = Outcome.PASSED if points > 3 else Outcome.WRONG
    second = a_check("no_mixing", title="Mixes no space", points=max(points - 3, 0), max_points=1, outcome=outcome)
    return a_report(a_check(points=min(points, 3)), second)


def hand_in(school: School, points: int, login: str = "ada") -> int:
    number = school.submit(login)
    school.grade(worth(points))
    return number


def run(school: School, *points: int | None) -> None:
    """Grade what a regrade rang for, by submission; None fails by our fault for good."""
    for run_id, worth_ in zip(school.bell.behind[-len(points) :], points, strict=True):
        examiner = FakeExaminer(error=OSError(HOSTILE)) if worth_ is None else FakeExaminer(worth(worth_))
        for _ in range(1 if worth_ is not None else MAX_RUN_CLAIMS):
            assert grade_run(school.make_uow, school.clock, school.catalogue, examiner, run_id=run_id, node="n")


def start(ines: Browser, query: str = "exercise=pointwise-conv", **values: str) -> TestResponse:
    page = ines.get(f"{NEW}?{query}")
    return ines.send(page, NEW, reason=REASON, **values)


def decide(ines: Browser, page: TestResponse, step: str) -> TestResponse:
    return ines.send(page, f"{page.request.path}/{step}")


@pytest.fixture
def ines(school: School) -> Browser:
    return signed_in(school, "ines")


class TestStarting:
    def test_it_is_chosen_started_and_watched(self, school: School, ines: Browser) -> None:
        hand_in(school, 3)
        assert "There was none so far" in ines.get(ALL).text
        page = start(ines)
        assert page.request.path.startswith(f"{ALL}/")
        assert "0 of 1 run has ended" in page.text
        assert REASON in page.text
        assert "running, 0 of 1" in ines.get(ALL).text

    def test_versions_are_told_with_their_counts(self, school: School, ines: Browser) -> None:
        hand_in(school, 3)
        hand_in(school, 3, "bob")
        page = ines.get(f"{NEW}?exercise=pointwise-conv").text
        assert "<code>c0ffee</code>" in page
        assert "2 submissions" in page
        assert "as it is now" in page

    def test_one_submission_is_chosen_from_its_page(self, school: School, ines: Browser) -> None:
        hand_in(school, 2)
        number = hand_in(school, 3)
        page = ines.get(f"/submissions/{number}")
        assert f"{NEW}?submission={number}" in page.text
        page = start(ines, f"submission={number}")
        assert "0 of 1 run has ended" in page.text
        assert "a selection" in page.text

    def test_numbers_are_read_as_people_write_them(self, school: School, ines: Browser) -> None:
        numbers = [hand_in(school, 2) for _ in range(3)]
        page = start(ines, scope="selection", submissions=f"#{numbers[0]}, {numbers[2]}")
        assert "0 of 2 runs have ended" in page.text

    @pytest.mark.parametrize(
        ("values", "told"),
        [
            ({"scope": "selection", "submissions": "1; DROP TABLE"}, "is no number of a submission"),
            ({"scope": "selection", "submissions": "424242"}, "no graded submission to this exercise"),
            ({"scope": "selection", "submissions": ""}, "is no number of a submission"),
            ({"scope": "everything"}, "cope must be one of"),
            ({"version": "f00d"}, "othing fits"),
        ],
    )
    def test_what_is_wrong_is_told_and_what_was_typed_is_kept(
        self, school: School, ines: Browser, values: dict[str, str], told: str
    ) -> None:
        hand_in(school, 3)
        answer = start(ines, never_lower="on", **values)
        assert answer.status_code == 422
        assert told in answer.text
        form = forms(answer)[NEW].fields
        assert form["reason"] == [REASON]
        assert form["never_lower"] == ["on"]
        assert form["submissions"] == [values.get("submissions", "")]
        assert school.bell.behind == []

    def test_while_one_is_undecided_another_is_not_offered(self, school: School, ines: Browser) -> None:
        hand_in(school, 3)
        form = ines.get(f"{NEW}?exercise=pointwise-conv")
        first = start(ines).request.path
        page = ines.get(f"{NEW}?exercise=pointwise-conv")
        assert "is not decided yet" in page.text
        assert f'href="{first}"' in page.text
        again = ines.send(form, NEW, reason=REASON)
        assert again.status_code == 409
        assert "is not decided" in again.text

    def test_without_graded_work_there_is_nothing_to_start(self, ines: Browser) -> None:
        assert "Nothing of it is graded yet" in ines.get(f"{NEW}?exercise=pointwise-conv").text
        assert ines.get(f"{NEW}?exercise=gone").status_code == 404
        assert ines.get(f"{NEW}?submission=424242").status_code == 404

    def test_a_broken_exercise_is_told(self, school: School, ines: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        hand_in(school, 3)

        def broken(*_: object) -> None:
            raise BadExercise("secret of exercise.toml")

        form = ines.get(f"{NEW}?exercise=pointwise-conv")
        monkeypatch.setattr(school.catalogue, "exercise", broken)
        answer = ines.send(form, NEW, reason=REASON)
        assert answer.status_code == 409
        assert "broken as it stands" in answer.text
        assert "secret" not in answer.text


class TestWatching:
    def test_it_goes_on_with_and_without_scripts(self, school: School, ines: Browser) -> None:
        hand_in(school, 3)
        hand_in(school, 3, "bob")
        page = start(ines)
        assert '<noscript><meta http-equiv="refresh"' in page.text
        assert 'hx-trigger="every 2s"' in page.text
        run(school, 4, 4)
        answer = ines.client.get(f"{page.request.path}/progress?said=0")
        assert "2 of 2 runs have ended" in answer.text
        assert "100 % have ended" in answer.text
        assert answer.headers["HX-Refresh"] == "true"
        assert "What it would change" in ines.get(page.request.path).text

    def test_a_part_that_says_nothing_new_says_nothing(self, school: School, ines: Browser) -> None:
        hand_in(school, 3)
        answer = ines.client.get(f"{start(ines).request.path}/progress?said=0")
        assert "hx-swap-oob" not in answer.text
        assert "HX-Refresh" not in answer.headers

    def test_live_work_goes_first_and_that_is_told(self, school: School, ines: Browser) -> None:
        hand_in(school, 3)
        page = start(ines)
        school.submit("bob")
        assert "number 2 in the queue" in ines.get(page.request.path).text


class TestDeciding:
    @pytest.fixture
    def ready(self, school: School, ines: Browser) -> TestResponse:
        """A regrade of four submissions by which Ada rises, and Bob falls."""
        hand_in(school, 2)
        hand_in(school, 3)
        hand_in(school, 2, "bob")
        hand_in(school, 1, "bob")
        page = start(ines)
        run(school, 2, 4, 1, None)
        return ines.get(page.request.path)

    def test_what_it_would_change_is_told_before_anything_counts(self, school: School, ready: TestResponse) -> None:
        text = re.sub(r"\s+", " ", ready.text)
        assert "2 students' grades change: 1 rises, 1 falls" in text
        assert "1 rises, 1 falls, 1 stays, 1 failed by our fault" in text
        assert "Mixes no space" in text
        assert signed_in(school, "ada").get("/courses/spring").text.count('class="score part">3 / 4') == 1

    def test_students_hear_of_it_when_it_is_applied_and_when_it_is_undone(
        self, school: School, ines: Browser, ready: TestResponse
    ) -> None:
        ada = signed_in(school, "ada")
        page = decide(ines, ready, "apply")
        assert "What it changed" in page.text
        assert "4 / 4" in ada.get("/courses/spring").text
        again = decide(ines, ready, "apply")  # a second click
        assert again.status_code == 200
        page = decide(ines, page, "undo")
        assert "What it would have changed" in page.text
        assert "3 / 4" in ada.get("/courses/spring").text
        assert forms(page).keys().isdisjoint({f"{page.request.path}/{step}" for step in ("apply", "discard", "undo")})

    def test_thrown_away_it_can_not_be_applied_any_more(
        self, school: School, ines: Browser, ready: TestResponse
    ) -> None:
        page = decide(ines, ready, "discard")
        assert "thrown away" in page.text
        refused = decide(ines, ready, "apply")
        assert refused.status_code == 409
        assert "3 / 4" in signed_in(school, "ada").get("/courses/spring").text

    def test_it_can_not_be_applied_while_it_runs(self, school: School, ines: Browser) -> None:
        hand_in(school, 3)
        page = start(ines)
        token = forms(page)[f"{page.request.path}/discard"].fields["csrf_token"]
        answer = ines.client.post(f"{page.request.path}/apply", data={"csrf_token": token})
        assert answer.status_code == 409
        assert "1 of 1 runs have not ended" in answer.text

    @pytest.mark.parametrize(
        ("show", "number"), [("all", 4), ("falls", 1), ("rises", 1), ("scenarios", 2), ("ours", 1), ("nonsense", 4)]
    )
    def test_submissions_are_filtered(self, ines: Browser, ready: TestResponse, show: str, number: int) -> None:
        page = ines.get(f"{ready.request.path}?show={show}").text
        assert page.count('class="card change"') == number

    def test_old_and_new_stand_beside_each_other(self, ines: Browser, ready: TestResponse) -> None:
        page = ines.get(f"{ready.request.path}?show=rises").text
        assert '<tr class="changed"><th scope="row">Mixes no space' in page
        assert re.search(r'data-label="Before">\s*<span class="outcome wrong">', page)
        assert re.search(r'data-label="After">\s*<span class="outcome passed">', page)

    def test_what_failed_is_told_and_inert(self, ines: Browser, ready: TestResponse) -> None:
        page = ines.get(f"{ready.request.path}?show=ours").text
        assert "<script>alert" not in page
        assert "\x1b" not in page
        assert "\u202e" not in page
        assert "OSError" in page

    def test_many_come_in_pages(self, school: School, ines: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("grader.web.pages.staff.regrades.PAGE", 2)
        for _ in range(3):
            hand_in(school, 3)
        page = start(ines)
        run(school, 4, 4, 4)
        assert "1 to 2 of 3" in ines.get(page.request.path).text
        assert ines.get(f"{page.request.path}?page=2").text.count('class="card change"') == 1


class TestWhatStudentsSee:
    def test_no_page_of_a_student_shows_a_proposal(self, school: School, ines: Browser) -> None:
        number = hand_in(school, 3)
        ada = signed_in(school, "ada")
        paths = [
            "/courses/spring",
            "/courses/spring/exercises/pointwise-conv",
            "/courses/spring/exercises/pointwise-conv/submissions",
            f"/submissions/{number}",
            f"/submissions/{number}/live",
        ]

        def seen() -> list[str]:
            hidden = r'(name="csrf_token" value="|nonce="|X-CSRFToken": ")[^"]*'
            return [re.sub(hidden, "", ada.get(path).text) for path in paths]

        before = seen()
        page = start(ines)
        assert seen() == before
        run(school, 4)
        assert seen() == before
        decide(ines, ines.get(page.request.path), "apply")
        assert seen() != before

    @pytest.mark.parametrize("login", ["ada", "tess", "otto"])
    def test_nobody_else_looks_at_or_decides_about_it(self, school: School, ines: Browser, login: str) -> None:
        hand_in(school, 3)
        path = start(ines).request.path
        other = signed_in(school, login)
        status = 404 if login == "otto" else 403
        assert {other.get(each).status_code for each in (ALL, NEW, path, f"{path}/progress")} == {status}


def test_a_page_needs_as_many_queries_however_much_there_is(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        ines = signed_in(school, "ines")

        def work(number: int) -> dict[str, int]:
            for _ in range(number):
                hand_in(school, 3)
            form = f"{NEW}?exercise=pointwise-conv"
            needed = {"new": count(partial(ines.get, form))}
            path = start(ines).request.path
            run(school, *[4] * len(school.bell.behind))
            needed |= {"one": count(partial(ines.get, path)), "list": count(partial(ines.get, ALL))}
            needed["progress"] = count(partial(ines.get, f"{path}/progress"))
            decide(ines, ines.get(path), "discard")
            school.bell.behind.clear()
            return needed

        work(1)
        before = work(1)
        assert work(5) == before


def test_two_exercises_are_told_apart() -> None:
    school = School(
        FakeUnitOfWork.factory(),
        catalogue=FakeCatalogue([an_exercise(), an_exercise("bottleneck")], [("channels", a_quiz())]),
    )
    hand_in(school, 3)
    page = signed_in(school, "ines").get(f"{NEW}?exercise=bottleneck").text
    assert "Nothing of it is graded yet" in page
    assert '<option value="bottleneck" selected>' in page
