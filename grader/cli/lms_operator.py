"""`grader lms shared …`, `grader lms rotate-keys`: what only who runs the service does, on the server."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from grader.bootstrap.outside import join_outside
from grader.bootstrap.store import SystemClock, open_database, open_records, operator
from grader.cli.calling import Refused
from grader.cli.invite import URL
from grader.cli.lms_client import Ours
from grader.cli.lms_platforms import FAMILIES, addresses, says_platform, wish_of
from grader.cli.screen import harmless
from grader.domain.lms.platform import Family
from grader.domain.lms.platform_draft import PlatformDraft
from grader.domain.lms.presets import preset
from grader.services import shared_platforms, tool_keys
from grader.settings import DatabaseSettings, LmsSettings, read_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.domain.lms.platform import Platform


@click.group("shared")
def shared() -> None:
    """Connect an LMS for all courses, on the server: each is then connected by a code of its instructor."""


@shared.command("list")
def list_all() -> None:
    """List the LMSes that are connected for all courses, with their keys."""
    with open_database(read_settings(DatabaseSettings), origin=operator()) as make_uow:
        found = shared_platforms.listed(make_uow())
    for each in found:
        state = "connected" if each.is_finished else "begun"
        click.echo(harmless(f"{each.key}\t{each.name}\t{each.family.value}\t{each.issuer or '-'}\t{state}"))


@shared.command("connect")
@click.option("--family", type=click.Choice(FAMILIES), help="Which LMS it is.")
@click.option("--site", default="", help="Where its pages begin, like https://moodle.example.edu.")
@click.option("--key", default="", help="The key of one that was begun or connected.")
@says_platform
def connect(*, family: str | None, site: str, key: str, **given: object) -> None:
    """Connect an LMS for all courses: tells the addresses to fill in there; with --key, takes what it shows then."""
    wish = wish_of(**given)
    with open_database(read_settings(DatabaseSettings), origin=operator()) as make_uow:
        if key:
            before = _found(shared_platforms.listed(make_uow()), key)
            kept = {name: getattr(before, name) for name in PlatformDraft.__dataclass_fields__}
            draft = _draft(kept | ({"family": Family(family)} if family else {}) | wish)
            platform = shared_platforms.change(make_uow(), SystemClock(), key=key, draft=draft)
        else:
            if family is None:
                raise Refused("say which LMS it is: --family, or --key for one that was begun")
            draft = _draft(vars(preset(Family(family), site)) | wish)
            platform = shared_platforms.connect(make_uow(), SystemClock(), draft=draft)
    _say(platform)


@shared.command("remove")
@click.argument("key")
@click.option("--yes", is_flag=True, help="Don't ask.")
def remove(key: str, *, yes: bool) -> None:
    """Remove the LMS with this KEY from all courses; scores stay here and there."""
    with open_database(read_settings(DatabaseSettings), origin=operator()) as make_uow:
        name = _found(shared_platforms.listed(make_uow()), key).name
        if not yes:
            click.confirm(harmless(f"remove {name} from all courses?"), abort=True, err=True)
        gone = shared_platforms.remove(make_uow(), SystemClock(), key=key)
    click.echo(harmless(f"removed {gone.name}"))


@click.command("rotate-keys")
def rotate_keys() -> None:
    """Sign with a new key from now on, on the server; the old ones stay in the key set for a week."""
    settings = read_settings(LmsSettings)
    with open_records(settings, origin=operator()) as records:
        outside = join_outside(records, settings)
        kid = tool_keys.rotate(records.make_uow(), records.clock, outside.vault, outside.launches.new_key)
    click.echo(harmless(f"signing with {kid}"))


def our_addresses(home: str, key: str) -> Ours:
    """Return our addresses for the platform with this key, below *home*."""
    base = home.rstrip("/")
    return Ours(login=f"{base}/lti/{key}/login", launch=f"{base}/lti/{key}/launch", keys=f"{base}/lti/jwks", home=base)


def _say(platform: Platform) -> None:
    home = os.environ.get(URL, "")
    if not home:
        click.echo(f"{URL} is not set: the addresses lack their beginning", err=True)
    click.echo(harmless(f"key\t{platform.key}\n{addresses(our_addresses(home, platform.key))}"))
    then = "connected" if platform.is_finished else f"begun: fill these in there, then connect --key {platform.key}"
    click.echo(harmless(f"{platform.name} is {then}"), err=True)


def _draft(told: dict[str, Any]) -> PlatformDraft:
    return PlatformDraft(**(told | {"deployments": tuple(told["deployments"])}))


def _found(listed: Sequence[Platform], key: str) -> Platform:
    for each in listed:
        if each.key == key:
            return each
    raise Refused(harmless(f"no LMS for all courses has the key {key!r}: grader lms shared list names them"))
