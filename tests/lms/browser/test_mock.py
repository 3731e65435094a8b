"""A whole launch in Chromium from somebody else's LMS: `lti-provider-mock`, in an environment of its own.

Its links are of no item, its people of no role, and it lends no gradebook: who comes is a student of the course.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from grader.domain.people import Role
from grader.lms.outgoing import Outgoing
from tests.fakes import NOON
from tests.lms.browser.lms import served
from tests.lms.launches import databases
from tests.lms.launches.campus import Campus
from tests.web.school import SPRING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.timeout(300)

PYTHON = Path(__file__).parents[3] / "build" / "lms-mock" / "bin" / "python"
_PERSON = {"id": "u-1", "given_name": "Grace", "family_name": "Hopper", "email": "grace@navy.example"}
_KEY = "mock"


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Campus]:
    """With the time that it is, and with what really asks other hosts."""
    if not PYTHON.exists():
        pytest.skip("lti-provider-mock is missing: make lms-mock. LAUNCHES FROM IT ARE NOT TESTED")
    with databases.sqlite(tmp_path) as engine:
        campus = Campus(engine, Outgoing(["127.0.0.1"]))
        campus.clock.advance(seconds=(datetime.now(UTC) - NOON).total_seconds())
        yield campus


@contextmanager
def _mock(home: str, folder: Path) -> Iterator[str]:
    """Run the mock for the tool at *home*; give its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url, ours = f"http://127.0.0.1:{port}", f"{home}/lti/{_KEY}"
    told = {
        "USERS": json.dumps([_PERSON]),
        "COURSES": json.dumps([{"id": "c-1", "name": "Networks"}]),
        "LTI": json.dumps({"iss": url, "login_url": f"{ours}/login", "launch_url": f"{ours}/launch"}),
    }
    environment = {"PATH": os.environ["PATH"], **{f"LTI_PROVIDER_MOCK__{name}": value for name, value in told.items()}}
    command = [str(PYTHON), "-m", "uvicorn", "lti_provider_mock.server:app", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "mock.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(process, port, folder / "mock.log")
        yield url
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def mock(campus: Campus, tmp_path: Path) -> Iterator[str]:
    with served(campus) as home, _mock(home, tmp_path) as url:
        addresses = {"auth_url": f"{url}/authorize", "jwks_url": f"{url}/jwks", "token_url": f"{url}/token"}
        campus.connect(SPRING, _KEY, issuer=url, client_id="lti-provider-mock", **addresses)
        yield url


@pytest.fixture
def page(chromium: Browser, mock: str) -> Iterator[Page]:
    """Return a window in which Grace has signed in at the mock."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{mock}/login")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Networks").wait_for()
    yield page
    context.close()


def _is_in(campus: Campus) -> bool:
    (login,) = [login for login in campus.people() if login.startswith("grace-hopper-")]
    return campus.people()[login].role is Role.STUDENT


def test_a_link_of_the_mock_opens_the_course(campus: Campus, page: Page) -> None:
    page.get_by_role("link", name="Networks").click()
    page.wait_for_url(f"**/courses/{SPRING}")
    assert page.url.startswith("http://localhost:")
    expect(page.locator("header.top")).to_contain_text("Grace Hopper")
    assert _is_in(campus)
    (context,) = campus.contexts()
    assert (context.key, context.title, context.deployment) == ("c-1", "Networks", "1")


def test_who_comes_from_the_mock_twice_is_the_same(campus: Campus, mock: str, page: Page) -> None:
    for _ in range(2):
        page.goto(f"{mock}/courses/c-1")
        page.wait_for_url(f"**/courses/{SPRING}")
    assert _is_in(campus)


def test_a_link_of_the_mock_works_in_a_frame_of_its_page(campus: Campus, mock: str, page: Page) -> None:
    page.goto(f"{mock}/courses")
    page.evaluate("document.body.append(Object.assign(document.createElement('iframe'), {src: '/courses/c-1'}))")
    frame = page.frame_locator("iframe")
    expect(frame.locator("header.top")).to_contain_text("Grace Hopper")
    assert page.url.startswith(mock)
    cookies = {cookie["name"]: cookie.get("partitionKey") for cookie in page.context.cookies()}
    assert cookies["grader-lms"] == "http://127.0.0.1"
    assert _is_in(campus)
