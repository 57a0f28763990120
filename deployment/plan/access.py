"""Who may do what: one service account for each thing that runs, each with the least it needs.

A grant knows how to be seen, given and taken back, for the plan of `deploy` and that of `destroy`.
"""

import hashlib
from dataclasses import dataclass

from deployment.plan.ground import IMAGES
from deployment.steps import Command, Step, gcloud
from deployment.target import COLLECTOR, DEPLOYER, REPORT, SCHEDULER, SITE, SYNC, Target
from shared.bucket.naming import CLOCK

ACCOUNTS = {
    SYNC: "the sync job",
    REPORT: "the report builder",
    SITE: "the site that shows the report",
    SCHEDULER: "the schedules",
    DEPLOYER: "builds",
    COLLECTOR: "the event collector",
}
# What the site reads: an owner may download the store, and the lease tells whether a sync is under way.
SHOWN = ("site/", "engagement.sqlite", "project.toml", "last_run.json", "leases/sync_job")


@dataclass(frozen=True)
class Grant:
    """`role` for `member` on what `gcloud <resource> ... <place>` names; `condition` is in the language CEL.

    One with a condition is the only one of that role, member and place: another condition there is an outdated one.
    """

    purpose: str
    resource: Command
    place: Command
    member: str
    role: str
    condition: str = ""
    name: str = ""

    def steps(self) -> list[Step]:
        if not self.condition:
            return [
                Step(self.purpose, self._look(), self._change("add", *self._plainly), lines=(self._line,))
            ]
        titled, look = f"{self.title} {self._line}", self._look("bindings.condition.title,")
        given = f"--condition=title={self.title},expression={self.condition}"
        return [
            Step(
                f"Take back what another version of Rapport granted {self.name}",
                look,
                self._change("remove", "--all"),
                lines=(self._line,),
                other_than=titled,
                removes=True,
            ),
            Step(self.purpose, look, self._change("add", given), lines=(titled,)),
        ]

    def removal(self) -> Step:
        """Whatever its condition says by now."""
        return Step(
            f"Take back: {self.purpose[0].lower()}{self.purpose[1:]}",
            self._look(),
            self._change("remove", *(["--all"] if self.condition else self._plainly)),
            lines=(self._line,),
            removes=True,
        )

    @property
    def title(self) -> str:
        """Tells one condition from another, as the policy is asked for titles alone."""
        return f"{self.name}-{hashlib.sha256(self.condition.encode()).hexdigest()[:8]}"

    @property
    def _line(self) -> str:
        return f"{self.role} {self.member}"

    @property
    def _plainly(self) -> Command:
        # Where others have a condition, gcloud wants to hear that this one has none.
        return ("--condition=None",) if self.resource[-1] in ("projects", "buckets") else ()

    def _look(self, before: str = "") -> Command:
        fields = f"{before}bindings.role,bindings.members"
        return (
            *self.resource,
            "get-iam-policy",
            *self.place,
            "--flatten=bindings[].members",
            f'--format=value[separator=" "]({fields})',
        )

    def _change(self, verb: str, *conditions: str) -> Command:
        command = (*self.resource, f"{verb}-iam-policy-binding", *self.place)
        return (*command, f"--member={self.member}", f"--role={self.role}", *conditions)


def accounts(target: Target) -> list[Step]:
    project = f"--project={target.project}"
    return [
        Step(
            f"Make an account for {ACCOUNTS[role]}",
            gcloud("iam service-accounts describe", target.account(role), project, "--format=value(email)"),
            gcloud(
                "iam service-accounts create",
                f"rapport-{role}",
                project,
                f"--display-name=Rapport: {ACCOUNTS[role]}",
            ),
        )
        for role in target.roles
    ]


def bucket_grants(target: Target) -> list[Step]:
    return [step for grant in data_grants(target) for step in grant.steps()]


def build_grants(target: Target) -> list[Step]:
    grants = [*project_grants(target), *deployer_grants(target)]
    return [step for grant in grants for step in grant.steps()]


def data_grants(target: Target) -> list[Grant]:
    """On the bucket. Conditions confine an account to the objects it has to do with."""
    bucket, place = gcloud("storage buckets"), (target.bucket_url,)
    everything = f"projects/_/buckets/{target.bucket}/objects"
    objects = f"{everything}/{target.newsletter}"

    def below(*prefixes: str) -> str:
        return " || ".join(f'resource.name.startsWith("{objects}/{each}")' for each in prefixes)

    # Who may read an object but not list is answered "forbidden" where there is none; so names may be listed.
    listed = 'resource.type == "storage.googleapis.com/Bucket"'
    grants = [
        Grant("Let the sync job read and write the bucket", bucket, place, target.member(SYNC),
              "roles/storage.objectUser"),
        Grant("Let the report builder read the bucket", bucket, place, target.member(REPORT),
              "roles/storage.objectViewer"),
        Grant("Let the report builder write the report, its lease, and the clock that leases go by", bucket, place,
              target.member(REPORT), "roles/storage.objectUser",
              f'{below("site/", "leases/report_builder")} || resource.name == "{everything}/{CLOCK}"',
              "rapport-report"),
        Grant("Let the site read the report, the store, the settings and how syncs go", bucket, place,
              target.member(SITE), "roles/storage.objectViewer", f"{listed} || {below(*SHOWN)}", "rapport-site"),
    ]  # fmt: skip
    if target.collector:
        grants.append(
            Grant("Let the collector add to the inbox, and do nothing else", bucket, place,
                  target.member(COLLECTOR), "roles/storage.objectCreator", below("inbox/"), "rapport-inbox")
        )  # fmt: skip
    return grants


def project_grants(target: Target) -> list[Grant]:
    """On the whole project, for builds alone: they deploy, write their log and set the schedules."""
    what = {
        "roles/run.developer": "Let builds deploy jobs and services",
        "roles/cloudscheduler.admin": "Let builds set the schedules",
        "roles/logging.logWriter": "Let builds write their log",
    }
    return [
        Grant(purpose, gcloud("projects"), (target.project,), target.member(DEPLOYER), role)
        for role, purpose in what.items()
    ]


def deployer_grants(target: Target) -> list[Grant]:
    project = f"--project={target.project}"
    images = (IMAGES, f"--location={target.region}", project)
    deployer = target.member(DEPLOYER)
    run_as = [
        Grant(f"Let builds start {ACCOUNTS[role]} under the account made for it",
              gcloud("iam service-accounts"), (target.account(role), project), deployer,
              "roles/iam.serviceAccountUser")
        for role in target.roles
        if role != DEPLOYER
    ]  # fmt: skip
    return [
        Grant("Let builds push the image", gcloud("artifacts repositories"), images, deployer,
              "roles/artifactregistry.writer"),
        Grant("Let builds read what you submit", gcloud("storage buckets"), (target.sources_url,), deployer,
              "roles/storage.objectViewer"),
        *run_as,
    ]  # fmt: skip
