"""What the use cases need, as Protocols; adapters fill them, `bootstrap` joins the two.

surroundings  the time, the lessons on disk, a bell, slow hashes
grading       a jail, and who judges
people        users, courses, enrolments, tokens
work          submissions, drafts, runs, attempts, grades
unit_of_work  one transaction over all records
"""

from __future__ import annotations

from grader.ports.grading import Examiner, Sandbox, Session
from grader.ports.people import Courses, Enrolments, Tokens, Users
from grader.ports.surroundings import Bell, Catalogue, Clock, Passwords
from grader.ports.unit_of_work import UnitOfWork
from grader.ports.work import Attempts, Drafts, Grades, Runs, Submissions

__all__ = [
    "Attempts",
    "Bell",
    "Catalogue",
    "Clock",
    "Courses",
    "Drafts",
    "Enrolments",
    "Examiner",
    "Grades",
    "Passwords",
    "Runs",
    "Sandbox",
    "Session",
    "Submissions",
    "Tokens",
    "UnitOfWork",
    "Users",
]
