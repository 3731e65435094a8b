"""Files to download."""

from __future__ import annotations

from flask import Response

CSV = "text/csv; charset=utf-8"


def file(text: str, name: str, content_type: str) -> Response:
    """Return *text* as a file called *name*."""
    response = Response(text, content_type=content_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def csv_file(text: str, name: str) -> Response:
    """Return *text* as a spreadsheet's file called *name*."""
    return file(text, name, CSV)
