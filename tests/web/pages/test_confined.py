"""A session that a launch opened reaches one course: every page of every other one is as good as not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Forbidden
from grader.domain.people import Role, Scope
from grader.services import courses, enrol, invitations, sign_in, tokens
from tests.fakes import PlainPasswords
from tests.web.pages.browser import PASSWORD, Browser
from tests.web.pages.test_access import TABLE, Row, make
from tests.web.places import school_for
from tests.web.school import AUTUMN, SPRING

if TYPE_CHECKING:
    from grader.domain.people import User
    from tests.web.school import School

HERE = {"GET /", "POST /theme"}
"""Pages that are of no course; what they show of courses is the one's."""

FORBIDDEN = {
    "GET /courses/new",
    "POST /courses/new",
    "GET /profile",
    "POST /profile/tokens",
    "POST /profile/tokens/<int:token_id>/revoke",
    "POST /profile/password",
}
UNSIGNED = {"POST /lti/pick"}
"""Nothing of it is looked at before the signature."""


def confined(school: School, login: str, slug: str) -> tuple[str, User]:
    """Return the secret of a session of one course, and who it signs in."""
    with school.make_uow().writing() as uow:
        _, secret = tokens.add(
            uow,
            user=school.users[login],
            name="launch",
            scope=Scope.SESSION,
            created=school.clock.now(),
            expires=None,
            course_id=school.courses[slug].id,
        )
        uow.commit()
    return secret, tokens.holder(school.make_uow(), school.clock, secret, Scope.SESSION)[0]


def launched(school: School, login: str, slug: str) -> Browser:
    """Return a browser with such a session."""
    secret, _ = confined(school, login, slug)
    client = school.quiet_app().test_client()
    with client.session_transaction() as session:
        session["secret"] = secret
    return Browser(client)


def enrol_in_autumn(school: School, *logins: str) -> None:
    for login, role in {"ada": Role.STUDENT, "ines": Role.INSTRUCTOR}.items():
        if login in logins:
            enrol.enrol(school.make_uow(), user=school.users[login], course=school.courses[AUTUMN], role=role)


@pytest.mark.parametrize("login", ["ada", "ines"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.call)
def test_no_page_of_another_course_is_there(row: Row, login: str) -> None:
    with school_for(row.call) as school:
        enrol_in_autumn(school, login)
        answer = make(school, launched(school, login, AUTUMN), row)
    if row.call in HERE:
        assert (answer.status_code, answer.request.path) == (200, f"/courses/{AUTUMN}")
        assert SPRING not in answer.text.lower()
    elif row.call in UNSIGNED:
        assert answer.status_code == 422
    else:
        assert answer.status_code == (403 if row.call in FORBIDDEN else 404), answer.text


def test_the_course_itself_is_there(school: School) -> None:
    ines = launched(school, "ines", SPRING)
    for path in ("", "/lesson", "/staff/gradebook", "/staff/roster"):
        assert ines.get(f"/courses/{SPRING}{path}").status_code == 200
    page = ines.get(f"/courses/{SPRING}").text
    assert 'href="/profile"' not in page, "what would be refused is not offered"


def test_what_is_refused_says_what_to_do(school: School) -> None:
    assert "sign in here" in launched(school, "ada", SPRING).get("/profile").text


def test_it_makes_and_copies_no_course(school: School) -> None:
    _, ines = confined(school, "ines", SPRING)
    with pytest.raises(Forbidden, match="one course only"):
        courses.copy(school.make_uow(), school.clock, user=ines, course_slug=SPRING, slug="winter", title="Winter")


def test_it_makes_no_token_and_changes_no_password(school: School) -> None:
    _, ada = confined(school, "ada", SPRING)
    with pytest.raises(Forbidden):
        tokens.issue(school.make_uow(), school.clock, user=ada, name="mine")
    with pytest.raises(Forbidden):
        tokens.of_user(school.make_uow(), school.clock, user=ada)
    with pytest.raises(Forbidden):
        sign_in.change_password(school.make_uow(), school.clock, PlainPasswords(), user=ada, old="x", new="y" * 20)


def test_it_invites_nobody_whose_account_opens_another_course_of_the_instructors(school: School) -> None:
    """An invitation sets the password of all that somebody has."""
    enrol_in_autumn(school, "ada", "ines")
    _, ines = confined(school, "ines", SPRING)
    batch = invitations.invite_all(school.make_uow(), school.clock, user=ines, course_slug=SPRING)
    assert [each.user.login for each in batch.invited] == ["bob", "tess"]
    whole = invitations.invite_all(school.make_uow(), school.clock, user=school.users["ines"], course_slug=SPRING)
    assert "ada" in [each.user.login for each in whole.invited]


def test_it_is_no_token_of_the_api(school: School) -> None:
    secret, _ = confined(school, "ada", SPRING)
    client = school.quiet_app().test_client()
    assert client.get("/api/v1/courses", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_a_password_that_changes_closes_it(school: School) -> None:
    secret, _ = confined(school, "ada", SPRING)
    invited = sign_in.invite(school.make_uow(), school.clock, login="ada")
    sign_in.accept(school.make_uow(), school.clock, PlainPasswords(), secret=invited, password=PASSWORD)
    client = school.quiet_app().test_client()
    with client.session_transaction() as session:
        session["secret"] = secret
    assert client.get(f"/courses/{SPRING}").status_code == 303
