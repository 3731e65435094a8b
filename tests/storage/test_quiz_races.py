"""Twenty calls at once for one student, on real databases: limits, locks and grades hold."""

from __future__ import annotations

import threading
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.errors import Conflict
from grader.domain.quiz_policy import Reveal
from grader.domain.scoring import ItemKind, Keep
from grader.services.answer import answer
from grader.services.overtime import finish_overdue
from grader.services.quiz import finish, start, view
from grader.storage import unit_of_work_factory
from tests.fakes import FakeCatalogue, FixedClock, a_quiz, an_exercise
from tests.storage.databases import enrolled

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

    from grader.domain.scoring import Grade
    from grader.services.shown_attempt import AttemptView
    from tests.storage.databases import Enrolled, MakeUow

CALLS = 20


class Classroom:
    """Ada, a quiz, and twenty calls that begin together."""

    def __init__(self, make_uow: MakeUow, **policy: Any) -> None:  # noqa: ANN401 - fields of QuizPolicy
        self.make_uow = make_uow
        self.clock = FixedClock()
        self.catalogue = FakeCatalogue([an_exercise()], [("channels", a_quiz(**policy))])
        self.ada: Enrolled = enrolled(make_uow)

    def start(self) -> AttemptView:
        return start(
            self.make_uow(), self.clock, self.catalogue,
            user=self.ada.user, course_slug="spring", quiz_slug="weights",
        )  # fmt: skip

    def answer(self, attempt_id: int, value: str) -> AttemptView:
        return answer(
            self.make_uow(), self.clock, self.catalogue,
            user=self.ada.user, attempt_id=attempt_id, question="six", value=value,
        )  # fmt: skip

    def finish(self, attempt_id: int) -> AttemptView:
        return finish(self.make_uow(), self.clock, self.catalogue, user=self.ada.user, attempt_id=attempt_id)

    def view(self, attempt_id: int) -> AttemptView:
        return view(self.make_uow(), self.clock, self.catalogue, user=self.ada.user, attempt_id=attempt_id)

    def grade(self) -> Grade:
        with self.make_uow().reading() as uow:
            found = uow.grades.find(self.ada.enrolment.id, ItemKind.QUIZ, "weights")
        assert found is not None
        return found

    def attempts(self) -> int:
        with self.make_uow().reading() as uow:
            return len(uow.attempts.of_enrolment(self.ada.enrolment.id, "weights"))

    def at_once(self, *calls: Callable[[], object]) -> list[object]:
        """Return what each call returned; Conflicts count as answers, other errors fail the test."""
        together, found = threading.Barrier(len(calls)), list[object]()

        def run(call: Callable[[], object]) -> None:
            together.wait()
            try:
                found.append(call())
            except Exception as error:  # noqa: BLE001 - told below, by the main thread
                found.append(error)

        threads = [threading.Thread(target=run, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [each for each in found if isinstance(each, Exception) and not isinstance(each, Conflict)] == []
        return found


@pytest.fixture
def make_uow(engine: Engine) -> MakeUow:
    return unit_of_work_factory(engine)


def test_twenty_starts_make_one_attempt(make_uow: MakeUow) -> None:
    room = Classroom(make_uow, attempts=1)
    views = room.at_once(*[room.start] * CALLS)
    assert len({view.attempt.id for view in views if not isinstance(view, Conflict)}) == 1  # type: ignore[attr-defined]
    assert room.attempts() == 1


@pytest.mark.parametrize("limit", [1, 3])
def test_who_starts_and_finishes_twenty_times_at_once_gets_no_attempt_more(make_uow: MakeUow, limit: int) -> None:
    room = Classroom(make_uow, attempts=limit, counts=Keep.AVERAGE)

    def try_once_more() -> None:
        room.finish(room.start().attempt.id)

    found = room.at_once(*[try_once_more] * CALLS)
    while room.attempts() < limit:  # several threads may have finished one and the same attempt
        try_once_more()
    assert room.attempts() == limit
    assert room.grade().attempts == limit
    with pytest.raises(Conflict, match="used up"):
        room.start()
    assert any(each is None for each in found)


def test_of_twenty_answers_that_are_told_at_once_one_is_taken(make_uow: MakeUow) -> None:
    room = Classroom(make_uow, answers=Reveal.AFTER_EACH)
    attempt_id = room.start().attempt.id
    found = room.at_once(*[lambda value=str(value): room.answer(attempt_id, value) for value in range(CALLS)])
    assert sum(not isinstance(each, Conflict) for each in found) == 1
    assert room.view(attempt_id).questions[0].marked is not None


def test_answers_ends_starts_looks_and_sweeps_do_not_block_each_other(make_uow: MakeUow) -> None:
    room = Classroom(make_uow, attempts=5, minutes=1)
    attempt_id = room.start().attempt.id
    room.answer(attempt_id, "6")
    room.clock.advance(minutes=2)
    calls: list[Callable[[], object]] = [
        lambda: room.answer(attempt_id, "5"),
        lambda: room.finish(attempt_id),
        lambda: room.view(attempt_id),
        lambda: finish_overdue(room.make_uow, room.clock, room.catalogue),
        room.start,
    ]
    room.at_once(*calls * 4)
    shown = room.view(attempt_id)
    assert (shown.points, shown.attempt.finished) == (Fraction(1), shown.attempt.deadline)
    assert room.attempts() == 2
    assert (room.grade().attempts, room.grade().points) == (1, Fraction(1))
