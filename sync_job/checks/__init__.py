"""What `rapport doctor` looks at, one after the other; a check that breaks is a finding, and the others go on."""

from collections.abc import Callable, Iterator

from shared.errors import RapportError
from sync_job.checks.configuration import check_audience, check_project_file
from sync_job.checks.finding import NOT_CHECKED, OK, PROBLEM, WARNING, Finding, problem
from sync_job.checks.machine import check_room, check_sizes, check_tools
from sync_job.checks.provider import check_provider
from sync_job.checks.runs import check_runs, check_site
from sync_job.checks.storage import check_clock, check_policy, check_rights
from sync_job.checks.store import check_env_files, check_secret, check_store
from sync_job.checks.subject import Subject

__all__ = ["CHECKS", "NOT_CHECKED", "OK", "PROBLEM", "WARNING", "Finding", "Subject", "examine"]

AGAIN_FIX = "Run it again; if it stays, report these words"

CHECKS: dict[str, Callable[[Subject], Iterator[Finding]]] = {
    "env": check_env_files,
    "project.toml": check_project_file,
    "key": check_provider,
    "bucket": check_rights,
    "clock": check_clock,
    "versions": check_policy,
    "store": check_store,
    "secret": check_secret,
    "runs": check_runs,
    "report": check_site,
    "login": check_audience,
    "room": check_room,
    "sizes": check_sizes,
    "tools": check_tools,
}


def examine(subject: Subject) -> Iterator[Finding]:
    """Every finding, as it is made."""
    for name, check in CHECKS.items():
        try:
            yield from check(subject)
        except RapportError as error:
            yield problem(name, str(error), error.hint or AGAIN_FIX)
        except Exception as error:  # a doctor that falls ill at one patient must still see the others
            yield problem(name, f"this could not be looked at: {type(error).__name__}: {error}", AGAIN_FIX)
