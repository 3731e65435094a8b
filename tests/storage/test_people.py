"""What the repositories of people promise."""

from __future__ import annotations

from datetime import timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from grader.domain.errors import Conflict, NotFound
from grader.domain.people import Role, Scope
from tests.fakes import NOON
from tests.storage.databases import enrolled

if TYPE_CHECKING:
    from tests.storage.databases import MakeUow


class TestPeople:
    def test_a_taken_login_is_a_conflict_and_the_work_goes_on(self, make_uow: MakeUow) -> None:
        enrolled(make_uow, "ada")
        with make_uow().writing() as uow:
            with pytest.raises(Conflict, match="'ada' is taken"):
                uow.users.add("ada", "Another")
            uow.users.add("bob", "Bob")
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.users.by_login("bob")

    def test_a_taken_slug_is_a_conflict(self, make_uow: MakeUow) -> None:
        enrolled(make_uow, slug="spring")
        with make_uow().writing() as uow, pytest.raises(Conflict, match="'spring' exists"):
            uow.courses.add("spring", "Another", "channels", closes=None)

    def test_nobody_is_in_a_course_twice(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        with make_uow().writing() as uow, pytest.raises(Conflict, match="already"):
            uow.enrolments.add(ada.user.id, ada.course.id, Role.INSTRUCTOR)

    @pytest.mark.parametrize("number", [0, -1, 4711, 2**31, 2**63, 10**30])
    def test_a_number_that_names_nothing_is_not_found(self, make_uow: MakeUow, number: int) -> None:
        with make_uow().reading() as uow:
            with pytest.raises(NotFound, match=f"there is no user {number}"):
                uow.users.get(number)
            with pytest.raises(NotFound, match=f"there is no course {number}"):
                uow.courses.get(number)
            with pytest.raises(NotFound, match=f"there is no submission {number}"):
                uow.submissions.get(number)

    def test_a_name_that_no_database_can_hold_is_not_found(self, make_uow: MakeUow) -> None:
        enrolled(make_uow)
        with make_uow().reading() as uow:
            assert uow.courses.by_slug("spr\0ing") is None
            assert uow.courses.by_slug("\ud800") is None

    def test_a_course_closes_at_the_same_moment_in_any_zone(self, make_uow: MakeUow) -> None:
        in_india = NOON.astimezone(timezone(timedelta(hours=5, minutes=30)))
        with make_uow().writing() as uow:
            uow.courses.add("spring", "Spring", "channels", closes=in_india)
            uow.commit()
        with make_uow().reading() as uow:
            course = uow.courses.by_slug("spring")
        assert course is not None
        assert course.closes == NOON

    def test_a_course_is_closed_and_opened_again(self, make_uow: MakeUow) -> None:
        with make_uow().writing() as uow:
            course = uow.courses.add("spring", "Spring", "channels", closes=None)
            assert uow.courses.close(course.id, NOON).closes == NOON
            uow.commit()
        with make_uow().writing() as uow:
            kept = uow.courses.by_slug("spring")
            assert kept is not None
            assert kept.closes == NOON
            assert uow.courses.close(course.id, None).closes is None
            with pytest.raises(NotFound):
                uow.courses.close(4711, None)

    def test_courses_of_a_user_come_by_slug_with_the_role(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow, slug="spring")
        with make_uow().writing() as uow:
            autumn = uow.courses.add("autumn", "Autumn", "channels", closes=None)
            uow.enrolments.add(ada.user.id, autumn.id, Role.ASSISTANT)
            uow.courses.add("other", "Not Ada's", "channels", closes=None)
            uow.commit()
        with make_uow().reading() as uow:
            found = [(course.slug, enrolment.role) for course, enrolment in uow.courses.of_user(ada.user.id)]
        assert found == [("autumn", Role.ASSISTANT), ("spring", Role.STUDENT)]

    def test_people_of_a_course_come_by_login(self, make_uow: MakeUow) -> None:
        for login in ("cleo", "ada", "bob"):
            course = enrolled(make_uow, login).course
        enrolled(make_uow, "zoe", slug="autumn")
        with make_uow().reading() as uow:
            assert [user.login for _, user in uow.enrolments.of_course(course.id)] == ["ada", "bob", "cleo"]

    def test_a_stranger_has_no_enrolment(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        zoe = enrolled(make_uow, "zoe", slug="autumn")
        with make_uow().reading() as uow:
            assert uow.enrolments.find(ada.user.id, ada.course.id) == ada.enrolment
            assert uow.enrolments.find(zoe.user.id, ada.course.id) is None


class TestTokens:
    def test_a_token_is_found_by_its_hash(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        with make_uow().writing() as uow:
            kept = uow.tokens.add(ada.user.id, "laptop", "abc", created=NOON, expires=NOON + timedelta(days=1))
            uow.commit()
        with make_uow().reading() as uow:
            assert uow.tokens.by_hash("abc") == kept
            assert uow.tokens.by_hash("abd") is None
            assert uow.tokens.of_user(ada.user.id) == [kept]

    def test_a_token_is_revoked_once(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        with make_uow().writing() as uow:
            kept = uow.tokens.add(ada.user.id, "laptop", "abc", created=NOON, expires=None)
            assert uow.tokens.revoke(kept.id, NOON)
            assert not uow.tokens.revoke(kept.id, NOON + timedelta(days=1))
            assert not uow.tokens.revoke(4711, NOON)
            uow.commit()
        with make_uow().reading() as uow:
            found = uow.tokens.by_hash("abc")
        assert found is not None
        assert found.revoked == NOON

    def test_a_token_opens_the_api_unless_it_says_otherwise(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        with make_uow().writing() as uow:
            uow.tokens.add(ada.user.id, "laptop", "abc", created=NOON, expires=None)
            uow.tokens.add(ada.user.id, "browser", "abd", created=NOON, expires=None, scope=Scope.SESSION)
            uow.commit()
        with make_uow().reading() as uow:
            assert [token.scope for token in uow.tokens.of_user(ada.user.id)] == [Scope.EVERYTHING, Scope.SESSION]


class TestPasswords:
    def test_there_is_none_until_one_is_set_and_the_latest_is_kept(self, make_uow: MakeUow) -> None:
        ada = enrolled(make_uow)
        for hashed in (None, "first", "second"):
            with make_uow().writing() as uow:
                if hashed:
                    uow.users.set_password(ada.user.id, hashed)
                uow.commit()
            with make_uow().reading() as uow:
                assert uow.users.password(ada.user.id) == hashed

    def test_nobody_has_no_password(self, make_uow: MakeUow) -> None:
        with make_uow().writing() as uow:
            with pytest.raises(NotFound):
                uow.users.password(4711)
            with pytest.raises(NotFound):
                uow.users.set_password(4711, "hash")
