"""LMSes of a course: its staff looks, its instructors connect, test, change and remove them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from apiflask import APIBlueprint
from pydantic import BaseModel, Field

from grader.domain.lms.platform import Family, Platform
from grader.domain.lms.presets import preset
from grader.domain.scoring import ItemKind
from grader.services import connect, lms_state, platforms
from grader.web.bodies import Body, described, read_json
from grader.web.context import current_user, services
from grader.web.lms_calls import gradebooks, registration_link
from grader.web.lti.addresses import of_platform

blueprint = APIBlueprint("lms", __name__, tag="LMS")

_LMS = "/courses/<name:course>/lms"
_PLATFORM = f"{_LMS}/platforms/<int:platform_id>"
_STAFF: dict[int | str, Any] = {403: {"description": "You are a student of this course"}}
_INSTRUCTORS: dict[int | str, Any] = {403: {"description": "You are no instructor of this course"}}
_WRONG: dict[int | str, Any] = {422: {"description": "A value is wrong; nothing was changed"}}

Address = Annotated[str | None, Field(description="an address that begins with https://, of at most 2000 characters")]


class AddressesOut(BaseModel):
    """Our addresses for one LMS: what is filled in there. *launch* is for redirects and deep linking, too."""

    login: str
    launch: str
    keys: str
    home: str


class PlatformOut(BaseModel):
    """An LMS; what it has not told yet is empty, and *finished* false. *failing* is since when it takes no scores."""

    id: int
    name: str
    family: Family
    issuer: str
    client_id: str
    auth_url: str
    token_url: str
    jwks_url: str
    audience: str
    deployments: list[str]
    finished: bool
    failing: datetime | None
    ours: AddressesOut


class ColumnOut(BaseModel):
    """A column of an LMS's gradebook; of how many students the scores are *there*, on their way, or *died*."""

    id: int
    kind: ItemKind
    item: str
    label: str
    max_points: int
    there: int
    coming: int
    died: int


class ConnectionOut(BaseModel):
    """A course of an LMS that is connected to this one; *synced* is when its people were last read."""

    id: int
    title: str
    platform: int
    platform_name: str
    shared: bool  # the operator connected the LMS, for many courses
    synced: datetime | None
    sync_note: str
    columns: list[ColumnOut]


class LmsOut(BaseModel):
    """What a course is connected with: its own LMSes, and the courses of any that are connected to it."""

    course: str
    platforms: list[PlatformOut]
    connections: list[ConnectionOut]


class PlatformIn(Body):
    """An LMS to connect: with *client_id* at once, without it its addresses here are told first."""

    family: Annotated[Family, Field(strict=False, description="one of: " + ", ".join(f.value for f in Family))]
    name: Annotated[str, Field(description="a text of 1 to 100 characters")] = ""
    site: Annotated[str, Field(description="where its pages begin, like https://moodle.example.edu")] = ""
    issuer: Annotated[str | None, Field(description="a text of at most 2000 characters")] = None
    client_id: Annotated[str | None, Field(description="a text of at most 255 characters")] = None
    auth_url: Address = None
    token_url: Address = None
    jwks_url: Address = None
    audience: Annotated[str | None, Field(description="a text of at most 2000 characters")] = None
    deployments: Annotated[list[str] | None, Field(description="a list of at most 20 texts")] = None


class PlatformChangeIn(Body):
    """What an LMS says of itself; what is left out stays as it is."""

    family: Annotated[
        Family | None, Field(strict=False, description="one of: " + ", ".join(f.value for f in Family))
    ] = None
    name: Annotated[str | None, Field(description="a text of 1 to 100 characters")] = None
    issuer: Annotated[str | None, Field(description="a text of at most 2000 characters")] = None
    client_id: Annotated[str | None, Field(description="a text of at most 255 characters")] = None
    auth_url: Address = None
    token_url: Address = None
    jwks_url: Address = None
    audience: Annotated[str | None, Field(description="a text of at most 2000 characters")] = None
    deployments: Annotated[list[str] | None, Field(description="a list of at most 20 texts")] = None


class StepOut(BaseModel):
    """A step of a connection test; *wrong* is what does not work and what to do, empty for what works."""

    name: str
    wrong: str


class ConnectionTestOut(BaseModel):
    """What a connection test found: all steps up to the first that fails."""

    platform: int
    works: bool
    steps: list[StepOut]


class CodeOut(BaseModel):
    """A code that connects an LMS to the course: good once, until then, and told only now."""

    code: str
    until: datetime
    registration: str


@blueprint.get(_LMS)
@blueprint.output(LmsOut)
@blueprint.doc(responses=_STAFF)
def get_lms(course: str) -> LmsOut:
    """Tell what a course of whose staff you are is connected with."""
    needs, user = services(), current_user()
    found = platforms.overview(needs.make_uow(), user=user, course_slug=course)
    _course, columns = lms_state.of_course(needs.make_uow(), user=user, course_slug=course)
    return LmsOut(
        course=found.course.slug,
        platforms=[shown_platform(each) for each in found.platforms],
        connections=[shown_connection(each, columns) for each in found.connections],
    )


@blueprint.post(f"{_LMS}/platforms")
@blueprint.output(PlatformOut, status_code=201)
@blueprint.doc(responses={**_INSTRUCTORS, **_WRONG}, extensions={"requestBody": described(PlatformIn)})
def connect_platform(course: str) -> PlatformOut:
    """Connect an LMS, or begin to: the answer has the addresses that are filled in there."""
    needs, given = services(), read_json(PlatformIn)
    told = given.model_dump(exclude_none=True, exclude={"family", "name", "site"})
    draft = _with(preset(given.family, given.site, given.name), told)
    act = platforms.connect if given.client_id else platforms.begin
    made = act(needs.make_uow(), needs.clock, user=current_user(), course_slug=course, draft=draft)
    return shown_platform(made)


@blueprint.patch(_PLATFORM)
@blueprint.output(PlatformOut)
@blueprint.doc(responses={**_INSTRUCTORS, **_WRONG}, extensions={"requestBody": described(PlatformChangeIn)})
def change_platform(course: str, platform_id: int) -> PlatformOut:
    """Keep what an LMS says of itself; one that was begun is connected by it."""
    needs, user, given = services(), current_user(), read_json(PlatformChangeIn)
    _found, before = platforms.one(needs.make_uow(), user=user, course_slug=course, platform_id=platform_id)
    kept = {name: getattr(before, name) for name in platforms.PlatformDraft.__dataclass_fields__}
    draft = _with(platforms.PlatformDraft(**kept), given.model_dump(exclude_none=True))
    after = platforms.change(
        needs.make_uow(), needs.clock, user=user, course_slug=course, platform_id=platform_id, draft=draft
    )
    return shown_platform(after)


@blueprint.delete(_PLATFORM)
@blueprint.output(PlatformOut)
@blueprint.doc(responses=_INSTRUCTORS)
def remove_platform(course: str, platform_id: int) -> PlatformOut:
    """Let nobody come from an LMS any more, and send it nothing; scores stay here and there."""
    needs = services()
    gone = platforms.remove(
        needs.make_uow(), needs.clock, user=current_user(), course_slug=course, platform_id=platform_id
    )
    return shown_platform(gone)


@blueprint.post(f"{_PLATFORM}/check")
@blueprint.output(ConnectionTestOut)
@blueprint.doc(responses={**_INSTRUCTORS, 409: {"description": "The operator has not set GRADER_LMS_SECRET"}})
def check_platform(course: str, platform_id: int) -> ConnectionTestOut:
    """Test a connection step by step: the key set, a token, the gradebook, the list of members."""
    checked = platforms.check(
        services().make_uow, gradebooks(), user=current_user(), course_slug=course, platform_id=platform_id
    )
    steps = [StepOut(name=each.name, wrong=each.wrong) for each in checked.steps]
    return ConnectionTestOut(platform=checked.platform.id, works=checked.works, steps=steps)


@blueprint.post(f"{_LMS}/code")
@blueprint.output(CodeOut, status_code=201)
@blueprint.doc(responses=_INSTRUCTORS)
def make_code(course: str) -> CodeOut:
    """Make a code that connects: with its address an LMS registers us, or it is typed in when a link asks for it."""
    needs = services()
    code, until = connect.new_code(needs.make_uow(), needs.clock, user=current_user(), course_slug=course)
    return CodeOut(code=code, until=until, registration=registration_link(code))


def shown_platform(platform: Platform) -> PlatformOut:
    """Return an LMS as the API tells it."""
    ours = of_platform(platform.key)
    return PlatformOut(
        id=platform.id,
        name=platform.name,
        family=platform.family,
        issuer=platform.issuer,
        client_id=platform.client_id,
        auth_url=platform.auth_url,
        token_url=platform.token_url,
        jwks_url=platform.jwks_url,
        audience=platform.audience,
        deployments=list(platform.deployments),
        finished=platform.is_finished,
        failing=platform.failing,
        ours=AddressesOut(login=ours.login, launch=ours.launch, keys=ours.keys, home=ours.home),
    )


def shown_connection(each: platforms.Connection, columns: Sequence[lms_state.ColumnSummary]) -> ConnectionOut:
    """Return a course of an LMS as the API tells it."""
    return ConnectionOut(
        id=each.context.id,
        title=each.context.title or each.context.key,
        platform=each.platform.id,
        platform_name=each.platform.name,
        shared=each.platform.course_id is None,
        synced=each.context.synced,
        sync_note=each.context.sync_note,
        columns=[_column(found) for found in columns if found.context.id == each.context.id],
    )


def _column(found: lms_state.ColumnSummary) -> ColumnOut:
    column = found.column
    return ColumnOut(
        id=column.id,
        kind=column.kind,
        item=column.item,
        label=column.label,
        max_points=column.max_points,
        there=found.there,
        coming=found.coming,
        died=found.died,
    )


def _with(draft: platforms.PlatformDraft, told: dict[str, Any]) -> platforms.PlatformDraft:
    if "deployments" in told:
        told = told | {"deployments": tuple(told["deployments"])}
    return replace(draft, **told)
