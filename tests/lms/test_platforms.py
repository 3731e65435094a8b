"""Platforms of a course: begun, connected, changed, tested, removed; what the staff sees of them, and nobody else."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.audit import Filter
from grader.domain.errors import Conflict, Forbidden, Invalid, NotFound
from grader.domain.lms.launch import LoginRequest
from grader.domain.lms.platform import Family
from grader.domain.lms.platform_draft import LONGEST_ADDRESS, MOST_DEPLOYMENTS, MOST_PLATFORMS, NEEDED, PlatformDraft
from grader.domain.lms.presets import needs_site, preset
from grader.services import launch, platforms, shared_platforms
from tests.lms.campus import CONV, Campus, a_draft, opened
from tests.lms.platform import HOST, KEYS
from tests.web.school import AUTUMN, SPRING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.domain.lms.platform import Platform


@pytest.fixture
def campus(tmp_path: Path) -> Iterator[Campus]:
    with opened(tmp_path) as found:
        yield found


def as_user(campus: Campus, login: str = "ines", slug: str = SPRING) -> dict[str, Any]:
    return {"user": campus.school.users[login], "course_slug": slug}


def seen(campus: Campus, login: str = "ines", slug: str = SPRING) -> platforms.Overview:
    return platforms.overview(campus.school.make_uow(), **as_user(campus, login, slug))


def begun(campus: Campus, draft: PlatformDraft | None = None) -> Platform:
    draft = draft or preset(Family.MOODLE, HOST)
    return platforms.begin(campus.school.make_uow(), campus.school.clock, **as_user(campus), draft=draft)


def changed(campus: Campus, number: int, **changes: Any) -> Platform:  # noqa: ANN401 - fields of PlatformDraft
    school, draft = campus.school, a_draft(**changes)
    return platforms.change(school.make_uow(), school.clock, **as_user(campus), platform_id=number, draft=draft)


def log(campus: Campus) -> list[tuple[str, str]]:
    with campus.school.make_uow().reading() as uow:
        entries = uow.audit.of_course(campus.school.courses[SPRING].id, Filter(deed="lms"), 100)
    return [(entry.deed, entry.what) for entry in reversed(entries)]


class TestConnecting:
    def test_a_platform_has_its_addresses_of_ours_before_the_lms_has_told_its_own(self, campus: Campus) -> None:
        platform = begun(campus, preset(Family.CANVAS, ""))
        assert (len(platform.key), platform.is_finished, platform.issuer) == (
            24,
            False,
            "https://canvas.instructure.com",
        )
        done = changed(campus, platform.id, client_id="10000000000007", family=Family.CANVAS)
        assert (done.key, done.is_finished) == (platform.key, True)
        assert seen(campus).platforms == [done]
        assert log(campus) == [("lms.begun", "Canvas"), ("lms.connected", "Campus")]

    def test_nobody_comes_from_a_platform_that_is_connected_by_half(self, campus: Campus) -> None:
        platform, school = begun(campus), campus.school
        asked = LoginRequest(issuer="", login_hint="7", target="https://grader.example.edu/")
        launches = campus.services["launches"]
        with pytest.raises(Conflict, match="by half"):
            launch.begin(school.make_uow(), school.clock, launches, key=platform.key, asked=asked, back="x")

    def test_of_which_all_is_known_is_connected_in_one_step(self, campus: Campus) -> None:
        platform = campus.connect(deployments=(" 1 ", "1", ""))
        assert (platform.is_finished, platform.deployments) == (True, ("1",))
        assert log(campus) == [("lms.connected", "Campus")]

    @pytest.mark.parametrize("field", NEEDED)
    def test_what_is_missing_is_named(self, campus: Campus, field: str) -> None:
        with pytest.raises(Invalid, match="is missing") as refused:
            campus.connect(**{field: " "})
        assert refused.value.field == field
        assert seen(campus).platforms == []

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""),
            ("name", "x" * 101),
            ("name", "Cam\u202epus"),
            ("issuer", "a\x00b"),
            ("client_id", "x" * 256),
            ("auth_url", "javascript:alert(1)"),
            ("auth_url", "https://"),
            ("auth_url", 'https://lms.example/"><script>'),
            ("token_url", "ftp://lms.example/token"),
            ("token_url", "https://me:pass@lms.example/token"),
            ("jwks_url", "https://lms.example:99999/keys"),
            ("jwks_url", "https://[::1/keys"),
            ("jwks_url", f"https://lms.example/{'x' * LONGEST_ADDRESS}"),
            ("audience", "x" * (LONGEST_ADDRESS + 1)),
            ("deployments", tuple(map(str, range(MOST_DEPLOYMENTS + 1)))),
            ("deployments", ("x" * 256,)),
        ],
    )
    def test_what_can_not_be_is_refused_beside_its_field(self, campus: Campus, field: str, value: object) -> None:
        with pytest.raises(Invalid) as refused:
            campus.connect(**{field: value})
        assert refused.value.field == field
        assert seen(campus).platforms == []

    def test_a_course_has_so_many_at_most(self, campus: Campus) -> None:
        for _ in range(MOST_PLATFORMS):
            begun(campus)
        with pytest.raises(Invalid, match=f"at most {MOST_PLATFORMS}"):
            campus.connect()

    @pytest.mark.parametrize("family", Family)
    def test_what_is_known_of_a_family_is_right_or_left_out(self, family: Family) -> None:
        known = preset(family, "https://lms.example.edu/", "Ours").checked()
        assert (known.family, known.name) == (family, "Ours")
        assert ("lms.example.edu" in repr(known)) == needs_site(family)
        assert "{" not in repr(known)
        assert needs_site(family) or preset(family, "") == preset(family, "https://elsewhere.example")


class TestChanging:
    def test_a_change_is_noted_with_what_was_before(self, campus: Campus) -> None:
        platform = campus.connect()
        changed(campus, platform.id, client_id="client-8")
        changed(campus, platform.id, client_id="client-8")  # nothing new
        assert log(campus) == [("lms.connected", "Campus"), ("lms.changed", "Campus")]
        with campus.school.make_uow().reading() as uow:
            entry = uow.audit.of_course(campus.school.courses[SPRING].id, Filter(), 1)[0]
        assert entry.detail == {"client_id": "client-7 → client-8"}

    def test_what_is_removed_is_seen_and_reached_no_more(self, campus: Campus) -> None:
        platform, school = campus.connect(), campus.school
        campus.column(campus.launched(platform))
        platforms.remove(school.make_uow(), school.clock, **as_user(campus), platform_id=platform.id)
        assert (seen(campus).platforms, seen(campus).connections) == ([], [])
        with pytest.raises(NotFound, match="no LMS is connected at this address"):
            launch.platform_of(school.make_uow(), platform.key)
        with school.make_uow().writing() as uow:
            ada = uow.enrolments.find(school.users["ada"].id, school.courses[SPRING].id)
            assert ada
            assert uow.outbox.add_scores(ada.course_id, [ada.id], *CONV, made=school.clock.now()) == 0
        assert log(campus)[-1] == ("lms.removed", "Campus")

    def test_a_shared_platforms_course_is_freed_and_no_other(self, campus: Campus) -> None:
        school, shared, own = campus.school, campus.shared(), campus.connect()
        mine, others = campus.launched(shared), campus.launched(shared, slug=AUTUMN)
        bound = campus.launched(own)
        free = partial(platforms.free, school.make_uow(), school.clock, **as_user(campus))
        assert free(context_id=mine.id).key == mine.key
        assert [each.context.id for each in seen(campus).connections] == [bound.id]
        with pytest.raises(NotFound):
            free(context_id=others.id)
        with pytest.raises(Conflict, match="remove the LMS"):
            free(context_id=bound.id)
        assert [each.context.id for each in seen(campus, "otto", AUTUMN).connections] == [others.id]


class TestLooking:
    def test_staff_sees_platforms_their_courses_and_columns(self, campus: Campus) -> None:
        own, shared = campus.connect(), campus.shared(name="All of us")
        first, second = campus.launched(own), campus.launched(shared)
        column = campus.column(first)
        found = seen(campus, "tess")
        assert list(found.platforms) == [own]
        assert found.own == {own.id}
        assert [(each.context.id, each.platform.name) for each in found.connections] == [
            (first.id, "Campus"),
            (second.id, "All of us"),
        ]
        assert [list(each.line_items) for each in found.connections] == [[column], []]

    @pytest.mark.parametrize("act", ["begin", "connect", "change", "remove", "check", "free"])
    @pytest.mark.parametrize(("login", "error"), [("ada", Forbidden), ("tess", Forbidden), ("otto", NotFound)])
    def test_only_the_courses_instructors_change_anything(
        self, campus: Campus, act: str, login: str, error: type[Exception]
    ) -> None:
        school, platform = campus.school, campus.connect()
        context = campus.launched(platform)
        calls: dict[str, Callable[..., object]] = {
            "begin": partial(platforms.begin, school.make_uow(), school.clock, draft=a_draft()),
            "connect": partial(platforms.connect, school.make_uow(), school.clock, draft=a_draft(name="")),
            "change": partial(
                platforms.change, school.make_uow(), school.clock, platform_id=platform.id, draft=a_draft(name="")
            ),
            "remove": partial(platforms.remove, school.make_uow(), school.clock, platform_id=platform.id),
            "check": partial(platforms.check, school.make_uow, campus.gradebooks, platform_id=platform.id),
            "free": partial(platforms.free, school.make_uow(), school.clock, context_id=context.id),
        }
        with pytest.raises(error):
            calls[act](**as_user(campus, login))
        assert seen(campus).platforms == [platform]

    def test_students_see_none_of_it(self, campus: Campus) -> None:
        with pytest.raises(Forbidden):
            seen(campus, "ada")

    def test_another_courses_platform_is_none_of_ours(self, campus: Campus) -> None:
        platform, school = campus.connect(), campus.school
        for number in (platform.id, campus.shared().id):
            with pytest.raises(NotFound, match="connected no LMS"):
                platforms.remove(school.make_uow(), school.clock, **as_user(campus, "otto", AUTUMN), platform_id=number)


class TestChecking:
    def steps(self, campus: Campus, platform: Platform) -> list[tuple[str, bool]]:
        make_uow = campus.school.make_uow
        found = platforms.check(make_uow, campus.gradebooks, **as_user(campus), platform_id=platform.id)
        assert found.works == all(not step.wrong for step in found.steps)
        return [(step.name, not step.wrong) for step in found.steps]

    def test_before_all_is_pasted_the_first_step_says_so(self, campus: Campus) -> None:
        assert self.steps(campus, begun(campus)) == [("addresses", False)]
        assert campus.lms.asked == []

    def test_before_a_course_has_opened_us_it_is_asked_for(self, campus: Campus) -> None:
        found = self.steps(campus, campus.connect())
        assert found == [("key set", True), ("token", True), ("course", False)]

    def test_all_steps_work(self, campus: Campus) -> None:
        platform = campus.connect()
        campus.launched(platform)
        assert self.steps(campus, platform) == [(s, True) for s in ("key set", "token", "line items", "members")]

    def test_a_shared_platform_is_tested_too(self, campus: Campus) -> None:
        platform = campus.shared()
        campus.launched(platform)
        assert self.steps(campus, platform)[-1] == ("members", True)

    def test_the_first_step_that_fails_is_the_last(self, campus: Campus) -> None:
        platform = campus.connect(jwks_url=KEYS.replace("lms.", "lsm."))
        campus.launched(platform)
        assert self.steps(campus, platform) == [("key set", False)]


class TestShared:
    def test_the_operator_connects_changes_and_removes_one_for_all_courses(self, campus: Campus) -> None:
        school = campus.school
        kept = shared_platforms.connect(school.make_uow(), school.clock, draft=preset(Family.CANVAS, ""))
        assert (kept.course_id, kept.is_finished) == (None, False)
        done = shared_platforms.change(school.make_uow(), school.clock, key=kept.key, draft=a_draft())
        assert shared_platforms.listed(school.make_uow()) == [done]
        shared_platforms.remove(school.make_uow(), school.clock, key=kept.key)
        assert shared_platforms.listed(school.make_uow()) == []

    def test_a_courses_own_platform_is_none_of_the_operators(self, campus: Campus) -> None:
        key = campus.connect().key
        with pytest.raises(NotFound):
            shared_platforms.remove(campus.school.make_uow(), campus.school.clock, key=key)
        assert [each.key for each in seen(campus).platforms] == [key]
