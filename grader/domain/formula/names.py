"""Which variables a run of letters is: C_in, c_in, Cin and C_{in} are one; kkCin are three."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from grader.domain.errors import Invalid
from grader.domain.formula.text import plain

FUNCTIONS = ("floor", "ceil", "frac")
MAX_NAMES = 12
_NAME = re.compile(r"[A-Za-z](?:\w*[A-Za-z0-9])?", re.ASCII)


@dataclass(frozen=True)
class Names:
    """The variables that a formula may use, in the lecturer's spelling.

    Underscores may be left out; so may the right case, unless two names differ in nothing else (k and K).
    """

    known: tuple[str, ...]
    _exact: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)
    _loose: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse names that can't be told apart, or are none: Invalid."""
        if not 0 < len(self.known) <= MAX_NAMES:
            raise Invalid(f"a formula needs 1 to {MAX_NAMES} variables, not {len(self.known)}")
        for name in self.known:
            spelling = plain(name)
            if not _NAME.fullmatch(spelling) or spelling in FUNCTIONS:
                raise Invalid(f'"{name}" is no name for a variable, as k or C_in are')
            for spelled in (spelling, _bare(spelling)):
                if self._exact.setdefault(spelled, name) != name:
                    raise Invalid(f'the variables "{self._exact[spelled]}" and "{name}" are spelled alike')
        loose: dict[str, set[str]] = {}
        for spelled, name in self._exact.items():
            loose.setdefault(_bare(spelled).casefold(), set()).add(name)
        self._loose.update({spelled: names.pop() for spelled, names in loose.items() if len(names) == 1})
        for name in self.known:
            if len(self._splits(plain(name), whole=False)) > 0:
                raise Invalid(f'the variable "{name}" reads like a product of the others')

    def split(self, run: str) -> tuple[str, ...]:
        """Return the variables in *run*; Invalid when it is none, or could be different ones.

        >>> Names(("k", "C_in")).split("kkCin"), Names(("k", "K")).split("kK")
        (('k', 'k', 'C_in'), ('k', 'K'))
        """
        if name := self._one(run):
            return (name,)
        found = self._splits(run)
        if len(found) == 1:
            return found[0]
        if found:
            raise Invalid(f'"{run}" can be read in two ways: write * between the names')
        raise Invalid(f'unknown name "{run}": the names are {", ".join(self.known)}')

    def _one(self, piece: str) -> str | None:
        return self._exact.get(piece) or self._loose.get(_bare(piece).casefold())

    def _splits(self, run: str, *, whole: bool = True) -> list[tuple[str, ...]]:
        """Return the ways to read *run*: none, one, or two, which stand for more; not *whole*: of two names or more.

        Two ways with the same names in another order are one: they are the same product. It is enough to keep two
        ways to each place: whatever follows, they stay two.
        """
        longest = max(map(len, self._exact))
        ways: list[list[tuple[str, ...]]] = [[()], *([] for _ in run)]
        for end in range(1, len(run) + 1):
            for start in range(max(0, end - longest), end):
                name = self._one(run[start:end]) if ways[start] and (whole or end - start < len(run)) else None
                for before in ways[start] if name else ():
                    way = (*before, str(name))
                    if len(ways[end]) < 2 and sorted(way) not in map(sorted, ways[end]):  # noqa: PLR2004 - see above
                        ways[end].append(way)
        return ways[-1]


def _bare(name: str) -> str:
    return name.replace("_", "")
