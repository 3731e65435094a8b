"""Our own keys, with which we sign what platforms get: made on first need, changed now and then."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.domain.lms.launch import KEY_OVERLAP, NewKey, ToolKey

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from grader.ports import Clock, UnitOfWork
    from grader.ports.outside import Vault


def current(uow: UnitOfWork, clock: Clock, vault: Vault, new_key: Callable[[], NewKey]) -> NewKey:
    """Return the key that signs now; the first is made here. Unavailable when another secret sealed it."""
    with uow.reading():
        kept = uow.logins.keys()
    if not kept:
        _add(uow, clock, vault, new_key(), only_first=True)
        with uow.reading():
            kept = uow.logins.keys()  # of two that were made at once, the same one for both
    return NewKey(kid=kept[0].kid, public=kept[0].public, private=vault.open(kept[0].private))


def public(uow: UnitOfWork, clock: Clock, vault: Vault, new_key: Callable[[], NewKey]) -> Sequence[str]:
    """Return the public halves of all keys in our key set, which is never empty: platforms cache it."""
    now = clock.now()
    with uow.reading():
        shown = [key.public for key in uow.logins.keys() if _is_shown(key, now)]  # noqa: SIM118 - keys of ours
    return shown or [current(uow, clock, vault, new_key).public]


def rotate(uow: UnitOfWork, clock: Clock, vault: Vault, new_key: Callable[[], NewKey]) -> str:
    """Sign with a new key from now on; the old ones stay in the key set for a week. Return the new key's name."""
    made = new_key()
    _add(uow, clock, vault, made, only_first=False)
    return made.kid


def _add(uow: UnitOfWork, clock: Clock, vault: Vault, made: NewKey, *, only_first: bool) -> None:
    now, sealed = clock.now(), vault.seal(made.private)  # outside: making a key takes a while
    with uow.writing():
        uow.logins.hold_keys()
        if only_first and uow.logins.keys():
            return
        uow.logins.add_key(ToolKey(made.kid, sealed, made.public, now), retires_others=now + KEY_OVERLAP)
        uow.commit()


def _is_shown(key: ToolKey, now: datetime) -> bool:
    return key.retires is None or now < key.retires
