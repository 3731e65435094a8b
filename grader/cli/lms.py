"""`grader lms`: other systems of a course, over the API, for its staff.

lms_endpoints   where webhooks go to and come from
lms_deliveries  what was told, and sending it again
"""

from __future__ import annotations

import click

from grader.cli import lms_deliveries, lms_endpoints


@click.group()
def command() -> None:
    """Connect a course with other systems, and see what they were told."""


command.add_command(lms_endpoints.command)
command.add_command(lms_deliveries.command)
