"""`make bench-pages`: what pages cost: time at 50 students at once, and the bytes of a first load in Chromium.

The whole embedded service, a SQLite file, gunicorn as in production. Each page's time stands beside that of /healthz,
asked by as many at once in the same minute: that is one query and no template, so what is above it is the page's own.
The students run in this process, on the same cores. Prints one JSON object.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from grader.bootstrap.store import open_store
from grader.cli.embedded.service import Plan, Service
from grader.cli.enrol import invite
from grader.domain.people import Role
from grader.passwords import Argon2Passwords
from tests.e2e.chromium import running_chromium
from tests.web.pages.browser import PASSWORD, token_in

if TYPE_CHECKING:
    from playwright.sync_api import Page

EXERCISES = Path(__file__).parents[1] / "exercises"
STUDENTS, ROUNDS = 50, 6
COURSE = "/courses/bench"
WRONG = (EXERCISES / "1x1-convolutions/pointwise-conv/misconceptions/forgets_bias.py").read_text()


class Student:
    """A browser without scripts, signed in, with a graded submission and an open attempt."""

    def __init__(self, url: str, login: str) -> None:
        self.session = requests.Session()
        self.session.headers["Connection"] = "close"  # the server lets idle ones go, at a moment of its own
        self.url = url
        form = {"login": login, "password": PASSWORD, "csrf_token": self._token("/sign-in")}
        self.session.post(f"{url}/sign-in", data=form, timeout=120).raise_for_status()
        work = {"source": WRONG, "csrf_token": self._token(f"{COURSE}/exercises/pointwise-conv")}
        self.submission = self._post(f"{COURSE}/exercises/pointwise-conv", work)
        self.attempt = self._post(f"{COURSE}/quizzes/quiz/attempts", {"csrf_token": self._token(COURSE)})

    def pages(self) -> dict[str, str]:
        return {
            "healthz": "/healthz",
            "course": COURSE,
            "lesson": f"{COURSE}/lesson",
            "quiz attempt": self.attempt,
            "exercise": f"{COURSE}/exercises/pointwise-conv",
            "submission": self.submission,
            "history": f"{COURSE}/exercises/pointwise-conv/submissions",
            "profile": "/profile",
        }

    def timed(self, page: str) -> float:
        """Return how long the page's HTML took, in ms."""
        started = time.perf_counter()
        self.session.get(self.url + self.pages()[page], timeout=120).raise_for_status()
        return 1000 * (time.perf_counter() - started)

    def _token(self, path: str) -> str:
        return token_in(self.session.get(self.url + path, timeout=120).text)

    def _post(self, path: str, form: dict[str, str]) -> str:
        answer = self.session.post(self.url + path, data=form, timeout=120)
        answer.raise_for_status()
        return answer.url.removeprefix(self.url)


def make_course(service: Service) -> list[str]:
    logins = [f"student{number}" for number in range(STUDENTS)]
    hashed = Argon2Passwords().hash(PASSWORD)
    with open_store(service.settings) as store:
        people = [(login, Role.STUDENT) for login in logins]
        list(invite(store, slug="bench", title="Benchmark", lesson="1x1-convolutions", people=people))
        with store.make_uow().writing() as uow:
            for login in logins:
                user = uow.users.by_login(login)
                assert user is not None  # noqa: S101 - just made
                uow.users.set_password(user.id, hashed)
            uow.commit()
    return logins


def times(students: list[Student]) -> dict[str, dict[str, float]]:
    """Return each page's p50 and p95 in ms with all students at once; the twin is asked before each page."""
    found: dict[str, dict[str, float]] = {}
    with ThreadPoolExecutor(STUDENTS) as pool:
        for page in students[0].pages():
            measured: dict[str, list[float]] = {"healthz": [], page: []}
            for _ in range(ROUNDS):
                for each in measured:
                    measured[each] += pool.map(lambda student, name=each: student.timed(name), students)
            quantiles = {each: statistics.quantiles(sorted(values), n=20) for each, values in measured.items()}
            twin = statistics.median(measured["healthz"])
            median = statistics.median(measured[page])
            found[page] = {
                "p50": round(median, 1),
                "p95": round(quantiles[page][18], 1),
                "healthz_p50": round(twin, 1),
                "times_healthz": round(median / twin, 2),
            }
            print(f"{page}: {found[page]}", file=sys.stderr)
    return found


def first_load(page: Page, url: str) -> float:
    """Return what comes over the wire when nothing is cached, in kB of 1,000 bytes."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    lengths: list[int] = []
    session.on("Network.loadingFinished", lambda event: lengths.append(int(event["encodedDataLength"])))
    page.goto(url, wait_until="networkidle")
    session.detach()
    return round(sum(lengths) / 1000, 1)


def bytes_of(student: Student) -> dict[str, float]:
    with running_chromium() as chromium:
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        cookies = [{"name": c.name, "value": c.value or "", "url": student.url} for c in student.session.cookies]
        context.add_cookies(cookies)  # type: ignore[arg-type]  # its names are Playwright's
        pages = {name: path for name, path in student.pages().items() if name != "healthz"}
        return {name: first_load(context.new_page(), student.url + path) for name, path in pages.items()}


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="grader-bench-") as folder:
        plan = Plan(folder=Path(folder), exercises=EXERCISES)
        with Service(plan, say=lambda line: print(line, file=sys.stderr)) as service:
            students = [Student(service.url, login) for login in make_course(service)]
            time.sleep(15.0)  # all are graded, so that pages show reports and workers rest
            found = {"students_at_once": STUDENTS, "milliseconds": times(students)}
            print(json.dumps({**found, "first_load_kB": bytes_of(students[0])}, indent=2))


if __name__ == "__main__":
    main()
