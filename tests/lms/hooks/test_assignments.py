"""`assignment.updated`: an item's terms, as an LMS has them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest

from grader.domain.assignment import Terms
from grader.domain.scoring import ItemKind, Keep, Late
from tests.fakes import a_report
from tests.web.school import SPRING

if TYPE_CHECKING:
    from tests.lms.hooks.sender import Sender

UPDATED = "assignment.updated"
CONV = {"kind": "exercise", "item": "pointwise-conv"}
DUE = datetime(2026, 5, 20, 16, tzinfo=UTC)


def terms(sender: Sender, kind: ItemKind = ItemKind.EXERCISE, item: str = "pointwise-conv") -> Terms:
    with sender.school.make_uow().reading() as uow:
        return uow.assignments.find(sender.school.courses[SPRING].id, kind, item).terms


def test_every_term_can_be_set(sender: Sender) -> None:
    given = {
        "opens": "2026-05-01T08:00:00+02:00",
        "due": "2026-05-20T18:00:00+02:00",
        "closes": "2026-05-27T16:00:00Z",
        "late": "per_day",
        "loss": 0.2,
        "grace": 900,
        "attempts": 5,
        "cooldown": 60,
        "keep": "last",
        "weight": 2.5,
        "offered": False,
    }
    assert sender.done(UPDATED, **CONV, **given) == {"type": UPDATED, "result": "done", "changed_grades": 0, **CONV}
    assert terms(sender) == Terms(
        opens=datetime(2026, 5, 1, 6, tzinfo=UTC),
        due=DUE,
        closes=DUE + timedelta(days=7),
        late=Late.PER_DAY,
        loss=Fraction(1, 5),
        grace=timedelta(minutes=15),
        attempts=5,
        cooldown=timedelta(minutes=1),
        keep=Keep.LAST,
        weight=Fraction(5, 2),
        offered=False,
    )


def test_what_is_left_out_stays_and_null_takes_away(sender: Sender) -> None:
    sender.done(UPDATED, **CONV, due="2026-05-20T16:00Z", attempts=5, loss=0.2)
    sender.done(UPDATED, **CONV, due="2026-05-21T16:00Z", attempts=None)
    assert terms(sender) == Terms(due=DUE + timedelta(days=1), loss=Fraction(1, 5))


def test_a_quiz_has_terms_too(sender: Sender) -> None:
    sender.done(UPDATED, kind="quiz", item="weights", due="2026-05-20T16:00Z")
    assert terms(sender, ItemKind.QUIZ, "weights").due == DUE


def test_grades_are_made_anew_and_told_with_the_endpoint_as_the_one_who_did_it(sender: Sender) -> None:
    sender.school.submit()
    sender.school.grade(a_report())
    cutoff = {"due": "2026-05-01T11:00Z", "late": "cliff", "loss": 1}
    assert sender.done(UPDATED, **CONV, **cutoff)["changed_grades"] == 1
    event = sender.events()[-1]
    assert (event.type.value, event.data["student"]) == ("grade.changed", "ada")
    (entry,) = sender.log()
    assert (entry.deed, entry.origin.actor) == ("assignment.set", "endpoint registrar")
    ada = sender.enrolment("ada")
    assert ada
    with sender.school.make_uow().reading() as uow:
        assert uow.history.of_enrolment(ada.id)[-1].by == "endpoint registrar"


def test_the_same_terms_once_more_leave_no_entry(sender: Sender) -> None:
    sender.done(UPDATED, **CONV, due="2026-05-20T16:00Z")
    assert sender.done(UPDATED, **CONV, due="2026-05-20T18:00+02:00")["changed_grades"] == 0
    assert len(sender.log()) == 1


@pytest.mark.parametrize(
    ("data", "field", "says"),
    [
        ({"item": "pointwise-conv"}, "data.kind", "'data.kind' is missing"),
        ({"kind": "essay", "item": "pointwise-conv"}, "data.kind", "exercise or quiz"),
        ({"kind": "exercise", "item": "no-such"}, "data.item", "there is no exercise 'no-such'; there are: pointwise"),
        ({"kind": "quiz", "item": "pointwise-conv"}, "data.item", "there is no quiz"),
        ({"kind": "exercise", "item": "x" * 201}, "data.item", "the name of an item"),
        ({"kind": "exercise", "item": "po\0int"}, "data.item", "there is no exercise"),
        ({**CONV, "due": "2026-05-20T16:00"}, "data.due", "a time with its zone"),
        ({**CONV, "due": "tomorrow"}, "data.due", "a time with its zone"),
        ({**CONV, "attempts": 0}, "data.attempts", "from 1 to 1000"),
        ({**CONV, "attempts": 10**30}, "data.attempts", "from 1 to 1000"),
        ({**CONV, "attempts": "5"}, "data.attempts", "a whole number"),
        ({**CONV, "loss": 1.5}, "data.loss", "a share from 0 to 1"),
        ({**CONV, "grace": -1}, "data.grace", "0 or more"),
        ({**CONV, "cooldown": 10**9}, "data.cooldown", "0 to 7 days"),
        ({**CONV, "late": "cliff"}, "data.late", "needs a due date"),
        ({**CONV, "due": "2026-05-20T16:00Z", "closes": "2026-05-19T16:00Z"}, "data.closes", "before the due date"),
        ({**CONV, "offered": "yes"}, "data.offered", "true or false"),
        ({**CONV, "Due": "2026-05-20T16:00Z"}, "data.Due", "unknown field 'data.Due'"),
    ],
)
def test_what_is_wrong_is_said_and_changes_nothing(
    firm: Sender, data: dict[str, object], field: str, says: str
) -> None:
    status, message, told = firm.refused(UPDATED, **data)
    assert (status, told) == (422, field)
    assert says in message


def test_terms_are_checked_as_they_are_together_with_those_that_stay(sender: Sender) -> None:
    sender.done(UPDATED, **CONV, opens="2026-05-10T16:00Z")
    status, message, field = sender.refused(UPDATED, **CONV, due="2026-05-09T16:00Z")
    assert (status, field, message) == (422, "data.due", "the due date must not be before the opening")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_that_no_calendar_has_in_utc_is_refused(firm: Sender, moment: str) -> None:
    status, _, field = firm.refused(UPDATED, **CONV, opens=moment)
    assert (status, field) == (422, "data.opens")
