"""What is worth an e-mail to the owner, as policies of Cloud Monitoring. Pure: limits in, JSON out."""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from shared.sizing import NEAR, Machine

DONE, ODD, STORE = "rapport_sync_done", "rapport_odd_data", "rapport_store_bytes"

FAILED_RUNS = (
    'resource.type="cloud_run_job" AND metric.type="run.googleapis.com/job/completed_execution_count" '
    'AND metric.labels.result="failed"'
)


@dataclass(frozen=True)
class Alert:
    name: str
    advice: str
    condition: dict[str, Any]

    @property
    def version(self) -> str:
        """Changes with everything the policy says."""
        return sha256(self._body({}).encode()).hexdigest()[:12]

    @property
    def policy(self) -> str:
        """The policy as Cloud Monitoring reads it."""
        return self._body({"version": self.version})

    def _body(self, labels: dict[str, str]) -> str:
        body = {
            "displayName": self.name,
            "userLabels": labels,
            "documentation": {"content": self.advice, "mimeType": "text/markdown"},
            "combiner": "OR",
            "conditions": [{"displayName": self.name, "conditionThreshold": self.condition}],
            "alertStrategy": {"autoClose": "86400s"},
        }
        return json.dumps(body, indent=2)


def alert_policies(no_sync_hours: int, machine: Machine) -> list[Alert]:
    """`machine` is that of the sync job."""
    return [
        Alert(
            "Rapport: a run failed",
            "A run of ${resource.label.job_name} ended with an error: its log says why, and the next run goes on from "
            "what was kept. `gcloud run jobs executions list` shows the runs.",
            _over(0, FAILED_RUNS, "600s", "ALIGN_DELTA"),
        ),
        Alert(
            "Rapport: no sync ended well for a long time",
            f"None in {no_sync_hours} hours: either no sync runs (look at Cloud Scheduler) or all of them fail "
            "(look at the log of sync-job).",
            _none_for(no_sync_hours, _logged(DONE)),
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
            _over(int(machine.holds_bytes * NEAR), _logged(STORE), "3600s", "ALIGN_PERCENTILE_99"),
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
        "aggregations": [
            {**_series(period, aligner, "REDUCE_MAX"), "groupByFields": ["resource.label.job_name"]}
        ],
    }


def _none_for(hours: int, watched: str) -> dict[str, Any]:
    """A counter that nobody feeds has no data rather than zeros, some time later: both count as none."""
    return {
        "filter": watched,
        "comparison": "COMPARISON_LT",
        "thresholdValue": 1,
        "duration": "300s",
        "evaluationMissingData": "EVALUATION_MISSING_DATA_ACTIVE",
        "aggregations": [_series(f"{hours * 3600}s", "ALIGN_DELTA", "REDUCE_SUM")],
    }


def _series(period: str, aligner: str, reducer: str) -> dict[str, str]:
    return {"alignmentPeriod": period, "perSeriesAligner": aligner, "crossSeriesReducer": reducer}
