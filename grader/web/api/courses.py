"""The caller's courses; who instructs one makes others, changes and copies them."""

from datetime import date, datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import AwareDatetime, BaseModel, Field

from grader.domain.people import Course, Role
from grader.services import browse, courses
from grader.web.bodies import Body, described, read_json
from grader.web.context import current_user, services

blueprint = APIBlueprint("courses", __name__, tag="Courses")


class CourseOut(BaseModel):
    """A course; *role* is the caller's, *closes* null for never."""

    slug: str
    title: str
    lesson: str
    role: Role
    closes: datetime | None
    is_open: bool


class CoursesOut(BaseModel):
    """The caller's courses, by slug."""

    courses: list[CourseOut]


_Moment = Annotated[AwareDatetime | None, Field(strict=False, description="a time with its zone, or null for never")]
_Text = Annotated[str, Field(description="a text of 1 to 200 characters")]
_Slug = Annotated[str, Field(description="a-z, 0-9 and single dashes, like spring-2026")]
_REFUSED: dict[int | str, Any] = {
    409: {"description": "The slug is taken"},
    422: {"description": "A value is wrong; nothing was made"},
}
_INSTRUCTORS: dict[int | str, Any] = {403: {"description": "You are no instructor of this course"}}


class CourseIn(Body):
    """A new course."""

    slug: _Slug
    title: _Text
    lesson: Annotated[str, Field(description="the slug of a lesson")]
    closes: _Moment = None


class CourseChangeIn(Body):
    """What changes; what is left out stays."""

    title: Annotated[str | None, Field(description="a text of 1 to 200 characters")] = None
    closes: _Moment = None


class CopyIn(Body):
    """A course for the next term: all dates *days* later, or so that the earliest is on *begins*."""

    slug: _Slug
    title: _Text
    days: Annotated[int, Field(description="a whole number of days")] = 0
    begins: Annotated[date | None, Field(strict=False, description="a date like 2027-02-01, or null")] = None
    staff: Annotated[bool, Field(description="true or false")] = False


@blueprint.get("/courses")
@blueprint.output(CoursesOut)
def list_courses() -> CoursesOut:
    """List the courses that you are in."""
    now = services().clock.now()
    found = browse.courses(services().make_uow(), user=current_user())
    return CoursesOut(courses=[_shown(course, enrolment.role, now) for course, enrolment in found])


@blueprint.post("/courses")
@blueprint.output(CourseOut, status_code=201)
@blueprint.doc(
    responses={403: {"description": "You instruct no course"}, **_REFUSED},
    extensions={"requestBody": described(CourseIn)},
)
def make_course() -> CourseOut:
    """Make a course, whose instructor you are then."""
    needs, given = services(), read_json(CourseIn)
    course = courses.make(
        needs.make_uow(),
        needs.clock,
        needs.catalogue,
        user=current_user(),
        slug=given.slug,
        title=given.title,
        lesson=given.lesson,
        closes=given.closes,
    )
    return _shown(course, Role.INSTRUCTOR, needs.clock.now())


@blueprint.patch("/courses/<name:course>")
@blueprint.output(CourseOut)
@blueprint.doc(
    responses={**_INSTRUCTORS, 422: {"description": "A value is wrong"}},
    extensions={"requestBody": described(CourseChangeIn)},
)
def change_course(course: str) -> CourseOut:
    """Change a course's title, or when it stops to take work."""
    needs, user, given = services(), current_user(), read_json(CourseChangeIn)
    now = courses.settings(needs.make_uow(), user=user, course_slug=course).course
    changed = courses.change(
        needs.make_uow(),
        needs.clock,
        user=user,
        course_slug=course,
        title=now.title if given.title is None else given.title,
        closes=given.closes if "closes" in given.model_fields_set else now.closes,
    )
    return _shown(changed, Role.INSTRUCTOR, needs.clock.now())


@blueprint.post("/courses/<name:course>/copy")
@blueprint.output(CourseOut, status_code=201)
@blueprint.doc(responses={**_INSTRUCTORS, **_REFUSED}, extensions={"requestBody": described(CopyIn)})
def copy_course(course: str) -> CourseOut:
    """Copy a course for the next term: its assignments with their dates moved, its staff if wanted, no students."""
    needs, given = services(), read_json(CopyIn)
    made = courses.copy(
        needs.make_uow(),
        needs.clock,
        user=current_user(),
        course_slug=course,
        slug=given.slug,
        title=given.title,
        days=given.days,
        begins=given.begins,
        staff=given.staff,
    )
    return _shown(made, Role.INSTRUCTOR, needs.clock.now())


def _shown(course: Course, role: Role, now: datetime) -> CourseOut:
    return CourseOut(
        slug=course.slug,
        title=course.title,
        lesson=course.lesson,
        role=role,
        closes=course.closes,
        is_open=course.is_open(now),
    )
