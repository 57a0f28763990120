#!/bin/sh
# rapport destroy --project my-newsletter-1 --region europe-west1 --dry-run
# Run this in a copy of Rapport's repository; each line can also be run alone.

# 1. Remove the schedule of sync-job
! gcloud scheduler jobs describe sync-job --location=europe-west1 --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud scheduler jobs delete sync-job --location=europe-west1 --project=my-newsletter-1 --quiet

# 2. Remove the schedule of report-builder
! gcloud scheduler jobs describe report-builder --location=europe-west1 --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud scheduler jobs delete report-builder --location=europe-west1 --project=my-newsletter-1 --quiet

# 3. Remove the job sync-job
! gcloud run jobs describe sync-job --region=europe-west1 --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud run jobs delete sync-job --region=europe-west1 --project=my-newsletter-1 --quiet

# 4. Remove the job report-builder
! gcloud run jobs describe report-builder --region=europe-west1 --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud run jobs delete report-builder --region=europe-west1 --project=my-newsletter-1 --quiet

# 5. Remove the service report-site
! gcloud run services describe report-site --region=europe-west1 --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud run services delete report-site --region=europe-west1 --project=my-newsletter-1 --quiet

# 6. Remove the service event-collector
! gcloud run services describe event-collector --region=europe-west1 --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud run services delete event-collector --region=europe-west1 --project=my-newsletter-1 --quiet

# 7. Remove the alert 'Rapport: a run failed'
FOUND=$(gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: a run failed"' '--format=value(name)' | head -n 1)
[ -z "$FOUND" ] || \
  gcloud alpha monitoring policies delete "${FOUND}" --project=my-newsletter-1 --quiet

# 8. Remove the alert 'Rapport: no sync ended well for a long time'
FOUND=$(gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: no sync ended well for a long time"' '--format=value(name)' | head -n 1)
[ -z "$FOUND" ] || \
  gcloud alpha monitoring policies delete "${FOUND}" --project=my-newsletter-1 --quiet

# 9. Remove the alert 'Rapport: data of a new kind'
FOUND=$(gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: data of a new kind"' '--format=value(name)' | head -n 1)
[ -z "$FOUND" ] || \
  gcloud alpha monitoring policies delete "${FOUND}" --project=my-newsletter-1 --quiet

# 10. Remove the alert 'Rapport: the store outgrows its memory'
FOUND=$(gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: the store outgrows its memory"' '--format=value(name)' | head -n 1)
[ -z "$FOUND" ] || \
  gcloud alpha monitoring policies delete "${FOUND}" --project=my-newsletter-1 --quiet

# 11. Remove the e-mail channel of alerts
FOUND=$(gcloud beta monitoring channels list --project=my-newsletter-1 '--filter=displayName="Rapport: the owner"' '--format=value(name)' | head -n 1)
[ -z "$FOUND" ] || \
  gcloud beta monitoring channels delete "${FOUND}" --project=my-newsletter-1 --quiet

# 12. Remove the log-based metric rapport_sync_done
! gcloud logging metrics describe rapport_sync_done --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud logging metrics delete rapport_sync_done --project=my-newsletter-1 --quiet

# 13. Remove the log-based metric rapport_odd_data
! gcloud logging metrics describe rapport_odd_data --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud logging metrics delete rapport_odd_data --project=my-newsletter-1 --quiet

# 14. Remove the log-based metric rapport_store_bytes
! gcloud logging metrics describe rapport_store_bytes --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud logging metrics delete rapport_store_bytes --project=my-newsletter-1 --quiet

# 15. Take back: let the sync job read and write the bucket
! gcloud storage buckets get-iam-policy gs://my-newsletter-1-rapport '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/storage.objectUser serviceAccount:rapport-sync@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets remove-iam-policy-binding gs://my-newsletter-1-rapport --member=serviceAccount:rapport-sync@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectUser --condition=None

# 16. Take back: let the report builder read the bucket
! gcloud storage buckets get-iam-policy gs://my-newsletter-1-rapport '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/storage.objectViewer serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets remove-iam-policy-binding gs://my-newsletter-1-rapport --member=serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectViewer --condition=None

# 17. Take back: let the report builder write the report, its lease, and the clock that leases go by
! gcloud storage buckets get-iam-policy gs://my-newsletter-1-rapport '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/storage.objectUser serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets remove-iam-policy-binding gs://my-newsletter-1-rapport --member=serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectUser --all

# 18. Take back: let the site read the report, the store, the settings and how syncs go
! gcloud storage buckets get-iam-policy gs://my-newsletter-1-rapport '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/storage.objectViewer serviceAccount:rapport-site@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets remove-iam-policy-binding gs://my-newsletter-1-rapport --member=serviceAccount:rapport-site@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectViewer --all

# 19. Take back: let the collector add to the inbox, and do nothing else
! gcloud storage buckets get-iam-policy gs://my-newsletter-1-rapport '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/storage.objectCreator serviceAccount:rapport-collector@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets remove-iam-policy-binding gs://my-newsletter-1-rapport --member=serviceAccount:rapport-collector@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectCreator --all

# 20. Take back: let builds deploy jobs and services
! gcloud projects get-iam-policy my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/run.developer serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud projects remove-iam-policy-binding my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/run.developer --condition=None

# 21. Take back: let builds set the schedules
! gcloud projects get-iam-policy my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/cloudscheduler.admin serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud projects remove-iam-policy-binding my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/cloudscheduler.admin --condition=None

# 22. Take back: let builds write their log
! gcloud projects get-iam-policy my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/logging.logWriter serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud projects remove-iam-policy-binding my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/logging.logWriter --condition=None

# 23. Remove the account rapport-sync
! gcloud iam service-accounts describe rapport-sync@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts delete rapport-sync@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --quiet

# 24. Remove the account rapport-report
! gcloud iam service-accounts describe rapport-report@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts delete rapport-report@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --quiet

# 25. Remove the account rapport-site
! gcloud iam service-accounts describe rapport-site@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts delete rapport-site@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --quiet

# 26. Remove the account rapport-scheduler
! gcloud iam service-accounts describe rapport-scheduler@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts delete rapport-scheduler@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --quiet

# 27. Remove the account rapport-deployer
! gcloud iam service-accounts describe rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts delete rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --quiet

# 28. Remove the account rapport-collector
! gcloud iam service-accounts describe rapport-collector@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts delete rapport-collector@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --quiet

# 29. Remove the secret buttondown-api-key
! gcloud secrets describe buttondown-api-key --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud secrets delete buttondown-api-key --project=my-newsletter-1 --quiet

# 30. Remove the secret buttondown-webhook-key
! gcloud secrets describe buttondown-webhook-key --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud secrets delete buttondown-webhook-key --project=my-newsletter-1 --quiet

# 31. Remove the images
! gcloud artifacts repositories describe rapport --location=europe-west1 --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud artifacts repositories delete rapport --location=europe-west1 --project=my-newsletter-1 --quiet

# 32. Remove the bucket of builds
! gcloud storage buckets describe gs://my-newsletter-1-rapport-builds '--format=value(name)' >/dev/null 2>&1 || \
  gcloud storage rm gs://my-newsletter-1-rapport-builds --recursive --all-versions
