"""Sources line by line: each line is one, in colours, whatever ends it and whatever goes over several."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.domain.difference import lines
from grader.domain.similarity import Lines
from grader.web.lines import MOST_LINES, broken_after, marked, numbered

SOURCES = st.lists(st.sampled_from(["x = 1", "'''", "", "# é", "def f():", "  '\\\\", "\r", '"<b>"']), max_size=9).map(
    "\n".join
)


def plain(code: str) -> str:
    return re.sub(r"<[^>]+>", "", code)


@settings(deadline=None)  # the first example makes the lexer
@given(SOURCES)
def test_there_are_as_many_as_an_editor_counts_each_with_its_colours_closed(source: str) -> None:
    found = numbered(source)
    assert [line.number for line in found] == list(range(1, len(lines(source)) + 1))
    for line in found:
        assert line.code.count("<span") == line.code.count("</span>")
        assert "\n" not in line.code


def test_a_colour_goes_on_in_the_next_line() -> None:
    found = [line.code for line in numbered('x = """one\ntwo"""\n')]
    assert found[1] == '<span class="tok-string">two&#34;&#34;&#34;</span>'


@pytest.mark.parametrize("source", ["a\r\nb", "a\nb\n", "a\r\nb\r\n"])
def test_windows_ends_lines_as_others_do(source: str) -> None:
    assert [plain(line.code) for line in numbered(source)] == ["a", "b"]


def test_what_can_not_be_seen_is_written_out() -> None:
    [line] = numbered("x = '\u202e\x1b\r'")
    assert "\\u202e\\x1b\\r" in line.code


def test_a_source_too_long_for_colours_has_all_its_lines() -> None:
    assert len(numbered("x = '<b>'\n" * 4_000)) == 4_000


def test_beyond_many_lines_the_rest_is_one() -> None:
    found = numbered("\n" * (MOST_LINES + 2) + "<b>")
    assert len(found) == MOST_LINES + 1
    assert found[-1].code == "\n\n&lt;b&gt;"


def test_stretches_end_where_something_follows() -> None:
    found = numbered("a\nb\nc\nd")
    assert [[line.number for line in each.lines] for each in broken_after(found, {2, 3})] == [[1, 2], [3], [4]]
    assert [len(each.lines) for each in broken_after(found, {4, 99})] == [4]
    assert len(broken_after(found, set())) == 1


@settings(deadline=None)
@given(SOURCES, st.lists(st.tuples(st.integers(1, 9), st.integers(0, 4)), max_size=4))
def test_marked_stretches_hold_each_line_once_and_each_span_begins_once(
    source: str, places: list[tuple[int, int]]
) -> None:
    found, spans = numbered(source), [Lines(first, first + more) for first, more in places]
    stretches = marked(found, spans)
    assert [line for each in stretches for line in each.lines] == found
    starts = [place for each in stretches for place in each.starts]
    assert sorted(starts) == [place for place, span in enumerate(spans, start=1) if span.first <= len(found)]


def test_a_line_may_lie_in_two_spans() -> None:
    stretches = marked(numbered("a\nb\nc\nd"), [Lines(1, 2), Lines(2, 3)])
    assert [each.spans for each in stretches] == [[1], [1, 2], [2], []]
    assert [list(each.starts) for each in stretches] == [[1], [2], [], []]
