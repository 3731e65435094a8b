"""`grader lms`: other systems of a course, over the API, for its staff.

lms_platforms   LMSes: connect, test, make a code, remove
lms_courses     a course of an LMS: people, columns, scores
lms_operator    what only who runs the service does, on the server
lms_endpoints   where webhooks go to and come from
lms_deliveries  what was told, and sending it again
"""

from __future__ import annotations

import click

from grader.cli import lms_courses, lms_deliveries, lms_endpoints, lms_operator, lms_platforms


@click.group()
def command() -> None:
    """Connect a course with other systems, and see what they were told."""


for _each in (
    lms_platforms.status,
    lms_platforms.connect,
    lms_platforms.check,
    lms_platforms.code,
    lms_platforms.remove,
    lms_courses.sync,
    lms_courses.columns,
    lms_courses.reconcile,
    lms_courses.state,
    lms_operator.shared,
    lms_operator.rotate_keys,
):
    command.add_command(_each)
command.add_command(lms_endpoints.command)
command.add_command(lms_deliveries.command)
