"""Fields of forms: what they take, and what they say of the rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from grader.domain.errors import Invalid
from grader.domain.scoring import Late
from grader.web import fields

WHEN = datetime(2026, 5, 1, 18, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-05-01T18:00", "2026-05-01T18:00:00.000Z", "2026-05-01T20:00+02:00", " 2026-05-01 18:00 "]
)
def test_a_moment_is_taken_with_and_without_its_zone(text: str) -> None:
    assert fields.moment({"due": text}, "due") == WHEN


@pytest.mark.parametrize(
    "text",
    ["tomorrow", "2026-02-30T10:00", "18:00", "9" * 5000, "٢٠٢٦-05-01T18:00", "\0", "0001-01-01T00:00+14:00"],
)
def test_what_is_no_moment_is_refused_by_name(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        fields.moment({"due": text}, "due")
    assert refused.value.field == "due"
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("text", "value"), [("2", Fraction(2)), ("1.5", Fraction(3, 2)), ("1,5", Fraction(3, 2)), ("3/4", Fraction(3, 4))]
)
def test_a_number_is_exact(text: str, value: Fraction) -> None:
    assert fields.fraction({"weight": text}, "weight") == value


@pytest.mark.parametrize("text", ["1e9", "-1", "1/0", "1/00", "nan", "inf", "1.2.3", "1/2/3", "٣", "9" * 10, "1_0"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        fields.fraction({"weight": text}, "weight")


@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "٣", "9" * 13, "x"])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        fields.number({"attempts": text}, "attempts")


def test_what_is_left_empty_is_nothing() -> None:
    assert [fields.moment({}, "due"), fields.number({"n": " "}, "n"), fields.fraction({}, "w")] == [None] * 3
    assert fields.length({}, "grace", timedelta(minutes=1)) == timedelta(0)


def test_a_length_has_its_unit_and_an_end() -> None:
    assert fields.length({"grace": "90"}, "grace", timedelta(minutes=1)) == timedelta(minutes=90)
    with pytest.raises(Invalid, match="too long"):
        fields.length({"grace": "99999999"}, "grace", timedelta(minutes=1))


def test_a_choice_names_what_there_is() -> None:
    assert fields.one_of({"late": "cliff"}, "late", Late) is Late.CLIFF
    with pytest.raises(Invalid, match="none, per_day, cliff"):
        fields.one_of({"late": "never"}, "late", Late)
