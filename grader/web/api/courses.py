"""The caller's courses."""

from datetime import datetime

from apiflask import APIBlueprint
from pydantic import BaseModel

from grader.domain.people import Role
from grader.services import browse
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


@blueprint.get("/courses")
@blueprint.output(CoursesOut)
def list_courses() -> CoursesOut:
    """List the courses that you are in."""
    now = services().clock.now()
    found = browse.courses(services().make_uow(), user=current_user())
    return CoursesOut(
        courses=[
            CourseOut(
                slug=course.slug,
                title=course.title,
                lesson=course.lesson,
                role=enrolment.role,
                closes=course.closes,
                is_open=course.is_open(now),
            )
            for course, enrolment in found
        ]
    )
