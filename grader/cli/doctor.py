"""`grader doctor`: what this machine has and lacks, with the remedy."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from grader.bootstrap.health import Finding, examine_machine
from grader.cli.screen import harmless


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:  # noqa: FBT001 - click's
    """List each protection of the jail, the broker, the database, torch and GPUs.

    Exits 0 when a worker may start here, 1 when something that it needs is missing.
    """
    if not as_json:
        click.echo("trying each protection on a real guest ...", err=True)
    findings = examine_machine()
    usable = all(finding.works or not finding.required for finding in findings)
    if as_json:
        click.echo(json.dumps({"usable": usable, "findings": [asdict(finding) for finding in findings]}, indent=2))
    else:
        for finding in findings:
            click.echo(_line(finding))
        click.echo(
            "This machine can grade." if usable else "No worker starts here until the lines marked MISSING are mended."
        )
    raise SystemExit(0 if usable else 1)


def _line(finding: Finding) -> str:
    mark = "ok" if finding.works else "MISSING" if finding.required else "without"
    line = f"{mark:>8}  {finding.name:<28} {finding.note}"
    if not finding.works and finding.remedy:
        line += f"\n{'':>10}{'':<28} -> {finding.remedy}"
    return harmless(line)
