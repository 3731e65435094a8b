"""Which submissions a regrade takes, who may start one, and what is refused."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import BadExercise, Conflict, Forbidden, Invalid, NotFound
from grader.domain.people import Role
from grader.domain.regrade import Choice, Progress, Stage
from grader.services import enrol
from grader.services.regrade_start import AT_ONCE, LONGEST_REASON, MOST_SELECTED
from grader.services.sweep import sweep
from tests.services.regrading import CONV, SPRING, Term

if TYPE_CHECKING:
    from tests.services.conftest import World


@pytest.fixture
def term(world: World) -> Term:
    return Term(world)


class TestStarting:
    def test_runs_wait_beside_what_counts(self, term: Term) -> None:
        submission = term.graded(3)
        before = term.world.run(submission)
        regraded = term.start()
        assert term.world.run(submission) == before
        assert term.points() == 3
        assert term.look(regraded).progress == Progress(waiting=1)

    def test_a_handful_is_rung_for_at_once_behind_all_others(self, term: Term) -> None:
        for _ in range(AT_ONCE + 4):
            term.graded(3)
        term.world.bell.rung.clear()
        regraded = term.start()
        assert term.world.bell.behind == term.world.bell.rung == term.runs(regraded)[:AT_ONCE]

    def test_the_sweeper_rings_for_the_others(self, term: Term) -> None:
        for _ in range(AT_ONCE + 4):
            term.graded(3)
        regraded = term.start()
        term.world.clock.advance(seconds=6)
        term.world.bell.rung.clear()
        sweep(term.world.make_uow, term.world.clock, term.world.bell)
        assert term.world.bell.rung == term.runs(regraded)

    @pytest.mark.parametrize(
        ("choice", "numbers"), [(Choice.ALL, [0, 1, 2]), (Choice.LATEST, [1, 2]), (Choice.BEST, [0, 2])]
    )
    def test_what_was_chosen_is_run(self, term: Term, choice: Choice, numbers: list[int]) -> None:
        handed_in = [term.graded(4), term.graded(3), term.graded(2, "bob")]
        term.world.submit()  # not graded
        regraded = term.start(choice)
        with term.world.make_uow().reading() as uow:
            found = [each.submission_id for each in uow.regrades.proposals(regraded.id)]
        assert found == [handed_in[number].id for number in numbers]

    def test_only_what_was_graded_with_one_version_is_run(self, term: Term) -> None:
        term.graded(4, version="new")
        term.graded(3, "bob")
        assert len(term.runs(term.start(version="c0ffee"))) == 1

    def test_a_selection_is_run_the_staffs_own_try_too(self, term: Term) -> None:
        term.graded(4)
        own = term.graded(3, "ian")
        assert len(term.runs(term.start(Choice.SELECTION, selection=[own.id]))) == 1

    @pytest.mark.parametrize("selection", [[], [424242], list(range(MOST_SELECTED + 1))], ids=len)
    def test_a_selection_of_none_of_unknown_ones_or_of_too_many_is_refused(
        self, term: Term, selection: list[int]
    ) -> None:
        term.graded(4)
        with pytest.raises(Invalid) as refusal:
            term.start(Choice.SELECTION, selection=selection)
        assert refusal.value.field == "submissions"

    @pytest.mark.parametrize("reason", ["", " \n", "x" * (LONGEST_REASON + 1)], ids=len)
    def test_without_a_reason_nothing_is_started(self, term: Term, reason: str) -> None:
        term.graded(4)
        with pytest.raises(Invalid, match="give a reason"):
            term.start(reason=reason)

    def test_nothing_that_fits_is_a_mistake(self, term: Term) -> None:
        term.world.submit()
        with pytest.raises(Invalid, match="nothing fits"):
            term.start()
        term.graded(3)
        with pytest.raises(Invalid, match="is graded with version f00d"):
            term.start(version="f00d")
        assert term.log() == []

    def test_an_undecided_one_stands_in_the_way_and_is_named(self, term: Term) -> None:
        term.graded(4)
        first = term.start()
        with pytest.raises(Conflict, match=f"regrade {first.id} of {CONV} is not decided"):
            term.start()
        term.discard(first)
        term.start()

    def test_another_exercise_is_free(self, term: Term) -> None:
        term.graded(4)
        term.start()
        submission = term.world.submit(exercise="bottleneck")
        term.run(term.world.run(submission).id)
        assert term.start(exercise="bottleneck").stage is Stage.RUNNING

    def test_of_two_at_once_one_is_started(self, term: Term) -> None:
        term.graded(4)
        outcomes: list[str] = []
        together = threading.Barrier(2)

        def one() -> None:
            together.wait()
            try:
                term.start()
                outcomes.append("started")
            except Conflict:
                outcomes.append("refused")

        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["refused", "started"]

    def test_an_exercise_that_is_gone_or_broken_is_told(self, term: Term, monkeypatch: pytest.MonkeyPatch) -> None:
        with pytest.raises(NotFound, match="no exercise 'gone'"):
            term.start(exercise="gone")

        def broken(*_: object) -> None:
            raise BadExercise("exercises/secret: no")

        monkeypatch.setattr(term.world.catalogue, "exercise", broken)
        with pytest.raises(Conflict, match="broken as it stands"):
            term.start()

    @pytest.mark.parametrize(("login", "error"), [("ada", Forbidden), ("tess", Forbidden), ("zoe", NotFound)])
    def test_only_instructors_may(self, term: Term, login: str, error: type[Exception]) -> None:
        tess = term.world.people["tess"] = enrol.add_user(term.world.make_uow(), login="tess", name="Tess")
        with term.world.make_uow().writing() as uow:
            course = uow.courses.by_slug(SPRING)
            assert course
            uow.enrolments.add(tess.id, course.id, Role.ASSISTANT)
            uow.commit()
        term.graded(4)
        regraded = term.again(4)
        with pytest.raises(error):
            term.start(login=login)
        with pytest.raises(error):
            term.apply(regraded, login)
