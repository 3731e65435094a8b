"""Seals secrets for the database: whoever reads a dump or a backup of it can sign nothing. Fills `ports.Vault`."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from grader.domain.errors import Unavailable

_PURPOSE = b"grader: secrets of endpoints and platforms"


class FernetVault:
    """Authenticated encryption (AES-CBC and HMAC) under a key that is derived from the operator's secret.

    >>> vault = FernetVault("x" * 32)
    >>> vault.open(vault.seal("whsec_…"))
    'whsec_…'
    """

    def __init__(self, secret: str) -> None:
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def seal(self, text: str) -> str:
        """Return *text* so that only this service can read it."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return what was sealed; Unavailable when another secret sealed it."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise Unavailable(
                "a secret in the database was sealed with another GRADER_LMS_SECRET: set the one from then, or make "
                "the endpoint's secret anew"
            ) from None
