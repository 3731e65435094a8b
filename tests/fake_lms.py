"""What the fake unit of work knows of LMSes: events and scores asked for are noted, nothing else was ever connected.

Use cases about LMSes are tested on a database; here whatever else they ask for is an error, not an answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from grader.domain.lms.event import Event
from grader.domain.lms.log import Load
from tests.fake_tables import Repository

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from grader.domain.lms.event import Draft
    from grader.domain.lms.log import Logged, Wanted
    from grader.domain.scoring import ItemKind


class Unkept(Repository):
    """Refuses what only a database does."""

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} has no {name}: test this on a database")


class FakeOutbox(Unkept):
    def add(self, drafts: Sequence[Draft], *, course_id: int, made: datetime) -> list[Event]:
        added = []
        for draft in drafts:
            data = dict(draft.data)
            if draft.item is not None:
                place = (draft.enrolment_id, *draft.item)
                data["sequence"] = self.tables.sequences[place] = self.tables.sequences.get(place, 0) + 1
            number = next(self.ids)
            event = Event(number, f"msg_{number}", draft.type, course_id, draft.enrolment_id, made, data)
            self.tables.events[number] = event
            added.append(event)
        return added

    def add_scores(
        self, course_id: int, enrolments: Collection[int], kind: ItemKind, item: str, *, made: datetime
    ) -> int:
        for enrolment_id in sorted(enrolments):
            self.tables.scores_asked[next(self.ids)] = (course_id, enrolment_id, kind, item, made)
        return 0  # no platform is connected

    def of_course(self, course_id: int, wanted: Wanted, limit: int) -> list[Logged]:
        return []

    def load(self, course_id: int, since: datetime) -> Load:
        return Load(0, 0, 0, 0)


class FakeEndpoints(Unkept):
    def of_course(self, course_id: int) -> list[object]:
        return []


class FakeReceived(Unkept):
    def reference(self, submission_id: int) -> None:
        return None


class FakePlatforms(Unkept):
    def of_course(self, course_id: int | None) -> list[object]:
        return []

    def contexts(self, course_id: int) -> list[object]:
        return []


class FakeLineItems(Unkept):
    def of_course(self, course_id: int) -> list[object]:
        return []

    def states_of(self, enrolment_id: int) -> list[object]:
        return []


class FakeLogins(Unkept):
    def keys(self) -> list[object]:
        return []
