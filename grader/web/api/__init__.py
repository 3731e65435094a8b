"""The API for programs, version 1; every call but its description needs a token.

courses      the caller's courses
exercises    a course's exercises, with the caller's own state
submissions  hand in, list, look at one
events       watch one submission as it is graded
faults       what failed by our fault, for a course's staff
quizzes      a course's quizzes
attempts     start an attempt at a quiz, answer, finish, look at it
gradebook    a course's grades, for its staff
report       what a graded submission's report looks like
"""

from __future__ import annotations

from apiflask import APIBlueprint

from grader.web.api import attempts, courses, events, exercises, faults, gradebook, quizzes, submissions
from grader.web.auth import require_token

PREFIX = "/api/v1"

blueprint = APIBlueprint("v1", __name__, url_prefix=PREFIX)
blueprint.before_request(require_token)
for _resource in (courses, exercises, submissions, events, faults, quizzes, attempts, gradebook):
    blueprint.register_blueprint(_resource.blueprint)
