"""Items to be put in order. They are always shuffled: as written, they would be the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence  # noqa: TC003 - fields' types, kept at run time
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

from grader.domain.errors import Invalid
from grader.domain.expression import fill_in, whole
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
from grader.domain.questions.known import KnownWrong, check_foreseen, foreseen

Places = tuple[int, ...]
"""Items in some order, each by its place in the right one, from 1."""


@dataclass(frozen=True, kw_only=True)
class DrawnOrdering(Drawn):
    """An order is asked for; the answer is a list of all keys, first to last, or a text of them."""

    items: tuple[Option, ...]
    places: Mapping[str, int] = field(repr=False)  # of each key, in the right order
    wrong_orders: Mapping[Places, str] = field(repr=False)

    def judge(self, texts: Sequence[str]) -> Verdict:
        """Give each pair in its right order a share, and take as much for each other; never less than nothing."""
        keys = keys_in(texts, list(self.places))
        if keys is None or sorted(keys) != sorted(self.places):
            told = f"Name each of a to {max(self.places)} once, first to last."
            return Verdict(Fraction(0), told, is_read=False)
        order = tuple(self.places[key] for key in keys)
        if order == tuple(sorted(order)):
            return self.right()
        pairs = [earlier < later for earlier, later in combinations(order, 2)]
        said = f"{sum(pairs)} of {len(pairs)} pairs are in the right order."
        return self.wrong(self.wrong_orders.get(order), said=said, share=Fraction(2 * sum(pairs), len(pairs)) - 1)

    @property
    def right_answer(self) -> Answer:
        """Return the keys in order."""
        return sorted(self.places, key=self.places.__getitem__)

    @property
    def wrong_answers(self) -> Sequence[Answer]:
        """Return the foreseen orders, and the right one backwards, which earns nothing."""
        right = sorted(self.places, key=self.places.__getitem__)
        return [[right[place - 1] for place in order] for order in self.wrong_orders] + [right[::-1]]

    def shown(self) -> Shown:
        """Return the items."""
        return Shown(items=self.items)


@dataclass(frozen=True)
class OrderingQuestion(Question):
    """*items* in the right order; wrong orders are numbers of items, separated by commas: "2, 1, 3"."""

    items: tuple[str, ...] = field(kw_only=True)
    known_wrong: tuple[KnownWrong, ...] = field(default=(), kw_only=True)

    @property
    def kind(self) -> Kind:
        """Return that an order is asked for."""
        return Kind.ORDERING

    @property
    def is_ordered(self) -> bool:
        """Return that a seed decides on an order."""
        return True

    def check(self, names: Mapping[str, int]) -> None:
        """Refuse too few items, the same one twice, and wrong orders that are right or none: Invalid."""
        super().check(names)
        with about("items"):
            if not 1 < len(self.items) <= len(KEYS):
                raise Invalid(f"an ordering question needs 2 to {len(KEYS)} items")
            if len({fill_in(item, names) for item in self.items}) < len(self.items):
                raise Invalid(f"two items have the same text {given(names)}")
        right = tuple(range(1, len(self.items) + 1))
        check_foreseen(
            self.known_wrong,
            names,
            value_of=self._order,
            is_right=lambda order: order == right,
            alike=lambda one, other: one == other,
        )

    def drawn(self, names: Mapping[str, int], dice: Dice) -> DrawnOrdering:
        """Return the question for the parameters *names*, its items shuffled."""
        numbered = dice.shuffled("item", list(enumerate(self.items, start=1)), lambda item: item[1])
        keyed = list(zip(KEYS, numbered, strict=False))
        return DrawnOrdering(
            **self.common(names),
            items=tuple(Option(key, fill_in(text, names)) for key, (_, text) in keyed),
            places={key: place for key, (place, _) in keyed},
            wrong_orders=foreseen(self.known_wrong, names, value_of=self._order, alike=lambda one, other: one == other),
        )

    def _order(self, text: str) -> Places:
        order = tuple(whole(number, {}) for number in text.split(","))
        if sorted(order) != list(range(1, len(self.items) + 1)):
            raise Invalid(f'"{text}" is no order of the items: name each of 1 to {len(self.items)} once')
        return order
