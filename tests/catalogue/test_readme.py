"""The example of exercises/README.md is an exercise, and a sound one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.bootstrap.local import local_examiner
from grader.catalogue import FolderCatalogue
from grader.kit.draw import Draw
from grader.services.prove import conclude, prove
from tests.catalogue.conftest import LESSON, write

README = Path(__file__).parents[2] / "exercises" / "README.md"
FILE = re.compile(r"^`([\w./]+)`\n\n```\w+\n(.*?)^```", re.DOTALL | re.MULTILINE)
WRONG = re.compile(r"^`(misconceptions/\w+\.py)` is .* with the last line `(.*)`\.$", re.MULTILINE)


@pytest.mark.jail
def test_the_readmes_example_is_sound(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    files = dict(FILE.findall(text))
    ((wrong, last),) = WRONG.findall(text)
    files[wrong] = re.sub(r"( +).*\n\Z", rf"\g<1>{last}\n", files["reference.py"])
    write(tmp_path, {name: text for name, text in LESSON.items() if "/" not in name})
    write(tmp_path, {f"channel-scale/{name}": text for name, text in files.items()})
    exercise = FolderCatalogue(tmp_path).exercise("channels", "channel-scale")
    with local_examiner() as examiner:
        proofs = [prove(examiner, exercise, seed_id) for seed_id in ("1", "2")]
    assert conclude(exercise, proofs) == []


def test_what_it_says_of_draws_can_be_drawn() -> None:
    calls = re.findall(r"`draw\.(\w+)\((.*?)\)`", README.read_text(encoding="utf-8"))
    assert {name for name, _ in calls} == {"normal", "uniform", "integer", "choice"}
    for name, arguments in calls:
        eval(f"draw.{name}({arguments})", {"draw": Draw(b"key")})  # noqa: S307 - our own page


def test_the_readme_fits_on_a_page() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < 150
