"""The build, which deploys jobs, services and schedules; then who may start and open them."""

from deployment.plan.access import Grant
from deployment.steps import Command, Step, gcloud
from deployment.target import (
    COLLECTOR_SERVICE,
    DEPLOYER,
    REPORT_JOB,
    SCHEDULER,
    SITE,
    SITE_SERVICE,
    SYNC_JOB,
    Target,
)

IAP_AGENT = "serviceAccount:service-${PROJECT_NUMBER}@gcp-sa-iap.iam.gserviceaccount.com"


def builds(target: Target, *, rebuild: bool) -> list[Step]:
    """The schedules are what a build sets last: where they are, it once came through."""
    place = (f"--location={target.region}", f"--project={target.project}")
    steps = [
        Step(
            "Let Identity-Aware Proxy have an account of its own in the project",
            act=gcloud(
                "beta services identity create", "--service=iap.googleapis.com", f"--project={target.project}"
            ),
        ),
        Step(
            "Build the image, deploy jobs and site, set the schedules (10 to 20 minutes)",
            () if rebuild else gcloud("scheduler jobs list", *place, "--format=value(name.basename())"),
            build_command(target),
            lines=(SYNC_JOB, REPORT_JOB),
            is_long=True,
        ),
    ]
    if target.collector:
        steps.append(
            Step(
                "Deploy the event collector, where the build before it did not",
                gcloud(
                    "run services describe", COLLECTOR_SERVICE, *_run(target), "--format=value(metadata.name)"
                ),
                build_command(target),
                is_long=True,
            )
        )
    return steps


def build_command(target: Target) -> Command:
    given = ",".join(f"{name}={value}" for name, value in target.substitutions.items())
    return gcloud(
        "builds submit",
        "--config=cloudbuild.yaml",
        f"--region={target.region}",
        f"--project={target.project}",
        f"--gcs-source-staging-dir={target.sources_url}/source",
        f"--substitutions={given}",
        ".",
    )


def doors(target: Target) -> list[Step]:
    grants = [*start_grants(target), *view_grants(target)]
    return [step for grant in grants for step in grant.steps()]


def start_grants(target: Target) -> list[Grant]:
    jobs, services = gcloud("run jobs"), gcloud("run services")
    invoker, place = "roles/run.invoker", _run(target)
    grants = [
        Grant("Let its schedule start the sync job", jobs, (SYNC_JOB, *place), target.member(SCHEDULER), invoker),
        Grant("Let its schedule start the report builder", jobs, (REPORT_JOB, *place), target.member(SCHEDULER),
              invoker),
        Grant('Let the site start the sync job ("sync now")', jobs, (SYNC_JOB, *place), target.member(SITE), invoker),
        Grant("Let builds keep the site behind Identity-Aware Proxy", services, (SITE_SERVICE, *place),
              target.member(DEPLOYER), "roles/run.admin"),
        Grant("Let Identity-Aware Proxy, and nobody else, pass people on to the site", services,
              (SITE_SERVICE, *place), IAP_AGENT, invoker),
    ]  # fmt: skip
    if target.collector:
        grants.append(Grant("Let everybody reach the collector: it checks signatures itself", services,
                            (COLLECTOR_SERVICE, *place), "allUsers", invoker))  # fmt: skip
    return grants


def view_grants(target: Target) -> list[Grant]:
    web = gcloud("beta iap web")
    place = ("--resource-type=cloud-run", f"--service={SITE_SERVICE}", *_run(target))
    return [
        Grant(f"Let {email} see the report", web, place, f"user:{email}", "roles/iap.httpsResourceAccessor")
        for email in target.people
    ]


def _run(target: Target) -> Command:
    return (f"--region={target.region}", f"--project={target.project}")
