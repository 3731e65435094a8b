"""Two attempts side by side: whose they may be, and what became of each line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.domain.difference import CONTEXT, MOST_LINES, Change, lines, side_by_side
from grader.domain.errors import Invalid, NotFound
from grader.services.compare import compare

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.difference import Row
    from grader.services.compare import Comparison
    from tests.services.conftest import World

SAME, ADDED, REMOVED, CHANGED, SKIPPED = Change
TEXTS = st.lists(st.sampled_from(["a", "b", "", "  c"]), max_size=12).map("\n".join)


def told(rows: Sequence[Row]) -> list[Change]:
    return [row.change for row in rows]


class TestLines:
    @pytest.mark.parametrize(
        ("old", "new", "changes"),
        [
            ("a\nb", "a\nb\nc", [SAME, SAME, ADDED]),
            ("a\nb\nc", "a\nc", [SAME, REMOVED, SAME]),
            ("a\nb\nc", "a\nB\nc", [SAME, CHANGED, SAME]),
            ("a", "a", [SAME]),
            ("a\r\nb\r\n", "a\nb", [SAME, SAME]),
        ],
    )
    def test_what_became_of_each_is_told(self, old: str, new: str, changes: list[Change]) -> None:
        assert told(side_by_side(old, new)) == changes

    @given(TEXTS, TEXTS)
    def test_no_line_is_lost_or_moved(self, old: str, new: str) -> None:
        rows = side_by_side(old, new)
        skipped = sum(row.skipped for row in rows)
        for text, side in ((old, [row.old for row in rows if row.old]), (new, [row.new for row in rows if row.new])):
            assert [line.text for line in side] == [lines(text)[line.number - 1] for line in side]
            assert [line.number for line in side] == sorted({line.number for line in side})
            assert len(side) + skipped == len(lines(text))

    @given(TEXTS, TEXTS)
    def test_equal_ones_are_never_called_changed(self, old: str, new: str) -> None:
        pairs = [(row.old, row.new) for row in side_by_side(old, new) if row.change is CHANGED]
        assert all(old and new and old.text != new.text for old, new in pairs)

    def test_far_from_a_change_they_are_left_out_and_counted(self) -> None:
        old = "\n".join(f"line {number}" for number in range(100))
        rows = side_by_side(old, old.replace("line 50", "new"))
        assert told(rows) == [SKIPPED, *[SAME] * CONTEXT, CHANGED, *[SAME] * CONTEXT, SKIPPED]
        assert [row.skipped for row in rows if row.skipped] == [50 - CONTEXT, 49 - CONTEXT]
        changed = next(row for row in rows if row.change is CHANGED)
        assert changed.old
        assert changed.old.number == 51

    def test_texts_without_a_difference_are_shown_whole(self) -> None:
        assert told(side_by_side("a\n" * 50, "a\n" * 50)) == [SAME] * 50

    def test_many_equal_lines_are_equal_too(self) -> None:
        assert set(told(side_by_side("\n" * 500, "\n" * 500))) == {SAME}

    def test_a_long_text_is_cut(self) -> None:
        assert len(side_by_side("", "a\n" * 3 * MOST_LINES)) == MOST_LINES


class TestWhose:
    def compared(self, world: World, login: str, old: int, new: int) -> Comparison:
        return compare(world.make_uow(), user=world[login], old_id=old, new_id=new)

    @pytest.mark.parametrize("login", ["ada", "ian"])
    def test_ones_own_and_the_staffs(self, world: World, login: str) -> None:
        old, new = world.submit(data=b"a"), world.submit(data=b"b")
        found = self.compared(world, login, old.id, new.id)
        assert (found.old, found.new, found.student) == (old, new, world["ada"])

    @pytest.mark.parametrize("login", ["bob", "zoe"])
    def test_nobody_elses(self, world: World, login: str) -> None:
        old, new = world.submit(), world.submit()
        with pytest.raises(NotFound, match=f"there is no submission {old.id}"):
            self.compared(world, login, old.id, new.id)

    def test_the_second_is_looked_at_as_closely(self, world: World) -> None:
        own, others = world.submit("bob"), world.submit("ada")
        with pytest.raises(NotFound, match=f"there is no submission {others.id}"):
            self.compared(world, "bob", own.id, others.id)

    def test_two_students_or_two_exercises_have_nothing_in_common(self, world: World) -> None:
        ada, bob, other = world.submit("ada"), world.submit("bob"), world.submit("ada", "bottleneck")
        for new in (bob, other):
            with pytest.raises(Invalid, match="not of one student"):
                self.compared(world, "ian", ada.id, new.id)
