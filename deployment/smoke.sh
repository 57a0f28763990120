#!/usr/bin/env bash
# Looks at a real deployment, for what no test on a laptop can see. It starts both jobs once; it changes nothing else.
# Usage: smoke.sh PROJECT REGION [BUCKET] [NAME]; one line for each check, exit code 1 where one failed.
set -uo pipefail
if [ -z "${1:-}" ] || [ -z "${2:-}" ]; then
    echo "Usage: make smoke PROJECT=... REGION=... [BUCKET=...] [NAME=...]" >&2
    exit 2
fi
project=$1 region=$2 bucket=gs://${3:-$1-rapport} name=${4:-default}
failed=0

tell() { # tell VERDICT TEXT
    printf '%-5s %s\n' "$1" "$2"
    if [ "$1" = FAIL ]; then failed=1; fi
}
expect() { # expect TEXT WANTED COMMAND...: the command prints exactly what is wanted
    local text=$1 wanted=$2 got
    shift 2
    got=$("$@" 2>&1 | tr '\n' ' ' | sed 's/ *$//')
    if [ "$got" = "$wanted" ]; then tell ok "$text"; else tell FAIL "$text: wanted '$wanted', got '${got:0:200}'"; fi
}
succeed() { # succeed TEXT COMMAND...
    local text=$1 said
    shift
    if said=$("$@" 2>&1); then tell ok "$text"; else tell FAIL "$text: ${said: -200}"; fi
}

where=(--project="$project" --region="$region")
describe=(gcloud storage buckets describe "$bucket")
expect "the bucket has uniform access, no public access, and versions" "True enforced True" "${describe[@]}" \
    '--format=value[separator=" "](uniform_bucket_level_access,public_access_prevention,versioning_enabled)'
expect "the bucket has no soft delete" 0 \
    "${describe[@]}" '--format=value(soft_delete_policy.retentionDurationSeconds)'
expect "the bucket is where the jobs are" "$(printf %s "$region" | tr '[:lower:]' '[:upper:]')" \
    "${describe[@]}" '--format=value(location)'

succeed "a sync ends well" gcloud run jobs execute sync-job "${where[@]}" --wait
succeed "a report is built" gcloud run jobs execute report-builder "${where[@]}" --wait
for object in engagement.sqlite last_run.json site/index.html; do
    succeed "there is $name/$object" gcloud storage objects describe "$bucket/$name/$object" '--format=value(name)'
done

for job in sync-job report-builder; do
    expect "the schedule of $job is on" ENABLED gcloud scheduler jobs describe "$job" --project="$project" \
        --location="$region" '--format=value(state)'
done

address=$(gcloud run services describe report-site "${where[@]}" '--format=value(status.url)')
answer=$(curl --silent --output /dev/null --write-out '%{http_code}' --max-time 60 "$address/")
case $answer in
302 | 401 | 403) tell ok "the site sends strangers away ($answer)" ;;
*) tell FAIL "the site answers a stranger with $answer: it must be 302, 401 or 403" ;;
esac
access=$(gcloud run services get-iam-policy report-site "${where[@]}" --flatten=bindings[].members \
    '--format=value(bindings.members)')
case $access in
*allUsers* | *allAuthenticatedUsers*) tell FAIL "the site is open to everybody: take run.invoker from allUsers" ;;
*) tell ok "nobody but Identity-Aware Proxy may call the site" ;;
esac

policies=$(gcloud alpha monitoring policies list --project="$project" '--filter=displayName:Rapport' \
    '--format=value(name)' | grep -c .)
if [ "$policies" -ge 4 ]; then tell ok "$policies alerts are set"; else tell FAIL "$policies of 4 alerts are set"; fi
exit "$failed"
