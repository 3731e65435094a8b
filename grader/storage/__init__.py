"""What is kept: users to grades, in SQLite or PostgreSQL, through one unit of work that rolls back by default.

columns       column types that mean the same on both databases
tables        the tables, and nothing but the tables
engine        a URL to an engine: pragmas, time-outs, how a transaction begins
faults        which of a driver's errors mean "busy", and which "taken"
rows          between rows and domain objects
people        users, courses, enrolments, tokens
runs          submissions, runs and their reports; claims by conditional update
marks         quiz attempts, answers, grades
insight       what a whole course did, in a query each
regrades      regrades, and what they propose beside what counts
outbox        events, and deliveries of them; delivery_claims: whose turn it is, delivery_log: what became of them
endpoints     where webhooks go to and come from
platforms     LMSes, their courses and members; line_items: columns of their gradebooks; logins: launches under way
unit_of_work  opens a session, joins the repositories, rolls back unless committed
migrate       upgrade, downgrade, current, heads, without an alembic.ini

An engine holds connections, and they don't survive a fork: make it in the process that uses it.
"""

from grader.storage.engine import make_engine
from grader.storage.unit_of_work import unit_of_work_factory

__all__ = ["make_engine", "unit_of_work_factory"]
