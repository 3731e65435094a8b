from __future__ import annotations

collect_ignore = ["campus.py"]  # another interpreter's: it imports what we must not
