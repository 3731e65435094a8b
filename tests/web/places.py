"""What stands in the places of routes: names of a School's things, and numbers of things that are made for it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.web.school import SPRING

if TYPE_CHECKING:
    from tests.web.school import School

NAMES = {
    "course": SPRING,
    "exercise": "pointwise-conv",
    "quiz": "weights",
    "question": "six",
    "figure": "six.svg",
    "kind": "exercise",
    "item": "pointwise-conv",
    "login": "ada",
    "filename": "base.css",
}


def numbers(school: School, login: str = "ada", *, source: str = "x = 1") -> dict[str, str]:
    """Make a graded submission, a queued one, an open attempt, a comment, an override and a token of *login*'s.

    And once a regrade; return the numbers that routes may ask for.
    """
    first, attempt = school.submit(login, source), school.start_quiz(login)
    school.grade()
    with school.make_uow().reading() as uow:
        token = uow.tokens.of_user(school.users[login].id)[0]
        running = [regrade.id for regrade in uow.regrades.of_course(school.courses[SPRING].id)]
    found = {
        "submission_id": first,
        "other_id": school.submit(login),
        "attempt_id": attempt,
        "token_id": token.id,
        "override_id": school.set_grade(login, 4),
        "comment_id": school.say("ines", first),
        "one": first,
        "other": school.submit("bob"),
        "regrade_id": running[0] if running else school.regrade(),
    }
    return {name: str(number) for name, number in found.items()}


def address(route: str, values: dict[str, str]) -> str:
    """Return a route's address with these values in its places."""
    return re.sub(r"<\w+:(\w+)>", lambda match: values[match[1]], route)
