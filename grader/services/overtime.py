"""Finish the attempts at quizzes whose time is up, with the answers that were saved."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from grader.domain.errors import BadExercise, NotFound
from grader.domain.quiz_policy import GRACE
from grader.services.quiz import close_late

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.ports import Catalogue, Clock, UnitOfWork

logger = logging.getLogger(__name__)

BATCH = 100
"""Attempts that are looked up at once."""


def finish_overdue(make_uow: Callable[[], UnitOfWork], clock: Clock, quizzes: Catalogue) -> int:
    """Finish every attempt whose time and grace are over; return how many. Two sweepers at once do no harm.

    An attempt whose quiz is gone or broken stays open until the lecturer has mended it.
    """
    now = clock.now()
    done = after = 0
    while True:
        with (uow := make_uow()).reading():
            found = uow.attempts.overdue(now - GRACE, BATCH, after=after)
        for attempt in found:
            try:
                done += close_late(make_uow(), quizzes, attempt.id, now)
            except (BadExercise, NotFound) as error:
                logger.warning("attempt %d can't be finished: %s", attempt.id, error)
        if len(found) < BATCH:
            return done
        after = found[-1].id
