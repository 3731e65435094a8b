"""Attacks are read, never imported: pytest would run them in this process to look for doctests."""

from __future__ import annotations

collect_ignore = ["submissions"]
