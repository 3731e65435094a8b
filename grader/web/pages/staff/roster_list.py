"""Which of a course's people are listed, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from grader.domain.people import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.services.roster import Person

_LONGEST = 200  # characters of what is looked for
_NEVER = datetime.min.replace(tzinfo=UTC)
_ORDERS: Mapping[str, Callable[[Person], tuple[object, ...]]] = {
    "login": lambda person: (person.user.login,),
    "name": lambda person: (person.user.name.casefold(), person.user.login),
    "section": lambda person: (person.enrolment.section.casefold(), person.user.login),
    "quiet": lambda person: (person.active or _NEVER, person.user.login),
}


@dataclass(frozen=True)
class Wanted:
    """What the list's form says; empty is any."""

    text: str = ""
    section: str = ""
    role: Role | None = None
    left: bool = False  # also who is not in the course any more
    order: str = "login"

    def of(self, people: Sequence[Person]) -> Sequence[Person]:
        """Return who is wanted, in order; who left comes last."""
        found = [person for person in people if self._wants(person)]
        return sorted(found, key=lambda person: (not person.enrolment.is_active, *_ORDERS[self.order](person)))

    def _wants(self, person: Person) -> bool:
        user, enrolment = person.user, person.enrolment
        return (
            (self.left or enrolment.is_active)
            and self.text.casefold() in f"{user.login}\n{user.name}".casefold()
            and self.section in ("", enrolment.section)
            and self.role in (None, enrolment.role)
        )


def wanted(asked: Mapping[str, str]) -> Wanted:
    """Return what an address asks for; what it can't mean is as if it were not there.

    >>> wanted({"q": " ada ", "role": "boss", "order": "x"})
    Wanted(text='ada', section='', role=None, left=False, order='login')
    """
    role, order = asked.get("role", ""), asked.get("order", "")
    return Wanted(
        asked.get("q", "").strip()[:_LONGEST],
        asked.get("section", "").strip()[:_LONGEST],
        next((each for each in Role if each.value == role), None),
        "left" in asked,
        order if order in _ORDERS else "login",
    )


def sections(people: Sequence[Person]) -> Sequence[str]:
    """Return the names of all sections that anybody is in."""
    return sorted({person.enrolment.section for person in people} - {""})
