"""What the owner hears of by e-mail: from the line a sync says at its end, or from what Cloud Run counts itself."""

from deployment.plan.alert_policies import DONE, ODD, STORE, Alert, alert_policies
from deployment.steps import Command, Step, gcloud
from deployment.target import SYNC_JOB, Target

CHANNEL = "Rapport: the owner"
REFUSED_ROWS = 20  # fewer in one run are somebody's broken row, not a change of the API

JOB = f'resource.type="cloud_run_job" AND resource.labels.job_name="{SYNC_JOB}"'
COUNTERS = {
    DONE: (
        "Syncs that ended well.",
        f'{JOB} AND jsonPayload.command="sync" AND jsonPayload.outcome="done"',
    ),
    ODD: (
        "Syncs that met event types nobody knows, or many rows they had to refuse.",
        f"{JOB} AND (jsonPayload.counts.unknown_types:* OR jsonPayload.counts.events_refused>={REFUSED_ROWS})",
    ),
}
MEASURES = {STORE: "deployment/policies/store_bytes.json"}


def alerts(target: Target) -> list[Step]:
    project = f"--project={target.project}"
    return [
        Step(
            "Find where alerts go, or make that e-mail channel",
            channel_list(target),
            gcloud(
                "beta monitoring channels create",
                f"--display-name={CHANNEL}",
                "--type=email",
                f"--channel-labels=email_address={target.owner}",
                project,
            ),
            captures="CHANNEL",
        ),
        *(
            Step(
                f"Count in the log: {about[0].lower()}{about[1:-1]}",
                gcloud("logging metrics describe", name, project, "--format=value(name)"),
                gcloud(
                    "logging metrics create",
                    name,
                    project,
                    f"--description={about}",
                    f"--log-filter={log_filter}",
                ),
            )
            for name, (about, log_filter) in COUNTERS.items()
        ),
        *(
            Step(
                "Measure in the log: the size of the store",
                gcloud("logging metrics describe", name, project, "--format=value(name)"),
                gcloud("logging metrics create", name, project, f"--config-from-file={path}"),
            )
            for name, path in MEASURES.items()
        ),
        *(step for alert in policies_of(target) for step in _alert(target, alert)),
    ]


def policies_of(target: Target) -> list[Alert]:
    return alert_policies(target.no_sync_hours, target.sync_machine)


def channel_list(target: Target) -> Command:
    return gcloud(
        "beta monitoring channels list",
        f"--project={target.project}",
        f'--filter=displayName="{CHANNEL}"',
        "--format=value(name)",
    )


def policy_list(target: Target, name: str, version: str = "") -> Command:
    """`version` is a further condition, in the filter language of gcloud."""
    chosen = f'--filter=displayName="{name}"{version}'
    project = f"--project={target.project}"
    return gcloud("alpha monitoring policies list", project, chosen, "--format=value(name)")


def _alert(target: Target, alert: Alert) -> list[Step]:
    """A policy that says something else (another limit, other hours) makes way for the new one."""
    project = f"--project={target.project}"
    what = alert.name.removeprefix("Rapport: ")
    return [
        Step(
            f"Remove an alert of other limits: {what}",
            policy_list(target, alert.name, f" AND NOT userLabels.version={alert.version}"),
            gcloud("alpha monitoring policies delete", "${OUTDATED}", project, "--quiet"),
            captures="OUTDATED",
            removes=True,
        ),
        Step(
            f"Send the owner an e-mail: {what}",
            policy_list(target, alert.name, f" AND userLabels.version={alert.version}"),
            gcloud(
                "alpha monitoring policies create",
                project,
                "--notification-channels=${CHANNEL}",
                f"--policy={alert.policy}",
            ),
            anything=True,
        ),
    ]
