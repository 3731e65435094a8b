"""Codes connect a platform's course, or a platform, to the course of who made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.domain.audit import Deed
from grader.domain.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from grader.domain.lms.launch import ToolAddresses
from grader.domain.lms.platform import INSTRUCTOR
from grader.services import connect
from tests.lms.launches.campus import HOME
from tests.lms.lti_platform import claims
from tests.web.school import AUTUMN, SPRING

if TYPE_CHECKING:
    from grader.domain.lms.platform import Context, Platform
    from tests.lms.launches.campus import Campus

_HOST = "https://moodle.example"
_CONFIGURATION = {
    "issuer": _HOST,
    "authorization_endpoint": f"{_HOST}/auth",
    "token_endpoint": f"{_HOST}/token",
    "jwks_uri": f"{_HOST}/keys",
    "registration_endpoint": f"{_HOST}/register",
}


@pytest.fixture
def unbound(campus: Campus) -> Context:
    """A course of a platform that serves all courses."""
    campus.connect(None, "wide")
    return campus.arrive(claims(roles=[INSTRUCTOR], sub="prof"), "wide").context


def _bind(campus: Campus, context: Context, code: str) -> str:
    return connect.bind(campus.make_uow(), campus.clock, context_id=context.id, code=code).slug


def test_a_code_binds_a_platforms_course_once(campus: Campus, unbound: Context) -> None:
    code = campus.code()
    assert _bind(campus, unbound, f" {code} ") == SPRING
    with pytest.raises(Invalid, match="this code was used"):
        _bind(campus, unbound, code)


def test_a_course_that_is_bound_stays_and_the_code_stays_good(campus: Campus, unbound: Context) -> None:
    _bind(campus, unbound, campus.code())
    theirs = campus.code("otto", AUTUMN)
    with pytest.raises(Conflict, match="connected already"):
        _bind(campus, unbound, theirs)
    campus.write(lambda uow: uow.platforms.unbind(unbound.id))
    assert _bind(campus, unbound, theirs) == AUTUMN


def test_a_code_is_good_for_an_hour(campus: Campus, unbound: Context) -> None:
    code = campus.code()
    campus.clock.advance(hours=1)
    with pytest.raises(Invalid, match="has expired"):
        _bind(campus, unbound, code)


@pytest.mark.parametrize("code", ["", "x", "a" * 10_000, "\x00", "☃\ud800"])
def test_what_is_no_code_binds_nothing(campus: Campus, unbound: Context, code: str) -> None:
    with pytest.raises(Invalid, match="make a new one"):
        _bind(campus, unbound, code)


@pytest.mark.parametrize(("login", "course"), [("ada", SPRING), ("tess", SPRING), ("otto", SPRING)])
def test_only_the_courses_instructor_makes_codes(campus: Campus, login: str, course: str) -> None:
    with pytest.raises((Forbidden, NotFound)):
        campus.code(login, course)


def test_only_a_hash_of_a_code_is_kept_and_the_log_says_who_made_it_and_who_used_it(
    campus: Campus, unbound: Context
) -> None:
    code = campus.code()
    assert len(code) >= 22, "128 random bits"
    assert campus.write(lambda uow: uow.logins.use_code(code, campus.clock.now())) is None
    _bind(campus, unbound, code)
    made, bound = campus.log()[-2:]
    assert (made.deed, made.origin.actor) == (Deed.LMS_CODE_MADE.value, "")
    assert (bound.deed, bound.origin.actor, bound.what) == (Deed.LMS_COURSE_BOUND.value, "ines", "Deep learning")
    assert code not in f"{made}{bound}"


def _register(campus: Campus, code: str) -> Platform:
    return connect.register(
        campus.make_uow(),
        campus.clock,
        campus.launches,
        code=code,
        configuration_url=f"{_HOST}/configuration",
        token=None,
        addresses=lambda key: ToolAddresses(HOME, f"{HOME}/{key}/login", f"{HOME}/{key}/launch", f"{HOME}/keys"),
    )


def test_a_platform_that_registered_serves_the_codes_course_alone(campus: Campus) -> None:
    campus.wire.say(f"{_HOST}/configuration", _CONFIGURATION)
    campus.wire.say(f"{_HOST}/register", {"client_id": "given"}, 201)
    made = _register(campus, campus.code("otto", AUTUMN))
    assert made.course_id == campus.school.courses[AUTUMN].id
    assert campus.read(lambda uow: uow.platforms.by_key(made.key)) == made
    assert (campus.log(AUTUMN)[-1].deed, campus.log(AUTUMN)[-1].origin.actor) == (Deed.LMS_CONNECTED.value, "otto")
    assert len(made.key) >= 24, "nobody guesses another's address"


def test_a_registration_that_fails_leaves_no_platform_and_no_code(campus: Campus) -> None:
    code = campus.code()
    with pytest.raises(Unavailable, match="make a new code before you try again"):
        _register(campus, code)
    with pytest.raises(Invalid, match="this code was used"):
        _register(campus, code)
    assert campus.read(lambda uow: uow.platforms.of_course(campus.school.courses[SPRING].id)) == [campus.platform]


def test_an_issuer_of_another_host_is_no_platform(campus: Campus) -> None:
    campus.wire.say(f"{_HOST}/configuration", _CONFIGURATION | {"issuer": "https://canvas.instructure.com"})
    with pytest.raises(Unavailable, match="its own host only"):
        _register(campus, campus.code())
