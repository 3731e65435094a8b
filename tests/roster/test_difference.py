"""What a sheet would change in a roster, and what no sheet may."""

from __future__ import annotations

import pytest

from grader.domain.people import Enrolment, Role, User
from grader.domain.roster import Difference, Kind, Line, Member, Place, Sheet, compare
from tests.fakes import NOON

INES = User(1, "ines", "Ines")


def member(number: int, login: str, role: Role = Role.STUDENT, section: str = "", *, left: bool = False) -> Member:
    ended = NOON if left else None
    user = INES if login == "ines" else User(number, login, login.title())
    return Member(Enrolment(number, number, 7, role, section, ended), user)


ROSTER = [
    member(1, "ines", Role.INSTRUCTOR),
    member(2, "ada", section="A"),
    member(3, "tess", Role.ASSISTANT),
    member(4, "bob", section="B", left=True),
]


def found(*lines: Line, removes: bool = False, users: tuple[User, ...] = ()) -> Difference:
    return compare(Sheet(lines), ROSTER, {user.login: user for user in users}, by=INES, removes=removes)


def kinds(difference: Difference) -> dict[str, Kind]:
    return {change.login: change.kind for change in difference.changes}


@pytest.mark.parametrize(
    ("line", "kind", "after"),
    [
        (Line(2, "eve", "Eve"), Kind.NEW_USER, Place(Role.STUDENT, "")),
        (Line(2, "zoe", section="C", role=Role.ASSISTANT), Kind.NEW, Place(Role.ASSISTANT, "C")),
        (Line(2, "bob"), Kind.RETURNING, Place(Role.STUDENT, "B")),
        (Line(2, "bob", section=""), Kind.RETURNING, Place(Role.STUDENT, "")),
        (Line(2, "ada"), Kind.UNCHANGED, Place(Role.STUDENT, "A")),
        (Line(2, "ada", section="A", role=Role.STUDENT), Kind.UNCHANGED, Place(Role.STUDENT, "A")),
        (Line(2, "ada", section=""), Kind.CHANGED, Place(Role.STUDENT, "")),
        (Line(2, "ada", role=Role.ASSISTANT), Kind.CHANGED, Place(Role.ASSISTANT, "A")),
        (Line(2, "tess", role=Role.STUDENT), Kind.CHANGED, Place(Role.STUDENT, "")),
    ],
)
def test_a_line_becomes_a_change_and_what_it_does_not_say_stays(line: Line, kind: Kind, after: Place) -> None:
    (change,) = found(line, users=(User(9, "zoe", "Zoe"),)).changes
    assert (change.kind, change.after) == (kind, after)


def test_a_file_without_roles_makes_no_student_of_an_instructor() -> None:
    assert kinds(found(Line(2, "ines"), Line(3, "tess"))) == {"ines": Kind.UNCHANGED, "tess": Kind.UNCHANGED}


def test_a_new_person_needs_a_name() -> None:
    difference = found(Line(2, "eve"))
    assert [str(problem) for problem in difference.problems] == ["line 2: 'eve' is new here: say the name"]
    assert not difference.changes


def test_a_name_that_is_another_is_told_and_not_changed() -> None:
    (change,) = found(Line(2, "ada", "Ada King")).changes
    assert (change.kind, change.name, change.other_name) == (Kind.UNCHANGED, "Ada King", "Ada")
    assert found(Line(2, "ada", "Ada")).changes[0].other_name is None


@pytest.mark.parametrize("role", [Role.STUDENT, Role.ASSISTANT])
def test_nobody_takes_their_own_role_away(role: Role) -> None:
    difference = found(Line(5, "ines", role=role))
    assert [str(problem) for problem in difference.problems] == [
        "line 5: you can't change your own role: ask another instructor"
    ]


def test_who_becomes_staff_is_worth_a_look_and_who_is_already_not() -> None:
    lines = (
        Line(2, "eve", "Eve", role=Role.INSTRUCTOR),
        Line(3, "ada", role=Role.ASSISTANT),
        Line(4, "tess", section="X"),
        Line(5, "bob"),
    )
    assert [change.login for change in found(*lines).changes if change.makes_staff] == ["eve", "ada"]


class TestWhoIsNotInTheFile:
    def test_stays_unless_it_is_said(self) -> None:
        assert kinds(found(Line(2, "eve", "Eve"))) == {"eve": Kind.NEW_USER}

    def test_leaves_when_it_is_said_but_only_students_do(self) -> None:
        difference = found(Line(2, "eve", "Eve"), removes=True)
        assert kinds(difference) == {"eve": Kind.NEW_USER, "ada": Kind.REMOVED}
        assert difference.changes[-1].before == Place(Role.STUDENT, "A")

    def test_is_not_told_while_a_line_is_wrong(self) -> None:
        difference = found(Line(2, "eve"), removes=True)
        assert difference.problems
        assert not difference.changes


class TestTheFingerprint:
    def test_is_of_what_would_be_done_not_of_how_it_is_written(self) -> None:
        one = found(Line(2, "eve", "Eve"), Line(3, "ada"))
        other = found(Line(7, "tess"), Line(9, "eve", "Eve", section="", role=Role.STUDENT))
        assert one.fingerprint == other.fingerprint

    @pytest.mark.parametrize(
        "line",
        [
            Line(2, "eve", "Eva"),
            Line(2, "eve", "Eve", section="A"),
            Line(2, "eve", "Eve", role=Role.ASSISTANT),
            Line(2, "eva", "Eve"),
            Line(2, "bob"),
        ],
    )
    def test_is_another_for_whatever_is_done_otherwise(self, line: Line) -> None:
        assert found(line).fingerprint != found(Line(2, "eve", "Eve")).fingerprint


def test_what_changes_is_counted_apart_from_what_does_not() -> None:
    difference = found(Line(2, "eve", "Eve"), Line(3, "ada"))
    assert [change.login for change in difference.real] == ["eve"]
    assert difference.counts[Kind.UNCHANGED] == 1
