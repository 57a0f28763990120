"""Where Rapport goes on Google Cloud, and what everything is called there: the one place that makes names."""

import re
from dataclasses import dataclass

from shared.errors import SettingsError
from shared.settings import PROJECT_NAME
from shared.sizing import Machine, report_machine, sync_machine

CLOUD_PROJECT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")
REGION = re.compile(r"[a-z]+-[a-z]+[0-9]{1,2}")
BUCKET = re.compile(r"[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]")
EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")

SYNC, REPORT, SITE, COLLECTOR, SCHEDULER, DEPLOYER = (
    "sync",
    "report",
    "site",
    "collector",
    "scheduler",
    "deployer",
)
SYNC_JOB, REPORT_JOB = "sync-job", "report-builder"
SITE_SERVICE, COLLECTOR_SERVICE = "report-site", "event-collector"
API_KEY, HASHING_SECRET, WEBHOOK_KEY = "buttondown-api-key", "rapport-secret", "buttondown-webhook-key"


@dataclass(frozen=True)
class Target:
    """One newsletter (`newsletter` is its RAPPORT_PROJECT) in one Google Cloud project and region."""

    project: str
    region: str
    owner: str
    viewers: tuple[str, ...] = ()
    bucket_name: str = ""
    newsletter: str = "default"
    store_bytes: int = 0
    no_sync_hours: int = 24
    collector: bool = False

    def __post_init__(self) -> None:
        """Raises SettingsError with a line for each name Google Cloud would refuse."""
        faults: list[str] = []
        if not CLOUD_PROJECT.fullmatch(self.project):
            faults.append("--project must be the id of a Google Cloud project, such as my-newsletter-123456")
        if not REGION.fullmatch(self.region):
            faults.append("--region must be a region of Cloud Run, such as europe-west1 or us-central1")
        if not BUCKET.fullmatch(self.bucket):
            faults.append("--bucket must be 3 to 63 lower-case letters, digits, - and _, without gs://")
        if not PROJECT_NAME.fullmatch(self.newsletter):
            faults.append("--name must be lower-case letters, digits, - and _, 63 at most")
        wrong = [each for each in self.people if not EMAIL.fullmatch(each)]
        faults += [f"{each!r} is not an e-mail address: --owner and --viewer take one each" for each in wrong]
        if faults:
            raise SettingsError(faults)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody who may see the report, each once, in lower case; the owner first."""
        return tuple(dict.fromkeys(each.strip().lower() for each in (self.owner, *self.viewers)))

    @property
    def bucket(self) -> str:
        return self.bucket_name or f"{self.project}-rapport"

    @property
    def bucket_url(self) -> str:
        return f"gs://{self.bucket}"

    @property
    def settings_url(self) -> str:
        return f"{self.bucket_url}/{self.newsletter}/project.toml"

    @property
    def sources_url(self) -> str:
        """Where builds find what was submitted; emptied after a week."""
        return f"gs://{self.project}-rapport-builds"

    @property
    def sync_machine(self) -> Machine:
        return sync_machine(self.store_bytes)

    @property
    def report_machine(self) -> Machine:
        return report_machine(self.store_bytes)

    @property
    def roles(self) -> tuple[str, ...]:
        """The service accounts, one for each thing that runs."""
        return (SYNC, REPORT, SITE, SCHEDULER, DEPLOYER, *((COLLECTOR,) if self.collector else ()))

    def account(self, role: str) -> str:
        return f"rapport-{role}@{self.project}.iam.gserviceaccount.com"

    def member(self, role: str) -> str:
        return f"serviceAccount:{self.account(role)}"

    @property
    def substitutions(self) -> dict[str, str]:
        """What the build must know, by the names of cloudbuild.yaml."""
        return {
            "_REGION": self.region,
            "_BUCKET": self.bucket,
            "_NEWSLETTER": self.newsletter,
            "_SYNC_CPU": str(self.sync_machine.cpus),
            "_SYNC_MEMORY": f"{self.sync_machine.memory_gib}Gi",
            "_REPORT_CPU": str(self.report_machine.cpus),
            "_REPORT_MEMORY": f"{self.report_machine.memory_gib}Gi",
            "_COLLECTOR": str(self.collector).lower(),
        }
