"""Run a command where the folders that everybody may write to are its own and empty. Started as root.

    python private_folders.py FOLDER… -- COMMAND…

In a mount namespace of its own, each folder is covered by an empty one, so that whatever appears there was made by
the command or below it, however busy the machine is. The command starts in its HOME, which may lie in one of them. The
mounts are gone with the command.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

CANNOT = 99
"""Exit status where mount namespaces are refused."""

_CLONE_NEWNS = 0x00020000
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000
_libc = ctypes.CDLL(None, use_errno=True)


def main() -> None:
    split = sys.argv.index("--")
    if _libc.unshare(_CLONE_NEWNS) or _libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None):
        sys.exit(CANNOT)
    for folder in sys.argv[1:split]:
        if _libc.mount(b"tmpfs", folder.encode(), b"tmpfs", 0, b"mode=1777"):
            sys.exit(f"mount on {folder}: {os.strerror(ctypes.get_errno())}")
    home = Path.home()
    home.mkdir(parents=True, exist_ok=True)
    os.chdir(home)
    os.execv(sys.argv[split + 1], sys.argv[split + 1 :])  # noqa: S606 - the caller's own command


if __name__ == "__main__":
    main()
