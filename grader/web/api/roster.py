"""Who is in a course, for its staff; its instructors change it: one by one, or all at once by a file."""

from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, request
from pydantic import BaseModel, Field

from grader.domain.people import Role
from grader.domain.roster import MOST_BYTES, Change, Difference, Kind, Place
from grader.services import invitations
from grader.services import roster as rosters
from grader.web.bodies import Body, described, described_csv, read_csv, read_json
from grader.web.context import current_user, services
from grader.web.downloads import csv_file
from grader.web.links import invitation_link

blueprint = APIBlueprint("roster", __name__, tag="Roster")

_STAFF: dict[int | str, Any] = {403: {"description": "You are a student of this course"}}
_INSTRUCTORS: dict[int | str, Any] = {403: {"description": "You are no instructor of this course"}}
_WRONG: dict[int | str, Any] = {422: {"description": "A value is wrong; nothing was changed"}}
_ALONE: dict[int | str, Any] = {403: {"description": "You are no instructor, or others answer for this person, too"}}
_FLAGS = ("1", "true")


def _flag(name: str, description: str) -> dict[str, Any]:
    return {"in": "query", "name": name, "description": description, "schema": {"type": "boolean"}}


_PARAMETERS = [
    _flag("dry_run", "Only tell what would change"),
    _flag("remove_missing", "Students who are not in the file leave the course"),
    {
        "in": "query",
        "name": "expected",
        "description": "The fingerprint of the difference that you looked at",
        "schema": {"type": "string"},
    },
]


class PersonOut(BaseModel):
    """Somebody who is in the course, or was until *ended*; *active* is when they last handed in or began a quiz."""

    login: str
    name: str
    role: Role
    section: str
    ended: datetime | None
    has_password: bool
    active: datetime | None


class RosterOut(BaseModel):
    """A course's people, by login."""

    course: str
    people: list[PersonOut]


class PlaceOut(BaseModel):
    """What somebody is in the course."""

    role: Role
    section: str


class ChangeOut(BaseModel):
    """What happens to one person; *line* is of the file, *before* null for who comes, *after* for who leaves."""

    kind: Kind
    login: str
    name: str
    before: PlaceOut | None
    after: PlaceOut | None
    line: int | None


class ProblemLineOut(BaseModel):
    """Why a line can't be taken, and what to do."""

    line: int
    message: str


class DifferenceOut(BaseModel):
    """What a file changes, those who stay as they are only counted; *applied* tells whether it was done."""

    course: str
    applied: bool
    fingerprint: str
    changes: list[ChangeOut]
    unchanged: int
    problems: list[ProblemLineOut]
    ignored: list[str]


class MemberIn(Body):
    """What somebody is to be; what is left out stays as it is, or is "student" in no section."""

    name: Annotated[str | None, Field(description="a text of 1 to 200 characters; for who is new here")] = None
    role: Annotated[Role | None, Field(strict=False, description="student, assistant or instructor")] = None
    section: Annotated[str | None, Field(description="a text of at most 40 characters")] = None


class InvitationOut(BaseModel):
    """A link by which somebody chooses a password: good once, for 14 days, and told only now."""

    login: str
    name: str
    link: str


class InvitationsOut(BaseModel):
    """All who were invited, and the logins of whom only the operator may invite."""

    invited: list[InvitationOut]
    others: list[str]


@blueprint.get("/courses/<name:course>/roster")
@blueprint.output(RosterOut)
@blueprint.doc(responses=_STAFF)
def get_roster(course: str) -> RosterOut:
    """List who is and was in a course of whose staff you are."""
    found = rosters.roster(services().make_uow(), user=current_user(), course_slug=course)
    return RosterOut(course=found.course.slug, people=[_person(each) for each in found.people])


@blueprint.get("/courses/<name:course>/roster.csv")
@blueprint.doc(
    responses={
        200: {"description": "One line for each person", "content": {"text/csv": {"schema": {"type": "string"}}}},
        **_STAFF,
    }
)
def download_roster(course: str) -> Response:
    """Download who is in a course of whose staff you are now, as CSV that the import takes."""
    found = rosters.roster(services().make_uow(), user=current_user(), course_slug=course)
    return csv_file(rosters.to_csv(found), f"{found.course.slug}-roster.csv")


@blueprint.post("/courses/<name:course>/roster/import")
@blueprint.output(DifferenceOut)
@blueprint.doc(
    responses={**_INSTRUCTORS, **_WRONG, 409: {"description": "It would do something else than what you looked at"}},
    extensions={"requestBody": described_csv(), "parameters": _PARAMETERS},
)
def import_roster(course: str) -> DifferenceOut:
    """Do what a CSV file says, all or nothing; with dry_run only tell what that would be, and which lines are wrong."""
    needs, user, data = services(), current_user(), read_csv(MOST_BYTES)
    removes, is_dry = _is_set("remove_missing"), _is_set("dry_run")
    if is_dry:
        seen = rosters.preview(needs.make_uow(), user=user, course_slug=course, data=data, removes=removes)
        return _told(course, seen.difference, applied=False)
    done = rosters.apply(
        needs.make_uow(),
        needs.clock,
        user=user,
        course_slug=course,
        data=data,
        removes=removes,
        expected=request.args.get("expected"),
    )
    return _told(course, done, applied=True)


@blueprint.put("/courses/<name:course>/roster/<name:login>")
@blueprint.output(ChangeOut)
@blueprint.doc(responses={**_INSTRUCTORS, **_WRONG}, extensions={"requestBody": described(MemberIn)})
def put_member(course: str, login: str) -> ChangeOut:
    """Add somebody, bring them back, or change their role or section."""
    needs, given = services(), read_json(MemberIn)
    change = rosters.put(
        needs.make_uow(),
        needs.clock,
        user=current_user(),
        course_slug=course,
        login=login,
        name=given.name,
        role=given.role,
        section=given.section,
    )
    return _change(change)


@blueprint.delete("/courses/<name:course>/roster/<name:login>")
@blueprint.output(ChangeOut)
@blueprint.doc(responses={**_INSTRUCTORS, 409: {"description": "That is yourself"}})
def remove_member(course: str, login: str) -> ChangeOut:
    """Let somebody leave the course; their work stays, and they may be brought back to it."""
    needs = services()
    return _change(rosters.remove(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, login=login))


@blueprint.post("/courses/<name:course>/roster/<name:login>/invitation")
@blueprint.output(InvitationOut, status_code=201)
@blueprint.doc(responses=_ALONE)
def invite_member(course: str, login: str) -> InvitationOut:
    """Invite somebody to choose a password; earlier links of theirs are closed."""
    needs = services()
    made = invitations.invite(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, login=login)
    return _invitation(made)


@blueprint.post("/courses/<name:course>/roster/invitations")
@blueprint.output(InvitationsOut, status_code=201)
@blueprint.doc(responses=_INSTRUCTORS)
def invite_members(course: str) -> InvitationsOut:
    """Invite everybody in the course who never chose a password."""
    needs = services()
    batch = invitations.invite_all(needs.make_uow(), needs.clock, user=current_user(), course_slug=course)
    return InvitationsOut(
        invited=[_invitation(each) for each in batch.invited], others=[user.login for user in batch.others]
    )


def _is_set(name: str) -> bool:
    return request.args.get(name, "").lower() in _FLAGS


def _person(person: rosters.Person) -> PersonOut:
    return PersonOut(
        login=person.user.login,
        name=person.user.name,
        role=person.enrolment.role,
        section=person.enrolment.section,
        ended=person.enrolment.ended,
        has_password=person.has_password,
        active=person.active,
    )


def _told(course: str, difference: Difference, *, applied: bool) -> DifferenceOut:
    return DifferenceOut(
        course=course,
        applied=applied,
        fingerprint=difference.fingerprint,
        changes=[_change(change) for change in difference.real],
        unchanged=difference.counts[Kind.UNCHANGED],
        problems=[ProblemLineOut(line=each.line, message=each.message) for each in difference.problems],
        ignored=list(difference.ignored),
    )


def _change(change: Change) -> ChangeOut:
    return ChangeOut(
        kind=change.kind,
        login=change.login,
        name=change.name,
        before=_place(change.before),
        after=_place(change.after),
        line=change.line,
    )


def _place(place: Place | None) -> PlaceOut | None:
    return PlaceOut(role=place.role, section=place.section) if place else None


def _invitation(made: invitations.Invited) -> InvitationOut:
    return InvitationOut(login=made.user.login, name=made.user.name, link=invitation_link(made.secret))
