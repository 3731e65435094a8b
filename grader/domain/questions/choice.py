"""One right choice, or several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - fields' types, kept at run time
from dataclasses import dataclass, field
from fractions import Fraction

from grader.domain.errors import Invalid
from grader.domain.expression import fill_in
from grader.domain.questions.common import (
    KEYS,
    Answer,
    Dice,
    Drawn,
    Kind,
    Option,
    Question,
    Shown,
    Verdict,
    about,
    given,
    keys_in,
)


@dataclass(frozen=True)
class Choice:
    """One choice; *explanation* is told to who chose it wrongly."""

    text: str
    right: bool
    explanation: str = ""


@dataclass(frozen=True)
class DrawnChoice:
    """A choice as asked: a student sees *key* and *text*; *number* is its place in the lecturer's file, from 1."""

    number: int = field(repr=False)
    key: str
    text: str
    right: bool = field(repr=False)
    explanation: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class DrawnChoices(Drawn):
    """Choices are asked for; the answer is a list of keys, or a text of keys."""

    choices: tuple[DrawnChoice, ...]

    def chosen(self, texts: Sequence[str]) -> frozenset[int]:
        """Return the numbers of the choices that *texts* name; none where they can't be read as an answer."""
        keys = set(keys_in(texts, [choice.key for choice in self.choices]) or ())
        is_read = self.kind is Kind.MULTIPLE or len(keys) == 1
        return frozenset(choice.number for choice in self.choices if choice.key in keys and is_read)

    def judge(self, texts: Sequence[str]) -> Verdict:
        """Give each right choice its share, and take as much for each wrong one; never less than nothing."""
        found = keys_in(texts, [choice.key for choice in self.choices])
        if found is None:
            return Verdict(Fraction(0), f"Answer with letters from a to {self.choices[-1].key}.", is_read=False)
        keys = set(found)
        if self.kind is Kind.SINGLE and len(keys) > 1:
            return Verdict(Fraction(0), "Choose one answer.", is_read=False)
        right = {choice.key for choice in self.choices if choice.right}
        if keys == right:
            return self.right()
        said = [choice.explanation for choice in self.choices if choice.key in keys - right]
        if keys < right:
            said.append("What you chose is right, but something is missing.")
        share = Fraction(len(keys & right) - len(keys - right), len(right))
        return self.wrong(" ".join(filter(None, said)) or None, share=share)

    @property
    def right_answer(self) -> Answer:
        """Return the keys of the right choices."""
        return self._keys(right=True)

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        """Return each wrong choice by itself, and all of them."""
        wrong = self._keys(right=False)
        return [[key] for key in wrong] if self.kind is Kind.SINGLE else [wrong, *([key] for key in wrong)]

    def shown(self) -> Shown:
        """Return the choices."""
        return Shown(choices=tuple(Option(choice.key, choice.text) for choice in self.choices))

    def _keys(self, *, right: bool) -> list[str]:
        return [choice.key for choice in self.choices if choice.right is right]


@dataclass(frozen=True)
class ChoiceQuestion(Question):
    """One right choice, or several with *multiple*."""

    choices: tuple[Choice, ...] = field(kw_only=True)
    multiple: bool = field(default=False, kw_only=True)

    @property
    def kind(self) -> Kind:
        """Return whether one choice is asked for, or several."""
        return Kind.MULTIPLE if self.multiple else Kind.SINGLE

    @property
    def is_ordered(self) -> bool:
        """Return that a seed decides on an order."""
        return True

    def check(self, names: Mapping[str, int]) -> None:
        """Refuse too few choices, the same one twice, and too few or too many right ones: Invalid."""
        super().check(names)
        right = sum(choice.right for choice in self.choices)
        if not 1 < len(self.choices) <= len(KEYS):
            raise Invalid(f"a choice question needs 2 to {len(KEYS)} choices", field="choices")
        texts: list[str] = []
        for number, choice in enumerate(self.choices, start=1):
            with about(f"choices[{number}].text"):
                texts.append(fill_in(choice.text, names))
                if texts[-1] in texts[:-1]:
                    raise Invalid(f"two choices have the same text {given(names)}")
            with about(f"choices[{number}].explanation"):
                fill_in(choice.explanation, names)
        if self.multiple and not 0 < right < len(self.choices):
            raise Invalid("a multiple question needs a right choice and a wrong one", field="choices")
        if not self.multiple and right != 1:
            raise Invalid(f"a single question needs exactly one right choice, not {right}", field="choices")

    def drawn(self, names: Mapping[str, int], dice: Dice) -> DrawnChoices:
        """Return the question for the parameters *names*, its choices shuffled if the quiz wants that."""
        order = list(enumerate(self.choices, start=1))
        if dice.shuffles_choices:
            order = dice.shuffled("choice", order, lambda numbered: numbered[1].text)
        choices = (
            DrawnChoice(number, key, fill_in(choice.text, names), choice.right, fill_in(choice.explanation, names))
            for key, (number, choice) in zip(KEYS, order, strict=False)
        )
        return DrawnChoices(**self.common(names), choices=tuple(choices))
