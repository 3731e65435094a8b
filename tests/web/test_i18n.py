"""A translation is one file: everything that people read on pages is in it, and nothing else is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from flask import Flask

from grader.web import i18n

if TYPE_CHECKING:
    from tests.web.school import School

WEB = Path(i18n.__file__).parent
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS = {"**/templates/**.html": {"trimmed": "true", "newstyle_gettext": "true"}}


def gathered() -> set[object]:
    found = extract_from_dir(WEB, method_map=METHODS, options_map=OPTIONS, strip_comment_tags=True)
    return {message for _, _, message, _, _ in found}


def test_what_translators_get_is_what_pages_say() -> None:
    with (WEB / "translations" / "messages.pot").open("rb") as file:
        kept = {message.id for message in read_po(file) if message.id}
    assert kept == gathered(), "run `make strings`"


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    catalogue = Catalog(locale="de")
    catalogue.add("Sign in", "Anmelden")
    catalogue.add(("%(num)s attempt", "%(num)s attempts"), ("%(num)s Versuch", "%(num)s Versuche"))
    with (tmp_path / "de.po").open("wb") as file:
        write_po(file, catalogue)
    app = Flask(__name__)
    i18n.register(app, tmp_path)
    return app


@pytest.mark.parametrize(
    ("wanted", "language", "said"),
    [
        ("de", "de", "Anmelden"),
        ("de-AT, en;q=0.5", "de", "Anmelden"),
        ("fr, de;q=0.5, en;q=0.1", "de", "Anmelden"),
        ("en, de;q=0.5", "en", "Sign in"),
        ("fr", "en", "Sign in"),
        ("", "en", "Sign in"),
        ("x" * 5000, "en", "Sign in"),
    ],
)
def test_the_reader_gets_the_language_that_they_prefer_and_we_have(
    app: Flask, wanted: str, language: str, said: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": wanted}):
        assert (i18n.language(), i18n.gettext("Sign in"), i18n.gettext("other")) == (language, said, "other")


@pytest.mark.parametrize(("number", "said"), [(1, "1 Versuch"), (3, "3 Versuche")])
def test_a_number_chooses_the_form(app: Flask, number: int, said: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "de"}):
        text = "{% trans num=n %}{{ num }} attempt{% pluralize %}{{ num }} attempts{% endtrans %}"
        assert app.jinja_env.from_string(text).render(n=number) == said


def test_the_page_says_its_language(school: School) -> None:
    page = school.app().test_client().get("/sign-in", headers={"Accept-Language": "fr"})
    assert '<html lang="en"' in page.text
