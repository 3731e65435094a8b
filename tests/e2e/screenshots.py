"""`make screenshots`: a picture of each page at two widths and in two themes, of the whole service."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.e2e.chromium import THEMES, running_chromium
from tests.e2e.conftest import Up
from tests.e2e.evening import every_page, settled, signed_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WIDTHS = (1280, 360)


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="screenshots-") as home, running_chromium() as chromium:
        up = Up(Path(home))
        try:
            take(chromium, settled(up.ready(), chromium), folder)
        finally:
            up.end(signal.SIGTERM)


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
                page.goto(path)
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)
                print(f"{name} {width} {theme}")  # noqa: T201 - progress
            context.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
