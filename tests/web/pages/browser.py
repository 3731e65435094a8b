"""A browser without scripts: follows links and sends forms as people see them, with their hidden fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from grader.services import sign_in

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.school import School

PASSWORD = "four plain words here"  # noqa: S105 - of people who don't exist


@dataclass
class Form:
    """A form of a page: where it goes, and what it holds."""

    action: str
    method: str
    fields: dict[str, list[str]] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._area: str | None = None
        self._select = ""
        self._options = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "form":
            self.found.append(Form(given.get("action") or "", given.get("method") or "get"))
        elif tag == "input" and self.found and given.get("name"):
            if given.get("type") not in {"radio", "checkbox"} or "checked" in given:
                self._hold(given["name"] or "", given.get("value") or "")
        elif tag == "textarea" and self.found:
            self._area = given.get("name") or ""
            self._hold(self._area, "")
        elif tag == "select":
            self._select, self._options = given.get("name") or "", 0
        elif tag == "option" and self._select and self.found:
            self._choose(given.get("value") or "", is_selected="selected" in given)

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.found[-1].fields[self._area] = [self.found[-1].fields[self._area][0] + data]

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self._area is not None:
            text = self.found[-1].fields[self._area][0]
            self.found[-1].fields[self._area] = [text.removeprefix("\n")]  # HTML's own rule
            self._area = None

    def _choose(self, value: str, *, is_selected: bool) -> None:
        """Hold the first option of a select, or the one that is selected."""
        self._options += 1
        if self._options == 1:
            self._hold(self._select, value)
        elif is_selected:
            self.found[-1].fields[self._select][-1] = value

    def _hold(self, name: str, value: str) -> None:
        self.found[-1].fields.setdefault(name, []).append(value)


def forms(page: TestResponse) -> dict[str, Form]:
    """Return the forms of a page by their address; the page's own for those that name none."""
    parser = _Forms()
    parser.feed(page.text)
    return {form.action or page.request.path: form for form in parser.found}


def token_in(html: str) -> str:
    """Return the token that shows that a form of this page is ours."""
    parser = _Forms()
    parser.feed(html)
    return parser.found[0].fields["csrf_token"][0]


@dataclass
class Browser:
    """Keeps cookies, and the page that it shows."""

    client: FlaskClient

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, follow_redirects=True)

    def send(self, page: TestResponse, action: str, **values: str | list[str]) -> TestResponse:
        """Send the page's form that goes to *action*, some of its fields filled in; follow where it leads."""
        return self.press(page, action, action, **values)

    def press(self, page: TestResponse, action: str, button: str, /, **values: str | list[str]) -> TestResponse:
        """Send the form that goes to *action* by a button that sends it to another address."""
        form = forms(page)[action]
        data = {**form.fields, **{name: [v] if isinstance(v, str) else v for name, v in values.items()}}
        return self.client.post(
            button,
            data=urlencode(data, doseq=True),
            content_type="application/x-www-form-urlencoded",
            follow_redirects=True,
        )

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        return self.send(self.get("/sign-in"), "/sign-in", login=login, password=password)


def settle(school: School, login: str) -> None:
    """Give *login* the PASSWORD, as if they had accepted an invitation."""
    with school.make_uow().writing() as uow:
        uow.users.set_password(school.users[login].id, f"hash of {PASSWORD}")
        uow.commit()


def invite(school: School, login: str) -> str:
    """Return the address of an invitation."""
    return f"/invitation/{sign_in.invite(school.make_uow(), school.clock, login=login)}"


def signed_in(school: School, login: str = "ada", **changes: object) -> Browser:
    """Return a browser in which *login* is signed in; *changes* are fields of Services."""
    return _entered(school, login, school.app(**changes))


def visiting(school: School, login: str = "ada") -> Browser:
    """Return a browser in which *login* is signed in, in the app that all share who ask for no limits."""
    return _entered(school, login, school.quiet_app())


def _entered(school: School, login: str, app: Flask) -> Browser:
    settle(school, login)
    browser = Browser(app.test_client())
    answer = browser.sign_in(login)
    assert answer.status_code == 200, answer.text
    assert answer.request.path != "/sign-in"
    return browser
