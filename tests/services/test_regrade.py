"""A regrade until its undoing: what counts changes when it is applied, and not before."""

from __future__ import annotations

import threading
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.assignment import Terms
from grader.domain.errors import Conflict, NotFound
from grader.domain.people import Role
from grader.domain.regrade import Choice, Progress, Stage
from grader.domain.regrade_difference import Way
from grader.domain.scoring import Cause, ItemKind, Keep
from grader.domain.submission import State
from grader.services import enrol, regrade
from grader.services.follow import follow, submissions
from grader.services.regrade_view import look, offer, regrades
from grader.services.sweep import sweep
from tests.services.regrading import CONV, SPRING, Term, worth

if TYPE_CHECKING:
    from grader.services.regrade_view import Offer
    from tests.services.conftest import World


@pytest.fixture
def term(world: World) -> Term:
    return Term(world)


class TestBeforeItIsApplied:
    def test_what_it_would_change_is_told(self, term: Term) -> None:
        term.graded(3)
        term.graded(2, "bob")
        regraded = term.again(4, 1)
        found = term.look(regraded).difference
        assert found
        assert [(shift.way, int(shift.before.points), int(shift.after.points)) for shift in found.shifts] == [
            (Way.RISES, 3, 4),
            (Way.FALLS, 2, 1),
        ]
        assert [(t.name, t.better, t.other) for t in found.tallies()] == [("definition", 0, 1), ("no_mixing", 0, 1)]

    def test_nothing_is_told_while_it_runs(self, term: Term) -> None:
        term.graded(3)
        term.graded(3)
        regraded = term.start()
        term.run(term.runs(regraded)[0], worth(4))
        view = term.look(regraded)
        assert (view.difference, view.is_over, view.place) == (None, False, 1)
        assert view.progress == Progress(graded=1, waiting=1)

    def test_students_see_nothing_of_it(self, term: Term) -> None:
        world, submission = term.world, term.graded(3)

        def seen() -> tuple[object, ...]:
            uow, ada = world.make_uow(), world["ada"]
            lines = submissions(uow, user=ada, course_slug=SPRING)
            return follow(uow, world.clock, user=ada, submission_id=submission.id), lines, term.history()

        before = seen()
        regraded = term.start()
        assert seen() == before
        run_id = term.runs(regraded)[0]
        with world.make_uow().writing() as uow:
            now = world.clock.now()
            uow.runs.claim(run_id, "k", node="n", now=now, lease_until=now + timedelta(minutes=1))
            uow.runs.save_progress(run_id, "k", "1/2", lease_until=now + timedelta(minutes=1))
            uow.commit()
        assert seen() == before
        with world.make_uow().writing() as uow:
            uow.runs.finish(run_id, "k", worth(4), finished=world.clock.now())
            uow.commit()
        assert seen() == before
        term.discard(regraded)
        assert seen() == before

    def test_what_is_handed_in_meanwhile_is_graded_first_and_counts(self, term: Term) -> None:
        for _ in range(3):
            term.graded(1)
        regraded = term.start()
        live = term.world.submit()
        with term.world.make_uow().reading() as uow:
            assert uow.runs.ahead(uow.runs.latest(live.id)) == 0
        assert term.look(regraded).place == 2
        term.run(term.world.run(live).id, worth(2))
        assert term.points() == 2
        term.finish(regraded, 1, 3, 1)
        term.apply(regraded)
        assert (term.points(), term.grade().attempts if term.grade() else 0) == (3, 4)  # type: ignore[union-attr]

    def test_a_worker_that_dies_costs_nothing(self, term: Term) -> None:
        term.graded(3)
        regraded, now = term.start(), term.world.clock.now()
        with term.world.make_uow().writing() as uow:
            uow.runs.claim(term.runs(regraded)[0], "dead", node="n", now=now, lease_until=now + timedelta(minutes=1))
            uow.commit()
        term.world.clock.advance(minutes=2)
        term.world.bell.behind.clear()
        sweep(term.world.make_uow, term.world.clock, term.world.bell)
        assert term.world.bell.behind == term.runs(regraded)
        term.finish(regraded, 4)
        term.apply(regraded)
        assert term.points() == 4


class TestApplying:
    def test_grades_become_what_was_told_and_keep_their_history(self, term: Term) -> None:
        submission = term.graded(3)
        regraded = term.again(4)
        assert term.apply(regraded).stage is Stage.APPLIED
        assert term.points() == 4
        assert term.history() == [(Cause.GRADED, None, 3), (Cause.REGRADED, 3, 4)]
        view = follow(term.world.make_uow(), term.world.clock, user=term.world["ada"], submission_id=submission.id)
        assert view.report
        assert view.report.points == 4

    def test_it_waits_until_all_runs_have_ended(self, term: Term) -> None:
        term.graded(3)
        with pytest.raises(Conflict, match="1 of 1 runs have not ended"):
            term.apply(term.start())
        assert term.points() == 3

    def test_twice_is_once(self, term: Term) -> None:
        term.graded(3)
        regraded = term.again(4)
        first = term.apply(regraded)
        assert term.apply(regraded) == first
        assert [deed for deed, *_ in term.log()] == ["regrade.started", "regrade.applied"]
        assert len(term.history()) == 2

    def test_of_two_at_once_the_work_is_done_once(self, term: Term) -> None:
        term.graded(3)
        regraded = term.again(4)
        together = threading.Barrier(2)

        def one() -> None:
            together.wait()
            term.apply(regraded)

        threads = [threading.Thread(target=one) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(term.history()) == 2
        assert [deed for deed, *_ in term.log()].count("regrade.applied") == 1

    def test_what_failed_by_our_fault_stays_as_it_is(self, term: Term) -> None:
        term.graded(3)
        term.graded(2, "bob")
        regraded = term.again(None, 4)
        found = term.look(regraded).difference
        assert found
        assert found.count(Way.OURS) == 1
        term.apply(regraded)
        assert (term.points(), term.points("bob")) == (3, 4)

    def test_never_lower_keeps_what_would_fall(self, term: Term) -> None:
        term.graded(3)
        kept = term.graded(3, "bob")
        regraded = term.again(4, 1, never_lower=True)
        term.apply(regraded)
        assert (term.points(), term.points("bob")) == (4, 3)
        view = follow(term.world.make_uow(), term.world.clock, user=term.world["bob"], submission_id=kept.id)
        assert view.report
        assert view.report.points == 3
        assert term.history("bob") == [(Cause.GRADED, None, 3)]

    def test_an_average_is_made_of_new_and_old(self, term: Term) -> None:
        term.world.set_terms(CONV, Terms(keep=Keep.AVERAGE))
        latest = [term.graded(2), term.graded(4)][-1]
        regraded = term.again(2, choice=Choice.SELECTION, selection=[latest.id])
        found = term.look(regraded).difference
        assert found
        assert [shift.by for shift in found.shifts] == [-1]
        term.apply(regraded)
        assert term.points() == 2

    def test_what_was_set_by_hand_stays_and_rests_on_the_new_points(self, term: Term) -> None:
        term.graded(3)
        grade = term.grade()
        assert grade
        with term.world.make_uow().writing() as uow:
            place = grade.enrolment_id, ItemKind.EXERCISE, CONV
            by_hand = uow.overrides.add(*place, points=Fraction(1), reason="ill", by="ian", made=term.world.clock.now())
            uow.grades.put(by_hand.over(grade))
            uow.commit()
        term.apply(term.again(4))
        grade = term.grade()
        assert grade
        assert [grade.points, grade.earned] == [1, 4]

    def test_the_log_says_what_was_asked_for_and_what_came(self, term: Term) -> None:
        term.graded(3)
        term.graded(3, "bob")
        regraded = term.again(4, 2)
        term.apply(regraded)
        term.undo(regraded)
        what = f"regrade {regraded.id} of {CONV}"
        asked = {"scope": "all", "version": "", "never lower": "no", "submissions": "2", "reason": "a test was wrong"}
        assert term.log() == [
            ("regrade.started", what, asked),
            ("regrade.applied", what, {"submissions": "2", "rises": "1", "falls": "1", "stays": "0"}),
            ("regrade.undone", what, {"submissions": "2"}),
        ]


class TestDiscarding:
    def test_what_waits_is_not_run_and_what_ran_never_counts(self, term: Term) -> None:
        term.graded(3)
        term.graded(3, "bob")
        regraded = term.start()
        ran, waits = term.runs(regraded)
        term.run(ran, worth(4))
        term.discard(regraded)
        assert not term.run(waits)
        assert term.points() == 3
        with pytest.raises(Conflict, match="discarded can't become applied"):
            term.apply(regraded)
        found = term.look(regraded).difference
        assert found
        assert len(found.changes) == 1

    def test_a_run_in_hand_ends_and_does_not_count(self, term: Term) -> None:
        term.graded(3)
        regraded, now = term.start(), term.world.clock.now()
        [run_id] = term.runs(regraded)
        with term.world.make_uow().writing() as uow:
            uow.runs.claim(run_id, "k", node="n", now=now, lease_until=now + timedelta(minutes=1))
            uow.commit()
        term.discard(regraded)
        assert term.discard(regraded).stage is Stage.DISCARDED
        with term.world.make_uow().writing() as uow:
            assert uow.runs.finish(run_id, "k", worth(4), finished=now)
            uow.commit()
        assert (term.points(), [deed for deed, *_ in term.log()].count("regrade.discarded")) == (3, 1)


class TestUndoing:
    def test_everything_is_as_before_and_the_history_says_why(self, term: Term) -> None:
        submission = term.graded(3)
        regraded = term.again(4)
        before = term.grade()
        term.apply(regraded)
        assert term.undo(regraded).stage is Stage.UNDONE
        assert term.grade() == before
        assert term.history()[1:] == [(Cause.REGRADED, 3, 4), (Cause.UNDONE, 4, 3)]
        assert term.world.run(submission).regrade_id is None
        assert term.undo(regraded).stage is Stage.UNDONE
        assert len(term.history()) == 3

    def test_what_was_graded_later_stays(self, term: Term) -> None:
        term.graded(3)
        regraded = term.again(1)
        term.apply(regraded)
        term.graded(2)
        assert term.points() == 2
        term.undo(regraded)
        assert (term.points(), term.grade().attempts if term.grade() else 0) == (3, 2)  # type: ignore[union-attr]

    def test_only_what_was_applied_can_be_undone(self, term: Term) -> None:
        term.graded(3)
        with pytest.raises(Conflict, match="running can't become undone"):
            term.undo(term.again(4))

    def test_the_first_of_two_is_undone_and_the_second_stays(self, term: Term) -> None:
        term.graded(1)
        term.apply(first := term.again(2))
        term.apply(second := term.again(4))
        term.undo(first)
        assert term.points() == 4
        found = term.look(second).difference
        assert found
        assert [int(shift.after.points) for shift in found.shifts] == [4]
        term.undo(second)
        assert term.points() == 1

    def test_the_second_of_two_is_undone_and_the_first_stays(self, term: Term) -> None:
        term.graded(1)
        term.apply(term.again(2))
        term.apply(second := term.again(4))
        term.undo(second)
        assert term.points() == 2
        found = term.look(second).difference
        assert found
        assert [(int(shift.before.points), int(shift.after.points)) for shift in found.shifts] == [(2, 4)]


class TestLooking:
    def test_a_course_lists_its_regrades_newest_first(self, term: Term) -> None:
        term.graded(3)
        term.discard(first := term.start())
        second = term.start()
        found = regrades(term.world.make_uow(), term.world.catalogue, user=term.world["ian"], course_slug=SPRING)
        assert [each.id for each, _ in found.lines] == [second.id, first.id]
        assert [counts for _, counts in found.lines] == [Progress(waiting=1), Progress(failed=1)]

    def test_an_exercise_is_offered_with_its_versions(self, term: Term) -> None:
        term.graded(4, version="new")
        term.graded(3, "bob")
        found = self.offer(term, exercise=CONV)
        assert [(v.content, v.submissions) for v in found.versions] == [("c0ffee", 1), ("new", 1)]
        assert (found.current, found.undecided) == ("c0ffee", None)
        regraded = term.start()
        assert self.offer(term, exercise=CONV).undecided == regraded

    def test_one_submission_is_offered_with_its_student(self, term: Term) -> None:
        submission = term.graded(4)
        found = self.offer(term, submission_id=submission.id)
        assert (found.exercise, found.student, found.submission_id) == (CONV, term.world["ada"], submission.id)

    def test_what_is_not_there_or_not_graded_is_not_found(self, term: Term) -> None:
        waits = term.world.submit()
        for wanted in ({"exercise": "gone"}, {"submission_id": 424242}, {"submission_id": waits.id}):
            with pytest.raises(NotFound):
                self.offer(term, **wanted)

    def test_a_regrade_of_another_course_is_not_found(self, term: Term) -> None:
        term.graded(4)
        regraded, world = term.start(), term.world
        course = enrol.add_course(world.make_uow(), slug="autumn", title="Autumn", lesson="channels")
        enrol.enrol(world.make_uow(), user=world["ian"], course=course, role=Role.INSTRUCTOR)
        needs: dict[str, Any] = {"user": world["ian"], "course_slug": "autumn", "regrade_id": regraded.id}
        with pytest.raises(NotFound, match="no regrade"):
            look(world.make_uow(), world.catalogue, **needs)
        with pytest.raises(NotFound, match="no regrade"):
            regrade.discard(world.make_uow(), world.clock, **needs)

    def test_an_exercise_without_a_folder_is_shown_all_the_same(
        self, term: Term, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        term.graded(4)
        regraded = term.again(3)

        def gone(*_: object) -> None:
            raise NotFound("there is no lesson")

        monkeypatch.setattr(term.world.catalogue, "exercises", gone)
        assert term.look(regraded).title == CONV

    @staticmethod
    def offer(term: Term, **wanted: Any) -> Offer:  # noqa: ANN401
        world = term.world
        return offer(world.make_uow(), world.catalogue, user=world["ian"], course_slug=SPRING, **wanted)


def test_a_submission_stays_graded_all_along(term: Term) -> None:
    submission = term.graded(3)
    regraded = term.again(None)
    with term.world.make_uow().reading() as uow:
        assert uow.submissions.get(submission.id).state is State.GRADED
        assert uow.runs.failed(submission.enrolment_id, 10) == []
    assert term.look(regraded).is_over
