"""`make screenshots`: a picture of each page at two widths and in two themes, of the whole service."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.chromium import THEMES, running_chromium
from tests.e2e.conftest import Term, Up
from tests.e2e.evening import every_page, settled, signed_in
from tests.e2e.office import INSTRUCTOR, staff_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTHS = (1280, 360)
STUDENTS = 300
LONGEST = 9000  # px; of a longer page only the beginning is taken


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as home, running_chromium() as chromium:
        up = Up(Path(home))
        try:
            take(chromium, settled(up.ready(), chromium), folder)
        finally:
            up.end(signal.SIGTERM)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as home, running_chromium() as chromium:
        term = Term(Path(home), STUDENTS)
        try:
            take_staff(chromium, term.ready().url, folder)
        finally:
            term.end(signal.SIGTERM)


def take(chromium: Browser, address: str, folder: Path) -> None:
    pages = every_page(chromium, address)
    for theme in THEMES:
        for width in WIDTHS:
            window = {"width": width, "height": 800}
            door = chromium.new_page(base_url=address, viewport=window, color_scheme=theme)  # type: ignore[arg-type]
            door.goto("/sign-in")
            door.screenshot(path=folder / f"sign-in-{width}-{theme}.png", full_page=True)
            door.context.close()
            context, page = signed_in(chromium, address, viewport=window, color_scheme=theme)
            for name, path in pages.items():
                shoot(page, path, folder / f"{name}-{width}-{theme}.png")
            context.close()


def take_staff(chromium: Browser, address: str, folder: Path) -> None:
    """Take the staff's pages, of a class as large as they must bear."""
    context, page = signed_in(chromium, address, INSTRUCTOR)
    pages = staff_pages(page)
    context.close()
    for theme in THEMES:
        for width in WIDTHS:
            window = {"width": width, "height": 800}
            context, page = signed_in(chromium, address, INSTRUCTOR, viewport=window, color_scheme=theme)
            for name, path in pages.items():
                shoot(page, path, folder / f"staff-{name}-{width}-{theme}.png")
            context.close()


def shoot(page: Page, path: str, file: Path) -> None:
    page.goto(path)
    page.wait_for_load_state("load" if path.endswith("/board") else "networkidle")  # the board looks again and again
    height = page.evaluate("document.documentElement.scrollHeight")
    page.screenshot(path=file, full_page=height <= LONGEST)
    print(file.stem)  # noqa: T201 - progress


if __name__ == "__main__":
    main(Path(sys.argv[1]))
