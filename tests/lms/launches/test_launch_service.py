"""Logins are begun and answered once; what a message says is kept, and who it is about comes in."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Conflict, Forbidden, Invalid, NotFound
from grader.domain.lms.launch import LOGIN, Message
from grader.domain.lms.platform import INSTRUCTOR, LEARNER, Family
from grader.domain.people import Scope
from grader.domain.scoring import ItemKind
from grader.services import launch, tokens
from tests.lms.launches.campus import Begun, without_services
from tests.lms.lti_platform import CLIENT, ISSUER, claims, deep_linking
from tests.web.school import AUTUMN, SPRING

if TYPE_CHECKING:
    from tests.lms.launches.campus import Campus


def test_a_login_leads_to_the_platform_with_a_state_and_a_nonce_that_nobody_guesses(campus: Campus) -> None:
    first, second = (Begun.of(campus.begin().address) for _ in range(2))
    assert first.asked["client_id"] == CLIENT
    assert len({first.state, first.nonce, second.state, second.nonce}) == 4
    assert min(map(len, (first.state, first.nonce))) >= 43, "256 random bits"


def test_a_login_is_good_once(campus: Campus) -> None:
    begun = campus.begin()
    token = campus.message(Begun.of(begun.address), claims())
    assert campus.finish(begun.state, token).user is not None
    with pytest.raises(Conflict, match="used already"):
        campus.finish(begun.state, token)


def test_a_login_is_used_up_by_a_message_that_is_refused(campus: Campus) -> None:
    begun = campus.begin()
    with pytest.raises(Invalid, match="does not answer this login"):
        campus.finish(begun.state, campus.message(Begun.of(begun.address), claims(nonce="x")))
    with pytest.raises(Conflict, match="used already"):
        campus.finish(begun.state, campus.message(Begun.of(begun.address), claims()))


def test_a_login_has_ten_minutes(campus: Campus) -> None:
    late, soon = campus.begin(), campus.begin()
    campus.clock.advance(seconds=LOGIN.total_seconds() - 1)
    now = int(campus.clock.now().timestamp())
    told = claims(iat=now, exp=now + 300)
    assert campus.finish(soon.state, campus.message(Begun.of(soon.address), told)).user is not None
    campus.clock.advance(seconds=1)
    with pytest.raises(Conflict, match="longer than ten minutes"):
        campus.finish(late.state, campus.message(Begun.of(late.address), told))


def test_logins_that_never_came_back_are_forgotten_by_the_next(campus: Campus) -> None:
    old = campus.begin()
    campus.clock.advance(minutes=11)
    campus.begin()
    assert campus.write(lambda uow: uow.logins.burn(old.state)) is None


def test_a_login_of_one_platform_is_none_of_another(campus: Campus) -> None:
    campus.connect(AUTUMN, "other-key")
    begun = campus.begin("other-key")
    with pytest.raises(Conflict, match="none of ours"):
        campus.finish(begun.state, campus.message(Begun.of(begun.address), claims()))


def test_nobody_knocks_at_the_address_of_a_platform_that_is_gone(campus: Campus) -> None:
    begun = campus.begin()
    gone = dataclasses.replace(campus.platform, removed=campus.clock.now())
    campus.write(lambda uow: uow.platforms.change(gone))
    with pytest.raises(NotFound, match="no LMS is connected"):
        campus.begin()
    with pytest.raises(NotFound, match="no LMS is connected"):
        campus.finish(begun.state, campus.message(Begun.of(begun.address), claims()))


def test_a_message_keeps_what_it_tells_of_the_platforms_course(campus: Campus) -> None:
    campus.arrive()
    (context,) = campus.contexts()
    assert (context.key, context.title, context.deployment) == ("context-1", "Deep learning", "deployment-1")
    assert context.line_items_url == f"{ISSUER}/context-1/lineitems"
    assert context.members_url == f"{ISSUER}/context-1/members"
    kept = campus.read(lambda uow: uow.platforms.get(campus.platform.id))
    assert (kept.family, kept.deployments) == (Family.MOODLE, ("deployment-1",))


def test_what_a_later_message_leaves_out_stays_and_what_it_changes_is_kept(campus: Campus) -> None:
    campus.arrive()
    campus.arrive(without_services(context={"id": "context-1", "title": "Renamed"}))
    (context,) = campus.contexts()
    assert (context.title, context.members_url) == ("Renamed", f"{ISSUER}/context-1/members")


def test_a_title_is_kept_so_that_nothing_in_it_acts(campus: Campus) -> None:
    campus.arrive(claims(context={"id": "context-1", "title": "\x1b[31mRed\u202e"}))
    assert campus.contexts()[0].title == "\\x1b[31mRed\\u202e"


def test_the_first_deployment_is_kept_and_another_is_refused(campus: Campus) -> None:
    campus.arrive()
    with pytest.raises(Invalid, match="another deployment"):
        campus.arrive(claims(deployment_id="deployment-2"))
    assert len(campus.members()) == 1


def test_a_deployment_that_was_added_here_is_taken(campus: Campus) -> None:
    both = dataclasses.replace(campus.platform, deployments=("deployment-1", "deployment-2"))
    campus.write(lambda uow: uow.platforms.change(both))
    assert campus.arrive(claims(deployment_id="deployment-2")).course == campus.school.courses[SPRING]


def test_a_course_of_a_platform_for_all_courses_waits_for_who_teaches_it(campus: Campus) -> None:
    campus.connect(None, "wide", issuer="https://wide.example", jwks_url=f"{ISSUER}/keys")
    told = {"iss": "https://wide.example"}
    with pytest.raises(Forbidden, match="whoever teaches it"):
        campus.arrive(claims(**told), "wide")
    arrival = campus.arrive(claims(**told, roles=[INSTRUCTOR]), "wide")
    assert (arrival.course, arrival.user, arrival.secret) == (None, None, "")
    assert arrival.context.course_id is None


def test_a_launch_opens_its_course_for_twelve_hours_and_nothing_else(campus: Campus) -> None:
    arrival = campus.arrive()
    holder, token = tokens.holder(campus.make_uow(), campus.clock, arrival.secret, Scope.SESSION)
    assert (holder.id, holder.within) == (arrival.user and arrival.user.id, campus.school.courses[SPRING].id)
    assert (token.name, token.expires) == ("launch", campus.clock.now() + launch.SESSION)


def test_a_link_says_which_item_it_leads_to(campus: Campus) -> None:
    assert campus.arrive().item == (ItemKind.EXERCISE, "pointwise-conv")
    assert campus.arrive(claims(custom={"item": "quiz:weights"}, endpoint=None)).item == (ItemKind.QUIZ, "weights")


@pytest.mark.parametrize("item", ["exercise:gone", "quiz:pointwise-conv", "x:y", "exercise:", "../..", ""])
def test_a_link_to_what_is_not_there_leads_to_the_course(campus: Campus, item: str) -> None:
    arrival = campus.arrive(claims(custom={"item": item}))
    assert (arrival.item, arrival.course) == (None, campus.school.courses[SPRING])
    assert campus.line_items() == []


def test_a_wish_for_content_is_for_who_teaches(campus: Campus) -> None:
    arrival = campus.arrive(deep_linking())
    assert arrival.launch.message is Message.DEEP_LINK
    assert launch.is_for_content(arrival)
    with pytest.raises(Forbidden, match="only who teaches"):
        campus.arrive({**deep_linking(), "sub": "s2", **_roles(LEARNER)})
    assert "s2" not in {member.subject for member in campus.members()}, "what is refused leaves nothing behind"


def test_a_session_goes_on_in_a_tab_until_it_ends(campus: Campus) -> None:
    arrival = campus.arrive()
    assert arrival.user is not None
    _, token = tokens.holder(campus.make_uow(), campus.clock, arrival.secret, Scope.SESSION)
    again = launch.again(campus.make_uow(), campus.clock, user_id=arrival.user.id, hashed=token.hash)
    holder, second = tokens.holder(campus.make_uow(), campus.clock, again, Scope.SESSION)
    assert (holder.within, second.expires) == (campus.school.courses[SPRING].id, token.expires)
    with pytest.raises(Conflict, match="has ended"):
        launch.again(campus.make_uow(), campus.clock, user_id=campus.school.users["bob"].id, hashed=token.hash)
    campus.clock.advance(hours=12)
    with pytest.raises(Conflict, match="has ended"):
        launch.again(campus.make_uow(), campus.clock, user_id=arrival.user.id, hashed=token.hash)


def _roles(*roles: str) -> dict[str, list[str]]:
    return {"https://purl.imsglobal.org/spec/lti/claim/roles": list(roles)}
