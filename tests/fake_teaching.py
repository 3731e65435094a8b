"""Repositories of teaching and running over plain dicts, for `tests.fakes.FakeUnitOfWork`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.domain.assignment import Assignment, Extension
from grader.domain.audit import Deed, Entry, Filter, Note, Origin
from grader.domain.comment import Comment
from grader.domain.scoring import GradeChange, ItemKind, Override
from tests.fake_tables import Repository, Tables, one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime
    from fractions import Fraction

    from grader.domain.station import Station


class FakeAssignments(Repository):
    def put(self, assignment: Assignment) -> None:
        self.tables.assignments[assignment.course_id, assignment.kind, assignment.item] = assignment

    def find(self, course_id: int, kind: ItemKind, item: str) -> Assignment:
        return self.tables.assignments.get((course_id, kind, item), Assignment(course_id, kind, item))

    def of_course(self, course_id: int) -> dict[tuple[ItemKind, str], Assignment]:
        return {(kind, item): a for (of, kind, item), a in self.tables.assignments.items() if of == course_id}

    def extend(self, enrolment_id: int, kind: ItemKind, item: str, extension: Extension | None) -> None:
        if extension is None:
            self.tables.extensions.pop((enrolment_id, kind, item), None)
        else:
            self.tables.extensions[enrolment_id, kind, item] = extension

    def extension(self, enrolment_id: int, kind: ItemKind, item: str) -> Extension | None:
        return self.tables.extensions.get((enrolment_id, kind, item))

    def extensions_of(self, enrolment_id: int) -> dict[tuple[ItemKind, str], Extension]:
        return {key[1:]: e for key, e in self.tables.extensions.items() if key[0] == enrolment_id}

    def extensions(self, course_id: int) -> dict[tuple[int, ItemKind, str], Extension]:
        enrolments = self.tables.enrolments
        return {key: e for key, e in self.tables.extensions.items() if enrolments[key[0]].course_id == course_id}


class FakeOverrides(Repository):
    def add(
        self,
        enrolment_id: int,
        kind: ItemKind,
        item: str,
        *,
        points: Fraction,
        reason: str,
        by: str,
        made: datetime,
    ) -> Override:
        override = Override(next(self.ids), enrolment_id, kind, item, points, reason, by, made)
        self.tables.overrides[override.id] = override
        return override

    def get(self, override_id: int) -> Override:
        return one(self.tables.overrides, override_id, "override")

    def counting(self, enrolment_id: int, kind: ItemKind, item: str) -> Override | None:
        mine = [o for o in self.of_enrolment(enrolment_id) if (o.kind, o.item) == (kind, item) and not o.withdrawn]
        return mine[-1] if mine else None

    def of_course(self, course_id: int) -> list[Override]:
        enrolments = self.tables.enrolments
        return [o for o in self.tables.overrides.values() if enrolments[o.enrolment_id].course_id == course_id]

    def of_enrolment(self, enrolment_id: int) -> list[Override]:
        return [o for o in self.tables.overrides.values() if o.enrolment_id == enrolment_id]

    def withdraw(self, override_id: int, when: datetime) -> bool:
        override = self.tables.overrides.get(override_id)
        if override is None or override.withdrawn:
            return False
        self.tables.overrides[override_id] = replace(override, withdrawn=when)
        return True


class FakeHistory(Repository):
    def add(self, change: GradeChange) -> None:
        self.tables.changes[next(self.ids)] = change

    def of_enrolment(self, enrolment_id: int) -> list[GradeChange]:
        return [each for each in self.tables.changes.values() if each.grade.enrolment_id == enrolment_id]


class FakeComments(Repository):
    def add(self, submission_id: int, line: int | None, text: str, *, author_id: int, made: datetime) -> Comment:
        author = self.tables.users[author_id]
        comment = Comment(next(self.ids), submission_id, line, text, author, made)
        self.tables.comments[comment.id] = comment
        return comment

    def get(self, comment_id: int) -> Comment:
        return one(self.tables.comments, comment_id, "comment")

    def of_submission(self, submission_id: int) -> list[Comment]:
        mine = [c for c in self.tables.comments.values() if c.submission_id == submission_id]
        return sorted(mine, key=lambda comment: (comment.line or 0, comment.id))

    def withdraw(self, comment_id: int, when: datetime) -> bool:
        comment = self.tables.comments.get(comment_id)
        if comment is None or comment.withdrawn:
            return False
        self.tables.comments[comment_id] = replace(comment, withdrawn=when)
        return True


class FakeAudit(Repository):
    def __init__(self, tables: Tables, ids: Iterator[int], origin: Callable[[], Origin]) -> None:
        super().__init__(tables, ids)
        self._origin = origin

    def add(
        self,
        deed: Deed,
        *,
        when: datetime,
        what: str = "",
        course_id: int | None = None,
        user_id: int | None = None,
        detail: Mapping[str, str] | None = None,
    ) -> None:
        number = next(self.ids)
        self.tables.audit[number] = Entry(
            number, when, self._origin(), deed.value, course_id, user_id, what, dict(detail or {})
        )

    def add_all(self, notes: Sequence[Note], *, when: datetime, course_id: int) -> None:
        for note in notes:
            self.add(
                note.deed, when=when, what=note.what, course_id=course_id, user_id=note.user_id, detail=note.detail
            )

    def of_course(self, course_id: int, wanted: Filter, limit: int) -> list[Entry]:
        people = {e.user_id for e in self.tables.enrolments.values() if e.course_id == course_id}
        found = [
            entry
            for entry in reversed(self.tables.audit.values())
            if (entry.course_id == course_id or (entry.course_id is None and entry.user_id in people))
            and _fits(entry, wanted)
        ]
        return found[:limit]


class FakeStations(Repository):
    def heard(self, station: Station) -> None:
        self.tables.stations[station.name] = station

    def gone(self, name: str) -> None:
        self.tables.stations.pop(name, None)

    def all(self) -> list[Station]:
        return sorted(self.tables.stations.values(), key=lambda station: (station.node, station.name))

    def forget(self, before: datetime) -> int:
        old = [station.name for station in self.tables.stations.values() if station.heard < before]
        for name in old:
            self.gone(name)
        return len(old)


def _fits(entry: Entry, wanted: Filter) -> bool:
    return (
        wanted.actor in ("", entry.origin.actor)
        and (not wanted.deed or f"{entry.deed}.".startswith(f"{wanted.deed}."))
        and wanted.user_id in (None, entry.user_id)
        and (wanted.since is None or wanted.since <= entry.made)
        and (wanted.until is None or entry.made < wanted.until)
        and (wanted.before is None or entry.id < wanted.before)
    )
