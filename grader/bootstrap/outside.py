"""Other systems, joined to the store: what the web process and the dispatcher reach them with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.lms.courier import WebCourier
from grader.lms.gradebooks import Gradebooks
from grader.lms.launches import LtiLaunches
from grader.lms.launches.own_keys import new_key
from grader.lms.outgoing import Outgoing
from grader.lms.tokens import Tokens
from grader.lms.vault import FernetVault
from grader.services import tool_keys

if TYPE_CHECKING:
    from grader import ports
    from grader.bootstrap.store import Records
    from grader.domain.lms.launch import NewKey
    from grader.settings import LmsSettings


@dataclass(frozen=True)
class Outside:
    """What use cases about other systems are given; all of it is safe to share among threads."""

    vault: ports.Vault
    courier: ports.Courier
    gradebooks: ports.Gradebooks
    launches: ports.Launches


def join_outside(records: Records, settings: LmsSettings) -> Outside:
    """Return what reaches other systems; opens no connection yet."""
    outgoing = Outgoing(settings.private_hosts.split(",") if settings.private_hosts else ())
    vault = FernetVault(settings.lms_secret.get_secret_value())

    def current_key() -> NewKey:
        return tool_keys.current(records.make_uow(), records.clock, vault, new_key)

    return Outside(
        vault=vault,
        courier=WebCourier(outgoing),
        gradebooks=Gradebooks(outgoing, Tokens(outgoing, records.clock, current_key)),
        launches=LtiLaunches(outgoing, records.clock, current_key),
    )
