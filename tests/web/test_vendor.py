"""What browsers load of other people's code: small, licensed, and from nowhere else."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "grader" / "web" / "static"
VENDOR = STATIC / "vendor"
PACKAGES = json.loads((VENDOR / "package.json").read_text(encoding="utf-8"))["devDependencies"]
LOCK = (VENDOR / "package-lock.json").read_text(encoding="utf-8")
README = (VENDOR / "README.md").read_text(encoding="utf-8")
KATEX_CSS = (VENDOR / "katex.css").read_text(encoding="utf-8")


def compressed(*names: str) -> int:
    return sum(len(gzip.compress((VENDOR / name).read_bytes())) for name in names)


@pytest.mark.parametrize(("names", "most"), [(["codemirror.js"], 160_000), (["htmx.js", "katex.css"], 25_000)])
def test_a_script_is_small(names: list[str], most: int) -> None:
    assert compressed(*names) < most


@pytest.mark.parametrize("name", PACKAGES)
def test_versions_are_exact_and_the_locks(name: str) -> None:
    assert json.loads(LOCK)["packages"][f"node_modules/{name}"]["version"] == PACKAGES[name]


@pytest.mark.parametrize("name", PACKAGES)
def test_the_readme_names_the_version(name: str) -> None:
    assert re.search(rf"{name}(?: \| | ){re.escape(PACKAGES[name])}\b", README)


def test_each_licence_that_the_readme_names_is_here() -> None:
    named = set(re.findall(r"LICENSE\.\w+", README))
    assert named == {path.name for path in VENDOR.glob("LICENSE.*")} != set()


def test_each_package_of_the_editor_has_its_licence() -> None:
    locked = {path.removeprefix("node_modules/") for path in json.loads(LOCK)["packages"] if path}
    of_others = {
        name for name in locked if re.match(r"@?esbuild|htmx\.org|katex|commander$", name)
    }  # commander is katex's
    text = (VENDOR / "LICENSE.codemirror").read_text(encoding="utf-8")
    assert set(re.findall(r"^(@?[\w/-]+)\n\n(?:MIT|Copyright)", text, re.MULTILINE)) == locked - of_others
    assert text.count("Permission is hereby granted") == len(locked - of_others)


def test_the_engine_of_formulas_has_its_licence_beside_it() -> None:
    beside = STATIC.parent / "prose" / "LICENSE.katex"
    assert beside.read_bytes() == (VENDOR / "LICENSE.katex").read_bytes()


def test_the_lock_names_no_registry() -> None:
    assert '"resolved"' not in LOCK


def test_maths_is_set_in_fonts_that_are_here() -> None:
    fonts = set(re.findall(r"url\(([^)]*)\)", KATEX_CSS))
    assert fonts == {f"fonts/{path.name}" for path in (VENDOR / "fonts").iterdir()}
    assert all(font.endswith(".woff2") for font in fonts)


def test_the_editor_brings_no_pictures_that_the_pages_policy_refuses() -> None:
    source = (VENDOR / "codemirror.source.js").read_text(encoding="utf-8")
    assert '"cm-lintRange-error": { backgroundImage: "none"' in source.replace(".cm", "cm")
    assert '".cm-lint-marker.cm-lint-marker-error": { content: "normal" }' in source


def test_no_stylesheet_loads_from_elsewhere() -> None:
    for path in STATIC.rglob("*.css"):
        assert not re.search(r"https?:|url\((?!fonts/)|@import", path.read_text(encoding="utf-8"))


def test_no_script_names_another_host() -> None:
    for path in [*STATIC.rglob("*.js"), STATIC.parent / "prose" / "katex.min.js"]:
        hosts = set(re.findall(r"""\w+://[^"'`/\s]+|["'`]//\w[^"'`\s]*""", path.read_text(encoding="utf-8")))
        assert hosts <= {"http://www.w3.org"}, path.name  # the names of SVG and MathML
