"""Pages for people, on one blueprint; all but the door's need a session.

door        sign in and out, choose a password by invitation
home        the reader's courses, and what a course holds
lesson      a lesson's page with its figures
exercise    statement and editor, drafts, handing in
sources     what an editor's form holds
submission  how a submission goes on, what it got; all there is of it, for the staff
history     earlier submissions, two side by side
quiz        a quiz and its rules
attempt     an attempt at a quiz: look at it, finish it
answering   its questions are answered
attempt_page  how it is shown
answers     answers as forms hold them
question_parts  questions as pages show them
profile     tokens, password, theme
session     who is signed in, and whether a form is ours
staff.assignments  terms of items, extensions of students
staff.audit       who did what
staff.board       queue, workers, failures, as they are now
staff.gradebook   students by items, sorted and filtered; as a file
staff.roster      who is in a course, one by one
staff.roster_list    which of them are listed
staff.roster_import  all of them from a file, looked at before it counts
staff.course_settings  a course's title and end, a copy of it, a new one
staff.student     one student's record; grades set by hand
staff.submission  comments on a submission, running it again
staff.insight     what the class misunderstood: course, exercise, quiz
staff.regrades    submissions run again, what that changes, deciding
staff.endpoints   where webhooks go to and come from
staff.endpoint_form  an endpoint as its form holds it
staff.deliveries  what other systems were told, and what came of it
staff.lms         LMSes of a course: connect, test, change, remove
staff.lms_course  a course of an LMS: its people, its columns, what differs there
staff.similar     whose solutions share long passages
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apiflask import APIBlueprint
from flask_wtf.csrf import CSRFProtect

from grader.web.pages import (
    answering,
    attempt,
    door,
    exercise,
    history,
    home,
    lesson,
    profile,
    quiz,
    session,
    submission,
)
from grader.web.pages.staff import assignments as staff_assignments
from grader.web.pages.staff import audit as staff_audit
from grader.web.pages.staff import board as staff_board
from grader.web.pages.staff import course_settings as staff_course_settings
from grader.web.pages.staff import deliveries as staff_deliveries
from grader.web.pages.staff import endpoints as staff_endpoints
from grader.web.pages.staff import gradebook as staff_gradebook
from grader.web.pages.staff import insight as staff_insight
from grader.web.pages.staff import lms as staff_lms
from grader.web.pages.staff import lms_course as staff_lms_course
from grader.web.pages.staff import regrades as staff_regrades
from grader.web.pages.staff import roster as staff_roster
from grader.web.pages.staff import roster_import as staff_roster_import
from grader.web.pages.staff import similar as staff_similar
from grader.web.pages.staff import student as staff_student
from grader.web.pages.staff import submission as staff_submission

if TYPE_CHECKING:
    from flask import Flask

_OPEN = (door,)
_STUDENTS = (home, lesson, exercise, submission, history, quiz, attempt, answering, profile)
_STAFF = (
    staff_assignments,
    staff_audit,
    staff_board,
    staff_course_settings,
    staff_roster,
    staff_roster_import,
    staff_gradebook,
    staff_student,
    staff_submission,
    staff_insight,
    staff_similar,
    staff_regrades,
    staff_endpoints,
    staff_deliveries,
    staff_lms,
    staff_lms_course,
)
_SIGNED_IN = (*_STUDENTS, *_STAFF)

blueprint = APIBlueprint("pages", __name__, enable_openapi=False)
for _page in _OPEN:
    _page.blueprint.before_request(session.require_our_form)
for _page in _SIGNED_IN:
    _page.blueprint.before_request(session.require_reader)
for _page in (*_OPEN, *_SIGNED_IN):
    blueprint.register_blueprint(_page.blueprint)


def register(app: Flask) -> None:
    """Add the pages to *app*, and what checks that a form is ours."""
    CSRFProtect(app)
    app.register_blueprint(blueprint)
