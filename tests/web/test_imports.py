"""The web process is light: it never imports torch, nor what runs workers."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
import grader.web.command
from grader.web import Services, create_app
from tests.fakes import FakeCatalogue, FakeUnitOfWork, FixedClock, PlainPasswords, SilentBell
needs = FakeUnitOfWork.factory(), FixedClock(), FakeCatalogue(), SilentBell(), PlainPasswords()
app = create_app(Services(*needs, session_secret="s" * 32))
assert app.test_client().get("/healthz").status_code == 200
print(*sys.modules)
"""


def test_creating_the_app_imports_neither_torch_nor_a_worker() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "grader.web" in loaded
    assert (
        not {"torch", "numpy", "celery.worker", "celery.bin.celery", "grader.kit", "grader.sandbox", "grader.worker"}
        & loaded
    )


OTHERS = """
import importlib, sys
import grader.cli, grader.worker
for name, entry in grader.cli.COMMANDS.items():
    if name != "web":
        importlib.import_module(entry.module)
print(*sys.modules)
"""


def test_no_other_command_imports_what_draws_plots() -> None:
    done = subprocess.run([sys.executable, "-c", OTHERS], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "grader.cli.demo" in loaded
    assert not {"altair", "vl_convert", "grader.web.plots"} & loaded
