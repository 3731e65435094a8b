"""What a regrade looks like: what was asked for, how far it is, what it changes."""

from datetime import datetime

from pydantic import BaseModel

from grader.domain.people import User
from grader.domain.regrade import Choice, Graded, Progress, Regrade, Stage
from grader.domain.regrade_difference import Change, Difference, Shift, Tally, Verdict, Way
from grader.domain.report import Outcome
from grader.services.regrade_view import RegradeView


class RegradeProgressOut(BaseModel):
    """How many runs are where; *failed* by our fault, or never run because the regrade was thrown away."""

    total: int
    done: int
    graded: int
    failed: int
    running: int
    waiting: int


class RegradeLineOut(BaseModel):
    """A regrade in a list; *stage* is `running` until it is decided, even when all runs have ended."""

    id: int
    exercise: str
    scope: Choice
    version: str
    never_lower: bool
    reason: str
    stage: Stage
    by: str
    made: datetime
    ended: datetime | None
    undone: datetime | None
    progress: RegradeProgressOut


class RegradesOut(BaseModel):
    """A course's regrades, newest first."""

    course: str
    regrades: list[RegradeLineOut]


class ScenarioCountOut(BaseModel):
    """How many submissions ended in another way in one scenario; *better* passed only now, *worse* only before."""

    name: str
    title: str
    better: int
    worse: int
    other: int


class WaysOut(BaseModel):
    """How many go which way."""

    rises: int
    falls: int
    stays: int


class SubmissionWaysOut(WaysOut):
    """How many submissions go which way; *ours* failed by our fault and stay as they are."""

    ours: int


class RegradedGradeOut(BaseModel):
    """What counts for a student, without and with the regrade."""

    login: str
    name: str
    before: float
    before_max: int
    after: float
    after_max: int
    way: Way


class RegradedRunOut(BaseModel):
    """What one run got; *version* is the content of the exercise that it was graded with."""

    run: int
    points: int
    max_points: int
    outcome: Outcome
    version: str


class RegradedScenarioOut(BaseModel):
    """A scenario that ended in another way; null where the exercise had no such scenario."""

    name: str
    title: str
    old: Outcome | None
    old_points: int | None
    new: Outcome | None
    new_points: int | None


class RegradedSubmissionOut(BaseModel):
    """A submission, old and new; *new* is null when there is no result, *taken* whether it counts once applied."""

    submission: int
    login: str
    way: Way
    taken: bool
    old: RegradedRunOut
    new: RegradedRunOut | None
    fault: str
    scenarios: list[RegradedScenarioOut]


class RegradeDifferenceOut(BaseModel):
    """All that a regrade changes; *mean_change* is over the grades of all students that it concerns."""

    grades: WaysOut
    mean_change: float
    submissions: SubmissionWaysOut
    scenarios: list[ScenarioCountOut]
    changed_grades: list[RegradedGradeOut]
    changes: list[RegradedSubmissionOut]


class RegradeOut(RegradeLineOut):
    """A regrade; *place* is that of its next run in the queue, *difference* is null until all runs have ended."""

    place: int | None
    difference: RegradeDifferenceOut | None


def line_out(regrade: Regrade, progress: Progress) -> RegradeLineOut:
    """Return a regrade for a list."""
    return RegradeLineOut(
        id=regrade.id,
        exercise=regrade.exercise,
        scope=regrade.choice,
        version=regrade.version,
        never_lower=regrade.never_lower,
        reason=regrade.reason,
        stage=regrade.stage,
        by=regrade.by,
        made=regrade.made,
        ended=regrade.ended,
        undone=regrade.undone,
        progress=RegradeProgressOut.model_validate(progress, from_attributes=True),
    )


def regrade_out(view: RegradeView) -> RegradeOut:
    """Return a regrade in full."""
    found = view.difference
    logins = {enrolment_id: student.login for enrolment_id, student in view.students.items()}
    return RegradeOut(
        **dict(line_out(view.regrade, view.progress)),
        place=view.place,
        difference=None if found is None else _difference(found, view, logins),
    )


def _difference(found: Difference, view: RegradeView, logins: dict[int, str]) -> RegradeDifferenceOut:
    return RegradeDifferenceOut(
        grades=WaysOut(**{way.value: found.students(way) for way in (Way.RISES, Way.FALLS, Way.STAYS)}),
        mean_change=float(found.mean),
        submissions=SubmissionWaysOut(
            **{way.value: found.count(way) for way in (Way.RISES, Way.FALLS, Way.STAYS, Way.OURS)}
        ),
        scenarios=[_count(tally) for tally in found.tallies()],
        changed_grades=[_grade(shift, view.students[shift.enrolment_id]) for shift in found.moved],
        changes=[_change(change, logins[change.old.enrolment_id]) for change in found.changes],
    )


def _count(tally: Tally) -> ScenarioCountOut:
    return ScenarioCountOut.model_validate(tally, from_attributes=True)


def _grade(shift: Shift, student: User) -> RegradedGradeOut:
    return RegradedGradeOut(
        login=student.login,
        name=student.name,
        before=float(shift.before.points),
        before_max=shift.before.max_points,
        after=float(shift.after.points),
        after_max=shift.after.max_points,
        way=shift.way,
    )


def _change(change: Change, login: str) -> RegradedSubmissionOut:
    return RegradedSubmissionOut(
        submission=change.old.submission_id,
        login=login,
        way=change.way,
        taken=change.is_taken,
        old=_run(change.old),
        new=None if change.new is None else _run(change.new),
        fault=change.proposal.fault,
        scenarios=[_scenario(pair.shown.name, pair.shown.title, pair.old, pair.new) for pair in change.changed_pairs],
    )


def _run(run: Graded) -> RegradedRunOut:
    return RegradedRunOut(
        run=run.run_id, points=run.points, max_points=run.max_points, outcome=run.outcome, version=run.version
    )


def _scenario(name: str, title: str, old: Verdict | None, new: Verdict | None) -> RegradedScenarioOut:
    return RegradedScenarioOut(
        name=name,
        title=title,
        old=old and old.outcome,
        old_points=None if old is None else old.points,
        new=new and new.outcome,
        new_points=None if new is None else new.points,
    )
