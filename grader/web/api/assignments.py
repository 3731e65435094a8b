"""A course's assignments for its staff: the terms of each item, extensions of single students."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from grader.domain.assignment import Extension, Terms
from grader.domain.scoring import ItemKind, Keep, Late
from grader.services import assignments as plans
from grader.web.bodies import Body, described, read_json
from grader.web.context import current_user, services

blueprint = APIBlueprint("assignments", __name__, tag="Assignments")

_STAFF: dict[int | str, Any] = {403: {"description": "You are a student of this course"}}
_INSTRUCTORS: dict[int | str, Any] = {
    403: {"description": "You are no instructor of this course"},
    422: {"description": "The terms contradict themselves, or a value is none"},
}
_STUDENTS: dict[int | str, Any] = {
    403: {"description": "You are a student of this course"},
    422: {"description": "Nothing is extended, or the reason is missing"},
}
_SECOND = timedelta(seconds=1)


def _in_utc(moment: datetime | None) -> datetime | None:
    try:
        return moment and moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("no calendar has this moment in UTC") from None


_Moment = Annotated[
    AwareDatetime | None, Field(strict=False, description="a time with its zone, or null"), AfterValidator(_in_utc)
]
_Number = Annotated[int, Field(ge=0, le=10**9, description="a whole number, 0 or more")]


class TermsOut(BaseModel):
    """On which terms an item is to be done; *loss* is a share, lengths of time are in seconds."""

    opens: datetime | None
    due: datetime | None
    closes: datetime | None
    late: Late
    loss: float
    grace: int
    attempts: int | None
    cooldown: int
    keep: Keep | None
    weight: float
    offered: bool


class ExtensionOut(BaseModel):
    """What one student has instead; *attempts* come on top."""

    login: str
    due: datetime | None
    closes: datetime | None
    attempts: int
    reason: str


class AssignmentOut(BaseModel):
    """An item with its terms."""

    kind: ItemKind
    slug: str
    title: str
    max_points: int
    terms: TermsOut
    extensions: list[ExtensionOut]


class AssignmentsOut(BaseModel):
    """A course's items, in the lesson's order."""

    course: str
    assignments: list[AssignmentOut]


class TermsIn(Body):
    """All terms of an item; what is left out is the usual."""

    opens: _Moment = None
    due: _Moment = None
    closes: _Moment = None
    late: Annotated[Late, Field(strict=False, description="none, per_day or cliff")] = Late.NONE
    loss: Annotated[float, Field(strict=False, ge=0, le=1, description="a share from 0 to 1")] = 0.1
    grace: _Number = 0
    attempts: Annotated[int | None, Field(description="a whole number, or null for any number")] = None
    cooldown: _Number = 0
    keep: Annotated[Keep | None, Field(strict=False, description="best, last, average or null")] = None
    weight: Annotated[float, Field(strict=False, ge=0, le=10**6, description="a number, 0 or more")] = 1.0
    offered: Annotated[bool, Field(description="true or false")] = True


class ExtensionIn(Body):
    """What a student has instead of everybody's terms."""

    due: _Moment = None
    closes: _Moment = None
    attempts: _Number = 0
    reason: Annotated[str, Field(description="a text of 1 to 500 characters")]


class ChangedOut(BaseModel):
    """How many grades are others now."""

    changed: int


@blueprint.get("/courses/<name:course>/assignments")
@blueprint.output(AssignmentsOut)
@blueprint.doc(responses=_STAFF)
def list_assignments(course: str) -> AssignmentsOut:
    """List the items of a course of whose staff you are, with their terms."""
    plan = plans.plan(services().make_uow(), services().catalogue, user=current_user(), course_slug=course)
    return AssignmentsOut(course=plan.course.slug, assignments=[_shown(view) for view in plan.assignments])


@blueprint.put("/courses/<name:course>/assignments/<kind:kind>/<name:item>")
@blueprint.output(ChangedOut)
@blueprint.doc(responses=_INSTRUCTORS, extensions={"requestBody": described(TermsIn)})
def set_terms(course: str, kind: ItemKind, item: str) -> ChangedOut:
    """Set an item's terms; grades that are there already are made anew from them."""
    needs, given = services(), read_json(TermsIn)
    changed = plans.set_terms(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        user=current_user(),
        course_slug=course,
        kind=kind,
        slug=item,
        terms=Terms(**as_terms(given, TermsIn.model_fields)),
    )
    return ChangedOut(changed=changed)


def as_terms(given: TermsIn, names: Iterable[str]) -> dict[str, Any]:
    """Return the fields of Terms that are called *names*, as they are *given*."""
    return {name: _UNITS.get(name, _as_it_is)(getattr(given, name)) for name in names}


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def _seconds(count: int) -> timedelta:
    return count * _SECOND


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - whatever a field holds
    return value


_UNITS: dict[str, Callable[[Any], Any]] = {"loss": _exact, "weight": _exact, "grace": _seconds, "cooldown": _seconds}


@blueprint.put("/courses/<name:course>/students/<name:login>/extensions/<kind:kind>/<name:item>")
@blueprint.output(ChangedOut)
@blueprint.doc(responses=_STUDENTS, extensions={"requestBody": described(ExtensionIn)})
def extend(course: str, login: str, kind: ItemKind, item: str) -> ChangedOut:
    """Give a student more time or attempts for one item."""
    given = read_json(ExtensionIn)
    return _extend(course, login, kind, item, Extension(given.due, given.closes, given.attempts, given.reason))


@blueprint.delete("/courses/<name:course>/students/<name:login>/extensions/<kind:kind>/<name:item>")
@blueprint.output(ChangedOut)
@blueprint.doc(responses=_STUDENTS)
def end_extension(course: str, login: str, kind: ItemKind, item: str) -> ChangedOut:
    """Take a student's extension back."""
    return _extend(course, login, kind, item, None)


def _extend(course: str, login: str, kind: ItemKind, item: str, extension: Extension | None) -> ChangedOut:
    needs = services()
    changed = plans.extend(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        user=current_user(),
        course_slug=course,
        login=login,
        kind=kind,
        slug=item,
        extension=extension,
    )
    return ChangedOut(changed=int(changed))


def _shown(view: plans.AssignmentView) -> AssignmentOut:
    terms, item = view.terms, view.item
    return AssignmentOut(
        kind=item.kind,
        slug=item.slug,
        title=item.title,
        max_points=item.max_points,
        terms=TermsOut(
            opens=terms.opens,
            due=terms.due,
            closes=terms.closes,
            late=terms.late,
            loss=float(terms.loss),
            grace=terms.grace // _SECOND,
            attempts=terms.attempts,
            cooldown=terms.cooldown // _SECOND,
            keep=terms.keep,
            weight=float(terms.weight),
            offered=terms.offered,
        ),
        extensions=[
            ExtensionOut(
                login=user.login,
                due=each.due,
                closes=each.closes,
                attempts=each.attempts,
                reason=each.reason,
            )
            for user, each in view.extensions
        ],
    )
