#!/usr/bin/env bash
# Sets one schedule that starts a job of Cloud Run, and changes it where it is there already; one that was paused stays so.
# Usage: schedule.sh JOB SCHEDULE PROJECT REGION
set -euo pipefail
job=$1 schedule=$2 project=$3 region=$4

verb=create
if gcloud scheduler jobs describe "$job" --project="$project" --location="$region" >/dev/null 2>&1; then
    verb=update
fi
# An OAuth token, not OIDC: what is called is an API of Google. No retries: the next run comes soon enough.
gcloud scheduler jobs "$verb" http "$job" --project="$project" --location="$region" \
    --schedule="$schedule" --time-zone=Etc/UTC --http-method=POST --max-retry-attempts=0 \
    --uri="https://run.googleapis.com/v2/projects/$project/locations/$region/jobs/$job:run" \
    --oauth-service-account-email="rapport-scheduler@$project.iam.gserviceaccount.com"
