"""Pages for people, on one blueprint; all but the door's need a session.

door        sign in and out, choose a password by invitation
home        the reader's courses, and what a course holds
lesson      a lesson's page with its figures
exercise    statement and editor, drafts, handing in
sources     what an editor's form holds
submission  how a submission goes on, what it got
history     earlier submissions, two side by side
quiz        a quiz and its rules
attempt     an attempt at a quiz: look at it, finish it
answering   its questions are answered
attempt_page  how it is shown
answers     answers as forms hold them
question_parts  questions as pages show them
profile     tokens, password, theme
session     who is signed in, and whether a form is ours
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

if TYPE_CHECKING:
    from flask import Flask

_OPEN = (door,)
_SIGNED_IN = (home, lesson, exercise, submission, history, quiz, attempt, answering, profile)

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
