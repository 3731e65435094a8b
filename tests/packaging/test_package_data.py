"""What is installed has the pages' files, too: templates, styles, scripts, fonts, translations."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "grader"


def test_each_file_that_is_no_python_is_named_as_package_data() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = settings["tool"]["setuptools"]["package-data"]["grader"]
    named = {path for pattern in patterns for path in PACKAGE.glob(pattern)}
    files = {path for path in PACKAGE.rglob("[!.]*") if path.is_file() and path.suffix not in {".py", ".pyc"}}
    assert files - named == set()
