"""What the use cases need, as Protocols; adapters fill them, `bootstrap` joins the two.

surroundings  the time, the lessons on disk, a bell, slow hashes
grading       a jail, and who judges
people        users, courses, enrolments, tokens
work          submissions, drafts, runs, attempts, grades
teaching      terms, extensions, overrides, the history of grades, comments
insight       what a whole course did, for its staff
running       the audit log, workers, load
regrades      earlier submissions run again, the difference looked at before it counts
roster        all people of a course at once
review        a class's solutions, how a submission was graded each time
outbox        events, deliveries, endpoints, webhooks that came in
lti           platforms, their courses and members, line items, logins, our keys
outside       to seal secrets, to send, to ask platforms
unit_of_work  one transaction over all records
"""

from __future__ import annotations

from grader.ports.grading import Examiner, Sandbox, Session
from grader.ports.insight import Insight
from grader.ports.lti import LineItems, Logins, Platforms
from grader.ports.outbox import Endpoints, Outbox, Received
from grader.ports.outside import Courier, Gradebooks, Launches, Vault
from grader.ports.people import Courses, Enrolments, Tokens, Users
from grader.ports.regrades import Regrades
from grader.ports.review import Review
from grader.ports.roster import Rosters
from grader.ports.running import Audit, Load, Stations
from grader.ports.surroundings import Bell, Catalogue, Clock, Passwords
from grader.ports.teaching import Assignments, Comments, History, Overrides
from grader.ports.unit_of_work import UnitOfWork
from grader.ports.work import Attempts, Drafts, Grades, Runs, Submissions

__all__ = [
    "Assignments",
    "Attempts",
    "Audit",
    "Bell",
    "Catalogue",
    "Clock",
    "Comments",
    "Courier",
    "Courses",
    "Drafts",
    "Endpoints",
    "Enrolments",
    "Examiner",
    "Gradebooks",
    "Grades",
    "History",
    "Insight",
    "Launches",
    "LineItems",
    "Load",
    "Logins",
    "Outbox",
    "Overrides",
    "Passwords",
    "Platforms",
    "Received",
    "Regrades",
    "Review",
    "Rosters",
    "Runs",
    "Sandbox",
    "Session",
    "Stations",
    "Submissions",
    "Tokens",
    "UnitOfWork",
    "Users",
    "Vault",
]
