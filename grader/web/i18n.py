"""The reader's language: English, or one that has a file in translations/.

Strings stand in templates and views as `_("…")`; `make strings` gathers them in translations/messages.pot. A
translation is a file LANGUAGE.po made from it: nothing else is needed, and nothing is compiled.
"""

from __future__ import annotations

import io
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

from babel import negotiate_locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import current_app, g, has_request_context, request

if TYPE_CHECKING:
    from flask import Flask

ENGLISH = "en"
FOLDER = Path(__file__).parent / "translations"
_KEY = "grader-languages"


def register(app: Flask, folder: Path = FOLDER) -> None:
    """Read the translations and give them to *app*'s templates."""
    app.extensions[_KEY] = {path.stem: _read(path) for path in sorted(folder.glob("*.po"))}
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]


def language() -> str:
    """Return the language of this answer, as the request's header prefers it."""
    if not has_request_context():
        return ENGLISH
    if "language" not in g:  # each string of a page asks
        known = [ENGLISH, *current_app.extensions[_KEY]]
        g.language = negotiate_locale(list(request.accept_languages.values()), known, sep="-") or ENGLISH
    found: str = g.language
    return found


def gettext(text: str) -> str:
    """Return *text* in the reader's language."""
    return _translations().gettext(text)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the form for *number* in the reader's language."""
    return _translations().ngettext(one, many, number)


def _translations() -> NullTranslations:
    found: NullTranslations = current_app.extensions[_KEY].get(language(), NullTranslations())
    return found


def _read(path: Path) -> GNUTranslations:
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=path.stem))
    compiled.seek(0)
    return GNUTranslations(compiled)
