"""Keys of ours: made here, shown to platforms as a JWKS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pylti1p3.dynamic_registration import generate_key_pair
from pylti1p3.registration import Registration

from grader.domain.lms.launch import NewKey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_BITS = 2048  # what every platform takes; Moodle and Canvas make theirs so


def new_key() -> NewKey:
    """Return a new RSA key, named by its fingerprint (RFC 7638)."""
    private, public = generate_key_pair(_BITS)
    return NewKey(kid=str(Registration.get_jwk(public)["kid"]), public=public, private=private)


def key_set(public: Sequence[str]) -> Mapping[str, object]:
    """Return the JWKS of these public keys (PEM)."""
    return {"keys": [dict(Registration.get_jwk(each)) for each in public]}
