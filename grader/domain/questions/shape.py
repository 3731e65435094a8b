"""A tensor's sizes, in any spelling; in one layout where the lecturer asks for it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence  # noqa: TC003 - fields' types, kept at run time
from dataclasses import dataclass, field
from fractions import Fraction

from grader.domain.errors import Invalid
from grader.domain.expression import whole
from grader.domain.questions.common import Answer, Dice, Drawn, Kind, Question, Shown, Verdict, about
from grader.domain.questions.known import KnownWrong, check_foreseen, foreseen
from grader.domain.reading import read_shape

UNREADABLE = "This could not be read as a shape. Write it like 3×32×32 or (3, 32, 32)."
AXES = {"N": "batch", "C": "channels", "D": "depth", "H": "height", "W": "width", "L": "length"}
_LAYOUT = re.compile(r"N?C?[DHWL]*|N?[DHWL]+C")  # channels first, last, or none

Sizes = tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class DrawnShape(Drawn):
    """A shape is asked for; the answer is a text."""

    shapes: tuple[Sizes, ...] = field(repr=False)  # all of them right; the first as the lecturer thinks of it
    layout: str = ""
    others: frozenset[Sizes] = field(default=frozenset(), repr=False)  # right, but in the other layout
    wrong_shapes: Mapping[Sizes, str] = field(repr=False)

    def judge(self, texts: Sequence[str]) -> Verdict:
        """Mark the one shape in *texts*."""
        shape = read_shape(" and ".join(texts))
        if shape is None:
            return Verdict(Fraction(0), UNREADABLE, is_read=False)
        if shape in self.shapes:
            return self.right()
        if shape in self.wrong_shapes:
            return self.wrong(self.wrong_shapes[shape])
        if shape in self.others:
            asked, found = in_words(self.layout), in_words(other_layout(self.layout))
            return self.wrong(f"These are the right sizes, but in the order {found}. Asked for is {asked}.")
        said = f"Read as {written(shape)}."
        if self.layout and len(shape) != len(self.layout):
            said += f" Asked for are {len(self.layout)} sizes: {in_words(self.layout)}."
        return self.wrong(said=said)

    @property
    def right_answer(self) -> str:
        """Return the sizes with × between them."""
        return written(self.shapes[0])

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        """Return the foreseen shapes, and the right ones in the other layout."""
        return [written(shape) for shape in (*self.wrong_shapes, *sorted(self.others))]

    def shown(self) -> Shown:
        """Return the layout."""
        return Shown(layout=self.layout)


@dataclass(frozen=True)
class ShapeQuestion(Question):
    """*answers* are the accepted spellings, each a list of expressions: (h, w, k) and (k, h, w), say.

    With *layout*, HWC say, they are in that order and students are asked for it; *any_layout* takes the other, too.
    """

    answers: tuple[tuple[str, ...], ...] = field(kw_only=True)
    layout: str = field(default="", kw_only=True)
    any_layout: bool = field(default=False, kw_only=True)
    known_wrong: tuple[KnownWrong, ...] = field(default=(), kw_only=True)  # sizes separated by commas

    @property
    def kind(self) -> Kind:
        """Return that a shape is asked for."""
        return Kind.SHAPE

    def __post_init__(self) -> None:
        """Check the layout, then every draw: Invalid."""
        if not _LAYOUT.fullmatch(self.layout) or len(set(self.layout)) < len(self.layout):
            known = ", ".join(f"{letter} {axis}" for letter, axis in AXES.items())
            raise Invalid(f'the layout "{self.layout}" is none, like CHW or NHWC: {known}', field="layout")
        if self.any_layout and "C" not in self.layout:
            raise Invalid("any_layout needs a layout with C, in which the answers are written", field="any_layout")
        super().__post_init__()

    def check(self, names: Mapping[str, int]) -> None:
        """Refuse a wrong shape that is right, or sizes that don't go with the layout: Invalid."""
        super().check(names)
        with about("answers"):
            if not self.answers or not all(self.answers):
                raise Invalid("a shape question needs a shape of one size or more")
            for shape in self.answers:
                if self.layout and len(shape) != len(self.layout):
                    wanted = f"the layout {self.layout} has {len(self.layout)}"
                    raise Invalid(f'"{",".join(shape)}" has {len(shape)} sizes, {wanted}')
            right = self._right(names)
            if any(size < 0 for shape in right for size in shape):
                raise Invalid("a size is negative")
        check_foreseen(
            self.known_wrong,
            names,
            value_of=lambda answer: sizes(answer.split(","), names),
            is_right=lambda shape: shape in right,
            alike=lambda one, other: one == other,
        )

    def drawn(self, names: Mapping[str, int], dice: Dice) -> DrawnShape:  # noqa: ARG002 - nothing to shuffle
        """Return the question for the parameters *names*."""
        right = self._right(names)
        return DrawnShape(
            **self.common(names),
            shapes=right,
            layout=self.layout,
            others=frozenset(relaid(shape, self.layout) for shape in right) - {*right} if self.layout else frozenset(),
            wrong_shapes=foreseen(
                self.known_wrong,
                names,
                value_of=lambda answer: sizes(answer.split(","), names),
                alike=lambda one, other: one == other,
            ),
        )

    def _right(self, names: Mapping[str, int]) -> tuple[Sizes, ...]:
        right = tuple(sizes(shape, names) for shape in self.answers)
        return (*right, *(relaid(shape, self.layout) for shape in right)) if self.any_layout else right


def sizes(shape: Sequence[str], names: Mapping[str, int]) -> Sizes:
    """Return a shape's sizes for the parameters *names*."""
    return tuple(whole(size.strip(), names) for size in shape)


def written(shape: Sizes) -> str:
    """Return sizes with × between them."""
    return "×".join(map(str, shape))


def other_layout(layout: str) -> str:
    """Return *layout* with the channels at the other end.

    >>> other_layout("NCHW"), other_layout("HWC"), other_layout("HW")
    ('NHWC', 'CHW', 'HW')
    """
    if "C" not in layout:
        return layout
    batch, rest = "N" * ("N" in layout), layout.removeprefix("N").replace("C", "")
    return f"{batch}C{rest}" if layout.endswith("C") else f"{batch}{rest}C"


def relaid(shape: Sizes, layout: str) -> Sizes:
    """Return *shape*, which is in *layout*, in the other layout.

    >>> relaid((28, 14, 64), "HWC")
    (64, 28, 14)
    """
    size = dict(zip(layout, shape, strict=True))
    return tuple(size[letter] for letter in other_layout(layout))


def in_words(layout: str) -> str:
    """Return what the axes are.

    >>> in_words("CHW")
    'channels × height × width (CHW)'
    """
    return f"{' × '.join(AXES[letter] for letter in layout)} ({layout})"
