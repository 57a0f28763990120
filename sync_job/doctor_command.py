"""`rapport doctor`: what is wrong, and the exact thing to do about it."""

import json
import os
import shutil
import tempfile
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from shared import command_line
from shared.bucket import open_bucket
from shared.command_line import environment
from shared.env_file import ENV_FILE
from shared.errors import RapportError, SettingsError
from shared.settings import SECRET_LENGTH, Settings
from sync_job.checks import OK, PROBLEM, WARNING, Finding, Subject, examine
from sync_job.checks.finding import problem

MARKS = {OK: "✓", WARNING: "!", PROBLEM: "✗"}
WIDTH = 16  # of the name of a check
PATIENCE = 10.0  # seconds that one question to the bucket is tried again: somebody waits
PLACE = ("RAPPORT_BUCKET", "RAPPORT_PROJECT")


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="For machines: one JSON object.")
def doctor(as_json: bool) -> int:
    """Check the key, the bucket, the store, the last runs, the report and this machine, and say how to mend what is
    wrong. Exits with 1 where there is a problem. It writes nothing but one small object, which it deletes.
    """
    findings: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="rapport-doctor-") as folder:
        for finding in _findings(Path(folder)):
            findings.append(finding)
            if not as_json:
                click.echo(_told(finding))
    problems = sum(finding.state == PROBLEM for finding in findings)
    warnings = sum(finding.state == WARNING for finding in findings)
    if as_json:
        click.echo(_as_json(findings))
    elif problems or warnings:
        click.echo(f"\n{_counted(problems, 'problem')}, {_counted(warnings, 'warning')}.")
    else:
        click.echo("\nAll is well.")
    return 1 if problems else 0


def _findings(folder: Path) -> Iterator[Finding]:
    try:
        environ = environment()
    except SettingsError as error:
        yield from (problem("settings", fault, f"Correct that line of {ENV_FILE}") for fault in error.faults)
        environ = dict(os.environ)
    settings, faults, has_secret = read_as_far_as_possible(environ)
    yield from (
        problem("settings", fault, f"Correct it where it is set: exported, or in {ENV_FILE}")
        for fault in faults
    )
    if settings is None:
        return
    here = command_line.FOLDER
    files = (here / ENV_FILE, here / f"{ENV_FILE}.{settings.project}")
    try:
        bucket = open_bucket(settings.bucket_url, patience=PATIENCE)
    except RapportError as error:
        yield problem("bucket", str(error), error.hint)
        return
    yield from examine(Subject(settings, environ, bucket, folder, files, has_secret))


def read_as_far_as_possible(environ: Mapping[str, str]) -> tuple[Settings | None, tuple[str, ...], bool]:
    """The settings without those that are wrong, what is wrong with these, and whether the secret is a real one.

    None where the place itself is wrong: everything else would be checked elsewhere.
    """
    usable, has_secret = dict(environ), True
    if environ.get("RAPPORT_BUCKET", "").strip().startswith("gs://") and not environ.get("RAPPORT_SECRET"):
        usable["RAPPORT_SECRET"], has_secret = "x" * SECRET_LENGTH, False  # only the jobs need it
    try:
        return Settings.read(usable), (), has_secret
    except SettingsError as error:
        faults = error.faults
    wrong = {fault.partition(" ")[0] for fault in faults}
    if wrong & set(PLACE):
        return None, faults, has_secret
    for name in wrong:
        usable.pop(name, None)
    if "RAPPORT_SECRET" in wrong:
        usable["RAPPORT_SECRET"], has_secret = "x" * SECRET_LENGTH, False
    try:
        return Settings.read(usable), faults, has_secret
    except SettingsError as error:
        return None, error.faults, has_secret


def _told(finding: Finding) -> str:
    """`✓ key             it is accepted`, and the fix below it, wrapped to the terminal."""
    width = max(60, min(shutil.get_terminal_size((110, 24)).columns, 140))
    indent = " " * (WIDTH + 2)
    state = f"{finding.state}: " if finding.state not in MARKS else ""
    head = f"{MARKS.get(finding.state, '-')} {finding.check:<{WIDTH}}"
    lines = _wrapped(state + finding.reason, head, indent, width)
    if finding.fix:
        lines += _wrapped(finding.fix, f"{indent}→ ", f"{indent}  ", width)
    return "\n".join(lines)


def _wrapped(text: str, first: str, others: str, width: int) -> list[str]:
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _as_json(findings: list[Finding]) -> str:
    checks = [
        {"check": each.check, "state": each.state, "reason": each.reason, "fix": each.fix}
        for each in findings
    ]
    is_well = not any(each.state == PROBLEM for each in findings)
    return json.dumps(
        {"kind": "doctor", "version": 1, "ok": is_well, "checks": checks}, ensure_ascii=False, indent=1
    )


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
