"""The example of exercises/README.md is an exercise, and a sound one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.bootstrap.local import local_examiner
from grader.catalogue import FolderCatalogue
from grader.services.prove import conclude, prove
from tests.catalogue.conftest import LESSON, write

README = Path(__file__).parents[2] / "exercises" / "README.md"
FILE = re.compile(r"^`([\w./]+)`\n\n```\w+\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.jail
def test_the_readmes_example_is_sound(tmp_path: Path) -> None:
    files = dict(FILE.findall(README.read_text(encoding="utf-8")))
    write(tmp_path, {name: text for name, text in LESSON.items() if "/" not in name})
    write(tmp_path, {f"channel-scale/{name}": text for name, text in files.items()})
    exercise = FolderCatalogue(tmp_path).exercise("channels", "channel-scale")
    with local_examiner() as examiner:
        proofs = [prove(examiner, exercise, seed_id) for seed_id in ("1", "2")]
    assert conclude(exercise, proofs) == []


def test_the_readme_fits_on_a_page() -> None:
    assert len(README.read_text(encoding="utf-8").splitlines()) < 150
