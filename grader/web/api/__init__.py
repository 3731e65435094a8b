"""The API for programs, version 1; every call but its description needs a token.

courses      the caller's courses
exercises    a course's exercises, with the caller's own state
submissions  hand in, list, look at one
events       watch one submission as it is graded
faults       what failed by our fault, for a course's staff
audit        who did what, for a course's instructors
board        how busy the service is, for a course's staff
comments     what the staff says about a submission, and having one graded again
similar      whose solutions share long passages, for a course's staff
roster       who is in a course, for its staff
quizzes      a course's quizzes
attempts     start an attempt at a quiz, answer, finish, look at it
assignments  terms of items, extensions of students, for a course's staff
gradebook    a course's grades, for its staff
regrades     earlier submissions run again, for instructors
insight      what the class misunderstood in an exercise, for its staff
item_analysis  how a quiz's questions did, for its staff
endpoints    where webhooks go to and come from, for a course's staff
deliveries   what other systems were told, for a course's staff
lms          LMSes of a course, for its staff
lms_courses  courses of LMSes that are connected: people, columns, scores
report       what a graded submission's report looks like
regrade_report  what a regrade looks like
"""

from __future__ import annotations

from apiflask import APIBlueprint

from grader.web.api import (
    assignments,
    attempts,
    audit,
    board,
    comments,
    courses,
    deliveries,
    endpoints,
    events,
    exercises,
    faults,
    gradebook,
    insight,
    item_analysis,
    lms,
    lms_courses,
    quizzes,
    regrades,
    roster,
    similar,
    submissions,
)
from grader.web.auth import require_token

PREFIX = "/api/v1"

blueprint = APIBlueprint("v1", __name__, url_prefix=PREFIX)
blueprint.before_request(require_token)
for _resource in (
    courses,
    roster,
    exercises,
    submissions,
    comments,
    similar,
    events,
    faults,
    board,
    audit,
    quizzes,
    attempts,
    assignments,
    gradebook,
    insight,
    item_analysis,
    regrades,
    endpoints,
    deliveries,
    lms,
    lms_courses,
):
    blueprint.register_blueprint(_resource.blueprint)
