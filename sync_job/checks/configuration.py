"""Are the settings well-formed, those of the environment and those in project.toml?"""

import re
from collections.abc import Iterator

from shared.errors import SettingsError
from shared.project import NAME, read_project
from sync_job.checks.finding import Finding, not_checked, ok, problem
from sync_job.checks.subject import Subject

AUDIENCE = re.compile(
    r"/projects/\d+/(locations/[a-z0-9-]+/services/[a-z0-9-]+|global/backendServices/\d+|apps/[a-z0-9:.-]+)"
)
AUDIENCE_SHAPE = "/projects/NUMBER/locations/REGION/services/report-site"


def check_project_file(subject: Subject) -> Iterator[Finding]:
    where = f"{subject.settings.bucket_url}/{subject.project}/{NAME}"
    try:
        read_project(subject.bucket, subject.project)
    except SettingsError as error:
        for fault in error.faults:
            yield problem(NAME, fault, f"Correct that line of {where}")
        return
    if subject.bucket.stat(f"{subject.project}/{NAME}") is None:
        yield ok(NAME, "there is none, and none is needed")
    else:
        yield ok(NAME, "every line is understood")


def check_audience(subject: Subject) -> Iterator[Finding]:
    """The audience says for whom a login was made; one that is wrong lets nobody in."""
    if subject.settings.is_local:
        return
    given = subject.environ.get("RAPPORT_IAP_AUDIENCE", "").strip()
    if not given:
        yield not_checked("login", f"RAPPORT_IAP_AUDIENCE is not set here; the site needs {AUDIENCE_SHAPE}")
    elif AUDIENCE.fullmatch(given):
        yield ok("login", "RAPPORT_IAP_AUDIENCE looks as it should")
    else:
        yield problem(
            "login",
            "RAPPORT_IAP_AUDIENCE is no audience of Identity-Aware Proxy",
            f"Set it to {AUDIENCE_SHAPE}, with the project's number rather than its name",
        )
