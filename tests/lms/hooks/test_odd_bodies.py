"""Signed bodies of any shape, on both databases: each is taken or refused in words, none is a fault of ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.domain.errors import NotFound
from grader.domain.lms.incoming import EnrolmentRemoved, IncomingType
from grader.services import endpoints, receive
from tests.lms.hooks.sender import VAULT
from tests.lms.hooks.sender import sender as make_sender
from tests.web.school import SPRING, body

if TYPE_CHECKING:
    from tests.lms.hooks.sender import Sender

KINDS = [each.value for each in IncomingType]
FIELDS = [
    "login", "name", "role", "section", "kind", "item", "opens", "due", "closes", "late", "loss", "grace", "attempts",
    "cooldown", "keep", "weight", "offered", "exercise", "source",
]  # fmt: skip
RIGHT = [
    "ada",
    "tess",
    "Eve",
    "student",
    "B",
    "exercise",
    "pointwise-conv",
    "2026-05-20T18:00Z",
    "cliff",
    "best",
    "x = 1",
]
WORDS = st.one_of(
    st.sampled_from(RIGHT), st.text(max_size=50), st.sampled_from(["\0", "\u202e", "\x1b[2J", "😀" * 300])
)
NUMBERS = st.one_of(st.integers(), st.floats(), st.sampled_from([2**63, 10**400, -1, 0, 1, 1000]))
VALUES = st.recursive(
    st.one_of(WORDS, NUMBERS, st.booleans(), st.none()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
DATA = st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, VALUES)) | VALUES
MESSAGES = st.fixed_dictionaries({"type": st.sampled_from(KINDS) | VALUES, "data": DATA}) | VALUES
ALLOWED = {200, 400, 403, 409, 413, 422, 429}


MOMENTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=14))])).map(datetime.isoformat)
PLAUSIBLE: dict[str, st.SearchStrategy[Any]] = {
    "login": st.sampled_from(["ada", "bob", "tess", "ines", "eve"]) | st.text("aé王.@ \0", max_size=4),
    "name": st.text(min_size=1, max_size=8),
    "role": st.sampled_from(["student", "assistant", None]),
    "section": st.text(max_size=8),
    "exercise": st.just("pointwise-conv"),
    "source": st.sampled_from(["x = 1", "# 😀\r\n", "x = = 1"]) | st.text(max_size=12),
    "item": st.sampled_from(["pointwise-conv", "weights"]),
    "kind": st.sampled_from(["exercise", "quiz"]),
    **dict.fromkeys(("opens", "due", "closes"), MOMENTS),
    "late": st.sampled_from(["none", "per_day", "cliff"]),
    "loss": st.floats(0, 1),
    "grace": st.integers(0, 2 * 10**9),
    "attempts": st.integers(-1, 1002),
    "cooldown": st.integers(0, 700_000),
    "keep": st.sampled_from(["best", "last", "average", None]),
    "weight": st.floats(0, 10**6),
    "offered": st.just(value=True),
}


def tight(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return messages of one type that have its fields alone, with values of their kind."""
    needed, others = {
        "enrolment.upserted": (["login"], FIELDS[1:4]),
        "enrolment.removed": (["login"], []),
        "assignment.updated": (["kind", "item"], FIELDS[6:17]),
        "submission.created": (["login", "exercise", "source"], []),
    }[kind]
    data = st.fixed_dictionaries(
        {name: PLAUSIBLE[name] for name in needed}, optional={name: PLAUSIBLE[name] for name in others}
    )
    return st.fixed_dictionaries({"type": st.just(kind), "data": data})


@pytest.fixture
def unhurried(anywhere: Sender) -> Sender:
    """One who meets no limit."""
    never = dict.fromkeys(("hook_limit", "forged_limit", "submit_limit"), "100000 per minute")
    return make_sender(anywhere.school, anywhere.school.app(vault=VAULT, **never))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(message=st.one_of(MESSAGES, *map(tight, KINDS)))
def test_any_body_is_taken_or_refused_in_words(unhurried: Sender, message: object) -> None:
    before = unhurried.left()
    answer = unhurried.post(json.dumps(message, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    assert answer.status_code in ALLOWED, answer.text
    if answer.status_code != 200:
        assert unhurried.left() == before
        assert 0 < len(body(answer)["error"]["message"]) < 1000
    assert answer.text.isascii()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.binary(max_size=200))
def test_any_bytes_are(firm: Sender, raw: bytes) -> None:
    assert firm.post(raw).status_code in {400, 422}


def test_an_endpoint_that_is_removed_after_its_signature_was_looked_at_does_nothing(sender: Sender) -> None:
    school = sender.school
    endpoint = receive.door(school.make_uow(), school.catalogue, sender.key).endpoint
    endpoints.remove(
        school.make_uow(), school.clock, user=school.users["ines"], course_slug=SPRING, endpoint_id=endpoint.id
    )
    before = sender.left()
    with pytest.raises(NotFound):
        receive.receive(
            school.make_uow(), school.clock, school.catalogue, school.bell,
            endpoint=endpoint, message_id="msg_1", message=EnrolmentRemoved("ada"), admit=lambda _: None,
        )  # fmt: skip
    assert sender.left() == before
