"""Secrets of others in our database: readable with the operator's secret alone, and only as they were sealed."""

from __future__ import annotations

import base64

import pytest

from grader.domain.errors import Unavailable
from grader.lms.vault import FernetVault

VAULT = FernetVault("operator's secret of 32 characters")


@pytest.mark.parametrize("text", ["", "whsec_abc", "ключ", "x" * 100_000, "a\0b\r\n"])
def test_what_was_sealed_is_opened_as_it_was(text: str) -> None:
    assert VAULT.open(VAULT.seal(text)) == text


def test_a_seal_shows_nothing_of_what_is_in_it_and_is_never_the_same() -> None:
    one, other = VAULT.seal("whsec_abc"), VAULT.seal("whsec_abc")
    assert one != other
    assert b"whsec" not in base64.urlsafe_b64decode(one)


def test_another_process_with_the_same_secret_opens_it() -> None:
    assert FernetVault("operator's secret of 32 characters").open(VAULT.seal("whsec_abc")) == "whsec_abc"


@pytest.mark.parametrize("secret", ["operator's secret of 32 characterS", "operator's secret of 32 characters "])
def test_another_secret_opens_nothing_and_says_what_to_do(secret: str) -> None:
    with pytest.raises(Unavailable, match="GRADER_LMS_SECRET: set the one from then, or make"):
        FernetVault(secret).open(VAULT.seal("whsec_abc"))


def test_a_seal_that_was_touched_does_not_open() -> None:
    sealed = VAULT.seal("whsec_abc")
    raw = base64.urlsafe_b64decode(sealed)
    for place in range(len(raw)):
        touched = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        with pytest.raises(Unavailable):
            VAULT.open(base64.urlsafe_b64encode(touched).decode())


@pytest.mark.parametrize("sealed", ["", "x", "whsec_abc", "gAAAAA==", "ключ", "\0"])
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(Unavailable):
        VAULT.open(sealed)


def test_it_says_nothing_of_its_secret() -> None:
    assert "operator" not in repr(VAULT) + str(vars(VAULT))
