"""What a regrade would change, told before it counts: no database, no clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.errors import Conflict
from grader.domain.regrade import Choice, Graded, Progress, Proposal, chosen, counting, require_ended, versions
from grader.domain.regrade_difference import Basis, Difference, Verdict, Way, difference, way
from grader.domain.report import Outcome
from grader.domain.scoring import ItemKind, Keep, Late, Override, Policy
from grader.domain.submission import State
from tests.fakes import NOON

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ADA, BOB, INES = 1, 2, 9


def result(run: int, points: int, *, of: int = ADA, submission: int = 0, **changes: Any) -> Graded:  # noqa: ANN401
    """Return a run; its submission has the run's number, and was handed in as many minutes after noon."""
    number = submission or run
    found = Graded(
        run_id=run,
        submission_id=number,
        enrolment_id=of,
        is_students=of != INES,
        submitted=NOON + timedelta(minutes=number),
        finished=NOON + timedelta(minutes=run),
        points=points,
        max_points=4,
        outcome=Outcome.WRONG,
        version="old",
    )
    return replace(found, **changes)


def proposal(old: Graded, points: int | None, *, max_points: int = 4, counts: bool = False) -> Proposal:
    """Return a run of the same submission, numbered 100 higher; None is one that failed by our fault."""
    run = old.run_id + 100
    if points is None:
        return Proposal(run, old.submission_id, old.enrolment_id, State.VOID, counts=False, fault="no disk")
    new = replace(old, run_id=run, points=points, max_points=max_points, version="new", regrade_id=1)
    return Proposal(run, old.submission_id, old.enrolment_id, State.GRADED, counts=counts, graded=new)


def told(
    results: Sequence[Graded],
    proposals: Sequence[Proposal],
    *,
    policy: Policy | None = None,
    overrides: Mapping[int, Override] | None = None,
    verdicts: Mapping[int, Sequence[Verdict]] | None = None,
    never_lower: bool = False,
    is_applied: bool = False,
) -> Difference:
    basis = Basis("conv", results, lambda _: policy or Policy(), overrides or {})
    return difference(basis, proposals, verdicts or {}, never_lower=never_lower, is_applied=is_applied)


def grades(found: Difference) -> list[tuple[int, int]]:
    return [(int(shift.before.points), int(shift.after.points)) for shift in found.shifts]


class TestWhatIsChosen:
    RESULTS = (
        result(1, 3),
        result(2, 4, version="new"),
        result(3, 2),
        result(4, 1, of=BOB),
        result(5, 4, of=INES),
    )

    @pytest.mark.parametrize(
        ("choice", "version", "numbers"),
        [
            (Choice.ALL, "", [1, 2, 3, 4]),
            (Choice.ALL, "old", [1, 3, 4]),
            (Choice.LATEST, "", [3, 4]),
            (Choice.BEST, "", [2, 4]),
            (Choice.BEST, "old", [4]),
            (Choice.SELECTION, "", [2, 5]),
            (Choice.SELECTION, "new", [2]),
        ],
    )
    def test_it_is_what_was_asked_for(self, choice: Choice, version: str, numbers: list[int]) -> None:
        found = chosen(self.RESULTS, choice, version=version, selection=[2, 5, 77])
        assert [each.submission_id for each in found] == numbers

    def test_of_equally_good_ones_the_earlier_is_best(self) -> None:
        assert [each.run_id for each in chosen([result(1, 3), result(2, 3)], Choice.BEST)] == [1]

    def test_a_submission_counts_by_its_newest_run(self) -> None:
        again = result(9, 1, submission=1, version="new")
        assert counting([again, result(1, 3)]) == [again]
        assert chosen([result(1, 3), again], Choice.ALL, version="old") == []

    def test_versions_are_told_with_how_many_and_when(self) -> None:
        new, old = versions(self.RESULTS)
        assert (new.content, new.submissions, old.content, old.submissions) == ("old", 3, "new", 1)
        assert (new.first, new.last) == (NOON + timedelta(minutes=1), NOON + timedelta(minutes=4))

    def test_it_is_not_done_before_all_have_ended(self) -> None:
        require_ended(Progress(graded=3, failed=1))
        with pytest.raises(Conflict, match="2 of 5 runs have not ended"):
            require_ended(Progress(graded=3, running=1, waiting=1))


class TestSubmissions:
    def test_each_goes_its_way_and_those_that_fall_stand_first(self) -> None:
        olds = [result(1, 3), result(2, 3), result(3, 3), result(4, 3)]
        found = told(olds, [proposal(old, new) for old, new in zip(olds, (4, 3, None, 1), strict=True)])
        assert [(change.old.run_id, change.way) for change in found.changes] == [
            (4, Way.FALLS),
            (1, Way.RISES),
            (3, Way.OURS),
            (2, Way.STAYS),
        ]
        assert [found.count(each) for each in (Way.FALLS, Way.RISES, Way.STAYS, Way.OURS)] == [1] * 4

    def test_what_has_not_run_is_neither_better_nor_worse(self) -> None:
        old = result(1, 3)
        waits = replace(proposal(old, None), state=State.QUEUED, fault="")
        [change] = told([old], [waits]).changes
        assert (change.way, change.changed_pairs, change.is_taken) == (Way.PENDING, (), False)

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            ((3, 4), (3, 4), Way.STAYS),
            ((3, 4), (4, 4), Way.RISES),
            ((3, 4), (3, 3), Way.RISES),
            ((3, 4), (2, 4), Way.FALLS),
            ((3, 4), (4, 8), Way.FALLS),  # more points, and a smaller share
            ((4, 4), (3, 3), Way.FALLS),  # the same share, and fewer points
            ((0, 0), (0, 4), Way.STAYS),
        ],
    )
    def test_who_loses_points_or_share_falls(self, old: tuple[int, int], new: tuple[int, int], expected: Way) -> None:
        assert way(*old, *new) is expected

    def test_the_old_run_is_the_one_from_before_the_regrade(self) -> None:
        old, later = result(1, 3), result(300, 1, submission=1)
        [change] = told([old, proposal(old, 4, counts=True).graded or old, later], [proposal(old, 4)]).changes
        assert change.old == old


class TestScenarios:
    def test_they_stand_beside_each_other_new_ones_and_gone_ones_too(self) -> None:
        old, new = result(1, 3), proposal(result(1, 3), 4)
        verdicts = {
            old.run_id: [
                Verdict("same", "Same", 1, 1, Outcome.PASSED),
                Verdict("mended", "Old title", 0, 1, Outcome.WRONG),
                Verdict("gone", "Gone", 1, 1, Outcome.PASSED),
            ],
            new.run_id: [
                Verdict("fresh", "Fresh", 1, 1, Outcome.PASSED),
                Verdict("same", "Same, renamed", 1, 1, Outcome.PASSED),
                Verdict("mended", "Mended", 1, 1, Outcome.PASSED),
            ],
        }
        found = told([old], [new], verdicts=verdicts)
        [change] = found.changes
        assert [(pair.shown.name, pair.has_changed) for pair in change.pairs] == [
            ("fresh", True),
            ("same", False),
            ("mended", True),
            ("gone", True),
        ]
        assert [(t.name, t.title, t.better, t.worse, t.other) for t in found.tallies()] == [
            ("fresh", "Fresh", 1, 0, 0),
            ("mended", "Mended", 1, 0, 0),
            ("gone", "Gone", 0, 1, 0),
        ]

    def test_another_way_to_fail_is_a_change_without_a_winner(self) -> None:
        old, new = result(1, 0), proposal(result(1, 0), 0)
        verdicts = {
            old.run_id: [Verdict("a", "A", 0, 1, Outcome.WRONG)],
            new.run_id: [Verdict("a", "A", 0, 1, Outcome.TIMED_OUT)],
        }
        [tally] = told([old], [new], verdicts=verdicts).tallies()
        assert (tally.better, tally.worse, tally.other) == (0, 0, 1)


class TestGrades:
    @pytest.mark.parametrize(("keep", "before", "after"), [(Keep.BEST, 3, 4), (Keep.LAST, 1, 4), (Keep.AVERAGE, 2, 3)])
    def test_the_policy_decides_what_counts(self, keep: Keep, before: int, after: int) -> None:
        first, last = result(1, 3), result(2, 1)
        found = told([first, last], [proposal(first, 2), proposal(last, 4)], policy=Policy(keep))
        assert grades(found) == [(before, after)]
        assert found.mean == after - before

    def test_a_student_without_any_change_in_what_counts_is_told_as_such(self) -> None:
        worse, best = result(1, 1), result(2, 3)
        found = told([worse, best], [proposal(worse, 2)])
        assert (found.students(Way.STAYS), found.moved) == (1, ())

    def test_the_best_that_falls_leaves_the_next_best(self) -> None:
        first, second = result(1, 4), result(2, 3)
        assert grades(told([first, second], [proposal(first, 0)])) == [(4, 3)]

    def test_lateness_costs_as_much_as_before(self) -> None:
        old = result(1, 2)
        policy = Policy(due=NOON - timedelta(hours=1), late=Late.CLIFF, loss=Fraction(1, 2))
        assert grades(told([old], [proposal(old, 4)], policy=policy)) == [(1, 2)]

    def test_what_is_set_by_hand_stays(self) -> None:
        old = result(1, 1)
        by_hand = Override(5, ADA, ItemKind.EXERCISE, "conv", Fraction(3), "ill", "ines", NOON)
        [shift] = told([old], [proposal(old, 4)], overrides={ADA: by_hand}).shifts
        assert shift.way is Way.STAYS
        assert [grade.points for grade in (shift.before, shift.after)] == [3, 3]
        assert [grade.earned for grade in (shift.before, shift.after)] == [1, 4]

    def test_students_are_apart(self) -> None:
        ada, bob = result(1, 3), result(2, 3, of=BOB)
        found = told([ada, bob], [proposal(ada, 4), proposal(bob, 2)])
        assert [(shift.enrolment_id, shift.way) for shift in found.shifts] == [(ADA, Way.RISES), (BOB, Way.FALLS)]
        assert found.mean == 0
        assert len(found.moved) == 2


class TestNeverLower:
    def test_a_submission_that_would_fall_keeps_its_run(self) -> None:
        ada, bob = result(1, 3), result(2, 3, of=BOB)
        found = told([ada, bob], [proposal(ada, 4), proposal(bob, 2)], never_lower=True)
        assert grades(found) == [(3, 4), (3, 3)]
        assert [each.run_id for each in found.taken] == [101]
        assert found.count(Way.FALLS) == 1  # it is told all the same

    def test_a_student_whose_grade_would_fall_all_the_same_keeps_all_runs(self) -> None:
        """The share of the first rises and it becomes the best one, worth fewer points."""
        first, second = result(1, 2, max_points=4), result(2, 3, max_points=5)
        proposals = [proposal(first, 2, max_points=2), proposal(second, 3, max_points=5)]
        assert [change.way for change in told([first, second], proposals).changes] == [Way.RISES, Way.STAYS]
        assert grades(told([first, second], proposals)) == [(3, 2)]
        found = told([first, second], proposals, never_lower=True)
        assert (grades(found), found.taken) == ([(3, 3)], [])

    def test_what_failed_by_our_fault_is_kept_as_it_is(self) -> None:
        old = result(1, 3)
        found = told([old], [proposal(old, None)])
        assert (grades(found), found.taken) == ([(3, 3)], [])

    def test_of_an_applied_regrade_the_runs_that_count_say_what_was_taken(self) -> None:
        ada, bob = result(1, 3), result(2, 3, of=BOB)
        proposals = [proposal(ada, 4, counts=True), proposal(bob, 4)]
        found = told([ada, bob], proposals, is_applied=True)
        assert grades(found) == [(3, 4), (3, 3)]
