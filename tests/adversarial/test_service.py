"""The service attacked at its own doors: others' things, the staff's routes, limits, tokens, uploads, hostile texts.

Calls are taken from the app's own table of routes, so a new route is attacked from its first day. All of it runs on
both databases, where races are real.
"""

from __future__ import annotations

import base64
import csv
import gzip
import io
import re
import threading
import zipfile
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import select

from grader.domain.people import Role
from grader.services import enrol
from grader.storage import make_engine, unit_of_work_factory
from grader.storage.tables import Table
from tests.fakes import a_check, a_report
from tests.web.connected import VAULT
from tests.web.pages.browser import Browser, invite, settle
from tests.web.pages.work import HERE
from tests.web.places import NAMES, address, numbers, reaching
from tests.web.school import AUTUMN, EXERCISE, PEOPLE, QUIZ, SPRING, School, body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

AT_ONCE = 20
MARK = "written-by-ada-alone"
BODIES = {"POST": {"source": "x = 1"}, "PUT": {"answer": "6"}, "PATCH": {"name": "x"}}
HOSTILE = (
    "'; DROP TABLE submissions; --",
    "1 OR 1=1",
    "{{7*191}} ${7*191} <%= 7*191 %> #{7*191}",
    "{{ config.items() }}{% for x in ().__class__.__base__.__subclasses__() %}{% endfor %}",
    '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "%s %d {0} {x.__class__} %(password)s",
    "=HYPERLINK(1)",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "../../../../etc/passwd",
    "\u202egnp.exe",
)


@pytest.fixture(scope="module")
def postgres_database(postgres_url: str) -> Iterator[str]:
    """A database of its own: the contract tests of storage empty theirs."""
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE DATABASE attacked")
        yield postgres_url.replace("/postgres?", "/attacked?")
        connection.execute("DROP DATABASE attacked")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    is_file = request.param == "sqlite"
    url = f"sqlite:///{tmp_path / 'attacked.db'}" if is_file else request.getfixturevalue("postgres_database")
    engine = make_engine(url)
    Table.metadata.create_all(engine)
    yield engine
    Table.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def school(engine: Engine) -> School:
    school = School(unit_of_work_factory(engine), vault=VAULT)
    school.outside = reaching(school)
    return school


def things_of(school: School, login: str, mark: str) -> dict[str, str]:
    """Hand in, have it graded, start a quiz and answer; return the numbers that routes may ask for."""
    found = NAMES | {"login": login} | numbers(school, login, source=f"x = '{mark}'")
    url = f"/api/v1/attempts/{found['attempt_id']}/answers/six"
    assert school.client(login).put(url, json={"answer": mark}).status_code == 200
    return found


def calls(app: Flask, asked: str, names: dict[str, str]) -> list[tuple[str, str]]:
    """Return (method, path) of every route of the API whose address has the text *asked* in it.

    Pages have tables of their own, in tests/web/pages.
    """
    found = [
        (method, address(rule.rule, names))
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if asked in rule.rule and rule.rule.startswith("/api/")
    ]
    assert found
    return found


def make(client: FlaskClient, call: tuple[str, str]) -> TestResponse:
    method, path = call
    is_without_body = path.endswith(("/finish", "/attempts"))
    return client.open(path, method=method, json=None if is_without_body else BODIES.get(method))


def at_once(act: Callable[[int], object]) -> None:
    """Have AT_ONCE threads do it, all at the same moment; what one of them raises fails the test."""
    together, failures = threading.Barrier(AT_ONCE), []

    def run(number: int) -> None:
        together.wait()
        try:
            act(number)
        except BaseException as error:  # noqa: BLE001 - of a thread, told below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


@pytest.mark.parametrize("login", ["bob", "cleo", "otto"])
def test_nobody_reaches_a_thing_of_anothers_by_its_number(school: School, login: str) -> None:
    names = things_of(school, "ada", MARK)
    reads = [call for call in calls(school.app(), "<int:", names) if call[0] == "GET" and "events" not in call[1]]
    before = [make(school.client("ada"), call).text for call in reads]
    client = school.client(login)
    answers = {call: make(client, call) for call in calls(school.app(), "<int:", names)}
    refused = {404, 422} | ({403} if login == "bob" else set())  # 422: a body that fits no call is refused unread
    assert {call: answer.status_code for call, answer in answers.items() if answer.status_code not in refused} == {}
    assert not [call for call, answer in answers.items() if MARK in answer.text]
    assert [make(school.client("ada"), call).text for call in reads] == before


@pytest.mark.parametrize("login", ["cleo", "otto", "stranger", "nobody"])
def test_nobody_does_anything_in_a_course_of_others(school: School, login: str) -> None:
    names = things_of(school, "ada", MARK)
    rung = list(school.bell.rung)
    book = school.client("ines").get(f"/api/v1/courses/{SPRING}/gradebook").text
    client = school.client(login)
    answers = {call: make(client, call) for call in calls(school.app(), "<name:course>", names)}
    refused = {404, 415, 422} if login in PEOPLE else {401}  # a body that fits no call is refused unread
    assert {call: answer.status_code for call, answer in answers.items() if answer.status_code not in refused} == {}
    assert school.client("ines").get(f"/api/v1/courses/{SPRING}/gradebook").text == book
    assert school.bell.rung == rung


def test_no_answer_to_a_student_tells_of_another(school: School) -> None:
    things_of(school, "ada", MARK)
    names = things_of(school, "bob", "of-bob")
    client = school.client("bob")
    texts = {call: make(client, call).text for call in calls(school.app(), "/api/", names)}
    assert not [call for call, text in texts.items() if MARK in text or '"ada"' in text or "Ada" in text]
    assert any("of-bob" in text for text in texts.values())


def test_no_answer_to_a_student_tells_what_is_for_the_staff(school: School) -> None:
    names = NAMES | numbers(school) | {"submission_id": str(school.submit("ada"))}
    school.grade(a_report(a_check(staff_message="for-the-staff"), seed_id="for-the-staff", node="for-the-staff"))
    asked = calls(school.app(), "/api/", names)
    texts = {call: make(school.client("ada"), call).text for call in asked}
    assert not [call for call, text in texts.items() if "for-the-staff" in text]
    assert any("for-the-staff" in make(school.client("ines"), call).text for call in asked if call[0] == "GET")


def test_who_walks_through_all_numbers_finds_the_own_things_only(school: School) -> None:
    owners: dict[str, dict[int, str]] = {"submissions": {}, "attempts": {}}
    for login in ("ada", "cleo", "bob", "ada"):
        client, course = school.client(login), PEOPLE[login][0]
        for kind, (url, sent) in {"submissions": (EXERCISE, {"source": "x = 1"}), "attempts": (QUIZ, None)}.items():
            answer = client.post(f"{url.replace(SPRING, course)}/{kind}", json=sent)
            owners[kind][body(answer)["id"]] = login
    for login, (course, role) in PEOPLE.items():
        client, is_staff = school.client(login), role.is_staff
        may_see = {who for who in PEOPLE if who == login or (is_staff and PEOPLE[who][0] == course)}
        for kind, owner in owners.items():
            found = {number for number in range(1, 12) if client.get(f"/api/v1/{kind}/{number}").status_code == 200}
            assert found == {number for number in owner if owner[number] in may_see}


def test_who_is_staff_in_one_course_is_a_student_in_another(school: School) -> None:
    enrol.enrol(school.make_uow(), user=school.users["ines"], course=school.courses[AUTUMN], role=Role.STUDENT)
    sent = school.client("cleo").post(f"{EXERCISE.replace(SPRING, AUTUMN)}/submissions", json={"source": "x = 1"})
    number, ines = body(sent)["id"], school.client("ines")
    assert ines.get(f"/api/v1/submissions/{number}").status_code == 404
    assert ines.get(f"/api/v1/courses/{AUTUMN}/gradebook").status_code == 403
    assert ines.get(f"/api/v1/courses/{SPRING}/gradebook").status_code == 200


@pytest.mark.parametrize("limit", [1, 5])
def test_of_twenty_submissions_at_once_no_more_are_taken_than_the_limit_says(school: School, limit: int) -> None:
    app = school.app(submit_limit=f"{limit} per hour")
    statuses: list[int] = []

    def hand_in(number: int) -> None:
        client = school.sign_in(app, "ada")
        statuses.append(client.post(f"{EXERCISE}/submissions", json={"source": f"x = {number}"}).status_code)

    at_once(hand_in)
    assert sorted(statuses) == [202] * limit + [429] * (AT_ONCE - limit)
    assert len(body(school.client("ada").get(f"{EXERCISE}/submissions"))["submissions"]) == limit
    assert len(set(school.bell.rung)) == len(school.bell.rung) == limit


def test_the_limit_of_submissions_is_one_for_api_and_pages(school: School) -> None:
    settle(school, "ada")
    app = school.app(submit_limit="5 per hour")
    browser = Browser(app.test_client())
    browser.sign_in("ada")
    cookie, page = browser.client.get_cookie("grader"), browser.get(HERE)
    assert cookie is not None
    statuses: list[int] = []

    def hand_in(number: int) -> None:
        if number % 2:
            answer = school.sign_in(app, "ada").post(f"{EXERCISE}/submissions", json={"source": f"x = {number}"})
        else:
            tab = Browser(app.test_client())
            tab.client.set_cookie("grader", cookie.value)
            answer = tab.send(page, HERE, source=f"x = {number}")
        statuses.append(answer.status_code)

    at_once(hand_in)
    assert (statuses.count(429), len(school.bell.rung)) == (AT_ONCE - 5, 5)


def test_of_twenty_who_accept_one_invitation_at_once_one_chooses_the_password(school: School) -> None:
    app, address = school.app(), invite(school, "ada")
    browsers = [Browser(app.test_client()) for _ in range(AT_ONCE)]
    pages = [browser.get(address) for browser in browsers]
    passwords = [f"four plain words {number:02}" for number in range(AT_ONCE)]
    statuses: dict[int, int] = {}

    def accept(number: int) -> None:
        word = passwords[number]
        statuses[number] = browsers[number].send(pages[number], address, password=word, again=word).status_code

    at_once(accept)
    (winner,) = [number for number, status in statuses.items() if status == 200]
    assert sorted(statuses.values()) == [200] + [409] * (AT_ONCE - 1)
    assert [n for n, each in enumerate(browsers) if each.get("/profile").request.path == "/profile"] == [winner]
    assert Browser(school.app().test_client()).sign_in("ada", passwords[winner]).status_code == 200


def test_of_twenty_starts_at_once_one_attempt_comes(school: School) -> None:
    app = school.app()
    numbers: list[int] = []
    at_once(lambda _: numbers.append(body(school.sign_in(app, "ada").post(f"{QUIZ}/attempts"))["id"]))
    assert len(numbers) == AT_ONCE
    assert len(set(numbers)) == 1


def test_an_answer_that_races_the_end_counts_or_is_refused(school: School) -> None:
    app, url = school.app(), f"/api/v1/attempts/{school.start_quiz()}"
    taken: list[int] = []

    def hurry(number: int) -> None:
        client = school.sign_in(app, "ada")
        if number % 4 == 0:
            assert client.post(f"{url}/finish").status_code == 200
        else:
            taken.append(client.put(f"{url}/answers/six", json={"answer": "6"}).status_code)

    at_once(hurry)
    assert set(taken) <= {200, 409}
    points = 1.0 if 200 in taken else 0.0
    assert body(school.client().get(url))["points"] == points
    (quiz,) = body(school.client().get(f"/api/v1/courses/{SPRING}/quizzes"))["quizzes"]
    assert quiz["counts"]["points"] == points


def test_a_token_that_is_nearly_right_opens_nothing(school: School) -> None:
    token = school.tokens["ada"]
    guesses = {
        token[:-1], token + "A", token[1:], token.swapcase(), token.removeprefix("grd_"), token[::-1], f"grd_{token}",
        f"{token}\u200b", token.replace("grd_", "grd-"), f"{token},{school.tokens['ines']}", "grd_", "grd_%", "grd_*",
        "grd_' OR '1'='1", "grd_" + "_" * 43, *(f"grd_{number:043d}" for number in range(100)),
    }  # fmt: skip
    client = school.client("nobody")
    said = {}
    for guess in guesses - {token}:
        header = f"Bearer {guess}".encode().decode("latin-1")
        said[guess] = client.get("/api/v1/courses", headers={"Authorization": header})
    assert {guess for guess, answer in said.items() if answer.status_code != 401} == set()
    alike = {answer.text for guess, answer in said.items() if re.fullmatch(r"grd_[A-Za-z0-9_-]+", guess)}
    assert len(alike) == 1
    assert school.client("ada").get("/api/v1/courses").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        {"query_string": {"token": "TOKEN", "access_token": "TOKEN"}},
        {"headers": {"Cookie": "session=TOKEN; token=TOKEN; Authorization=Bearer TOKEN"}},
        {"headers": {"X-Api-Key": "TOKEN", "X-Auth-Token": "TOKEN", "X-Forwarded-User": "ada", "Remote-User": "ada"}},
        {"headers": {"Authorization": "Basic " + base64.b64encode(b"ada:TOKEN").decode()}},
        {"headers": {"Proxy-Authorization": "Bearer TOKEN"}},
        {"json": {"token": "TOKEN", "login": "ada"}},
    ],
    ids=lambda sent: next(iter(sent)),
)
def test_a_token_opens_nothing_but_in_its_header(school: School, sent: dict[str, Any]) -> None:
    told = {key: {k: v.replace("TOKEN", school.tokens["ada"]) for k, v in value.items()} for key, value in sent.items()}
    assert school.client("nobody").get("/api/v1/courses", **told).status_code == 401


def everything_stored(engine: Engine) -> str:
    with engine.connect() as connection:
        return "\n".join(
            str(tuple(row)) for table in Table.metadata.sorted_tables for row in connection.execute(select(table))
        )


def test_who_reads_the_database_can_sign_in_as_nobody(engine: Engine, school: School) -> None:
    stored = everything_stored(engine)
    assert "ada" in stored
    assert not [login for login, token in school.tokens.items() if token in stored or token[4:] in stored]
    client = school.client("nobody")
    for value in set(re.findall(r"[0-9a-f]{64}", stored)):
        for guess in (value, f"grd_{value}"):
            answer = client.get("/api/v1/courses", headers={"Authorization": f"Bearer {guess}"})
            assert answer.status_code == 401


def login_of(text: str) -> str:
    return re.sub(r"[^!-~]|/", "", text)  # a slash divides an address


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_kept_as_it_is_and_does_nothing(engine: Engine, school: School, text: str) -> None:
    eve = enrol.add_user(school.make_uow(), login=login_of(text), name=text)
    course = enrol.add_course(school.make_uow(), slug="winter", title=text, lesson="channels")
    for user, role in ((eve, Role.STUDENT), (school.users["ines"], Role.INSTRUCTOR)):
        enrol.enrol(school.make_uow(), user=user, course=course, role=role)
    school.users["eve"], source = eve, f"# {text}\nx = 1"
    school.tokens["eve"] = school.new_token("eve")
    client = school.client("eve")
    sent = client.post("/api/v1/courses/winter/exercises/pointwise-conv/submissions", json={"source": source})
    check = a_check(message=text, printed=text, title=text, hint=text)
    school.grade(a_report(check))
    answer = client.get(f"/api/v1/submissions/{body(sent)['id']}")
    shown = body(answer)
    assert (shown["source"], shown["student"]["name"]) == (source, text)
    told = shown["report"]["checks"][0]
    assert [told[field] for field in ("message", "printed", "title", "hint")] == [text] * 4
    assert body(client.get("/api/v1/courses"))["courses"][0]["title"] == text
    assert "1337" not in answer.text
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/json", "nosniff")
    assert len(everything_stored(engine).splitlines()) > len(PEOPLE)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_name_is_no_formula_in_the_gradebook(school: School, text: str) -> None:
    eve = enrol.add_user(school.make_uow(), login=login_of(text), name=text)
    enrol.enrol(school.make_uow(), user=eve, course=school.courses[SPRING], role=Role.STUDENT)
    answer = school.client("ines").get(f"/api/v1/courses/{SPRING}/gradebook.csv")
    cells = [cell for line in csv.reader(io.StringIO(answer.text)) for cell in line]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["../../owned.py", "/owned.py", "..\\..\\owned.py", "a\r\nX-Owned: 1.py", "owned.py/"])
def test_a_files_name_leads_nowhere(school: School, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    here = tmp_path / "a" / "b" / "c"
    here.mkdir(parents=True)
    monkeypatch.chdir(here)
    sent = {"file": (io.BytesIO(b"x = 1"), name)}
    answer = school.client().post(f"{EXERCISE}/submissions", data=sent, content_type="multipart/form-data")
    assert answer.status_code in {202, 422}
    assert "owned" not in answer.text + str(answer.headers).lower()
    assert [path for path in tmp_path.rglob("*") if "owned" in path.name] == []


def a_zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../owned.py", bytes(50_000_000))
    return packed.getvalue()


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        (a_zip_bomb(), {"Content-Type": "text/x-python"}),
        (gzip.compress(bytes(50_000_000)), {"Content-Type": "text/x-python", "Content-Encoding": "gzip"}),
        (gzip.compress(b'{"source": "x = 1"}'), {"Content-Type": "application/json", "Content-Encoding": "gzip"}),
    ],
    ids=["a zip", "gzip", "JSON in gzip"],
)
def test_nothing_is_unpacked(school: School, data: bytes, headers: dict[str, str]) -> None:
    answer = school.client().post(f"{EXERCISE}/submissions", data=data, headers=headers)
    assert answer.status_code in {400, 415, 422}
    assert school.bell.rung == []
