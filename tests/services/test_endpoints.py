"""Endpoints: instructors make and change them, secrets are shown once, and what can't be is told with its field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.audit import Filter
from grader.domain.errors import Conflict, Forbidden, Invalid, NotFound
from grader.domain.lms.delivery import DeliveryState
from grader.domain.lms.endpoint_draft import MOST_ENDPOINTS, EndpointDraft
from grader.domain.lms.event import EventType
from grader.domain.lms.log import Wanted
from grader.domain.people import Role
from grader.lms.vault import FernetVault
from grader.services import endpoints
from grader.services.endpoint_secrets import headers_of, signing
from grader.services.enrol import add_course, add_user, enrol
from tests.fakes import NOON

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.domain.lms.delivery import Delivery
    from grader.domain.lms.endpoint import Endpoint
    from grader.domain.people import User
    from tests.services.conftest import World

URL = "https://hooks.example/T0/secret-path"
DRAFT = EndpointDraft("Board", URL, headers={"Authorization": "Bearer abc"})


@dataclass
class Desk:
    """The instructor of "spring" at work; *user* makes it somebody else's."""

    world: World
    vault: FernetVault

    def _who(self, user: User | None) -> dict[str, Any]:
        return {"user": user or self.world["ian"], "course_slug": "spring"}

    def make(self, draft: EndpointDraft = DRAFT, user: User | None = None) -> tuple[Endpoint, str]:
        given = self._who(user)
        return endpoints.make(self.world.make_uow(), self.world.clock, self.vault, draft=draft, **given)

    def change(self, endpoint: Endpoint, draft: EndpointDraft, user: User | None = None) -> Endpoint:
        given = self._who(user) | {"endpoint_id": endpoint.id, "draft": draft}
        return endpoints.change(self.world.make_uow(), self.world.clock, self.vault, **given)

    def remove(self, endpoint: Endpoint, user: User | None = None) -> None:
        given = self._who(user) | {"endpoint_id": endpoint.id}
        endpoints.remove(self.world.make_uow(), self.world.clock, **given)

    def rotate(self, endpoint: Endpoint, user: User | None = None) -> tuple[Endpoint, str]:
        given = self._who(user) | {"endpoint_id": endpoint.id}
        return endpoints.rotate(self.world.make_uow(), self.world.clock, self.vault, **given)

    def switch(self, endpoint: Endpoint, user: User | None = None, *, on: bool) -> Endpoint:
        given = self._who(user) | {"endpoint_id": endpoint.id}
        return endpoints.switch(self.world.make_uow(), self.world.clock, on=on, **given)

    def send_test(self, endpoint: Endpoint, user: User | None = None) -> Delivery:
        given = self._who(user) | {"endpoint_id": endpoint.id}
        return endpoints.send_test(self.world.make_uow(), self.world.clock, **given)

    def one(self, endpoint: Endpoint, user: User | None = None) -> endpoints.One:
        given = self._who(user) | {"endpoint_id": endpoint.id}
        return endpoints.one(self.world.make_uow(), self.vault, **given)

    def listed(self, user: User | None = None) -> list[str]:
        found = endpoints.listed(self.world.make_uow(), **self._who(user))
        return [endpoint.name for endpoint in found.endpoints]

    def kept(self, endpoint: Endpoint) -> Endpoint:
        with self.world.make_uow().reading() as uow:
            return uow.endpoints.get(endpoint.id)

    def log(self) -> list[tuple[str, str, dict[str, str]]]:
        """Return what the audit log says, oldest first."""
        with self.world.make_uow().reading() as uow:
            found = uow.audit.of_course(1, Filter(deed="endpoint"), 100)
        return [(entry.deed, entry.what, dict(entry.detail)) for entry in reversed(found)]


@pytest.fixture
def desk(stored: World) -> Desk:
    return Desk(stored, FernetVault("s" * 32))


class TestSecrets:
    def test_a_secret_is_shown_once_and_kept_sealed(self, desk: Desk) -> None:
        made, secret = desk.make()
        assert secret.startswith("whsec_")
        kept = desk.kept(made)
        assert secret not in repr(kept)
        assert "abc" not in repr(kept)
        assert signing(desk.vault, kept, NOON) == [secret]
        assert headers_of(desk.vault, kept) == {"Authorization": "Bearer abc"}

    def test_two_endpoints_share_neither_secret_nor_key(self, desk: Desk) -> None:
        (one, secret), (other, other_secret) = desk.make(), desk.make()
        assert secret != other_secret
        assert one.key != other.key

    def test_after_a_rotation_both_secrets_sign_for_a_day_and_then_the_new_one_alone(self, desk: Desk) -> None:
        made, old = desk.make()
        _, new = desk.rotate(made)
        kept = desk.kept(made)
        assert signing(desk.vault, kept, NOON + timedelta(hours=23, minutes=59)) == [new, old]
        assert signing(desk.vault, kept, NOON + timedelta(hours=24)) == [new]

    def test_of_three_secrets_the_last_two_are_good(self, desk: Desk) -> None:
        made, _ = desk.make()
        _, second = desk.rotate(made)
        _, third = desk.rotate(made)
        assert signing(desk.vault, desk.kept(made), NOON) == [third, second]

    def test_a_secret_that_another_key_sealed_is_replaced_and_left(self, desk: Desk) -> None:
        made, _ = desk.make()
        desk.vault = FernetVault("t" * 32)
        assert desk.one(made).header_names == []
        _, new = desk.rotate(made)
        assert signing(desk.vault, desk.kept(made), NOON) == [new]

    def test_nothing_secret_stands_in_the_audit_log(self, desk: Desk) -> None:
        made, secret = desk.make()
        _, second = desk.rotate(made)
        desk.change(made, replace(DRAFT, url=f"{URL}/2", headers={"Authorization": "Bearer xyz", "X-Key": "k7"}))
        desk.send_test(made)
        desk.remove(made)
        told = str(desk.log())
        assert not [each for each in (secret, second, "secret-path", "abc", "xyz", "k7") if each in told]

    def test_a_removed_endpoint_keeps_no_secret(self, desk: Desk) -> None:
        made, _ = desk.make()
        desk.rotate(made)
        desk.remove(made)
        kept = desk.kept(made)
        assert (kept.secret, kept.old_secret, kept.headers, kept.removed) == ("", "", "", NOON)


class TestChanges:
    def test_a_header_without_a_value_keeps_the_one_that_it_has(self, desk: Desk) -> None:
        made, _ = desk.make()
        desk.change(made, replace(DRAFT, headers={"authorization": "", "X-Room": "7"}))
        assert headers_of(desk.vault, desk.kept(made)) == {"authorization": "Bearer abc", "X-Room": "7"}
        assert desk.one(made).header_names == ["X-Room", "authorization"]

    def test_a_header_that_is_left_out_is_gone(self, desk: Desk) -> None:
        made, _ = desk.make()
        desk.change(made, replace(DRAFT, headers={}))
        assert headers_of(desk.vault, desk.kept(made)) == {}

    @pytest.mark.parametrize("url", ["https://evil.example/", "http://hooks.example/", "https://hooks.example:444/"])
    def test_a_kept_header_does_not_go_to_another_host(self, desk: Desk, url: str) -> None:
        made, _ = desk.make()
        with pytest.raises(Invalid, match="none is kept for this address") as refused:
            desk.change(made, replace(DRAFT, url=url, headers={"Authorization": ""}))
        assert refused.value.field == "headers"
        assert desk.kept(made).url == URL

    def test_a_new_address_has_not_failed_yet_and_an_old_one_still_has(self, desk: Desk) -> None:
        made, _ = desk.make()
        with desk.world.make_uow().writing() as uow:
            uow.endpoints.failed(made.id, NOON)
            uow.commit()
        desk.change(made, replace(DRAFT, name="Other"))
        assert desk.kept(made).failing == NOON
        desk.change(made, replace(DRAFT, url=f"{URL}/2"))
        assert desk.kept(made).failing is None

    def test_the_log_says_what_changed_from_what_to_what(self, desk: Desk) -> None:
        made, _ = desk.make()
        wanted = frozenset({EventType.QUIZ_FINISHED})
        desk.change(made, EndpointDraft("Wall", "https://new.example/", wanted, receives=True))
        desk.rotate(made)
        desk.switch(made, on=False)
        desk.remove(made)
        assert desk.log() == [
            (
                "endpoint.made",
                "endpoint Board",
                {"name": "Board", "host": "hooks.example", "events": "all", "receives": "no",
                 "headers": "Authorization"},
            ),
            (
                "endpoint.changed",
                "endpoint Wall",
                {"name": "Board → Wall", "host": "hooks.example → new.example", "events": "all → quiz.finished",
                 "receives": "no → yes", "headers": "Authorization → –", "address": "changed"},
            ),
            ("endpoint.rotated", "endpoint Wall", {"old good until": str(NOON + timedelta(days=1))}),
            ("endpoint.changed", "endpoint Wall", {"sending": "on → off"}),
            ("endpoint.removed", "endpoint Wall", {}),
        ]  # fmt: skip

    def test_one_that_is_switched_on_gets_its_five_days_anew(self, desk: Desk) -> None:
        made, _ = desk.make()
        with desk.world.make_uow().writing() as uow:
            uow.endpoints.failed(made.id, NOON)
            uow.endpoints.switch_off(made.id, NOON, "it answered 410")
            uow.commit()
        desk.switch(made, on=True)
        kept = desk.kept(made)
        assert (kept.off, kept.off_because, kept.failing) == (None, "", None)

    def test_one_that_is_off_already_stays_off_for_the_reason_that_it_was(self, desk: Desk) -> None:
        made, _ = desk.make()
        desk.switch(made, on=False)
        desk.world.clock.advance(hours=1)
        desk.switch(made, on=False)
        kept = desk.kept(made)
        assert (kept.off, kept.off_because) == (NOON, "switched off by ian")

    def test_a_course_has_so_many_endpoints_and_removed_ones_do_not_count(self, desk: Desk) -> None:
        made = [desk.make()[0] for _ in range(MOST_ENDPOINTS)]
        with pytest.raises(Conflict, match="at most 20 endpoints: remove one first"):
            desk.make()
        desk.remove(made[0])
        desk.make()
        assert len(desk.listed()) == MOST_ENDPOINTS


class TestTests:
    def test_a_test_goes_to_one_endpoint_though_it_wants_other_events(self, desk: Desk) -> None:
        made, _ = desk.make(replace(DRAFT, events=frozenset({EventType.QUIZ_FINISHED})))
        desk.make()
        sent = desk.send_test(made)
        with desk.world.make_uow().reading() as uow:
            found = uow.outbox.of_course(1, Wanted(), 10)
            event = uow.outbox.event(sent.event_id or 0)
        assert [each.delivery for each in found] == [sent]
        assert (sent.endpoint_id, sent.state) == (made.id, DeliveryState.WAITING)
        assert (event.type, event.data) == (EventType.TEST, {"course": "spring", "endpoint": "Board"})

    def test_nothing_can_be_tested_that_is_off_or_has_no_url(self, desk: Desk) -> None:
        off, _ = desk.make()
        desk.switch(off, on=False)
        with pytest.raises(Conflict, match="switch it on first"):
            desk.send_test(off)
        only_in, _ = desk.make(EndpointDraft("In", receives=True))
        with pytest.raises(Conflict, match="give it one first"):
            desk.send_test(only_in)


LONG = "x" * 2000
REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    "no name": ({"name": " "}, "name"),
    "a name of 101": ({"name": "x" * 101}, "name"),
    "a name that turns round": ({"name": "a\u202eb"}, "name"),
    "neither sent nor received": ({"url": ""}, "url"),
    "a file": ({"url": "file:///etc/passwd"}, "url"),
    "another protocol": ({"url": "gopher://hooks.example/"}, "url"),
    "no protocol": ({"url": "hooks.example/x"}, "url"),
    "no host": ({"url": "https:///x"}, "url"),
    "a name and password": ({"url": "https://me:pw@hooks.example/"}, "url"),
    "an empty name": ({"url": "https://@hooks.example/"}, "url"),
    "a port beyond ports": ({"url": "https://hooks.example:99999/"}, "url"),
    "a port of letters": ({"url": "https://hooks.example:ssl/"}, "url"),
    "half an address": ({"url": "https://[::1/"}, "url"),
    "a line break": ({"url": "https://hooks.example/a\r\nX: y"}, "url"),
    "a backslash": ({"url": "https://hooks.example\\@10.0.0.1/"}, "url"),
    "a blank": ({"url": "https://hooks.example/a b"}, "url"),
    "2001 characters": ({"url": f"https://h.example/{LONG}"}, "url"),
    "a test among the events": ({"events": frozenset({EventType.TEST})}, "events"),
    "eleven headers": ({"headers": {f"X-{n}": "1" for n in range(11)}}, "headers"),
    "a header twice": ({"headers": {"X-A": "1", "x-a": "2"}}, "headers"),
    "a header without a name": ({"headers": {"": "1"}}, "headers"),
    "a name of two words": ({"headers": {"X A": "1"}}, "headers"),
    "a name with a line break": ({"headers": {"X-A\r\nX-B": "1"}}, "headers"),
    "a name with a colon": ({"headers": {"X-A:": "1"}}, "headers"),
    "a new header without a value": ({"headers": {"X-A": ""}}, "headers"),
    "a value of two lines": ({"headers": {"X-A": "1\r\nHost: evil"}}, "headers"),
    "a value that is not ASCII": ({"headers": {"X-A": "schön"}}, "headers"),
    "a value of 1001": ({"headers": {"X-A": "x" * 1001}}, "headers"),
}
OURS = (
    "Webhook-Signature",
    "webhook-id",
    "Content-Type",
    "CONTENT-LENGTH",
    "Host",
    "Transfer-Encoding",
    "Connection",
    "Cookie",
    "Expect",
    "Proxy-Authorization",
    "Accept-Encoding",
    "Upgrade",
)
REFUSED |= {f"the header {name}": ({"headers": {name: "1"}}, "headers") for name in OURS}


@pytest.mark.parametrize(("changes", "field"), REFUSED.values(), ids=REFUSED)
def test_what_can_not_be_is_refused_with_its_field(desk: Desk, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.make(replace(DRAFT, **changes))
    assert refused.value.field == field
    assert desk.listed() == []
    made, _ = desk.make(replace(DRAFT, headers={}))
    with pytest.raises(Invalid) as refused:
        desk.change(made, replace(DRAFT, **changes))
    assert refused.value.field == field


@pytest.mark.parametrize(
    "url", ["https://hooks.example", "http://moodle.internal:8080/x?y=1#z", "https://[2001:db8::1]:8443/", URL]
)
def test_what_can_be_is_kept_as_it_is(desk: Desk, url: str) -> None:
    made, _ = desk.make(replace(DRAFT, name="  Board  ", url=f" {url}\n"))
    assert (desk.kept(made).name, desk.kept(made).url) == ("Board", url)


class TestWho:
    DEEDS: tuple[Callable[[Desk, Endpoint, User], object], ...] = (
        lambda desk, _, user: desk.make(user=user),
        lambda desk, it, user: desk.change(it, DRAFT, user),
        lambda desk, it, user: desk.remove(it, user),
        lambda desk, it, user: desk.rotate(it, user),
        lambda desk, it, user: desk.switch(it, user, on=False),
        lambda desk, it, user: desk.send_test(it, user),
    )
    LOOKS: tuple[Callable[[Desk, Endpoint, User], object], ...] = (
        lambda desk, it, user: desk.one(it, user),
        lambda desk, _, user: desk.listed(user),
    )

    def test_students_see_and_do_nothing_and_strangers_find_nothing(self, desk: Desk) -> None:
        made, _ = desk.make()
        for deed in (*self.DEEDS, *self.LOOKS):
            with pytest.raises(Forbidden):
                deed(desk, made, desk.world["ada"])
            with pytest.raises(NotFound):
                deed(desk, made, desk.world["zoe"])

    def test_assistants_look_and_change_nothing(self, desk: Desk) -> None:
        made, _ = desk.make()
        tom = add_user(desk.world.make_uow(), login="tom", name="Tom")
        with desk.world.make_uow().writing() as uow:
            uow.enrolments.add(tom.id, 1, Role.ASSISTANT)
            uow.commit()
        assert desk.one(made, tom).endpoint == desk.kept(made)
        assert desk.listed(tom) == ["Board"]
        for deed in self.DEEDS:
            with pytest.raises(Forbidden):
                deed(desk, made, tom)

    def test_another_courses_endpoint_and_a_removed_one_are_not_there(self, desk: Desk) -> None:
        made, _ = desk.make()
        gone, _ = desk.make()
        desk.remove(gone)
        eve = add_user(desk.world.make_uow(), login="eve", name="Eve")
        autumn = add_course(desk.world.make_uow(), slug="autumn", title="Autumn", lesson="channels")
        enrol(desk.world.make_uow(), user=eve, course=autumn, role=Role.INSTRUCTOR)
        there = Autumn(desk.world, desk.vault)
        for deed in (*self.DEEDS[1:], self.LOOKS[0]):
            for desk_, endpoint, user in (
                (there, made, eve),
                (desk, gone, desk.world["ian"]),
                (desk, replace(made, id=2**70), desk.world["ian"]),
                (desk, replace(made, id=-1), desk.world["ian"]),
            ):
                with pytest.raises(NotFound, match="there is no endpoint"):
                    deed(desk_, endpoint, user)
        assert desk.kept(made).removed is None


class Autumn(Desk):
    """The same in another course."""

    def _who(self, user: User | None) -> dict[str, Any]:
        return super()._who(user) | {"course_slug": "autumn"}
