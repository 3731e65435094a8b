"""Who is in a course: the list, one person, links to choose a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for

from grader.domain.errors import Conflict, Forbidden, Invalid
from grader.domain.naming import LONGEST_NAME, LONGEST_SECTION
from grader.domain.people import Role
from grader.domain.spreadsheet import safe
from grader.services import invitations
from grader.services import roster as rosters
from grader.web import fields
from grader.web.context import current_user, services
from grader.web.downloads import csv_file
from grader.web.errors import status_of
from grader.web.links import invitation_link
from grader.web.pages.staff.frame import Frame
from grader.web.pages.staff.paging import page_of
from grader.web.pages.staff.roster_list import sections, wanted

if TYPE_CHECKING:
    from flask import Response
    from werkzeug import Response as Redirection

    from grader.domain.errors import Mistake

blueprint = APIBlueprint("roster", __name__, enable_openapi=False)

_ROSTER = "/courses/<name:course>/staff/roster"
_PERSON = f"{_ROSTER}/people/<name:login>"
_PAGE = 100  # people
_QUERY = ("q", "section", "role", "order", "left")


@blueprint.get(_ROSTER)
def roster(course: str) -> str:
    """List the course's people."""
    return _shown(course)


@blueprint.get(f"{_ROSTER}.csv")
def download(course: str) -> Response:
    """Download who is in the course now."""
    found = _roster(course)
    return csv_file(rosters.to_csv(found), f"{found.course.slug}-roster.csv")


@blueprint.post(f"{_ROSTER}/people")
def add(course: str) -> Redirection | tuple[str, int]:
    """Add somebody by hand."""
    form, needs = request.form, services()
    try:
        change = rosters.put(
            needs.make_uow(),
            needs.clock,
            user=current_user(),
            course_slug=course,
            login=form.get("login", ""),
            name=form.get("name", ""),
            role=fields.one_of(form, "role", Role),
            section=form.get("section", ""),
        )
    except Invalid as error:
        return _shown(course, problem=error), status_of(error)
    return redirect(url_for("pages.roster.person", course=course, login=change.login, told=change.kind.name), 303)


@blueprint.get(_PERSON)
def person(course: str, login: str) -> str:
    """Show one of the course's people."""
    return _person(course, login)


@blueprint.post(_PERSON)
def change(course: str, login: str) -> Redirection | tuple[str, int]:
    """Change somebody's role and section, or bring them back."""
    form, needs = request.form, services()
    try:
        made = rosters.put(
            needs.make_uow(),
            needs.clock,
            user=current_user(),
            course_slug=course,
            login=login,
            role=fields.one_of(form, "role", Role),
            section=form.get("section", ""),
        )
    except Invalid as error:
        return _person(course, login, problem=error), status_of(error)
    return redirect(url_for("pages.roster.person", course=course, login=made.login, told=made.kind.name), 303)


@blueprint.post(f"{_PERSON}/remove")
def remove(course: str, login: str) -> Redirection | tuple[str, int]:
    """Let somebody leave the course."""
    needs = services()
    try:
        rosters.remove(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, login=login)
    except Conflict as error:
        return _person(course, login, problem=error), status_of(error)
    return redirect(url_for("pages.roster.person", course=course, login=login, told="REMOVED"), 303)


@blueprint.post(f"{_PERSON}/invite")
def invite(course: str, login: str) -> str | tuple[str, int]:
    """Show a link by which somebody chooses a password, this once."""
    needs = services()
    try:
        made = invitations.invite(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, login=login)
    except Forbidden as error:
        found = _roster(course)
        if not Frame(found.course, found.role).may("CHANGE_ROSTER"):
            raise
        return _person(course, login, problem=error), status_of(error)
    return _person(course, login, link=invitation_link(made.secret))


@blueprint.post(f"{_ROSTER}/invitations")
def invite_all(course: str) -> str:
    """Show links for all who never chose a password, this once."""
    needs = services()
    batch = invitations.invite_all(needs.make_uow(), needs.clock, user=current_user(), course_slug=course)
    return render_template(
        "staff_invitations.html",
        frame=Frame(batch.course, batch.role),
        batch=batch,
        link_of=invitation_link,
        safe=safe,  # it is copied into spreadsheets
    )


def _roster(course: str) -> rosters.Roster:
    return rosters.roster(services().make_uow(), user=current_user(), course_slug=course)


def _shown(course: str, *, problem: Mistake | None = None) -> str:
    found, asked = _roster(course), wanted(request.args)
    people = asked.of(found.people)
    page = page_of(request.args.get("page", ""), len(people), _PAGE)
    active = [person for person in found.people if person.enrolment.is_active]
    return render_template(
        "staff_roster.html",
        frame=Frame(found.course, found.role),
        people=people[page.start : page.end],
        page=page,
        query={name: value for name, value in request.args.items() if name in _QUERY and value},
        active=len(active),
        left=len(found.people) - len(active),
        waiting=sum(not person.has_password for person in active),
        wanted=asked,
        sections=sections(found.people),
        problem=problem,
        given=request.form,
        told=request.args.get("told", ""),
        changed=request.args.get("changed", default=0, type=int),
        longest={"name": LONGEST_NAME, "section": LONGEST_SECTION},
    )


def _person(course: str, login: str, *, problem: Mistake | None = None, link: str = "") -> str:
    found = _roster(course)
    return render_template(
        "staff_person.html",
        frame=Frame(found.course, found.role),
        person=found.find(login),
        sections=sections(found.people),
        problem=problem,
        given=request.form if problem else None,
        told=request.args.get("told", ""),
        link=link,
        longest={"section": LONGEST_SECTION},
    )
