"""The ground it stands on: services of Google Cloud that are switched on, buckets, a place for images."""

from deployment.steps import Feed, Step, gcloud
from deployment.target import Target

SERVICES = (
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudscheduler.googleapis.com",
    "iam.googleapis.com",
    "iap.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "storage.googleapis.com",
)
IMAGES = "rapport"

# How `gcloud storage buckets describe` words it.
SETTINGS = 'value[separator=" "](uniform_bucket_level_access,public_access_prevention,versioning_enabled)'


def ground(target: Target) -> list[Step]:
    project = f"--project={target.project}"
    return [
        Step(
            "Find the number of the project: some names on Google Cloud are made of it",
            gcloud("projects describe", target.project, "--format=value(projectNumber)"),
            captures="PROJECT_NUMBER",
        ),
        Step(
            "Switch on the services of Google Cloud it uses",
            gcloud("services list", "--enabled", project, "--format=value(config.name)"),
            gcloud("services enable", *SERVICES, project),
            lines=SERVICES,
        ),
        *_data_bucket(target),
        *_build_bucket(target),
        *_images(target),
    ]


def _data_bucket(target: Target) -> list[Step]:
    url, project = target.bucket_url, f"--project={target.project}"
    describe = gcloud("storage buckets describe", url)
    update = gcloud("storage buckets update", url)
    owner, *viewers = target.people
    named = ", ".join(f'"{each}"' for each in viewers)
    roles = f'[roles]\nowner = ["{owner}"]\nviewer = [{named}]\n'
    settings_file = target.settings_url
    return [
        Step(
            "Make the bucket for your data, in the region where it is used, never public",
            (*describe, "--format=value(name)"),
            gcloud(
                "storage buckets create",
                url,
                f"--location={target.region}",
                project,
                "--uniform-bucket-level-access",
                "--public-access-prevention",
                "--soft-delete-duration=0",
            ),
        ),
        Step(
            "Keep old versions in the bucket, and its doors shut",
            (*describe, f"--format={SETTINGS}"),
            (*update, "--versioning", "--uniform-bucket-level-access", "--public-access-prevention"),
            lines=("True enforced True",),
        ),
        Step(
            "Switch soft delete off: it would keep a copy of the store for every sync of a week",
            (*describe, "--format=value(soft_delete_policy.retentionDurationSeconds)"),
            (*update, "--clear-soft-delete"),
            lines=("0",),
        ),
        Step(
            "Delete old versions after the tenth, or after a week",
            (*describe, "--format=value(lifecycle_config)"),
            (*update, "--lifecycle-file=deployment/policies/lifecycle.json"),
            anything=True,
        ),
        Step(
            "Note in project.toml who owns the report and who sees it",
            gcloud("storage objects describe", settings_file, "--format=value(name)"),
            gcloud("storage cp", "-", settings_file, "--no-clobber"),
            feed=Feed(text=roles),
        ),
    ]


def _build_bucket(target: Target) -> list[Step]:
    url = target.sources_url
    describe = gcloud("storage buckets describe", url)
    return [
        Step(
            "Make a bucket in which builds find what you submit",
            (*describe, "--format=value(name)"),
            gcloud(
                "storage buckets create",
                url,
                f"--location={target.region}",
                f"--project={target.project}",
                "--uniform-bucket-level-access",
                "--public-access-prevention",
                "--soft-delete-duration=0",
            ),
        ),
        Step(
            "Empty it after a week",
            (*describe, "--format=value(lifecycle_config)"),
            gcloud(
                "storage buckets update", url, "--lifecycle-file=deployment/policies/sources_lifecycle.json"
            ),
            anything=True,
        ),
    ]


def _images(target: Target) -> list[Step]:
    place = (f"--location={target.region}", f"--project={target.project}")
    describe = gcloud("artifacts repositories describe", IMAGES, *place)
    return [
        Step(
            "Make a place for the image",
            (*describe, "--format=value(name)"),
            gcloud("artifacts repositories create", IMAGES, "--repository-format=docker", *place),
        ),
        Step(
            "Keep the last three images, and delete others after a week",
            gcloud("artifacts repositories list-cleanup-policies", IMAGES, *place, "--format=value(name)"),
            gcloud(
                "artifacts repositories set-cleanup-policies",
                IMAGES,
                *place,
                "--policy=deployment/policies/images.json",
                "--no-dry-run",
            ),
            anything=True,
        ),
    ]
