"""Which address the audit log takes for a client's: a proxy's word counts when the operator says that it is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.web.pages.browser import Browser, signed_in

if TYPE_CHECKING:
    from tests.web.school import School

TOKENS = "/profile/tokens"
CHAIN = "203.0.113.66, 203.0.113.9"  # the first is what the client says itself


def address(school: School, browser: Browser, forwarded: str) -> str:
    """Make a token and return from where the log says that it was made."""
    browser.client.environ_base |= {"HTTP_X_FORWARDED_FOR": forwarded, "REMOTE_ADDR": "10.0.0.1"}
    browser.send(browser.get("/profile"), TOKENS, name="laptop", scope="read", days="7")
    answer = school.client("ines").get("/api/v1/courses/spring/audit?deed=token&actor=ada")
    found: str = answer.get_json()["entries"][0]["address"]
    return found


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, CHAIN, "10.0.0.1"),
        (1, CHAIN, "203.0.113.9"),
        (2, CHAIN, "203.0.113.66"),
        (1, "", "10.0.0.1"),
        (3, CHAIN, "10.0.0.1"),  # fewer than there should be: nobody's word is taken
    ],
)
def test_as_many_words_are_taken_as_there_are_proxies_of_ours(
    school: School, proxies: int, forwarded: str, expected: str
) -> None:
    assert address(school, signed_in(school, proxies=proxies), forwarded) == expected


def test_a_proxy_is_not_asked_for_host_or_scheme(school: School) -> None:
    browser = signed_in(school, proxies=1)
    told = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}
    assert "evil" not in browser.client.get("/", headers=told).headers["Location"]
