"""Who may do what is one table, and the documents show the same one."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from grader.domain.errors import Forbidden
from grader.domain.people import Enrolment, Role
from grader.domain.permissions import ALLOWED, Action, may
from grader.services.enrol import require

DOCS = Path("docs/teaching.md").read_text(encoding="utf-8")
TABLE = re.findall(r"^\| (.+?) \| (yes|–) \| (yes|–) \| (yes|–) \|$", DOCS, re.MULTILINE)
ROLES = (Role.STUDENT, Role.ASSISTANT, Role.INSTRUCTOR)


def test_the_documents_show_the_table() -> None:
    table = [(a.value, *("yes" if may(role, a) else "–" for role in ROLES)) for a in Action]
    assert table == TABLE


def test_every_role_may_all_that_a_lesser_one_may() -> None:
    for lesser, greater in pairwise(ROLES):
        assert ALLOWED[lesser] < ALLOWED[greater]


def test_a_student_may_do_nothing_but_take_part() -> None:
    assert ALLOWED[Role.STUDENT] == {Action.TAKE_PART}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", Action)
def test_who_is_refused_is_told_as_what_and_for_what(role: Role, action: Action) -> None:
    enrolment = Enrolment(1, 1, 1, role)
    if may(role, action):
        require(enrolment, action)
        return
    with pytest.raises(Forbidden) as refused:
        require(enrolment, action)
    assert str(refused.value) == f"as {role.value} of this course you may not {action.value}"


def test_every_action_is_asked_for_by_some_use_case() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in Path("grader/services").rglob("*.py"))
    assert [action.name for action in Action if f"Action.{action.name}" not in sources] == []
