"""Scores, results, line items and members over AGS and NRPS; where a token goes, and where it does not."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction

import pytest

from grader.domain.errors import Unavailable
from grader.domain.lms.delivery import Verdict, judge_score
from grader.domain.lms.platform import LINE_ITEM_SCOPE, SCORE_SCOPE, Family
from grader.domain.lms.score import LmsScore
from grader.lms.gradebooks import Gradebooks
from grader.lms.outgoing import Reply
from grader.lms.tokens import Tokens
from tests.fakes import NOON
from tests.lms.platform import HOST, ITEMS, MEMBERS, TOKEN, FakePlatform, a_context, a_key, a_line_item, a_platform

PLATFORM, CONTEXT, LINE_ITEM = a_platform(), a_context(), a_line_item()
MEMBER = {"user_id": "u1", "roles": ["Learner"], "name": "Ada", "status": "Active"}


def gradebooks(lms: FakePlatform) -> Gradebooks:
    return Gradebooks(lms, Tokens(lms, lms.clock, a_key))


def a_score(points: int | None = 83, seconds: int = 0, subject: str = "u1") -> LmsScore:
    return LmsScore(subject, None if points is None else Fraction(points), 100, NOON + timedelta(seconds=seconds))


def test_a_score_arrives_and_is_read_back() -> None:
    lms = FakePlatform()
    ours = gradebooks(lms)
    assert judge_score(ours.post_score(PLATFORM, LINE_ITEM, a_score())) is Verdict.DELIVERED
    assert ours.results(PLATFORM, LINE_ITEM) == {"u1": 83}


@pytest.mark.parametrize(("family", "query"), [(Family.OTHER, "?limit=100"), (Family.OPEN_EDX, "")])
def test_results_are_asked_for_by_pages_except_where_a_limit_leaves_out_the_rest(family: Family, query: str) -> None:
    lms = FakePlatform(family=family)
    gradebooks(lms).results(a_platform(family=family), LINE_ITEM)
    assert lms.asked[-1] == ("GET", f"{LINE_ITEM.url}/results{query}")


def test_a_score_goes_before_the_query_of_the_line_item() -> None:
    lms = FakePlatform(family=Family.MOODLE)
    gradebooks(lms).post_score(PLATFORM, a_line_item(f"{ITEMS}/1?type_id=1"), a_score())
    assert lms.asked[-1] == ("POST", f"{ITEMS}/1/scores?type_id=1")


def test_the_log_shows_what_was_sent_without_the_token() -> None:
    lms = FakePlatform()
    answer = gradebooks(lms).post_score(PLATFORM, LINE_ITEM, a_score())
    token = lms.headers[-1]["Authorization"].removeprefix("Bearer ")
    assert '"scoreGiven": 83' in answer.sent
    assert token not in answer.sent


@pytest.mark.parametrize(
    ("family", "status", "verdict"),
    [(Family.MOODLE, 409, Verdict.SUPERSEDED), (Family.OPEN_EDX, 400, Verdict.SUPERSEDED)],
    ids=["Moodle", "Open edX"],
)
def test_an_older_timestamp_is_refused_as_each_platform_does(family: Family, status: int, verdict: Verdict) -> None:
    ours = gradebooks(FakePlatform(family=family))
    ours.post_score(PLATFORM, LINE_ITEM, a_score(seconds=1))
    answer = ours.post_score(PLATFORM, LINE_ITEM, a_score(seconds=1))
    assert (answer.status, judge_score(answer)) == (status, verdict)


def test_a_score_is_no_new_attempt_in_canvas() -> None:
    lms = FakePlatform(family=Family.CANVAS)
    gradebooks(lms).post_score(a_platform(family=Family.CANVAS), LINE_ITEM, a_score())
    assert lms.scores[LINE_ITEM.url, "u1"].attempts == 0


def test_a_grade_that_is_no_more_is_taken_back() -> None:
    lms = FakePlatform(family=Family.MOODLE)
    ours = gradebooks(lms)
    ours.post_score(PLATFORM, LINE_ITEM, a_score())
    ours.post_score(PLATFORM, LINE_ITEM, a_score(None, seconds=1))
    assert lms.shown(LINE_ITEM.url, "u1") is None


def test_a_token_that_was_revoked_is_renewed_once() -> None:
    lms = FakePlatform()
    ours = gradebooks(lms)
    ours.post_score(PLATFORM, LINE_ITEM, a_score())
    lms.revoke()
    assert ours.post_score(PLATFORM, LINE_ITEM, a_score(seconds=1)).status == 200
    assert lms.times("POST", TOKEN) == 2


def test_a_platform_that_refuses_every_token_is_not_asked_for_ever() -> None:
    lms = FakePlatform(wrong=lambda _method, _url: Reply(401))
    answer = gradebooks(lms).post_score(PLATFORM, LINE_ITEM, a_score())
    assert (answer.status, judge_score(answer)) == (401, Verdict.AGAIN)
    assert (lms.times("POST", TOKEN), lms.times("POST", f"{LINE_ITEM.url}/scores")) == (2, 2)


def test_a_score_without_a_token_is_an_answer_too_and_comes_again() -> None:
    answer = gradebooks(FakePlatform(token_answer=Reply(503))).post_score(PLATFORM, LINE_ITEM, a_score())
    assert judge_score(answer) is Verdict.AGAIN
    assert "it answered 503" in answer.problem


def test_how_long_a_platform_asks_us_to_wait_is_kept() -> None:
    lms = FakePlatform(wrong=lambda _method, _url: Reply(429, {"retry-after": "90"}, b"slow down"))
    answer = gradebooks(lms).post_score(PLATFORM, LINE_ITEM, a_score())
    assert (answer.status, answer.retry_after, answer.body) == (429, timedelta(seconds=90), "slow down")


def test_results_of_all_pages_are_read_in_points_of_the_line_item() -> None:
    lms = FakePlatform(page=2)
    ours = gradebooks(lms)
    for number in range(5):
        ours.post_score(PLATFORM, LINE_ITEM, a_score(10 * number, subject=f"u{number}"))
    lms.scores[LINE_ITEM.url, "u4"].max_points = 200
    assert ours.results(PLATFORM, LINE_ITEM) == {"u0": 0, "u1": 10, "u2": 20, "u3": 30, "u4": 20}


@pytest.mark.parametrize("score", ["83", True, float("nan"), float("inf"), 10**400, None, [1]], ids=str)
def test_a_result_that_is_no_number_is_none(score: object) -> None:
    told = json.dumps([{"userId": "u1", "resultScore": score, "resultMaximum": 100}]).encode()
    lms = FakePlatform(wrong=lambda _method, _url: Reply(200, body=told))
    assert gradebooks(lms).results(PLATFORM, LINE_ITEM) == {"u1": None}


def make(lms: FakePlatform, tag: str = "grade") -> str:
    return gradebooks(lms).make_line_item(
        PLATFORM, CONTEXT, label="Conv", max_points=10, resource="exercise/conv", tag=tag
    )


def test_a_line_item_is_made_once_and_found_again() -> None:
    lms = FakePlatform(page=1)
    make(lms, "other"), make(lms, "third")
    address = make(lms)
    assert make(lms) == address
    assert len(lms.items) == 3
    assert lms.items[address]["scoreMaximum"] == 10


def test_a_platform_that_ignores_what_is_looked_for_gives_no_wrong_line_item() -> None:
    strange = json.dumps([{"id": f"{ITEMS}/9", "resourceId": "exercise/other", "tag": "grade"}]).encode()
    lms = FakePlatform(wrong=lambda method, _: Reply(200, body=strange) if method == "GET" else None)
    assert make(lms) == f"{ITEMS}/1"


@pytest.mark.parametrize("changes", [{"line_items_url": ""}, {"scopes": (SCORE_SCOPE,)}], ids=["address", "scope"])
def test_where_line_items_cannot_be_made_it_is_said_what_to_do(changes: dict[str, object]) -> None:
    with pytest.raises(Unavailable, match="does not let us make line items: switch on"):
        gradebooks(FakePlatform()).make_line_item(
            PLATFORM, a_context(**changes), label="Conv", max_points=10, resource="r", tag="grade"
        )


def test_members_of_all_pages_are_read() -> None:
    lms = FakePlatform(members=[MEMBER | {"user_id": f"u{number}"} for number in range(5)])
    people = gradebooks(lms).members(PLATFORM, CONTEXT)
    assert [person.subject for person in people] == ["u0", "u1", "u2", "u3", "u4"]


def test_a_member_is_described_as_far_as_the_platform_tells() -> None:
    told = {"user_id": 7, "given_name": "Ada", "family_name": "Byron", "status": "Inactive", "roles": ["Learner", 3]}
    lms = FakePlatform(members=[told | {"lis_person_sourcedid": "ab12"}, {"user_id": ""}, {"user_id": "x" * 256}])
    (ada,) = gradebooks(lms).members(PLATFORM, CONTEXT)
    assert (ada.subject, ada.name, ada.login, ada.roles, ada.active) == ("7", "Ada Byron", "ab12", ("Learner",), False)


MISLED = {
    "another host": "https://evil.example/members",
    "plain": "http://lms.example/members",
    "another port": "https://lms.example:8443/members",
    "looks alike": "https://lms.example.evil.example/",
    "hides the host": "https://lms.example@evil.example/",
    "no scheme": "//evil.example/",
    "private": "http://169.254.169.254/latest/meta-data",
    "a bracket": "https://[lms.example/",
    "a file": "file:///etc/passwd",
}


@pytest.mark.parametrize("address", MISLED.values(), ids=MISLED)
def test_a_next_page_elsewhere_never_gets_the_token(address: str) -> None:
    page = Reply(200, {"link": f'<{address}>; rel="next"'}, json.dumps({"members": [MEMBER]}).encode())
    lms = FakePlatform(wrong=lambda _method, _url: page)
    with pytest.raises(Unavailable):
        gradebooks(lms).members(PLATFORM, CONTEXT)
    assert all(url.startswith(f"{HOST}/") for _, url in lms.asked)
    assert len(lms.asked) == 2


@pytest.mark.parametrize("address", MISLED.values(), ids=MISLED)
def test_a_line_item_elsewhere_never_gets_the_token(address: str) -> None:
    made = Reply(201, body=json.dumps({"id": address}).encode())
    lms = FakePlatform(wrong=lambda method, _: made if method == "POST" else None)
    with pytest.raises(Unavailable, match="at another host"):
        make(lms)


def test_a_line_item_elsewhere_that_was_there_before_never_gets_it_either() -> None:
    found = [{"id": "https://evil.example/1", "resourceId": "exercise/conv", "tag": "grade"}]
    lms = FakePlatform(wrong=lambda _method, _url: Reply(200, body=json.dumps(found).encode()))
    with pytest.raises(Unavailable, match="at another host"):
        make(lms)


def test_pages_that_lead_in_a_circle_end() -> None:
    page = Reply(200, {"link": f'<{MEMBERS}?limit=100>; rel="next"'}, json.dumps({"members": [MEMBER]}).encode())
    lms = FakePlatform(wrong=lambda _method, _url: page)
    with pytest.raises(Unavailable, match="has no end: 1 pages"):
        gradebooks(lms).members(PLATFORM, CONTEXT)


def endless(seconds: float) -> FakePlatform:
    counted = iter(range(10_000))

    def page(_method: str, _url: str) -> Reply:
        link = {"link": f'<{MEMBERS}?start={next(counted)}>; rel="next"'}
        return Reply(200, link, json.dumps({"members": [MEMBER]}).encode(), seconds=seconds)

    return FakePlatform(wrong=page)


@pytest.mark.parametrize(("seconds", "pages"), [(0.0, 500), (14.0, 22)], ids=["many", "slow"])
def test_pages_without_end_end(seconds: float, pages: int) -> None:
    with pytest.raises(Unavailable, match=f"has no end: {pages} pages"):
        gradebooks(endless(seconds)).members(PLATFORM, CONTEXT)


BROKEN = {
    "not JSON": (Reply(200, body=b"<html>"), "not with JSON: <html>"),
    "no members": (Reply(200, body=b"{}"), "is no list"),
    "a string": (Reply(200, body=b'"no"'), "is no list"),
    "too large": (Reply(200, body=b" " * (4 * 2**20 + 1)), "more than 4194304 bytes"),
    "forbidden": (Reply(403, body=b"not you"), "answered 403: not you"),
    "silent": (Reply(problem="no answer came in time"), "no answer came in time"),
}


@pytest.mark.parametrize(("reply", "says"), BROKEN.values(), ids=BROKEN)
def test_a_list_that_cannot_be_read_says_what_came_instead(reply: Reply, says: str) -> None:
    lms = FakePlatform(wrong=lambda _method, _url: reply)
    with pytest.raises(Unavailable, match=says):
        gradebooks(lms).members(PLATFORM, CONTEXT)


def names(checked: object) -> list[str]:
    assert isinstance(checked, list)
    return [name for name, wrong in checked if not wrong]


def test_a_connection_that_works_works_at_each_step() -> None:
    assert names(gradebooks(FakePlatform()).check(PLATFORM, CONTEXT)) == ["key set", "token", "line items", "members"]


CHECKS = {
    "key set": (FakePlatform(), a_platform(jwks_url=f"{HOST}/elsewhere"), CONTEXT, "Check the address of its key set"),
    "token": (FakePlatform(token_answer=Reply(400)), PLATFORM, CONTEXT, "client id"),
    "course": (FakePlatform(), PLATFORM, None, "open a link to us"),
    "line items": (FakePlatform(), PLATFORM, a_context(line_items_url=""), "switch on Assignment"),
    "members": (FakePlatform(), PLATFORM, a_context(members_url=f"{HOST}/gone"), "answered 404"),
}


@pytest.mark.parametrize("step", CHECKS)
def test_a_connection_that_fails_says_at_which_step_and_what_to_do(step: str) -> None:
    lms, platform, context, says = CHECKS[step]
    failed, wrong = gradebooks(lms).check(platform, context)[-1]
    assert (failed, says in wrong) == (step, True)


def test_a_connection_is_checked_with_a_new_token() -> None:
    lms = FakePlatform()
    ours = gradebooks(lms)
    ours.check(PLATFORM, CONTEXT)
    asked = lms.times("POST", TOKEN)
    ours.check(PLATFORM, CONTEXT)
    assert lms.times("POST", TOKEN) == asked + 1


def test_members_are_read_with_leave_to_read_members_only() -> None:
    lms = FakePlatform(members=[MEMBER])
    gradebooks(lms).members(PLATFORM, CONTEXT)
    assert LINE_ITEM_SCOPE not in {scope for _, scopes in lms._tokens.values() for scope in scopes}
