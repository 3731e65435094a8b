"""`python -m benchmarks.gradebook`: what the gradebook's page costs for 1,000 students and 30 items.

A SQLite file behind gunicorn, as in production, asked by one reader who takes compressed pages. Beside each page
stands the floor, taken just before it on the same rows: sqlite3 alone, which only fetches them as tuples. Prints one
JSON object.
"""

from __future__ import annotations

import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import requests

from grader.bootstrap.store import open_store
from grader.cli.embedded.service import Plan, Service
from grader.cli.enrol import invite
from grader.domain.people import Role
from grader.domain.scoring import Grade, ItemKind
from grader.passwords import Argon2Passwords
from tests.web.pages.browser import PASSWORD, token_in

EXERCISES = Path(__file__).parents[1] / "exercises"
STUDENTS, ITEMS, ROUNDS = 1000, 30, 15
COURSE, TEACHER = "bench", "teacher"
PAGES = {
    "first hundred": "",
    "all on one page": "?page=all",
    "all, by sum": "?page=all&sort=-sum",
    "all, only below half": "?page=all&only=below",
}
FLOOR = """SELECT enrolment_id, kind, item, points, max_points, attempt_id, attempts, raw, earned, override_id
FROM grades
WHERE enrolment_id IN (SELECT id FROM enrolments WHERE course_id = (SELECT id FROM courses WHERE slug = ?))"""


def make_course(service: Service) -> None:
    chance = random.Random(7)  # noqa: S311 - the same class each time
    logins = [f"s{number:04d}" for number in range(STUDENTS)]
    with open_store(service.settings) as store:
        people = [(TEACHER, Role.INSTRUCTOR), *((login, Role.STUDENT) for login in logins)]
        list(invite(store, slug=COURSE, title="Benchmark", lesson="1x1-convolutions", people=people))
        with store.make_uow().writing() as uow:
            teacher = uow.users.by_login(TEACHER)
            course = uow.courses.by_slug(COURSE)
            assert teacher is not None  # noqa: S101 - just made
            assert course is not None  # noqa: S101 - the same
            uow.users.set_password(teacher.id, Argon2Passwords().hash(PASSWORD))
            students = [each for each, _ in uow.enrolments.of_course(course.id) if each.role is Role.STUDENT]
            for number, enrolment in enumerate(students):
                for item in range(ITEMS):
                    uow.grades.put(a_grade(chance, enrolment.id, item, number * ITEMS + item + 1))
            uow.commit()


def a_grade(chance: random.Random, enrolment_id: int, item: int, attempt: int) -> Grade:
    """Return one of 30 items, worth 10 points; every tenth is late."""
    raw = Fraction(chance.randint(0, 20), 2)
    counted = raw * Fraction(9, 10) if chance.random() < 1 / 10 else raw
    place = enrolment_id, ItemKind.EXERCISE, f"item-{item}"
    return Grade(*place, counted, 10, attempt, chance.randint(1, 9), raw, counted)


def signed_in(url: str) -> requests.Session:
    session = requests.Session()
    session.headers["Connection"] = "close"
    token = token_in(session.get(f"{url}/sign-in", timeout=60).text)
    form = {"login": TEACHER, "password": PASSWORD, "csrf_token": token}
    session.post(f"{url}/sign-in", data=form, timeout=60).raise_for_status()
    return session


def floor(database: sqlite3.Connection) -> float:
    """Return how long the rows alone take, in ms."""
    started = time.perf_counter()
    rows = database.execute(FLOOR, (COURSE,)).fetchall()
    took = 1000 * (time.perf_counter() - started)
    assert len(rows) == STUDENTS * ITEMS  # noqa: S101 - else the twin is of another course
    return took


def measured(session: requests.Session, url: str, database: sqlite3.Connection) -> dict[str, float]:
    """Return the page's p50 and p95 and the floor's p50 in ms; the first answer, for which caches are filled, apart."""
    session.get(url, timeout=60).raise_for_status()
    pages, floors = [], []
    for _ in range(ROUNDS):
        floors.append(floor(database))
        started = time.perf_counter()
        session.get(url, timeout=60).raise_for_status()
        pages.append(1000 * (time.perf_counter() - started))
    p50, twin = statistics.median(pages), statistics.median(floors)
    return {
        "p50": round(p50, 1),
        "p95": round(statistics.quantiles(pages, n=20)[18], 1),
        "best": round(min(pages), 1),
        "floor_p50": round(twin, 1),
        "times_floor": round(p50 / twin, 2),
    }


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        plan = Plan(folder=Path(folder), exercises=EXERCISES)
        with Service(plan, say=lambda line: print(line, file=sys.stderr)) as service:
            make_course(service)
            session = signed_in(service.url)
            (path,) = Path(folder).rglob("grader.sqlite3")
            with sqlite3.connect(path) as database:
                here = f"{service.url}/courses/{COURSE}/staff/gradebook"
                found = {name: measured(session, here + query, database) for name, query in PAGES.items()}
    print(json.dumps({"students": STUDENTS, "items": ITEMS, "milliseconds": found}, indent=2))


if __name__ == "__main__":
    main()
