"""Items, each to be matched with one of some choices; some choices may match nothing."""

from __future__ import annotations

import re
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
)

MAX_ITEMS = 10
_PAIR = re.compile(r"(?<!\w)(?P<item>\d{1,2})\s*(?:[=:.)→>-]+\s*)?(?P<choice>[a-zA-Z])(?!\w)", re.ASCII)


@dataclass(frozen=True)
class Pair:
    """An item and the choice that goes with it; several items may go with the same."""

    item: str
    match: str


@dataclass(frozen=True)
class Distractor:
    """A choice that goes with no item; *explanation* is told to who took it."""

    text: str
    explanation: str = ""


@dataclass(frozen=True)
class Mismatch:
    """A wrong pair that a lecturer foresaw, by the texts as written, and what led to it."""

    item: str
    match: str
    explanation: str


@dataclass(frozen=True, kw_only=True)
class DrawnMatching(Drawn):
    """Pairs are asked for; the answer is a list like ["1=b", "2=a"], or a text of such pairs."""

    items: tuple[Option, ...]
    choices: tuple[Option, ...]
    matches: Mapping[str, str] = field(repr=False)  # the right choice's key by the item's
    told: Mapping[tuple[str, str], str] = field(repr=False)  # explanations of wrong pairs

    def judge(self, texts: Sequence[str]) -> Verdict:
        """Give each right pair its share."""
        found = pairs_in(texts, self.items, self.choices)
        if found is None:
            last = f"{self.items[-1].key}={self.choices[-1].key}"
            told = f"Give each number one letter, like 1=a, {last}."
            return Verdict(Fraction(0), told, is_read=False)
        right = [item for item, choice in self.matches.items() if found.get(item) == choice]
        if len(right) == len(self.matches):
            return self.right()
        wrong = ", ".join(item for item in self.matches if item not in right)
        said = f"{len(right)} of {len(self.matches)} are right; not right: {wrong}."
        explained = dict.fromkeys(self.told.get(pair, "") for pair in found.items())  # each once, in order
        told = " ".join(filter(None, explained))
        return self.wrong(f"{said} {told}" if told else None, said=said, share=Fraction(len(right), len(self.matches)))

    @property
    def right_answer(self) -> Answer:
        """Return the pairs."""
        return [f"{item}={choice}" for item, choice in self.matches.items()]

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        """Return an answer in which every pair is wrong, with foreseen ones where there are some."""
        pairs = []
        for item, right in self.matches.items():
            wrong = [choice.key for choice in self.choices if choice.key != right]
            pairs.append(f"{item}={next((key for key in wrong if (item, key) in self.told), wrong[0])}")
        return [pairs]

    def shown(self) -> Shown:
        """Return items and choices."""
        return Shown(items=self.items, choices=self.choices)


@dataclass(frozen=True)
class MatchingQuestion(Question):
    """*pairs*, and *distractors* that go with nothing."""

    pairs: tuple[Pair, ...] = field(kw_only=True)
    distractors: tuple[Distractor, ...] = field(default=(), kw_only=True)
    known_wrong: tuple[Mismatch, ...] = field(default=(), kw_only=True)

    @property
    def kind(self) -> Kind:
        """Return that pairs are asked for."""
        return Kind.MATCHING

    @property
    def is_ordered(self) -> bool:
        """Return that a seed decides on an order."""
        return True

    def check(self, names: Mapping[str, int]) -> None:
        """Refuse too few or too many pairs or choices, the same text twice, and unknown wrong pairs: Invalid."""
        super().check(names)
        if not 1 < len(self.pairs) <= MAX_ITEMS:
            raise Invalid(f"a matching question needs 2 to {MAX_ITEMS} pairs", field="pairs")
        if not 1 < len(self._choices()) <= len(KEYS):
            raise Invalid(f"there must be 2 to {len(KEYS)} different choices, distractors included", field="pairs")
        for number, pair in enumerate(self.pairs, start=1):
            with about(f"pairs[{number}].item"):
                items = [fill_in(each.item, names) for each in self.pairs[:number]]
                if items[-1] in items[:-1]:
                    raise Invalid(f"two items have the same text {given(names)}")
            with about(f"pairs[{number}].match"):
                fill_in(pair.match, names)
        with about("distractors"):
            choices = [fill_in(choice, names) for choice in self._choices()]
            if len({*choices}) < len(choices):
                raise Invalid(f"two choices have the same text {given(names)}")
            for distractor in self.distractors:
                fill_in(distractor.explanation, names)
        for number, wrong in enumerate(self.known_wrong, start=1):
            with about(f"wrong[{number}]"):
                self._check_wrong(wrong)
                fill_in(wrong.explanation, names)

    def _check_wrong(self, wrong: Mismatch) -> None:
        if wrong.item not in {pair.item for pair in self.pairs}:
            raise Invalid(f'"{wrong.item}" is the item of no pair')
        if wrong.match not in self._choices():
            raise Invalid(f'"{wrong.match}" is neither the match of a pair nor a distractor')
        if Pair(wrong.item, wrong.match) in self.pairs:
            raise Invalid(f'the wrong pair "{wrong.item}", "{wrong.match}" is right')
        if [(each.item, each.match) for each in self.known_wrong].count((wrong.item, wrong.match)) > 1:
            raise Invalid(f'the wrong pair "{wrong.item}", "{wrong.match}" stands there twice')

    def _choices(self) -> list[str]:
        """Return the different choices, distractors last."""
        texts = [*(pair.match for pair in self.pairs), *(distractor.text for distractor in self.distractors)]
        return list(dict.fromkeys(texts))

    def drawn(self, names: Mapping[str, int], dice: Dice) -> DrawnMatching:
        """Return the question for the parameters *names*, its choices always shuffled, its items if wanted."""
        pairs = list(self.pairs)
        if dice.shuffles_choices:
            pairs = dice.shuffled("item", self.pairs, lambda pair: pair.item)
        key_of = dict(zip(dice.shuffled("choice", self._choices(), str), KEYS, strict=False))
        number_of = {pair.item: str(number) for number, pair in enumerate(pairs, start=1)}
        told = {
            (number, key_of[distractor.text]): fill_in(distractor.explanation, names)
            for distractor in self.distractors
            for number in number_of.values()
        }
        told |= {
            (number_of[wrong.item], key_of[wrong.match]): fill_in(wrong.explanation, names)
            for wrong in self.known_wrong
        }
        return DrawnMatching(
            **self.common(names),
            items=tuple(Option(number, fill_in(item, names)) for item, number in number_of.items()),
            choices=tuple(Option(key, fill_in(text, names)) for text, key in key_of.items()),
            matches={number_of[pair.item]: key_of[pair.match] for pair in pairs},
            told=told,
        )


def pairs_in(texts: Sequence[str], items: Sequence[Option], choices: Sequence[Option]) -> dict[str, str] | None:
    """Return the choice's key for each item's that *texts* name; None when something else stands there.

    >>> two, three = [Option("1", "one"), Option("2", "two")], [Option(key, key) for key in "abc"]
    >>> pairs_in(["1=b, 2: A"], two, three), pairs_in(["1=b", "1=c"], two, three), pairs_in(["3=a"], two, three)
    ({'1': 'b', '2': 'a'}, None, None)
    """
    text, found = "\n".join(texts), dict[str, str]()
    for pair in _PAIR.finditer(text):
        item, choice = pair["item"].lstrip("0"), pair["choice"].lower()
        if found.setdefault(item, choice) != choice:
            return None
    known = found.keys() <= {item.key for item in items} and {*found.values()} <= {choice.key for choice in choices}
    rest = _PAIR.sub("", text).strip(" \t\r\n,;()[]")
    return found if found and known and not re.search(r"[^\s,;()\[\]]", rest) else None
