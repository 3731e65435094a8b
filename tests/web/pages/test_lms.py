"""Pages about LMSes: connect in two steps, test, make a code, read people, make columns, compare, remove."""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction
from functools import partial
from html import unescape
from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Filter
from grader.domain.lms.delivery import DeliveryState
from grader.domain.lms.platform import Context, Family, Member
from grader.domain.people import Role
from grader.lms.outgoing import Reply
from grader.services import enrol, platforms
from tests.lms.campus import Campus, a_draft, opened
from tests.lms.platform import CLIENT, HOST, ITEMS, KEYS, TOKEN, Score
from tests.web.pages.browser import Browser, forms, signed_in
from tests.web.pages.work import HOSTILE, counted
from tests.web.school import SPRING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from werkzeug.test import TestResponse

LMS = "/courses/spring/staff/lms"
NEW, CODE = f"{LMS}/new", f"{LMS}/code"
ADA = "/courses/spring/staff/students/ada"
THEIRS = {"client_id": CLIENT, "issuer": HOST, "auth_url": f"{HOST}/auth", "token_url": TOKEN, "jwks_url": KEYS}
MEMBERS = [
    {"user_id": "sub-ada", "name": "Ada", "roles": ["Learner"], "status": "Active"},
    {"user_id": "sub-eve", "name": "Eve", "email": "eve@x.example", "roles": ["Learner"], "status": "Active"},
]


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Campus]:
    with opened(tmp_path) as found:
        yield found


def browser(campus: Campus, login: str = "ines", **changes: object) -> Browser:
    return signed_in(campus.school, login, **(campus.services | {"url": ""} | changes))


@pytest.fixture
def ines(campus: Campus) -> Browser:
    return browser(campus)


@pytest.fixture
def course(campus: Campus) -> Context:
    """A course of a platform's that has opened us."""
    return campus.launched(campus.connect())


def text_of(page: TestResponse) -> str:
    """Return what a page says, as one line."""
    main = page.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def at(context: Context) -> str:
    return f"{LMS}/courses/{context.id}"


class TestConnecting:
    def test_four_addresses_are_copied_then_theirs_are_pasted(self, campus: Campus, ines: Browser) -> None:
        page = ines.send(ines.get(NEW), NEW, family="moodle", site=f"{HOST}/", name="")
        assert page.request.path == f"{LMS}/platforms/1"
        key = re.search(r"/lti/(\w{24})/login", page.text)
        assert key
        copied = dict(re.findall(r'<code id="copy-(\w+)">([^<]+)</code>', page.text))
        assert copied == {
            "login": f"http://localhost/lti/{key[1]}/login",
            "launch": f"http://localhost/lti/{key[1]}/launch",
            "keys": "http://localhost/lti/jwks",
            "home": "http://localhost",
        }
        assert len(re.findall(r'<button[^>]+data-copy="copy-\w+"', page.text)) == 4
        assert "there: Initiate login URL" in text_of(page)
        form = forms(page)[page.request.path].fields
        assert (form["issuer"], form["auth_url"], form["client_id"]) == ([HOST], [f"{HOST}/mod/lti/auth.php"], [""])
        page = ines.send(page, page.request.path, **THEIRS, deployments="1, 2")
        assert "Now open a link to this service" in page.text
        assert forms(page)[page.request.path].fields["deployments"] == ["1, 2"]
        with campus.school.make_uow().reading() as uow:
            (platform,) = uow.platforms.of_course(campus.school.courses[SPRING].id)
        assert (platform.is_finished, platform.deployments, platform.key) == (True, ("1", "2"), key[1])

    def test_addresses_are_below_grader_url(self, campus: Campus) -> None:
        platform, ines = campus.connect(), browser(campus, url="http://grader.example.edu:8000")
        page = ines.get(f"{LMS}/platforms/{platform.id}")
        assert f">http://grader.example.edu:8000/lti/{platform.key}/launch<" in page.text

    def test_what_is_refused_stands_beside_its_field_and_is_kept(self, ines: Browser, campus: Campus) -> None:
        page = ines.send(ines.get(NEW), NEW, family="moodle", site="moodle.example")
        assert (page.status_code, 'id="wrong-site"' in page.text) == (422, True)
        assert forms(page)[NEW].fields["site"] == ["moodle.example"]
        platform = campus.connect()
        here = f"{LMS}/platforms/{platform.id}"
        page = ines.send(ines.get(here), here, jwks_url="ftp://x.example", client_id="other")
        assert (page.status_code, 'id="wrong-jwks_url"' in page.text) == (422, True)
        assert forms(page)[here].fields["client_id"] == ["other"]

    def test_without_the_operators_settings_it_is_said_what_is_missing(self, campus: Campus) -> None:
        page = signed_in(campus.school, "ines").get(LMS)
        assert "sets GRADER_LMS_SECRET" in page.text
        assert "sets GRADER_URL" in browser(campus).get(LMS).text

    def test_a_connection_is_tested_and_the_step_that_fails_is_told(self, campus: Campus, ines: Browser) -> None:
        platform = campus.connect()
        here = f"{LMS}/platforms/{platform.id}"
        said = text_of(ines.press(ines.get(here), f"{here}/check#test", f"{here}/check"))
        assert "✓ Its keys can be read : works ✓ It gives us a token" in said
        assert "✗ A course of it has opened us : does not work No course of it has opened us yet" in said
        campus.launched(platform)
        said = text_of(ines.press(ines.get(here), f"{here}/check#test", f"{here}/check"))
        assert "The connection works." in said
        assert "✗" not in said

    def test_a_removed_lms_is_gone(self, campus: Campus, ines: Browser) -> None:
        here = f"{LMS}/platforms/{campus.connect().id}"
        page = ines.send(ines.get(here), f"{here}/remove")
        assert (page.request.path, "The LMS is removed" in page.text) == (LMS, True)
        assert "None is connected" in page.text
        assert ines.get(here).status_code == 404

    def test_a_code_is_shown_once_with_the_address_that_registers(self, campus: Campus, ines: Browser) -> None:
        page = ines.send(ines.get(LMS), CODE)
        code = re.findall(r'<code id="copy-code">([^<]+)</code>', page.text)[0]
        assert f'<code id="copy-address">http://localhost/lti/register/{code}</code>' in page.text
        assert code not in ines.get(LMS).text
        assert "openid_configuration" in ines.client.get(f"/lti/register/{code}").text  # ours; no platform asks
        with campus.school.make_uow().reading() as uow:
            entries = uow.audit.of_course(campus.school.courses[SPRING].id, Filter(deed="lms"), 9)
        assert [entry.deed for entry in entries] == ["lms.code_made"]
        assert code not in repr(entries)


class TestOverview:
    def test_connected_courses_and_platforms_are_listed_with_how_they_are(self, campus: Campus, ines: Browser) -> None:
        campus.launched(campus.connect(), title="Deep <i>learning</i>")
        campus.launched(campus.shared(name="All of us", family=Family.CANVAS), title="Shared")
        platforms.begin(
            campus.school.make_uow(),
            campus.school.clock,
            user=campus.school.users["ines"],
            course_slug=SPRING,
            draft=a_draft(name="Half", client_id=""),
        )
        said = text_of(ines.get(LMS))
        assert "Deep <i>learning</i> Moodle, Campus Columns none yet" in said
        assert "Shared Canvas, All of us" in said
        assert "Half Moodle" in said
        assert "not finished" in said
        assert 'href="/courses/spring/staff/lms" aria-current="page"' in ines.get(LMS).text

    def test_an_assistant_looks_and_is_shown_no_button_that_would_be_refused(
        self, campus: Campus, course: Context
    ) -> None:
        tess, column = browser(campus, "tess"), campus.column(course)
        for path in (LMS, f"{LMS}/platforms/1", at(course)):
            page = tess.get(path)
            assert page.status_code == 200
            assert not [action for action in forms(page) if "/staff/lms" in action], path
        assert column.label in tess.get(at(course)).text

    def test_what_others_write_acts_nowhere(self, campus: Campus, ines: Browser) -> None:
        context = campus.launched(campus.connect(), title=HOSTILE)
        campus.column(context, label=HOSTILE)
        for path in (LMS, f"{LMS}/platforms/1", at(context), ADA):
            page = ines.get(path).text
            assert "<script>alert" not in page, path
            assert "<img src=x" not in page, path
            assert not re.search("[\u202e\x1b\x07]", page), path


class TestPeople:
    def test_the_list_is_read_and_what_it_did_is_told(self, campus: Campus, ines: Browser, course: Context) -> None:
        campus.lms.members = MEMBERS
        page = ines.press(ines.get(at(course)), f"{at(course)}/sync#people", f"{at(course)}/sync")
        assert page.status_code == 200
        assert re.search(r"1 \w+", text_of(page))
        assert "Eve" in ines.get("/courses/spring/staff/roster").text
        assert "Read <time" in ines.get(at(course)).text

    def test_a_list_that_can_not_be_read_says_why(self, campus: Campus, ines: Browser, course: Context) -> None:
        campus.lms.wrong = lambda _method, _url: Reply(503)
        page = ines.press(ines.get(at(course)), f"{at(course)}/sync#people", f"{at(course)}/sync")
        assert (page.status_code, 'role="alert"' in page.text, "503" in page.text) == (409, True, True)

    def test_a_list_of_which_most_are_gone_is_taken_only_if_it_is_said(
        self, campus: Campus, ines: Browser, course: Context
    ) -> None:
        action, path = f"{at(course)}/sync#people", f"{at(course)}/sync"
        campus.lms.members = MEMBERS
        ines.press(ines.get(at(course)), action, path)
        campus.lms.members = []
        page = ines.press(ines.get(at(course)), action, path)
        assert (page.status_code, 'name="many"' in page.text) == (409, True)
        assert ines.press(page, action, path, many="on").status_code == 200


class TestColumns:
    def make(self, ines: Browser, course: Context, *items: str) -> TestResponse:
        return ines.send(ines.get(at(course)), f"{at(course)}/columns", item=list(items))

    def test_columns_are_made_for_what_is_picked(self, campus: Campus, ines: Browser, course: Context) -> None:
        page = self.make(ines, course, "exercise:pointwise-conv", "quiz:weights")
        assert "2 columns are there" in page.text
        assert [item["resourceId"] for item in campus.lms.items.values()] == [
            "exercise:pointwise-conv",
            "quiz:weights",
        ]
        assert f"{at(course)}/columns" not in forms(page)  # nothing is missing

    @pytest.mark.parametrize("items", [(), ("exercise:nothing",), ("made-up",), ("x:y",)])
    def test_what_is_not_there_is_refused(
        self, campus: Campus, ines: Browser, course: Context, items: tuple[str, ...]
    ) -> None:
        page = self.make(ines, course, *items)
        assert (page.status_code, 'role="alert"' in page.text) == (422, True)
        assert campus.lms.items == {}

    def test_a_column_is_let_go(self, campus: Campus, ines: Browser, course: Context) -> None:
        column = campus.column(course)
        page = ines.send(ines.get(at(course)), f"{at(course)}/columns/{column.id}/remove")
        assert column.label not in text_of(page).partition("Make columns")[0]


class TestScores:
    def graded(self, campus: Campus, course: Context) -> None:
        campus.column(course)
        campus.school.set_grade("ada", 3)

    def test_what_differs_is_shown_and_sent_again(self, campus: Campus, ines: Browser, course: Context) -> None:
        self.graded(campus, course)
        campus.lms.scores[f"{ITEMS}/1", "sub-ada"] = Score(campus.school.clock.now(), 2, 4)
        said = text_of(ines.send(ines.get(at(course)), f"{at(course)}/compare"))
        assert "1 score differs. Of 1, what counts here is on its way." in said
        assert "Ada Convolution 3 / 4 2 / 4 on its way" in said
        page = ines.send(ines.get(at(course)), f"{at(course)}/compare")
        assert "1 score is on its way" in ines.send(page, f"{at(course)}/resend").text

    def test_scores_that_are_the_same_are_said_to_be(self, campus: Campus, ines: Browser, course: Context) -> None:
        self.graded(campus, course)
        campus.lms.scores[f"{ITEMS}/1", "sub-ada"] = Score(campus.school.clock.now(), 3, 4)
        assert "All scores are the same" in ines.send(ines.get(at(course)), f"{at(course)}/compare").text

    def test_all_scores_are_sent_again_without_asking(self, campus: Campus, ines: Browser, course: Context) -> None:
        self.graded(campus, course)
        action = f"{at(course)}/resend?which=all"
        assert "1 score is on its way" in ines.send(ines.get(at(course)), action).text
        assert campus.lms.asked == []

    def test_a_shared_lms_course_is_disconnected(self, campus: Campus, ines: Browser) -> None:
        context = campus.launched(campus.shared())
        page = ines.send(ines.get(at(context)), f"{at(context)}/free")
        assert (page.request.path, "is disconnected" in page.text) == (LMS, True)
        assert ines.get(at(context)).status_code == 404


class TestStudent:
    """What the student's page says of an LMS, as far as a score is."""

    def state(self, campus: Campus, ines: Browser) -> str:
        said = text_of(ines.get(ADA))
        return said[said.index("Campus") :].partition("By hand")[0].strip()

    def end(self, campus: Campus, state: DeliveryState, note: str = "", points: int | None = None) -> None:
        """End the delivery that waits."""
        make_uow, now = campus.school.make_uow, campus.school.clock.now()
        with make_uow().reading() as uow:
            (due,) = uow.outbox.due(now, 9, at_once=9)
        with make_uow().writing() as uow:
            assert uow.outbox.claim(due, "k", now=now, lease_until=now + timedelta(minutes=1))
            again = now + timedelta(minutes=5) if state is DeliveryState.WAITING else None
            assert uow.outbox.end(due, "k", state, now=now, note=note, next_attempt=again)
            if points is not None:
                assert due.line_item_id
                assert due.enrolment_id
                uow.line_items.confirm(due.line_item_id, due.enrolment_id, Fraction(points), 4, now)
            uow.commit()

    def test_before_the_first_score_it_has_none(self, campus: Campus, ines: Browser, course: Context) -> None:
        campus.column(course)
        assert "Campus has no score yet" in text_of(ines.get(ADA))

    def test_a_score_is_on_its_way_then_there(self, campus: Campus, ines: Browser, course: Context) -> None:
        campus.column(course)
        campus.school.set_grade("ada", 3)
        assert self.state(campus, ines).startswith("Campus What counts here is on its way")
        self.end(campus, DeliveryState.DELIVERED, points=3)
        assert self.state(campus, ines).startswith("Campus has 3/4 since")
        campus.school.set_grade("ada", 4)
        said = self.state(campus, ines)
        assert said.startswith("Campus has 3/4 since")
        assert "; what counts here is on its way" in said

    def test_a_try_that_failed_says_why_and_when_the_next_is(
        self, campus: Campus, ines: Browser, course: Context
    ) -> None:
        campus.column(course)
        campus.school.set_grade("ada", 3)
        self.end(campus, DeliveryState.WAITING, note="answered 503")
        assert "on its way, tried 1 time: answered 503 ; next one" in self.state(campus, ines)

    def test_what_failed_for_good_says_why(self, campus: Campus, ines: Browser, course: Context) -> None:
        campus.column(course)
        campus.school.set_grade("ada", 3)
        self.end(campus, DeliveryState.DEAD, note="answered 404")
        assert "What counts here did not get there: answered 404" in self.state(campus, ines)
        assert "/staff/deliveries/" in ines.get(ADA).text


QUERIES = {LMS: 21, f"{LMS}/platforms/1": 14, f"{LMS}/courses/1": 21}
"""The statements that a page needs with one connected course and one column; each column adds one."""


def test_pages_need_as_many_statements_for_a_large_class(tmp_path: Path) -> None:
    with counted(tmp_path) as (school, count):
        campus = Campus(school)
        context = campus.launched(campus.connect())
        campus.column(context)
        ines = browser(campus)

        def needed() -> dict[str, int]:
            return {path: count(partial(ines.get, path)) for path in QUERIES}

        needed()  # what is read once
        before = needed()
        for number in range(20):
            user = enrol.add_user(school.make_uow(), login=f"s{number}", name=f"S{number}")
            enrol.enrol(school.make_uow(), user=user, course=school.courses[SPRING], role=Role.STUDENT)
            with school.make_uow().writing() as uow:
                uow.platforms.put_member(Member(context.id, f"sub-{number}", user.id))
                uow.commit()
        school.set_grade("ada", 3)
        assert needed() == before
        assert before == QUERIES
