"""What an endpoint keeps sealed: its secrets and the values of its headers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from grader.domain.lms.endpoint import Endpoint
    from grader.ports.outside import Vault


def signing(vault: Vault, endpoint: Endpoint, now: datetime) -> Sequence[str]:
    """Return the secrets that sign and open at *now*, the newest first; Unavailable when another key sealed them."""
    sealed = [endpoint.secret]
    if endpoint.old_secret and endpoint.old_until is not None and now < endpoint.old_until:
        sealed.append(endpoint.old_secret)
    return [vault.open(each) for each in sealed]


def headers_of(vault: Vault, endpoint: Endpoint) -> dict[str, str]:
    """Return the headers that are sent along; Unavailable when another key sealed them."""
    return dict(json.loads(vault.open(endpoint.headers))) if endpoint.headers else {}


def sealed_headers(vault: Vault, headers: Mapping[str, str]) -> str:
    """Return *headers* as an endpoint keeps them, empty for none."""
    return vault.seal(json.dumps(dict(headers))) if headers else ""
