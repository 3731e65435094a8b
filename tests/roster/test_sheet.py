"""A roster as CSV, as registrars and spreadsheets write it, and as people mistype it."""

from __future__ import annotations

import codecs

import pytest

from grader.domain.errors import Invalid, TooLarge
from grader.domain.people import Role
from grader.domain.roster import MOST_BYTES, MOST_LINES, Line, parse

PLAIN = "login,name,section,role\nada,Ada Lovelace,A,student\nines,Ines,,instructor\n"
READ = (
    Line(2, "ada", "Ada Lovelace", "A", Role.STUDENT),
    Line(3, "ines", "Ines", "", Role.INSTRUCTOR),
)


def problems(text: str) -> list[str]:
    return [str(problem) for problem in parse(text.encode()).problems]


class TestHowItIsWritten:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_any_delimiter_and_end_of_line_is_read(self, delimiter: str, end: str) -> None:
        assert parse(PLAIN.replace(",", delimiter).replace("\n", end).encode()).lines == READ

    @pytest.mark.parametrize(
        "data",
        [
            codecs.BOM_UTF8 + PLAIN.encode(),
            codecs.BOM_UTF16_LE + PLAIN.encode("utf-16-le"),
            codecs.BOM_UTF16_BE + PLAIN.encode("utf-16-be"),
        ],
        ids=["UTF-8", "UTF-16 LE", "UTF-16 BE"],
    )
    def test_a_mark_at_the_beginning_is_no_letter(self, data: bytes) -> None:
        assert parse(data).lines == READ

    def test_columns_stand_in_any_order_and_case_and_others_are_named(self) -> None:
        sheet = parse("\n Role ,E-Mail,LOGIN,\u202ename\n,a@b.c,Ada,x\n".encode())
        assert sheet.lines == (Line(3, "ada"),)
        assert sheet.ignored == ("E-Mail", "\\u202ename")

    def test_quotes_hold_delimiters_and_quotes(self) -> None:
        (line,) = parse(b'"login";"name"\n"ada";"Lovelace; ""Countess"""\n').lines
        assert line.name == 'Lovelace; "Countess"'

    @pytest.mark.parametrize("blank", ["", "  ", ",,,", '"",""'])
    def test_blank_lines_are_skipped_and_counted(self, blank: str) -> None:
        assert parse(f"{blank}\nlogin,name\n{blank}\nada,Ada\n".encode()).lines == (Line(4, "ada", "Ada"),)

    def test_cells_that_a_line_leaves_out_at_its_end_are_empty(self) -> None:
        assert parse(b"login,name,section,role\nada\nbob,Bob,,,,,\n").lines == (
            Line(2, "ada", None, ""),
            Line(3, "bob", "Bob", ""),
        )

    def test_a_login_is_read_as_it_is_kept(self) -> None:
        assert parse(b"login\n Ada@Example.org \n").lines == (Line(2, "ada@example.org"),)

    def test_names_in_any_script_are_names(self) -> None:
        names = ["Łukasz Żak", "李四", "\u0645\u06cc\u200c\u062e", "O'Brien-Smith", "José", "<b>x</b>", "=1+1"]
        sheet = parse(("login,name\n" + "".join(f"u{n},{name}\n" for n, name in enumerate(names))).encode())
        assert [line.name for line in sheet.lines] == names
        assert not sheet.problems


class TestWhatIsWrong:
    @pytest.mark.parametrize(
        ("line", "says"),
        [
            ("a b,Ada", "'a b' is no login"),
            ("a/b,Ada", "'a/b' is no login"),
            (",Ada", "the login must have 1 to 200 characters"),
            ("x" * 201 + ",Ada", "the login must have"),
            ("a\u202eb,Ada", r"'a\u202eb' is no login"),
            ("ada,Ad\u202ea", r"the name 'Ad\u202ea' contains what can't be seen"),
            ('ada,"A\nB"', r"the name 'A\nB' contains"),
            ("ada,A\0", r"the name 'A\x00' contains"),
            ("ada," + "x" * 201, "the name must have 1 to 200"),
            ("ada,Ada," + "x" * 41, "the section must have at most 40"),
            ("ada,Ada,A\x1b", "the section"),
            ("ada,Ada,A,boss", "'boss' is no role: use one of student, assistant, instructor"),
            ("ada,Ada,A,student,more", "there are 5 cells for 4 columns: put quotes around"),
            ('ada,"Ada"x', "the quotes don't match"),
            ('ada,"Ada', "the quotes don't match"),
        ],
    )
    def test_a_line_is_named_with_what_to_do(self, line: str, says: str) -> None:
        (problem,) = problems(f"login,name,section,role\nbob,Bob\n{line}\n")
        assert problem.startswith("line 3: ")
        assert says in problem

    def test_everything_that_is_wrong_is_told_at_once(self) -> None:
        assert len(problems("login,role\na b,\nada,boss\nbob,\n")) == 2

    def test_nobody_stands_there_twice_whatever_the_case(self) -> None:
        assert problems("login\nada\nbob\nADA\n") == ["line 4: 'ada' stands in line 2 already: keep one of them"]

    @pytest.mark.parametrize(
        ("data", "says"),
        [
            (b"", "must name the columns, at least login"),
            (b"name,role\nAda,student\n", "line 1 must name the columns"),
            (b"login,Login\nada,ada\n", "the column 'login' stands there twice"),
            ("login,name\nada,Ada\nbob,Bö\n".encode("latin-1"), "line 3 is not in UTF-8"),
            (b"\x00\x01\x02\xff", "is not in UTF-8"),
            (b'"login\nada', "must name the columns"),
        ],
    )
    def test_what_is_no_roster_is_refused(self, data: bytes, says: str) -> None:
        with pytest.raises(Invalid, match=r"line|column") as refused:
            parse(data)
        assert says in str(refused.value)
        assert refused.value.field == "file"

    def test_a_very_large_or_long_one_is_refused(self) -> None:
        with pytest.raises(TooLarge, match="1024 KiB"):
            parse(b"x" * (MOST_BYTES + 1))
        longest = b"login\n" + b"".join(b"u%d\n" % n for n in range(MOST_LINES))
        assert len(parse(longest).lines) == MOST_LINES
        with pytest.raises(TooLarge, match="5,000 lines"):
            parse(longest + b"one-more\n")
