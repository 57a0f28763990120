"""What the owner hears of by e-mail: from the line a sync says at its end, or from what Cloud Run counts itself."""

import json
from dataclasses import dataclass
from typing import Any

from deployment.steps import Step, gcloud
from deployment.target import SYNC_JOB, Target

CHANNEL = "Rapport: the owner"
DONE, ODD, STORE = "rapport_sync_done", "rapport_odd_data", "rapport_store_bytes"
REFUSED_ROWS = 20  # fewer in one run are somebody's broken row, not a change of the API
TIGHT = 0.8  # of the largest store that fits

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


@dataclass(frozen=True)
class Alert:
    name: str
    advice: str
    condition: dict[str, Any]

    @property
    def policy(self) -> str:
        """The policy as Cloud Monitoring reads it."""
        body = {
            "displayName": self.name,
            "documentation": {"content": self.advice, "mimeType": "text/markdown"},
            "combiner": "OR",
            "conditions": [{"displayName": self.name, "conditionThreshold": self.condition}],
            "alertStrategy": {"autoClose": "86400s"},
        }
        return json.dumps(body, indent=2)


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
        *(
            Step(
                f"Send the owner an e-mail: {alert.name.removeprefix('Rapport: ')}",
                policy_list(target, alert.name),
                gcloud(
                    "alpha monitoring policies create",
                    project,
                    "--notification-channels=${CHANNEL}",
                    f"--policy={alert.policy}",
                ),
                anything=True,
            )
            for alert in alert_policies(target)
        ),
    ]


def channel_list(target: Target) -> tuple[str, ...]:
    return gcloud(
        "beta monitoring channels list",
        f"--project={target.project}",
        f'--filter=displayName="{CHANNEL}"',
        "--format=value(name)",
    )


def policy_list(target: Target, name: str) -> tuple[str, ...]:
    return gcloud(
        "alpha monitoring policies list",
        f"--project={target.project}",
        f'--filter=displayName="{name}"',
        "--format=value(name)",
    )


def alert_policies(target: Target) -> list[Alert]:
    machine = target.sync_machine
    return [
        Alert(
            "Rapport: a run failed",
            "A run of a job ended with an error: its log says why, and the next run goes on from what was kept. "
            "`gcloud run jobs executions list` shows the runs.",
            _over(0, 'resource.type="cloud_run_job" AND metric.type="run.googleapis.com/job/completed_execution_count"'
                     ' AND metric.labels.result="failed"', "600s", "ALIGN_DELTA"),
        ),
        Alert(
            f"Rapport: no sync ended well for {target.no_sync_hours} hours",
            "Either no sync runs (look at Cloud Scheduler) or all of them fail (look at the log of sync-job).",
            _none_for(target.no_sync_hours, _logged(DONE)),
        ),
        Alert(
            "Rapport: data of a new kind",
            "A sync met event types it does not know, or refused many rows. Nothing known is lost, but the "
            "newsletter's API may have changed: the status page of the report names them. Look for a newer Rapport.",
            _over(0, _logged(ODD), "3600s", "ALIGN_DELTA"),
        ),
        Alert(
            "Rapport: the store outgrows its memory",
            f"The SQLite file nears what {machine.memory_gib} GiB of memory hold. Run `rapport deploy --rebuild` again "
            "with the size it has now (`--store-mb`), which chooses more memory.",
            _over(int(machine.holds_bytes * TIGHT), _logged(STORE), "3600s", "ALIGN_PERCENTILE_99"),
        ),
    ]  # fmt: skip


def _logged(metric: str) -> str:
    return f'resource.type="cloud_run_job" AND metric.type="logging.googleapis.com/user/{metric}"'


def _over(threshold: int, watched: str, period: str, aligner: str) -> dict[str, Any]:
    return {
        "filter": watched,
        "comparison": "COMPARISON_GT",
        "thresholdValue": threshold,
        "duration": "0s",
        "aggregations": [_one_series(period, aligner, "REDUCE_MAX")],
    }


def _none_for(hours: int, watched: str) -> dict[str, Any]:
    """A counter that nobody feeds has no data rather than zeros, some time later: both count as none."""
    return {
        "filter": watched,
        "comparison": "COMPARISON_LT",
        "thresholdValue": 1,
        "duration": "300s",
        "evaluationMissingData": "EVALUATION_MISSING_DATA_ACTIVE",
        "aggregations": [_one_series(f"{hours * 3600}s", "ALIGN_DELTA", "REDUCE_SUM")],
    }


def _one_series(period: str, aligner: str, reducer: str) -> dict[str, str]:
    return {"alignmentPeriod": period, "perSeriesAligner": aligner, "crossSeriesReducer": reducer}
