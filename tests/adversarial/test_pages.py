"""The pages attacked: by strangers, by other sites in a student's browser, by students, through what students write.

Calls are taken from the app's own table of routes, so a new page is attacked from its first day; a new attack is one
more row. Races are in test_service.py, on real databases; who may see what is in tests/web/pages/test_access.py.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.exercise import Visibility
from grader.domain.people import Role, Scope
from grader.domain.quiz_policy import Reveal
from grader.domain.report import Outcome
from grader.services import enrol, tokens
from grader.web import limits
from grader.web.context import context_of
from grader.web.streams import MOST_OF_ONE
from tests.adversarial.test_inert_text import TEXT, acts
from tests.fakes import NOON, a_check, a_quiz, a_report
from tests.web.connected import connected_school
from tests.web.pages.browser import Browser, forms, invite, settle, signed_in
from tests.web.pages.quizzing import about, begin, finish, put, school_with, send
from tests.web.pages.work import DRAFT, HERE, HISTORY, hand_in, number_in
from tests.web.places import NAMES, address, numbers
from tests.web.school import CLOSES, SPRING, School

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

SAFE = {"GET", "HEAD", "OPTIONS"}
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data"


ELSEWHERE = ("/lti/", "/hooks/")
"""Where other sites send by right: attacked in tests/lms, by messages without a signature and with a stolen one."""


@pytest.fixture
def school() -> Iterator[School]:
    """Give a school that other systems are connected to."""
    with connected_school() as school:
        yield school


@pytest.fixture
def ada(school: School) -> Browser:
    return signed_in(school)


def calls(school: School, names: dict[str, str], *, api: bool = False) -> list[tuple[str, str]]:
    """Return (method, path) of every page and form, or of the API."""
    return [
        (method, address(rule.rule, names))
        for rule in school.app().url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if rule.rule.startswith("/api/") == api and rule.rule != "/healthz" and not rule.rule.startswith(ELSEWHERE)
    ]


def things_of_ada(school: School) -> dict[str, str]:
    """Return names for every place of every route."""
    secret = invite(school, "ada").rpartition("/")[2]
    return NAMES | {"secret": secret} | numbers(school)


class TestSecrets:
    """Each kind of secret opens its own door alone, wherever it is shown."""

    def secret(self, school: School, scope: Scope) -> str:
        return tokens.issue(school.make_uow(), school.clock, user=school.users["ada"], name="x", scope=scope)[1]

    @pytest.mark.parametrize(
        ("scope", "as_bearer", "as_cookie", "as_invitation"),
        [
            (Scope.EVERYTHING, 200, "/sign-in", 409),
            (Scope.READ, 200, "/sign-in", 409),
            (Scope.SESSION, 401, "/profile", 409),
            (Scope.INVITATION, 401, "/sign-in", 200),
        ],
    )
    def test_a_secret_opens_its_own_door_alone(
        self, school: School, scope: Scope, as_bearer: int, as_cookie: str, as_invitation: int
    ) -> None:
        secret, browser = self.secret(school, scope), Browser(school.app().test_client())
        bearer = {"Authorization": f"Bearer {secret}"}
        assert browser.client.get("/api/v1/courses", headers=bearer).status_code == as_bearer
        assert browser.client.get("/profile", headers=bearer).status_code == 303
        assert browser.get(f"/invitation/{secret}").status_code == as_invitation
        with browser.client.session_transaction() as cookie:  # as if the cookie could be forged
            cookie["secret"] = secret
        assert browser.get("/profile").request.path == as_cookie

    def test_a_token_for_looking_changes_nothing(self, school: School) -> None:
        client = school.app().test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {self.secret(school, Scope.READ)}"
        changes = [call for call in calls(school, things_of_ada(school), api=True) if call[0] not in SAFE]
        assert len(changes) > 3
        assert {client.open(path, method=method, json={}).status_code for method, path in changes} == {403}

    def test_no_log_tells_an_invitation(self, school: School, caplog: pytest.LogCaptureFixture) -> None:
        address = invite(school, "ada")

        def broken() -> Any:  # noqa: ANN401 - never returns
            raise RuntimeError("a fault of ours")

        with caplog.at_level(logging.ERROR):
            assert school.app(make_uow=broken).test_client().get(address).status_code == 500
        assert "/invitation/<name:secret> failed" in caplog.text
        assert address.rpartition("/")[2] not in caplog.text

    @pytest.mark.parametrize("path", ["/profile/password", "/sign-in"])
    def test_a_password_is_guessed_no_faster_from_within(self, school: School, path: str) -> None:
        ada = signed_in(school, sign_in_limit="3 per minute")
        page = ada.get("/profile")
        guess = {"old": "wrong", "new": "x", "again": "x", "login": "ada", "password": "wrong"}
        token = forms(page)["/profile/password"].fields["csrf_token"][0]
        found = [ada.client.post(path, data={**guess, "csrf_token": token}).status_code for _ in range(4)]
        assert found[:3] in ([422] * 3, [401] * 3)
        assert found[3] == 429


class TestOtherSites:
    """What another site can make a reader's browser send: it has the cookie, but no token of ours."""

    WAYS: tuple[tuple[str, dict[str, Any]], ...] = (
        ("without a token", {"data": {}}),
        ("with an empty one", {"data": {"csrf_token": ""}}),
        ("with one of before signing in", {"data": {"csrf_token": "BEFORE"}}),
        ("with one of another reader", {"data": {"csrf_token": "FOREIGN"}}),
        ("with one of another reader in the header", {"headers": {"X-CSRFToken": "FOREIGN"}}),
        ("with our own in the address", {"query_string": {"csrf_token": "OWN"}}),
        ("as text", {"data": "csrf_token=OWN", "content_type": "text/plain"}),
        ("as JSON", {"json": {"csrf_token": "OWN"}}),
        ("by another method", {"data": {"_method": "GET"}, "headers": {"X-HTTP-Method-Override": "GET"}}),
        ("as a script of another site", {"headers": {"Origin": "https://evil.example", "HX-Request": "true"}}),
    )

    @pytest.mark.parametrize("sent", [sent for _, sent in WAYS], ids=[name for name, _ in WAYS])
    def test_nothing_is_changed_by_what_another_site_sends(self, school: School, sent: dict[str, Any]) -> None:
        names, ada, bob = things_of_ada(school), Browser(school.app().test_client()), signed_in(school, "bob")
        settle(school, "ada")
        known = {"BEFORE": token_in(ada.get("/sign-in"))}
        ada.sign_in("ada")
        known |= {"OWN": token_in(ada.get("/profile")), "FOREIGN": token_in(bob.get("/profile"))}
        told = re.sub("|".join(known), lambda found: known[found[0]], repr(sent))
        changes = [call for call in calls(school, names) if call[0] not in SAFE]
        assert len(changes) > 10
        answers = {path: ada.client.open(path, method=method, **eval(told)) for method, path in changes}  # noqa: S307
        assert {path: answer.status_code for path, answer in answers.items() if answer.status_code != 400} == {}
        assert ada.get("/profile").request.path == "/profile"

    def test_no_page_lets_another_site_look_frame_or_keep_it(self, school: School, ada: Browser) -> None:
        for method, path in calls(school, things_of_ada(school)):
            answer = ada.client.open(path, method=method, headers={"Origin": "https://evil.example"})
            headers = answer.headers
            assert not [name for name in headers.keys() if name.lower().startswith("access-control-")]  # noqa: SIM118
            assert "frame-ancestors 'none'" in headers["Content-Security-Policy"] or "sandbox" in str(headers)
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Cross-Origin-Resource-Policy"] == "same-origin"

    @pytest.mark.parametrize("path", ["/static/base.css", "/courses/spring/figures/six.svg", "/profile", "/nothing"])
    def test_what_a_cache_may_keep_holds_nobodys_cookie(self, ada: Browser, path: str) -> None:
        answer = ada.client.get(path)
        assert "Set-Cookie" not in answer.headers
        assert "no-store" in answer.headers["Cache-Control"] or path.endswith((".css", ".svg"))
        assert "public" not in answer.headers["Cache-Control"] or path.startswith("/static/")

    @pytest.mark.parametrize("url", ["", "https://grader.example.edu"])
    def test_a_poisoned_host_leads_nobody_away(self, school: School, url: str) -> None:
        settle(school, "ada")
        client, evil = school.app(url=url).test_client(), {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
        assert client.get("/profile", headers=evil).headers["Location"].startswith("/sign-in")
        page = client.get("/sign-in", headers=evil)
        assert "evil.example" not in page.text
        assert page.headers["Cache-Control"] == "no-store"

    @pytest.mark.parametrize(
        "path",
        [
            "/static/../look.py", "/static/%2e%2e/look.py", "/static/..%2f..%2fsettings.py", "/static//etc/passwd",
            "/static/..\\look.py", "/static/vendor/..%5c..%5clook.py", "/static/base.css%00.py",
            "/courses/spring/figures/..%2f..%2flesson.md", "/courses/spring/figures/%2fetc%2fpasswd",
        ],
    )  # fmt: skip
    def test_no_address_leads_to_another_file(self, ada: Browser, path: str) -> None:
        assert ada.get(path).status_code == 404

    @pytest.mark.parametrize("given", ["../../etc/passwd", "en;q=", ";;;", "*", "a," * 4000, "a-" * 4000, "é"])
    def test_no_language_is_a_file_or_takes_long(self, ada: Browser, given: str) -> None:
        page = ada.client.get("/profile", headers={"Accept-Language": given.encode().decode("latin-1")})
        assert (page.status_code, '<html lang="en"' in page.text) == (200, True)


def token_in(page: TestResponse) -> str:
    return next(iter(forms(page).values())).fields["csrf_token"][0]


class TestWordsOfStudents:
    """Whatever a student writes is words to whoever reads it."""

    @pytest.fixture
    def pages(self) -> dict[str, str]:
        """Every page that shows words of Eve's, to her and to the staff."""
        school = school_with(a_quiz(answers=Reveal.AFTER_ATTEMPT))
        eve = enrol.add_user(school.make_uow(), login="eve", name=TEXT[:200])
        enrol.enrol(school.make_uow(), user=eve, course=school.courses[SPRING], role=Role.STUDENT)
        school.users["eve"] = eve
        browser, staff = signed_in(school, "eve"), signed_in(school, "ines")
        first = number_in(hand_in(browser, f"x = r'''{TEXT}'''".replace("\r", "")))
        words = {"message": TEXT, "printed": TEXT, "staff_message": TEXT}
        school.grade(a_report(a_check(outcome=Outcome.WRONG, points=0, detail=shown_numbers(), **words)))
        last = number_in(hand_in(browser, f"# {TEXT}".replace("\r", "")))
        attempt = begin(browser)
        answered = put(browser, attempt, "six", TEXT)
        over = finish(browser, send(browser, attempt, six=TEXT, seven=TEXT)).request.path
        ways = (f"/submissions/{first}", f"/submissions/{first}/live", f"/submissions/{first}/diff/{last}", over)
        named = browser.send(browser.get("/profile"), "/profile/tokens", name=TEXT[:200], scope="read", days="7")
        found = {f"{who} {path}": reader.get(path).text for path in ways for who, reader in ((1, browser), (2, staff))}
        own = {path: browser.get(path).text for path in (HISTORY, "/courses/spring/quizzes/weights", "/courses/spring")}
        return {**found, **own, "/profile": named.text, "saved": answered.text}

    def test_nothing_in_them_acts(self, pages: dict[str, str]) -> None:
        assert len(pages) == 13
        for path, text in pages.items():
            assert "<script>alert" not in text, path
            assert "<img src=x" not in text, path
            seen = re.sub(r"<bdi>.*?</bdi>", "", text, flags=re.DOTALL)  # no name turns what stands around it
            seen = re.sub(r'<input type="hidden"[^>]*>|aria-label="Revoke [^"]*"|“[^”]*”', "", seen)
            assert not acts(seen), path

    def test_they_can_be_read(self, pages: dict[str, str]) -> None:
        assert sum("&lt;script&gt;alert(1)" in text for text in pages.values()) > 8
        assert sum("\\u202e" in text for text in pages.values()) > 5

    @pytest.mark.parametrize("source", ["x = = '\u202e'", "def f(:  # \x1b[2J", "'\u2028' x"])
    def test_a_refused_source_is_quoted_without_what_acts(self, ada: Browser, source: str) -> None:
        page = hand_in(ada, source)
        problem = re.search(r'role="alert" id="problem">([^<]*)<', page.text)
        assert page.status_code == 422
        assert problem
        assert not acts(problem[1])


def shown_numbers() -> dict[str, object]:
    pair = {"index": [TEXT], "got": TEXT, "expected": TEXT}
    return {"shape": [TEXT, 1], "pairs": [pair], "heat": {"cells": [[TEXT]], "axes": [{"axis": TEXT}]}}


class TestWhatIsHidden:
    """No page, part, event or error tells a student what is for the staff, or for later."""

    SECRET = "for-the-staff"  # noqa: S105 - what must not be found

    def test_no_page_tells_a_student_what_is_hidden(self, school: School, ada: Browser) -> None:
        hidden = {"staff_message": self.SECRET, "printed": self.SECRET, "detail": {"pairs": [{"got": self.SECRET}]}}
        checks = [
            a_check(name=self.SECRET, visibility=each, misconception=self.SECRET, outcome=Outcome.WRONG, **hidden)
            for each in (Visibility.HIDDEN, Visibility.AFTER_DUE)
        ]
        names = {**things_of_ada(school), "submission_id": str(school.submit("ada"))}
        school.grade(a_report(*checks, seed_id=self.SECRET, node=self.SECRET, misconception=self.SECRET))
        asked = [path for method, path in calls(school, names) if method == "GET"]
        assert not [path for path in asked if self.SECRET in ada.get(path).text]
        assert any(self.SECRET in signed_in(school, "ines").get(path).text for path in asked)

    @pytest.mark.parametrize("policy", Reveal)
    def test_no_page_tells_a_right_answer_that_can_still_be_given(self, policy: Reveal) -> None:
        quiz = a_quiz(answers=policy, attempts=2)
        told = ("Twice three", "One more than six")
        ada = signed_in(school_with(quiz))
        page = begin(ada)
        if policy is not Reveal.AFTER_EACH:
            texts = [
                put(ada, page, "six", "6").text,
                send(ada, page, six="6").text,
                ada.get(f"{page.request.path}/finish").text,
            ]
            assert not [text for text in texts if any(each in text for each in told)]
        over = finish(ada, page, six="5", seven="8")
        assert "Right is" not in over.text
        assert not [each for each in told if each in about(over, "six") + about(over, "seven")]


class TestFloods:
    """What a student, or a stranger, can ask for too often, or too much of."""

    def test_nobody_saves_faster_than_any_page_does(self, school: School) -> None:
        ada, bob = signed_in(school, change_limit="5 per minute"), signed_in(school, "bob")
        token = token_in(ada.get("/profile"))
        sent = {"data": {"source": "x"}, "headers": {"X-CSRFToken": token, "HX-Request": "true"}}
        found = [ada.client.put(DRAFT, **sent) for _ in range(7)]
        assert [answer.status_code for answer in found] == [200] * 5 + [429] * 2
        assert int(found[-1].headers["Retry-After"]) > 0
        assert ada.get(HERE).status_code == 200
        assert bob.send(bob.get("/profile"), "/theme", theme="dark").status_code == 200

    def test_the_api_and_the_pages_count_changes_together(self, school: School) -> None:
        app = school.app(change_limit="2 per minute")
        client, ada = school.sign_in(app, "ada"), Browser(app.test_client())
        settle(school, "ada")
        ada.sign_in("ada")
        for _ in range(2):
            assert client.post("/api/v1/courses/spring/quizzes/weights/attempts").status_code == 201
        assert ada.send(ada.get("/profile"), "/theme", theme="dark").status_code == 429

    def test_one_reader_leaves_places_for_others(self, school: School) -> None:
        streams = context_of(school.app(streams=MOST_OF_ONE + 1)).streams
        assert [streams.enter("ada") for _ in range(MOST_OF_ONE + 1)] == [True] * MOST_OF_ONE + [False]
        assert [streams.enter(who) for who in ("bob", "cleo")] == [True, False]
        streams.leave("ada")
        assert streams.enter("cleo")

    FORMS = (
        ("a large one of a stranger", "nobody", HERE, {"data": "source=" + "x" * 100_000}, 413),
        ("one of many fields of a stranger", "nobody", "/sign-in", {"data": "a=1&" * 10_000}, 413),
        ("one of many fields", "ada", HERE, {"data": "a=1&" * 100_000}, 413),
        ("one of many empty fields", "ada", DRAFT, {"data": "&" * 1_000_000}, 413),
        ("a large one where none is due", "ada", "/theme", {"data": "a=" + "x" * 100_000}, 413),
        ("one larger than any source", "ada", HERE, {"data": "a=" + "x" * 5_000_000}, 413),
        ("one of many parts", "ada", HERE, {"data": {f"a{n}": "1" for n in range(2000)}, "content_type": PARTS}, 413),
        (
            "one without an end",
            "ada",
            HERE,
            {"data": "--x\r\n" + "A: b\r\n" * 9000, "content_type": f"{PARTS}; boundary=x"},
            400,
        ),
    )

    @pytest.mark.parametrize(
        ("login", "path", "sent", "status"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS]
    )
    def test_a_form_that_costs_much_is_refused(
        self, school: School, login: str, path: str, sent: dict[str, Any], status: int
    ) -> None:
        browser = Browser(school.app().test_client()) if login == "nobody" else signed_in(school, login)
        assert browser.client.post(path, **{"content_type": FORM, **sent}).status_code == status

    @pytest.mark.parametrize("parts", [["7"] + [""] * 3000, ["7" * 1001] * 2])
    def test_an_answer_of_many_parts_is_refused(self, ada: Browser, parts: list[str]) -> None:
        assert put(ada, begin(ada), "six", *parts).status_code in {413, 422}

    def test_who_hands_in_often_fills_no_memory_with_a_list(self, school: School) -> None:
        school.submit("ada", "x = 'a source'")
        with school.make_uow().reading() as uow:
            enrolment = uow.enrolments.find(school.users["ada"].id, school.courses[SPRING].id)
            assert enrolment is not None
            assert "a source" not in repr(uow.submissions.of_enrolment(enrolment.id))

    def test_who_makes_up_logins_fills_no_memory(self) -> None:
        now = [0.0]
        limit = limits.Limit("10 per minute", "tries", monotonic=lambda: now[0])
        for number in range(10_000):
            limit.count(f"login{number}")
            now[0] += 0.1
        assert len(limit) <= 601


def test_what_is_due_later_opens_then_and_not_before(school: School, ada: Browser) -> None:
    number = number_in(hand_in(ada, "x = 1"))
    school.grade(
        a_report(replace(a_check(printed="for-later", outcome=Outcome.WRONG), visibility=Visibility.AFTER_DUE))
    )
    school.clock.advance(seconds=(CLOSES - NOON).total_seconds() - 1)
    assert "for-later" not in signed_in(school).get(f"/submissions/{number}").text
    school.clock.advance(seconds=1)
    assert "for-later" in signed_in(school).get(f"/submissions/{number}").text
