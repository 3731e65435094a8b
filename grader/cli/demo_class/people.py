"""Who is in the class: people of many places, whose names a page must be able to show, to sort and to break."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from grader.domain.people import Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

SECTIONS = ("Mon 10:00", "Tue 16:00", "Thu 08:30", "Évening · online")
INSTRUCTOR, STUDENT = "grace", "ada"
ASSISTANTS = ("tess", "omar")
"""Logins that the demo tells of."""

_NAMES = Path(__file__).with_name("names.txt")
_LONGEST_LOGIN = 12

_STAFF = (
    (INSTRUCTOR, "Grace Okonkwo-Lindqvist", Role.INSTRUCTOR),
    (ASSISTANTS[0], "Tess Čapková", Role.ASSISTANT),
    (ASSISTANTS[1], "Omar al-Fārūqī", Role.ASSISTANT),
)

_ALWAYS = (
    (STUDENT, "Ada Lindgren"),
    ("sobrien", "Siobhán O'Brien"),
    ("noor", "نور الهدى بن عبد العزيز"),
    ("xiaoming", "欧阳晓明"),
    ("wolfe", "Adolph Blaine Charles David Earl Frederick Gerald Hubert Wolfeschlegelsteinhausenbergerdorff"),
    ("dangelo", "Gianmaria D'Angelo-Della Valle"),
    ("u", "U"),
    ("tables", "Robert <b>Tables</b> & Sons"),
    ("yael", "יעל בן־דוד"),
    ("thuy", "Nguyễn Thị Thùy Dương"),
    ("minjun", "김민준"),
)
"""Present as soon as the class has room: very long, very short, from right to left, with marks of all kinds."""


@dataclass(frozen=True)
class Person:
    """Somebody with a role in the course."""

    login: str
    name: str
    role: Role = Role.STUDENT
    section: str = ""


def people(students: int, dice: Random) -> list[Person]:
    """Return the staff and so many students, all logins and names different."""
    found = [Person(*each) for each in _STAFF]
    taken = {person.login for person in found}
    for login, name in [*_ALWAYS, *_others(dice)][:students]:
        section = dice.choices(SECTIONS, weights=(5, 4, 3, 2))[0]
        found.append(Person(_free(login, taken), name, section=section))
    return found


def _others(dice: Random) -> list[tuple[str, str]]:
    """Return a login and a name for each pair of names that one place has, mixed."""
    names = [name for line in _NAMES.read_text(encoding="utf-8").splitlines() for name in _of_place(line)]
    dice.shuffle(names)
    return [(_login(name), name) for name in names]


def _of_place(line: str) -> Iterator[str]:
    first, bar, last = (part.strip() for part in line.rpartition("|"))
    joined = "" if first.endswith(bar) else " "  # two bars: written in one word
    for pair in product(first.strip(" |").split(), last.split()):
        yield joined.join(pair).replace("_", " ")


def _login(name: str) -> str:
    """Return an initial and the last name in plain letters, as far as there are such.

    >>> _login("Małgorzata de la Cruz"), _login("王秀英")
    ('mcruz', 'student')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower().split()
    words = ["".join(filter(str.isalnum, word)) for word in plain]
    login = (words[0][:1] + words[-1])[:_LONGEST_LOGIN] if len(words) > 1 else ""
    return login or "student"


def _free(login: str, taken: set[str]) -> str:
    """Return *login*, with a number where others have it, and take it."""
    number = 2
    free = login
    while free in taken:
        free, number = f"{login}{number}", number + 1
    taken.add(free)
    return free
