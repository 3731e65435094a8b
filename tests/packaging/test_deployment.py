"""Dockerfile, compose file, Makefile and lock say what the code says; none of them is run here."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from grader.cli import COMMANDS, root
from grader.settings import SECRETS_DIR, LmsSettings, Settings, WebSettings, WorkerSettings

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "grader"]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked() -> dict[str, str]:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}


def given(service: dict[str, Any]) -> set[str]:
    """Return the settings that a service has, from its environment or from secret files."""
    return {*service["environment"], *(name.upper() for name in service.get("secrets", []))}


def test_every_process_of_the_design_is_there() -> None:
    assert set(SERVICES) == {"web", "worker", "dispatcher", "sweeper", "migrate", "postgres", "redis"}


@pytest.mark.parametrize("name", OURS)
def test_a_service_runs_a_command_that_exists_with_options_that_exist(name: str) -> None:
    command, *arguments = SERVICES[name]["command"]
    context = click.Context(root, info_name="grader")
    found = root.get_command(context, command)
    assert found is not None
    found.make_context(command, arguments)  # raises for options that don't exist


@pytest.mark.parametrize("name", OURS)
def test_a_service_has_no_setting_that_nobody_reads(name: str) -> None:
    fields = {*Settings.model_fields, *WebSettings.model_fields, *WorkerSettings.model_fields}
    known = {f"GRADER_{field.upper()}" for field in fields} | {SECRETS_DIR}
    assert given(SERVICES[name]) - known == set()


@pytest.mark.parametrize(
    ("name", "kind"),
    [("web", WebSettings), ("worker", WorkerSettings), ("dispatcher", LmsSettings), ("sweeper", Settings)],
)
def test_a_service_has_every_setting_that_it_needs(name: str, kind: type[Settings]) -> None:
    needed = {f"GRADER_{field.upper()}" for field, told in kind.model_fields.items() if told.is_required()}
    assert needed - given(SERVICES[name]) == set()


def test_only_the_worker_holds_the_seed_secret() -> None:
    assert [name for name in OURS if "GRADER_SEED_SECRET" in given(SERVICES[name])] == ["worker"]


def test_the_secret_of_other_systems_is_known_to_who_talks_with_them() -> None:
    assert {name for name in OURS if "GRADER_LMS_SECRET" in given(SERVICES[name])} == {"web", "dispatcher"}


def test_who_browsers_are_and_what_students_write_is_nothing_to_the_dispatcher() -> None:
    assert given(SERVICES["dispatcher"]).isdisjoint({"GRADER_SESSION_SECRET", "GRADER_SEED_SECRET"})


def test_who_talks_with_other_systems_reaches_them_and_nobody_else_does() -> None:
    outside = {name for name in OURS if "outside" in SERVICES[name]["networks"]}
    assert outside == {"web", "dispatcher"}


def test_only_the_worker_has_a_seccomp_profile_of_its_own() -> None:
    own = [name for name in OURS if any("seccomp" in option for option in SERVICES[name]["security_opt"])]
    assert own == ["worker"]


def test_the_workers_profile_allows_namespaces_and_forbids_what_nobody_needs() -> None:
    (option,) = [option for option in SERVICES["worker"]["security_opt"] if option.startswith("seccomp:")]
    profile = json.loads((ROOT / option.removeprefix("seccomp:")).read_text())
    refused = {name for rule in profile["syscalls"] for name in rule["names"]}
    assert refused.isdisjoint({"clone", "clone3", "unshare", "mount", "umount2", "pivot_root", "setns", "seccomp"})
    assert refused >= {"bpf", "init_module", "kexec_load", "open_by_handle_at", "perf_event_open", "reboot"}


def test_no_service_is_privileged_or_may_gain_privileges() -> None:
    for name in OURS:
        assert "privileged" not in SERVICES[name]
        assert SERVICES[name]["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in SERVICES[name]["security_opt"]


def test_database_broker_and_workers_are_not_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["web"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_what_waits_for_another_service_waits_for_one_that_exists() -> None:
    waited = {other for service in SERVICES.values() for other in service.get("depends_on", {})}
    assert waited <= set(SERVICES)


def test_every_secret_that_is_used_is_declared() -> None:
    used = {secret for service in SERVICES.values() for secret in service.get("secrets", [])}
    assert used == set(COMPOSE["secrets"])


def test_the_image_holds_all_that_the_service_needs_and_what_it_copies_exists() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    sources = [source for line in copied for source in line.split()]
    assert [source for source in sources if not (ROOT / source).exists()] == []
    assert {"grader", "migrations", "exercises", "requirements.lock", "pyproject.toml"} <= set(sources)


def test_secrets_and_data_reach_neither_the_repository_nor_the_image() -> None:
    for name in (".gitignore", ".dockerignore"):
        assert {"secrets/", ".venv/", "var/"} <= set((ROOT / name).read_text().splitlines())
    kept_out = (ROOT / ".dockerignore").read_text().splitlines()
    assert ".git/" in kept_out
    copied = re.findall(r"^COPY (.+) \S+$", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    assert {f"{source}/" for line in copied for source in line.split()}.isdisjoint(kept_out)


def test_the_lock_pins_every_dependency_within_its_range() -> None:
    wanted = [Requirement(text) for text in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["test"]]]
    pins = locked()
    missing = [need.name for need in wanted if canonicalize_name(need.name) not in pins]
    outside = [need.name for need in wanted if Version(pins[canonicalize_name(need.name)]) not in need.specifier]
    assert (missing, outside) == ([], [])


def test_the_lock_names_torch_without_saying_for_which_device() -> None:
    assert locked()["torch"] == "2.13.0"


def test_the_lock_holds_no_path_and_no_address() -> None:
    assert not re.search(r"://|@|/", re.sub(r"(?m)^#.*$", "", (ROOT / "requirements.lock").read_text()))


def test_the_console_script_is_the_command_line() -> None:
    assert PROJECT["scripts"] == {"grader": "grader.cli:main"}


def test_continuous_integration_runs_what_everybody_runs() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert "set -euo pipefail" in script
    assert "make test" in script


def test_every_target_that_the_documents_name_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    texts = [(ROOT / name).read_text() for name in ("README.md", "docs/running.md")]
    named = {name for text in texts for name in re.findall(r"(?:`| {4})make ([a-z-]+)", text)}
    assert named
    assert named <= targets


def test_every_command_that_the_documents_name_exists() -> None:
    texts = [(ROOT / name).read_text() for name in ("README.md", "docs/running.md")]
    called = re.compile(r"(?:`|\$ |^ {4})grader ([a-z-]+)", flags=re.MULTILINE)
    named = {name for text in texts for name in called.findall(text)}
    assert named
    assert named <= set(COMMANDS)


def test_every_file_that_the_documents_link_to_exists() -> None:
    for document in (ROOT / "README.md", ROOT / "docs" / "running.md", ROOT / "grader" / "README.md"):
        linked = re.findall(r"\]\(([^)#:]+)\)", document.read_text())
        assert [link for link in linked if not (document.parent / link).exists()] == []


def test_every_setting_is_explained() -> None:
    text = (ROOT / "docs" / "running.md").read_text()
    fields = {*Settings.model_fields, *WebSettings.model_fields, *WorkerSettings.model_fields}
    assert [field for field in fields if f"`GRADER_{field.upper()}`" not in text] == []
