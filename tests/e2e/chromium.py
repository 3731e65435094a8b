"""Debian's Chromium, driven by Playwright: at which widths and in which theme pages are looked at."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Frame, Page

WIDTHS = (320, 768, 1280)
THEMES = ("light", "dark")
_QUIET = (
    "--no-sandbox",  # tests may run as root; they open no page but our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def find_chromium() -> str | None:
    """Return where Chromium lies."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Start Chromium; without one, fail where CI runs and skip elsewhere, saying what to install."""
    path = find_chromium()
    if path is None:
        why = "Chromium is missing: apt-get install chromium. THE PAGES ARE NOT TESTED"
        if os.environ.get("CI"):
            pytest.fail(why)
        pytest.skip(why)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_QUIET])
        yield browser
        browser.close()


def complaints(page: Page | Frame) -> list[str]:
    """Return what axe finds on *page*, and whether it is wider than its window."""
    found = Axe().run(cast("Page", page), options=_WCAG).response["violations"]
    told = [
        f"{each['id']}: {node['html'][:160]} {node['failureSummary'][:200]}" for each in found for node in each["nodes"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        told.append("the page scrolls sideways")
    return told


@contextmanager
def watched(context: BrowserContext) -> Iterator[list[str]]:
    """Give a list that fills with what goes wrong in the pages of *context*: scripts' errors, refused loads.

    A request that a page's own end cuts off is none. Nor is the style that Chromium itself tries to give to what
    replaces a selection in an editor.
    """
    told: list[str] = []

    def note(text: str) -> None:
        if not any(harmless in text for harmless in ("net::ERR_ABORTED", "Applying inline style")):
            told.append(text)

    context.on("weberror", lambda event: note(f"error: {event.error}"))
    context.on("console", lambda event: note(event.text) if event.type == "error" else None)
    context.on("requestfailed", lambda event: note(f"failed: {event.url} {event.failure}"))
    yield told
