"""The log is the instructors', is looked through, and leaves as files in which nothing runs."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from grader.domain.audit import Deed, Origin
from grader.domain.errors import Forbidden, Invalid, NotFound
from grader.services import audit_log
from grader.services.audit_log import DEEDS, GROUPS, Wanted
from tests.fakes import NOON

if TYPE_CHECKING:
    from grader.services.audit_log import Log
    from tests.services.conftest import World

IAN = Origin("ian", "page", "192.0.2.7")


def note(world: World, deed: Deed = Deed.OVERRIDDEN, origin: Origin = IAN, **about: Any) -> None:  # noqa: ANN401
    uow = world.make_uow()
    uow.origin = origin
    with uow.writing():
        course = uow.courses.by_slug("spring")
        assert course
        uow.audit.add(deed, **{"when": world.clock.now(), "course_id": course.id, **about})
        uow.commit()


def log(world: World, login: str = "ian", limit: int = audit_log.PAGE, **wanted: Any) -> Log:  # noqa: ANN401
    return audit_log.log(
        world.make_uow(), user=world[login], course_slug="spring", wanted=Wanted(**wanted), limit=limit
    )


def deeds(world: World, **wanted: Any) -> list[str]:  # noqa: ANN401
    return [line.entry.deed for line in log(world, **wanted).lines]


class TestLooking:
    def test_students_and_strangers_see_nothing(self, world: World) -> None:
        with pytest.raises(Forbidden, match="see who did what"):
            log(world, "ada")
        with pytest.raises(NotFound):
            log(world, "zoe")

    def test_an_entry_comes_with_whom_it_concerns(self, world: World) -> None:
        note(world, user_id=world["ada"].id)
        note(world)
        assert [line.person for line in log(world).lines] == [None, world["ada"]]

    def test_it_is_looked_through_by_login_deed_kind_person_and_time(self, world: World) -> None:
        note(world, Deed.OVERRIDDEN, user_id=world["ada"].id)
        world.clock.advance(hours=1)
        note(world, Deed.COMMENTED, Origin("tess", "api"))
        assert deeds(world) == ["comment.made", "grade.overridden"]
        assert deeds(world, actor="tess") == ["comment.made"]
        assert deeds(world, deed="grade") == deeds(world, deed="grade.overridden") == ["grade.overridden"]
        assert deeds(world, person="Ada ") == ["grade.overridden"]
        assert deeds(world, since=NOON + timedelta(minutes=1)) == ["comment.made"]
        assert deeds(world, until=NOON + timedelta(minutes=1)) == ["grade.overridden"]
        assert deeds(world, actor="nobody") == []

    def test_what_is_no_deed_and_nobody_in_the_course_are_refused(self, world: World) -> None:
        with pytest.raises(Invalid, match="no deed 'grades'") as refused:
            log(world, deed="grades")
        assert refused.value.field == "deed"
        with pytest.raises(NotFound, match="nobody 'zoe' in 'spring'"):
            log(world, person="zoe")

    def test_pages_follow_each_other_without_gap_or_overlap(self, world: World) -> None:
        for number in range(5):
            note(world, what=str(number))
        found, before = [], None
        for _ in range(3):
            page = log(world, limit=2, before=before)
            found += [line.entry.what for line in page.lines]
            before = page.last
        assert found == ["4", "3", "2", "1", "0"]
        assert before is None

    def test_every_deed_belongs_to_a_kind(self) -> None:
        assert {deed.split(".")[0] for deed in DEEDS} == set(GROUPS)


class TestExport:
    def export(self, world: World, login: str = "ian", **wanted: Any) -> Log:  # noqa: ANN401
        return audit_log.export(
            world.make_uow(), world.clock, user=world[login], course_slug="spring", wanted=Wanted(**wanted), form="CSV"
        )

    def test_who_takes_it_stands_in_it(self, world: World) -> None:
        note(world)
        assert len(self.export(world).lines) == 1
        newest = log(world).lines[0].entry
        assert (newest.deed, newest.what) == ("grade.exported", "log as CSV")

    def test_who_may_not_see_it_takes_nothing_and_leaves_nothing(self, world: World) -> None:
        with pytest.raises(Forbidden):
            self.export(world, "ada")
        assert deeds(world) == []

    def test_only_what_is_looked_for_is_taken(self, world: World) -> None:
        note(world, Deed.COMMENTED)
        note(world)
        assert [line.entry.deed for line in self.export(world, deed="comment").lines] == ["comment.made"]

    def test_a_cell_is_no_formula_and_no_second_cell(self, world: World) -> None:
        hostile = '=HYPERLINK("http://evil")\n"; @SUM(1)\u202e'
        note(world, origin=Origin("=1+1", "page", "-1"), what=hostile, detail={"reason": hostile, "after": "+4"})
        rows = list(csv.reader(io.StringIO(audit_log.to_csv(self.export(world)))))
        assert len(rows) == 2
        assert [len(row) for row in rows] == [9, 9]
        assert rows[0] == ["id", "made", "actor", "via", "address", "deed", "concerns", "what", "detail"]
        assert not [cell for cell in rows[1] if cell.startswith(("=", "+", "-", "@"))]
        assert "\u202e" not in rows[1][7]

    def test_json_has_a_line_for_each_entry_with_everything_in_it(self, world: World) -> None:
        note(world, user_id=world["ada"].id, what="conv\nline", detail={"before": "1", "after": "4"})
        note(world, Deed.COMMENTED)
        lines = audit_log.to_json_lines(self.export(world)).splitlines()
        assert len(lines) == 2
        assert json.loads(lines[1]) == {
            "id": json.loads(lines[1])["id"],
            "made": "2026-05-01T12:00:00+00:00",
            "actor": "ian",
            "via": "page",
            "address": "192.0.2.7",
            "deed": "grade.overridden",
            "concerns": "ada",
            "what": "conv\nline",
            "detail": {"before": "1", "after": "4"},
        }
