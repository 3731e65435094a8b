"""A school on real storage whose spring course a platform of ours is connected to, and people's browsers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qs, urlsplit

from grader.domain.audit import Filter
from grader.domain.lms.delivery import Kind
from grader.domain.lms.launch import LoginRequest
from grader.domain.lms.log import Wanted
from grader.lms.launches import LtiLaunches
from grader.lms.vault import FernetVault
from grader.services import connect, launch, tool_keys
from grader.storage import unit_of_work_factory
from tests.fakes import FakeCatalogue, a_quiz, an_exercise
from tests.lms.lti_platform import AGS, CLIENT, ISSUER, LTI, NONCE, NRPS, Wire, a_platform, claims, key, keys_of, signed
from tests.web.pages.browser import forms
from tests.web.school import SPRING, School

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from flask.testing import FlaskClient
    from sqlalchemy import Engine
    from werkzeug.test import TestResponse

    from grader.domain.audit import Entry
    from grader.domain.lms.launch import NewKey
    from grader.domain.lms.platform import Context, LineItem, Member, Platform
    from grader.domain.people import Enrolment, User
    from grader.lms.outgoing import Outgoing
    from grader.ports import UnitOfWork

HOME = "https://grader.example"
KEY = "lms-key"
Found = TypeVar("Found")
_EXERCISES = [an_exercise(), an_exercise("depthwise-conv", title="Depthwise")]


class Campus:
    """Made anew for each test; *wire* is what platforms answer us."""

    def __init__(self, engine: Engine, outgoing: Outgoing | None = None) -> None:
        catalogue = FakeCatalogue(_EXERCISES, [("channels", a_quiz())])
        self.school = School(unit_of_work_factory(engine), catalogue=catalogue)
        self.clock, self.make_uow = self.school.clock, self.school.make_uow
        self.wire, self.vault, self.signing = Wire(), FernetVault("v" * 32), "ours"
        self.wire.say(f"{ISSUER}/keys", keys_of("platform"))
        self.launches = LtiLaunches(outgoing or self.wire, self.clock, self.current_key)
        self.app = self.school.app(url=HOME, launches=self.launches, vault=self.vault)
        self.platform = self.connect(SPRING)

    def current_key(self) -> NewKey:
        return tool_keys.current(self.make_uow(), self.clock, self.vault, lambda: key(self.signing))

    def connect(self, course: str | None, name: str = KEY, **changes: Any) -> Platform:  # noqa: ANN401 - fields of Platform
        """Keep a platform that serves *course* alone; None for one of the operator's."""
        course_id = self.school.courses[course].id if course else None
        made = a_platform(key=name, course_id=course_id, **changes)
        return self.write(lambda uow: uow.platforms.add(made))

    def read(self, look: Callable[[UnitOfWork], Found]) -> Found:
        with self.make_uow().reading() as uow:
            return look(uow)

    def write(self, change: Callable[[UnitOfWork], Found]) -> Found:
        with self.make_uow().writing() as uow:
            found = change(uow)
            uow.commit()
        return found

    def message(self, begun: Begun, told: Mapping[str, Any], **how: str) -> str:
        """Return *told* as the platform signs it in answer to *begun*; a nonce of *told*'s own stays."""
        nonce = begun.nonce if told.get("nonce") == NONCE else told.get("nonce")
        return signed({**told, "nonce": nonce}, **how)

    def begin(self, name: str = KEY, **changes: str) -> launch.Begun:
        """Begin a login, without a browser."""
        asked = LoginRequest(**{"issuer": ISSUER, "login_hint": "hint", "target": HOME} | changes)
        return launch.begin(
            self.make_uow(), self.clock, self.launches, key=name, asked=asked, back=f"{HOME}/lti/{name}/launch"
        )

    def arrive(self, told: Mapping[str, Any] | None = None, name: str = KEY, **how: str) -> launch.Arrival:
        """Launch once, without a browser; the message says *told*."""
        told = claims() if told is None else told
        begun = self.begin(name, issuer=told["iss"])
        return self.finish(begun.state, self.message(Begun.of(begun.address), told, **how), name)

    def finish(self, state: str, token: str, name: str = KEY) -> launch.Arrival:
        """Bring a message."""
        catalogue = self.school.catalogue
        return launch.finish(
            self.make_uow(), self.clock, self.launches, catalogue, key=name, state=state, id_token=token
        )

    def bind(self, context: Context, course: str = SPRING) -> None:
        """Bind a platform's course to ours."""
        course_id = self.school.courses[course].id
        assert self.write(lambda uow: uow.platforms.bind(context.id, course_id))

    def code(self, login: str = "ines", course: str = SPRING) -> str:
        """Return a code that *login* made for their course."""
        made = connect.new_code(self.make_uow(), self.clock, user=self.school.users[login], course_slug=course)
        return made[0]

    def people(self, course: str = SPRING) -> dict[str, Enrolment]:
        """Return everybody who is or was in a course, by login."""
        found = self.read(lambda uow: uow.enrolments.of_course(self.school.courses[course].id))
        return {user.login: enrolment for enrolment, user in found}

    def user(self, login: str) -> User:
        found = self.read(lambda uow: uow.users.by_login(login))
        assert found is not None
        return found

    def contexts(self, course: str = SPRING) -> list[Context]:
        found = self.read(lambda uow: uow.platforms.contexts(self.school.courses[course].id))
        return [context for context, _ in found]

    def members(self) -> Sequence[Member]:
        return self.read(lambda uow: [m for c in self.contexts() for m in uow.platforms.members(c.id)])

    def line_items(self, course: str = SPRING) -> Sequence[LineItem]:
        return self.read(lambda uow: uow.line_items.of_course(self.school.courses[course].id))

    def sent(self, course: str = SPRING) -> list[tuple[str, str]]:
        """Return whose scores wait for which column, by its last part."""
        found = self.read(
            lambda uow: uow.outbox.of_course(self.school.courses[course].id, Wanted(kind=Kind.LTI_AGS), 99)
        )
        urls = {item.id: item.url.rsplit("/", 1)[-1] for item in self.line_items(course)}
        return sorted((each.login, urls[each.delivery.line_item_id or 0]) for each in found)

    def log(self, course: str = SPRING) -> list[Entry]:
        """Return a course's log, oldest first."""
        course_id = self.school.courses[course].id
        return list(self.read(lambda uow: uow.audit.of_course(course_id, Filter(), 500)))[::-1]

    def visitor(self, dest: str = "iframe") -> Visitor:
        return Visitor(self, self.app.test_client(), dest)


@dataclass(frozen=True)
class Begun:
    """What the platform is sent: the address that a login leads to, taken apart."""

    state: str
    nonce: str
    asked: Mapping[str, str]

    @classmethod
    def of(cls, address: str) -> Begun:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return cls(asked["state"], asked["nonce"], asked)


@dataclass
class Visitor:
    """Somebody's browser, in which the platform's page is open; in its frame unless *dest* says otherwise."""

    campus: Campus
    client: FlaskClient
    dest: str = "iframe"

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=HOME)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **headers: str) -> TestResponse:
        return self.client.post(path, base_url=HOME, data=data, headers=headers)

    def send(self, page: TestResponse, **values: str | list[str]) -> TestResponse:
        """Send the page's one form, some of its fields filled in."""
        ((action, form),) = [each for each in forms(page).items() if each[0] not in ("/theme", "/sign-out")]
        return self.post(action, {**form.fields, **values})

    def login(self, name: str = KEY, *, method: str = "POST", **told: str) -> TestResponse:
        """Begin a login, as the platform's page does."""
        asked = {"iss": ISSUER, "login_hint": "hint", "target_link_uri": HOME, "client_id": CLIENT} | told
        asked = {field: value for field, value in asked.items() if value}
        if method == "GET":
            return self.client.get(f"/lti/{name}/login", base_url=HOME, query_string=asked)
        return self.client.post(f"/lti/{name}/login", base_url=HOME, data=asked)

    def begun(self, name: str = KEY) -> Begun:
        return Begun.of(self.login(name).headers["Location"])

    def bring(self, state: str, token: str, name: str = KEY) -> TestResponse:
        """Bring the platform's message, as its page does."""
        form = {"state": state, "id_token": token}
        return self.post(f"/lti/{name}/launch", form, **{"Sec-Fetch-Dest": self.dest})

    def launch(self, told: Mapping[str, Any] | None = None, name: str = KEY, **how: str) -> TestResponse:
        """Open a link in the platform; its message says *told*."""
        begun = self.begun(name)
        return self.bring(begun.state, self.campus.message(begun, claims() if told is None else told, **how), name)


def without_services(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - claims
    """Return a message of a platform that lends no gradebook and no list of members."""
    return {name: value for name, value in claims(**changes).items() if name not in (AGS, NRPS)}


def column(number: int) -> dict[str, Any]:
    """Return the claim that names one column of the platform's gradebook."""
    told = dict(claims()[AGS])
    return told | {"lineitem": f"{ISSUER}/context-1/lineitems/{number}"}


def custom(item: str) -> dict[str, Any]:
    """Return the claims of a link to *item*."""
    return claims() | {f"{LTI}/custom": {"item": item}}
