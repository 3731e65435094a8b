"""Access tokens of platforms: kept, renewed, and refusals in words."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from grader.domain.errors import Unavailable
from grader.domain.lms.platform import RESULT_SCOPE, SCORE_SCOPE
from grader.lms.outgoing import Reply
from grader.lms.tokens import Tokens
from tests.lms.platform import CLIENT, HOST, TOKEN, FakePlatform, a_key, a_platform

PLATFORM = a_platform()


def tokens(lms: FakePlatform) -> Tokens:
    return Tokens(lms, lms.clock, a_key)


def test_a_token_is_asked_for_with_an_assertion_of_ours() -> None:
    lms = FakePlatform()
    assert tokens(lms).token(PLATFORM, (SCORE_SCOPE,))
    told = lms.assertions[0]
    assert (told["iss"], told["sub"], told["aud"]) == (CLIENT, CLIENT, TOKEN)
    assert told["exp"] - told["iat"] == 300


def test_the_audience_is_the_one_that_the_platform_wants() -> None:
    lms = FakePlatform()
    with pytest.raises(Unavailable, match="Audience doesn't match"):
        tokens(lms).token(replace(PLATFORM, audience="https://auth.example/all"), (SCORE_SCOPE,))


def test_a_token_is_used_until_a_minute_before_it_ends() -> None:
    lms = FakePlatform(lasts=3600)
    kept = tokens(lms)
    first = kept.token(PLATFORM, (SCORE_SCOPE,))
    lms.clock.advance(seconds=3539)
    assert kept.token(PLATFORM, (SCORE_SCOPE,)) == first
    lms.clock.advance(seconds=1)
    assert kept.token(PLATFORM, (SCORE_SCOPE,)) != first


def test_each_platform_and_set_of_scopes_has_its_own() -> None:
    lms = FakePlatform()
    kept = tokens(lms)
    kept.token(PLATFORM, (SCORE_SCOPE, RESULT_SCOPE))
    kept.token(PLATFORM, (RESULT_SCOPE, SCORE_SCOPE))
    assert lms.times("POST", TOKEN) == 1
    kept.token(PLATFORM, (SCORE_SCOPE,))
    kept.token(replace(PLATFORM, id=2), (SCORE_SCOPE,))
    assert lms.times("POST", TOKEN) == 3


def test_only_the_token_that_was_refused_is_renewed() -> None:
    lms = FakePlatform()
    kept = tokens(lms)
    old = kept.token(PLATFORM, (SCORE_SCOPE,))
    new = kept.token(PLATFORM, (SCORE_SCOPE,), refused=old)
    assert new != old
    assert kept.token(PLATFORM, (SCORE_SCOPE,), refused=old) == new


def test_many_threads_ask_once() -> None:
    lms, gate = FakePlatform(), threading.Barrier(8)
    kept = tokens(lms)

    def ask(_: int) -> str:
        gate.wait()
        return kept.token(PLATFORM, (SCORE_SCOPE,))

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert lms.times("POST", TOKEN) == 1


def test_who_waited_for_a_token_that_could_not_be_had_does_not_ask_again() -> None:
    lms = FakePlatform(token_answer=Reply(problem="no answer came in time"))
    kept, waiting = tokens(lms), threading.Barrier(9)
    answer = lms.request

    def slow(method: str, url: str, **told: Any) -> Reply:  # noqa: ANN401 - what request takes
        waiting.wait(10)  # all have asked, and those behind the first have a moment to line up
        time.sleep(1)
        return answer(method, url, **told)

    lms.request = slow  # type: ignore[method-assign]

    def ask(number: int) -> str:
        if number:
            waiting.wait(10)
        with pytest.raises(Unavailable, match="no answer came in time") as error:
            kept.token(PLATFORM, (SCORE_SCOPE,))
        return str(error.value)

    with ThreadPoolExecutor(9) as pool:
        assert len(set(pool.map(ask, range(9)))) == 1
    assert lms.times("POST", TOKEN) == 1


def test_a_platform_that_hangs_keeps_nobody_waiting_who_asks_another() -> None:
    asked, let_go = threading.Event(), threading.Event()

    class Hanging(FakePlatform):
        def request(self, method: str, url: str, **rest: Any) -> Reply:  # noqa: ANN401 - as Outgoing has them
            if url != TOKEN:
                asked.set()
                let_go.wait()
            return super().request(method, url, **rest)

    kept = tokens(Hanging())
    with ThreadPoolExecutor(1) as pool:
        slow = replace(PLATFORM, id=2, token_url=f"{HOST}/slow")
        other = pool.submit(kept.token, slow, (SCORE_SCOPE,))
        asked.wait()
        try:
            assert kept.token(PLATFORM, (SCORE_SCOPE,))
        finally:
            let_go.set()
        assert isinstance(other.exception(), Unavailable)


GOOD = {"access_token": "t", "expires_in": 3600}
REFUSALS = {
    "refused": (Reply(400, body=b'{"error":"invalid_client","error_description":"no key"}'), "invalid_client: no key"),
    "no answer": (Reply(problem="no answer came in time"), "no answer came in time; check its token address"),
    "page of a login": (Reply(200, body=b"<html>Sign in</html>"), "without an access token"),
    "list": (Reply(200, body=b"[]"), "without an access token"),
    "deep": (Reply(200, body=b"[" * 60_000), "without an access token"),
    "token of two lines": (Reply(200, body=json.dumps(GOOD | {"access_token": "a\r\nX: y"}).encode()), "without"),
    "token that is a number": (Reply(200, body=json.dumps(GOOD | {"access_token": 7}).encode()), "without"),
    "elsewhere": (Reply(302, {"location": "http://10.0.0.1/"}), "it answered 302"),
}


@pytest.mark.parametrize(("reply", "says"), REFUSALS.values(), ids=REFUSALS)
def test_what_is_wrong_is_said_in_words(reply: Reply, says: str) -> None:
    with pytest.raises(Unavailable, match=says):
        tokens(FakePlatform(token_answer=reply)).token(PLATFORM, (SCORE_SCOPE,))


@pytest.mark.parametrize("lasts", [None, "3600", 10**400, "soon", True, -5, 0, 59])
def test_whatever_the_platform_says_of_its_end_a_token_is_there(lasts: object) -> None:
    answer = Reply(200, body=json.dumps(GOOD | {"expires_in": lasts}).encode())
    assert tokens(FakePlatform(token_answer=answer)).token(PLATFORM, (SCORE_SCOPE,)) == "t"
