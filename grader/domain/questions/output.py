"""What a few lines of code print. They are run by `grader check-exercise`, never by the service."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence  # noqa: TC003 - fields' types, kept at run time
from dataclasses import dataclass, field

from grader.domain.errors import Invalid
from grader.domain.expression import fill_in_code
from grader.domain.printed import MAX_LENGTH, Printed, read_printed
from grader.domain.questions.common import Answer, Dice, Drawn, Kind, Question, Shown, Verdict, about, given
from grader.domain.questions.known import KnownWrong, check_foreseen, foreseen


@dataclass(frozen=True, kw_only=True)
class DrawnOutput(Drawn):
    """The output of *code* is asked for; the answer is a text, of several lines if need be."""

    code: str
    printed: str = field(repr=False)
    also_right: tuple[str, ...] = field(repr=False)
    wrong_outputs: Mapping[Printed, str] = field(repr=False)

    def judge(self, texts: Sequence[str]) -> Verdict:
        """Compare *texts* with what is printed; `grader.domain.printed` says what makes no difference."""
        written = read_printed("\n".join(texts))
        if any(read_printed(right).is_met_by(written) for right in (self.printed, *self.also_right)):
            return self.right()
        found = (told for wrong, told in self.wrong_outputs.items() if wrong.is_met_by(written))
        return self.wrong(next(found, None))

    @property
    def right_answer(self) -> str:
        """Return what is printed."""
        return self.printed

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        """Return the foreseen outputs."""
        return [wrong.text for wrong in self.wrong_outputs]

    def shown(self) -> Shown:
        """Return the code."""
        return Shown(code=self.code)


@dataclass(frozen=True)
class OutputQuestion(Question):
    """*answer* is what *code* prints, *also_right* what is accepted beside it.

    In all of them, `{name}` becomes a plain number where it names a parameter; other braces stay.
    """

    code: str = field(kw_only=True)
    answer: str = field(kw_only=True)
    also_right: tuple[str, ...] = field(default=(), kw_only=True)
    known_wrong: tuple[KnownWrong, ...] = field(default=(), kw_only=True)

    @property
    def kind(self) -> Kind:
        """Return that an output is asked for."""
        return Kind.OUTPUT

    def check(self, names: Mapping[str, int]) -> None:
        """Refuse code that is none, an answer of nothing, and a wrong output that is right: Invalid."""
        super().check(names)
        with about("code"):
            try:
                ast.parse(fill_in_code(self.code, names))
            except (SyntaxError, ValueError) as error:
                raise Invalid(f"no valid Python {given(names)}: {error}") from error
        right = [read_printed(fill_in_code(text, names)) for text in (self.answer, *self.also_right)]
        with about("answer"):
            if not right[0].tokens or len(right[0].text) > MAX_LENGTH:
                raise Invalid(f"an output question needs something that is printed, at most {MAX_LENGTH} characters")
        check_foreseen(
            self.known_wrong,
            names,
            value_of=lambda answer: read_printed(fill_in_code(answer, names)),
            is_right=lambda printed: any(each.is_met_by(printed) for each in right),
            alike=Printed.is_met_by,
        )

    def drawn(self, names: Mapping[str, int], dice: Dice) -> DrawnOutput:  # noqa: ARG002 - nothing to shuffle
        """Return the question for the parameters *names*."""
        return DrawnOutput(
            **self.common(names),
            code=fill_in_code(self.code, names),
            printed=fill_in_code(self.answer, names).strip("\n"),
            also_right=tuple(fill_in_code(text, names) for text in self.also_right),
            wrong_outputs=foreseen(
                self.known_wrong,
                names,
                value_of=lambda answer: read_printed(fill_in_code(answer, names)),
                alike=Printed.is_met_by,
            ),
        )
