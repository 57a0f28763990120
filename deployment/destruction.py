"""The way back: takes away what was deployed, the last thing first, and keeps your data unless told otherwise."""

from deployment.plan.access import data_grants, project_grants
from deployment.plan.alerts import COUNTERS, MEASURES, channel_list, policies_of, policy_list
from deployment.plan.ground import IMAGES
from deployment.steps import Command, Step, gcloud
from deployment.target import (
    API_KEY,
    COLLECTOR_SERVICE,
    HASHING_SECRET,
    REPORT_JOB,
    SITE_SERVICE,
    SYNC_JOB,
    WEBHOOK_KEY,
    Target,
)


def destruction_plan(target: Target, *, data_too: bool) -> list[Step]:
    """Needs no owner. Without the data the bucket stays, and with it the secret that its store was made with."""
    return [
        *_schedules_and_services(target),
        *_alerts(target),
        *(grant.removal() for grant in [*data_grants(target), *project_grants(target)]),
        *_accounts(target),
        *_secrets(target, data_too=data_too),
        *_places(target, data_too=data_too),
    ]


def _removal(purpose: str, look: Command, act: Command) -> Step:
    return Step(purpose, look, act, removes=True)


def _schedules_and_services(target: Target) -> list[Step]:
    project, region = f"--project={target.project}", f"--region={target.region}"
    scheduler, jobs, services = (
        gcloud("scheduler jobs"),
        gcloud("run jobs"),
        gcloud("run services"),
    )
    things = [
        (f"the schedule of {SYNC_JOB}", scheduler, SYNC_JOB, f"--location={target.region}"),
        (f"the schedule of {REPORT_JOB}", scheduler, REPORT_JOB, f"--location={target.region}"),
        (f"the job {SYNC_JOB}", jobs, SYNC_JOB, region),
        (f"the job {REPORT_JOB}", jobs, REPORT_JOB, region),
        (f"the service {SITE_SERVICE}", services, SITE_SERVICE, region),
        (f"the service {COLLECTOR_SERVICE}", services, COLLECTOR_SERVICE, region),
    ]
    return [
        _removal(
            f"Remove {name}",
            (*group, "describe", thing, place, project, "--format=value(name)"),
            (*group, "delete", thing, place, project, "--quiet"),
        )
        for name, group, thing, place in things
    ]


def _alerts(target: Target) -> list[Step]:
    project = f"--project={target.project}"
    found = [
        (
            f"the alert {alert.name!r}",
            policy_list(target, alert.name),
            gcloud("alpha monitoring policies"),
        )
        for alert in policies_of(target)
    ]
    found.append(("the e-mail channel of alerts", channel_list(target), gcloud("beta monitoring channels")))
    named = [
        Step(
            f"Remove {name}",
            look,
            (*group, "delete", "${FOUND}", project, "--quiet"),
            captures="FOUND",
            removes=True,
        )
        for name, look, group in found
    ]
    metrics = [
        _removal(
            f"Remove the log-based metric {name}",
            gcloud("logging metrics describe", name, project, "--format=value(name)"),
            gcloud("logging metrics delete", name, project, "--quiet"),
        )
        for name in (*COUNTERS, *MEASURES)
    ]
    return named + metrics


def _accounts(target: Target) -> list[Step]:
    project = f"--project={target.project}"
    group = gcloud("iam service-accounts")
    return [
        _removal(
            f"Remove the account rapport-{role}",
            (*group, "describe", target.account(role), project, "--format=value(email)"),
            (*group, "delete", target.account(role), project, "--quiet"),
        )
        for role in target.roles
    ]


def _secrets(target: Target, *, data_too: bool) -> list[Step]:
    project = f"--project={target.project}"
    return [
        _removal(
            f"Remove the secret {name}",
            gcloud("secrets describe", name, project, "--format=value(name)"),
            gcloud("secrets delete", name, project, "--quiet"),
        )
        for name in (API_KEY, WEBHOOK_KEY, *((HASHING_SECRET,) if data_too else ()))
    ]


def _places(target: Target, *, data_too: bool) -> list[Step]:
    place = (f"--location={target.region}", f"--project={target.project}")
    repositories = gcloud("artifacts repositories")
    buckets = [("the bucket of builds", target.sources_url)]
    if data_too:
        buckets.append(("the bucket with your data, all versions of it", target.bucket_url))
    return [
        _removal(
            "Remove the images",
            (*repositories, "describe", IMAGES, *place, "--format=value(name)"),
            (*repositories, "delete", IMAGES, *place, "--quiet"),
        ),
        *(
            _removal(
                f"Remove {name}",
                gcloud("storage buckets describe", url, "--format=value(name)"),
                gcloud("storage rm", url, "--recursive", "--all-versions"),
            )
            for name, url in buckets
        ),
    ]
