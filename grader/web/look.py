"""What every template may use: addresses of static files, the page's nonce, its reader, moments and points."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.dates import format_datetime
from flask import g, request, url_for
from markupsafe import Markup

from grader.domain.inert import inert
from grader.domain.scoring import Late
from grader.web import i18n
from grader.web.fields import shown_moment
from grader.web.framing import is_framed
from grader.web.i18n import gettext as _
from grader.web.prose import render, render_inline

if TYPE_CHECKING:
    from datetime import datetime
    from fractions import Fraction

    from flask import Flask

    from grader.domain.assignment import Terms
    from grader.domain.people import User

THEMES = ("light", "dark")
_STATIC = Path(__file__).parent / "static"


def register(app: Flask) -> None:
    """Give *app*'s templates what stands here."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(moment=moment, points=points, prose=prose, prose_inline=prose_inline)
    app.jinja_env.filters.update(field_moment=shown_moment, written_out=written_out)
    app.jinja_env.globals.update(asset=asset, nonce=nonce, prose_styles=prose_styles, late_words=late_words)
    app.context_processor(
        lambda: {"reader": reader(), "theme": theme(), "language": i18n.language(), "framed": is_framed()}
    )


def asset(name: str) -> str:
    """Return the address of a static file, which changes with its content."""
    return url_for("static", filename=name, v=_digest(name))


def nonce() -> str:
    """Return this answer's nonce: what carries it is ours."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    found: str = g.nonce
    return found


def note_styles(rules: str) -> None:
    """Have this page carry *rules*, once; what prose needs that it brings along."""
    if rules:
        g.setdefault("prose_styles", {})[rules] = None


def written_out(text: str) -> str:
    """Return text from elsewhere, lines and tabs kept, with what can't be seen or turns it around written out."""
    return inert(text, kept="\n\t")


def prose(text: str) -> Markup:
    """Return a lecturer's Markdown as HTML."""
    made = render(text)
    note_styles(made.styles)
    return made.html


def prose_inline(text: str) -> Markup:
    """Return a lecturer's sentence as HTML."""
    made = render_inline(text)
    note_styles(made.styles)
    return made.html


def prose_styles() -> Markup:
    """Return what `note_styles` was told; a template asks for it after its content was made."""
    return Markup("\n".join(g.get("prose_styles", {})))  # noqa: S704 - of our own making, from numbers


def reader() -> User | None:
    """Return who is signed in, None for nobody."""
    found: User | None = g.get("user")
    return found


def theme() -> str:
    """Return the theme that the reader chose, empty for the browser's own."""
    chosen = request.cookies.get("theme", "")
    return chosen if chosen in THEMES else ""


def moment(when: datetime) -> Markup:
    """Return a moment as <time>, which a script turns into the reader's own zone."""
    shown = format_datetime(when, "d MMM y, HH:mm", locale=i18n.language())
    return Markup('<time datetime="{}">{} UTC</time>').format(when.isoformat(), shown)


def points(value: Fraction | float) -> str:
    """Return points as people write them.

    >>> from fractions import Fraction
    >>> points(Fraction(7, 2)), points(3.0), points(Fraction(1, 3))
    ('3.5', '3', '0.33')
    """
    return f"{float(value):.2f}".rstrip("0").rstrip(".")


def late_words(terms: Terms) -> str:
    """Return what lateness costs, in words."""
    share = f"{points(100 * terms.loss)} %"
    match terms.late:
        case Late.NONE:
            said = _("costs nothing")
        case Late.PER_DAY:
            said = _("%(share)s for each day begun").replace("%(share)s", share)
        case Late.CLIFF:
            said = _("%(share)s at once").replace("%(share)s", share)
    minutes = terms.grace // timedelta(minutes=1)
    return (
        said if not minutes or terms.late is Late.NONE else said + _(", after %(n)s min").replace("%(n)s", str(minutes))
    )


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]
