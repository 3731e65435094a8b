"""What all kinds of questions share: as a lecturer writes them, as they are drawn, what an answer earns."""

from __future__ import annotations

import enum
import hashlib
import itertools
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence  # noqa: TC003 - fields' types, kept at run time
from contextlib import contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias, TypedDict, TypeVar

from grader.domain.errors import Invalid
from grader.domain.expression import fill_in

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DRAWS = 1_000  # combinations of one question's parameters, each of which is checked
KEYS = "abcdefghij"
UNFORESEEN = "That is not it."

Answer: TypeAlias = str | list[str]
"""What a student sends; which form, the kind says."""

Thing = TypeVar("Thing")


class Kind(enum.Enum):
    """What is asked for."""

    NUMERIC = "numeric"
    SHAPE = "shape"
    SINGLE = "single"  # one choice
    MULTIPLE = "multiple"  # any number of choices
    FORMULA = "formula"
    ORDERING = "ordering"
    MATCHING = "matching"
    OUTPUT = "output"


@dataclass(frozen=True)
class Option:
    """Something to choose, to order or to match; answers name its key."""

    key: str
    text: str


@dataclass(frozen=True)
class Shown:
    """What a student sees of a question beside the prompt."""

    choices: tuple[Option, ...] = ()
    items: tuple[Option, ...] = ()  # to be ordered, or matched with choices
    variables: tuple[str, ...] = ()  # that a formula may use
    code: str = ""  # whose output is asked for
    layout: str = ""  # order of a shape's axes, one letter each
    unit: str = ""


@dataclass(frozen=True)
class Verdict:
    """What an answer earns: the *share* of the points, and a sentence for the student.

    Not *is_read* is an answer whose form can't be understood, so that its student may as well write it again.
    """

    share: Fraction
    explanation: str
    is_read: bool = True


@dataclass(frozen=True, kw_only=True)
class Drawn(ABC):
    """A question as asked in one attempt, with numbers in it. Nothing but `shown` and the prompt is for students."""

    slug: str
    kind: Kind
    points: int
    prompt: str
    explanation: str = field(repr=False)  # for who is right
    hint: str = field(repr=False)  # for a wrong answer that nobody foresaw
    names: Mapping[str, int] = field(repr=False)  # the parameters that were drawn

    @abstractmethod
    def judge(self, texts: Sequence[str]) -> Verdict:
        """Return what *texts* earn, one or more that are not blank. Never raises."""

    @property
    @abstractmethod
    def right_answer(self) -> Answer:
        """Return an answer that earns everything."""

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        """Return the answers that a lecturer foresaw to be wrong."""
        return ()

    def shown(self) -> Shown:
        """Return what a student sees beside the prompt."""
        return Shown()

    def right(self) -> Verdict:
        """Return the verdict on a right answer."""
        return Verdict(Fraction(1), self.explanation)

    def wrong(self, explanation: str | None = None, *, said: str = "", share: Fraction | int = 0) -> Verdict:
        """Return the verdict on a wrong answer; without *explanation*, the hint goes after what was *said*."""
        told = f"{said} {self.hint or UNFORESEEN}".strip() if explanation is None else explanation
        return Verdict(max(Fraction(0), Fraction(share)), told)


class CommonDrawn(TypedDict):
    """The fields that all drawn questions have."""

    slug: str
    kind: Kind
    points: int
    prompt: str
    explanation: str
    hint: str
    names: Mapping[str, int]


@dataclass(frozen=True)
class Dice:
    """What a seed decides: the same for the same, evenly spread."""

    seed: str
    shuffles_choices: bool = True

    def number(self, *what: str) -> int:
        """Return a large number for *what*."""
        return int.from_bytes(hashlib.sha256("\0".join((self.seed, *what)).encode("utf-8", "surrogatepass")).digest())

    def shuffled(self, what: str, things: Sequence[Thing], text_of: Callable[[Thing], str]) -> list[Thing]:
        """Return *things* in another order."""
        return sorted(things, key=lambda thing: self.number(what, text_of(thing)))


@dataclass(frozen=True)
class Question(ABC):
    """A question as a lecturer writes it; `{name}` and `{c_in * k}` in texts become numbers when drawn."""

    slug: str
    prompt: str
    points: int = field(default=1, kw_only=True)
    parameters: Mapping[str, Sequence[int]] = field(default_factory=dict, kw_only=True)
    explanation: str = field(default="", kw_only=True)  # for who is right
    hint: str = field(default="", kw_only=True)  # for a wrong answer that nobody foresaw

    @property
    def is_varied(self) -> bool:
        """Whether not every attempt has the same numbers."""
        return any(len({*values}) > 1 for values in self.parameters.values())

    @property
    def is_ordered(self) -> bool:
        """Whether a seed decides on an order, too."""
        return False

    @property
    @abstractmethod
    def kind(self) -> Kind:
        """Return what is asked for."""

    @abstractmethod
    def drawn(self, names: Mapping[str, int], dice: Dice) -> Drawn:
        """Return the question for the parameters *names*."""

    def check(self, names: Mapping[str, int]) -> None:
        """Refuse what could not be asked, or would be marked wrongly, with the parameters *names*: Invalid."""
        for key in ("prompt", "explanation", "hint"):
            with about(key):
                fill_in(getattr(self, key), names)

    def draw(self, seed: str, *, shuffle_choices: bool = True) -> Drawn:
        """Return the question with parameters and orders that *seed* decides."""
        return self.drawn(self.names(seed), Dice(seed, shuffle_choices))

    def names(self, seed: str) -> dict[str, int]:
        """Return the parameters that *seed* draws."""
        dice = Dice(seed)
        return {name: values[dice.number("parameter", name) % len(values)] for name, values in self.parameters.items()}

    def draws(self) -> Iterator[dict[str, int]]:
        """Give every combination of the parameters."""
        for values in itertools.product(*self.parameters.values()):
            yield dict(zip(self.parameters, values, strict=True))

    def __post_init__(self) -> None:
        """Check every draw: Invalid."""
        if self.points < 1:
            raise Invalid("points must be at least 1", field="points")
        if not self.prompt.strip():
            raise Invalid("prompt must not be empty", field="prompt")
        for name, values in self.parameters.items():
            if not name.isidentifier() or not values:
                raise Invalid(f"parameter {name!r} needs a plain name and some values", field=f"parameters.{name}")
        if math.prod(len(values) for values in self.parameters.values()) > MAX_DRAWS:
            raise Invalid(f"over {MAX_DRAWS:,} combinations of parameters", field="parameters")
        for names in self.draws():
            self.check(names)

    def common(self, names: Mapping[str, int]) -> CommonDrawn:
        """Return the fields that all drawn questions have."""
        return {
            "slug": self.slug,
            "kind": self.kind,
            "points": self.points,
            "prompt": fill_in(self.prompt, names),
            "explanation": fill_in(self.explanation, names),
            "hint": fill_in(self.hint, names),
            "names": names,
        }


@contextmanager
def about(key: str) -> Iterator[None]:
    """Let every Invalid from inside say that it is about *key*."""
    try:
        yield
    except Invalid as error:
        raise Invalid(str(error), field=error.field or key) from error


def given(names: Mapping[str, int]) -> str:
    """Return for which draw something is so, to follow "is right": "for k=3", or "too" where nothing is drawn."""
    return "for " + ", ".join(f"{name}={value}" for name, value in names.items()) if names else "too"


def keys_in(texts: Sequence[str], known: Sequence[str]) -> list[str] | None:
    """Return the keys in *texts* in their order; None when something else stands there.

    >>> keys_in(["b, A"], "abc"), keys_in(["ca"], "abc"), keys_in(["b > a → c"], "abc"), keys_in(["d"], "abc")
    (['b', 'a'], ['c', 'a'], ['b', 'a', 'c'], None)
    """
    words = [word.strip("().") for text in texts for word in re.split(r"[\s,;<>→]+", text.lower())]
    words = [word for word in words if word]
    if len(words) == 1 and words[0] not in known:
        words = list(words[0])
    return words if words and all(word in known for word in words) else None
