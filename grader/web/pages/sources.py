"""Sources that come as forms: how large they may be, and which of a form's two ways was taken."""

from __future__ import annotations

from flask import request

from grader.web.bodies import MOST_FORM_BYTES
from grader.web.pages.session import has_session

_TAKES_MORE = {"pages.exercise", "pages.roster_import"}


def allow_source() -> None:
    """Let some pages' forms hold a source or a roster; its exact limit is told once it is known what for."""
    if request.blueprint in _TAKES_MORE and has_session():
        request.max_content_length = request.max_form_memory_size = MOST_FORM_BYTES


def given_source() -> bytes:
    r"""Return the file that was sent, else what is in the editor.

    A form ends the lines of a text with \r\n, whatever the page holds; a file is taken as it is.
    """
    file = request.files.get("file")
    if file is not None and file.filename:
        return file.stream.read()
    return request.form.get("source", "").replace("\r\n", "\n").encode()


def as_text(data: bytes) -> str:
    """Return a source as an editor can show it; what is in the editor already when *data* is no text."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return request.form.get("source", "")
