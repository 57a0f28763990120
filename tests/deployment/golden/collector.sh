#!/bin/sh
# rapport deploy --project my-newsletter-1 --region europe-west1 --owner ada@example.com --viewer bob@example.com --dry-run --store-mb 20 --collector --bucket other-bucket
# Run this in a copy of Rapport's repository; each line can also be run alone.

# What a month costs in europe-west1 with a store of 20 MB (US dollars, prices of November 2026)
#                                                                  free tier     without
#   cpu             216,000.0 x vCPU-second of a job                   0.00        3.89
#   memory          259,200.0 x GiB-second of a job                    0.00        0.52
#   storage               0.8 x GB of Standard storage in a region     0.02        0.02
#   writes              157.7 x 1,000 writes or lists (class A)        0.79        0.79
#   reads                 7.2 x 1,000 reads (class B)                  0.00        0.00
#   egress                2.0 x GiB to the internet                    0.24        0.24
#   schedules             2.0 x schedule                               0.00        0.20
#   secrets               3.0 x secret version                         0.00        0.18
#   secret reads          0.9 x 10,000 reads of a secret               0.00        0.03
#   images                1.5 x GB of images                           0.10        0.15
#   alerts                4.0 x condition of an alert                  0.40        0.40
#   evaluations           0.3 x 1,000,000 series read by alerts        0.12        0.12
#   together                                                            1.67        6.53

# 1. Find the number of the project: some names on Google Cloud are made of it
PROJECT_NUMBER=$(gcloud projects describe my-newsletter-1 '--format=value(projectNumber)' | head -n 1)

# 2. Switch on the services of Google Cloud it uses
[ "$(gcloud services list --enabled --project=my-newsletter-1 '--format=value(config.name)' | grep -cxF -e artifactregistry.googleapis.com -e cloudbuild.googleapis.com -e cloudscheduler.googleapis.com -e iam.googleapis.com -e iap.googleapis.com -e logging.googleapis.com -e monitoring.googleapis.com -e run.googleapis.com -e secretmanager.googleapis.com -e storage.googleapis.com)" = 10 ] || \
  gcloud services enable artifactregistry.googleapis.com cloudbuild.googleapis.com cloudscheduler.googleapis.com iam.googleapis.com iap.googleapis.com logging.googleapis.com monitoring.googleapis.com run.googleapis.com secretmanager.googleapis.com storage.googleapis.com --project=my-newsletter-1

# 3. Make the bucket for your data, in the region where it is used, never public
gcloud storage buckets describe gs://other-bucket '--format=value(name)' >/dev/null 2>&1 || \
  gcloud storage buckets create gs://other-bucket --location=europe-west1 --project=my-newsletter-1 --uniform-bucket-level-access --public-access-prevention --soft-delete-duration=0

# 4. Keep old versions in the bucket, and its doors shut
gcloud storage buckets describe gs://other-bucket '--format=value[separator=" "](uniform_bucket_level_access,public_access_prevention,versioning_enabled)' | grep -qxF -e 'True enforced True' || \
  gcloud storage buckets update gs://other-bucket --versioning --uniform-bucket-level-access --public-access-prevention

# 5. Switch soft delete off: it would keep a copy of the store for every sync of a week
gcloud storage buckets describe gs://other-bucket '--format=value(soft_delete_policy.retentionDurationSeconds)' | grep -qxF -e 0 || \
  gcloud storage buckets update gs://other-bucket --clear-soft-delete

# 6. Delete old versions after the tenth, or after a week
gcloud storage buckets describe gs://other-bucket '--format=value(lifecycle_config)' | grep -q . || \
  gcloud storage buckets update gs://other-bucket --lifecycle-file=deployment/policies/lifecycle.json

# 7. Note in project.toml who owns the report and who sees it
gcloud storage objects describe gs://other-bucket/default/project.toml '--format=value(name)' >/dev/null 2>&1 || \
  printf %s '[roles]
owner = ["ada@example.com"]
viewer = ["bob@example.com"]
' | gcloud storage cp - gs://other-bucket/default/project.toml --no-clobber

# 8. Make a bucket in which builds find what you submit
gcloud storage buckets describe gs://my-newsletter-1-rapport-builds '--format=value(name)' >/dev/null 2>&1 || \
  gcloud storage buckets create gs://my-newsletter-1-rapport-builds --location=europe-west1 --project=my-newsletter-1 --uniform-bucket-level-access --public-access-prevention --soft-delete-duration=0

# 9. Empty it after a week
gcloud storage buckets describe gs://my-newsletter-1-rapport-builds '--format=value(lifecycle_config)' | grep -q . || \
  gcloud storage buckets update gs://my-newsletter-1-rapport-builds --lifecycle-file=deployment/policies/sources_lifecycle.json

# 10. Make a place for the image
gcloud artifacts repositories describe rapport --location=europe-west1 --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud artifacts repositories create rapport --repository-format=docker --location=europe-west1 --project=my-newsletter-1

# 11. Keep the last three images, and delete others after a week
gcloud artifacts repositories list-cleanup-policies rapport --location=europe-west1 --project=my-newsletter-1 '--format=value(name)' | grep -q . || \
  gcloud artifacts repositories set-cleanup-policies rapport --location=europe-west1 --project=my-newsletter-1 --policy=deployment/policies/images.json --no-dry-run

# 12. Make an account for the sync job
gcloud iam service-accounts describe rapport-sync@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts create rapport-sync --project=my-newsletter-1 '--display-name=Rapport: the sync job'

# 13. Make an account for the report builder
gcloud iam service-accounts describe rapport-report@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts create rapport-report --project=my-newsletter-1 '--display-name=Rapport: the report builder'

# 14. Make an account for the site that shows the report
gcloud iam service-accounts describe rapport-site@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts create rapport-site --project=my-newsletter-1 '--display-name=Rapport: the site that shows the report'

# 15. Make an account for the schedules
gcloud iam service-accounts describe rapport-scheduler@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts create rapport-scheduler --project=my-newsletter-1 '--display-name=Rapport: the schedules'

# 16. Make an account for builds
gcloud iam service-accounts describe rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts create rapport-deployer --project=my-newsletter-1 '--display-name=Rapport: builds'

# 17. Make an account for the event collector
gcloud iam service-accounts describe rapport-collector@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--format=value(email)' >/dev/null 2>&1 || \
  gcloud iam service-accounts create rapport-collector --project=my-newsletter-1 '--display-name=Rapport: the event collector'

# 18. Let the sync job read and write the bucket
gcloud storage buckets get-iam-policy gs://other-bucket '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/storage.objectUser serviceAccount:rapport-sync@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets add-iam-policy-binding gs://other-bucket --member=serviceAccount:rapport-sync@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectUser --condition=None

# 19. Let the report builder read the bucket
gcloud storage buckets get-iam-policy gs://other-bucket '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/storage.objectViewer serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets add-iam-policy-binding gs://other-bucket --member=serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectViewer --condition=None

# 20. Take back what another version of Rapport granted rapport-report
! gcloud storage buckets get-iam-policy gs://other-bucket '--flatten=bindings[].members' '--format=value[separator=" "](bindings.condition.title,bindings.role,bindings.members)' | grep -vxF -e 'rapport-report-e8e72499 roles/storage.objectUser serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com' | grep -qF -e 'roles/storage.objectUser serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets remove-iam-policy-binding gs://other-bucket --member=serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectUser --all

# 21. Let the report builder write the report, its lease, and the clock that leases go by
gcloud storage buckets get-iam-policy gs://other-bucket '--flatten=bindings[].members' '--format=value[separator=" "](bindings.condition.title,bindings.role,bindings.members)' | grep -qxF -e 'rapport-report-e8e72499 roles/storage.objectUser serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets add-iam-policy-binding gs://other-bucket --member=serviceAccount:rapport-report@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectUser '--condition=title=rapport-report-e8e72499,expression=resource.name.startsWith("projects/_/buckets/other-bucket/objects/default/site/") || resource.name.startsWith("projects/_/buckets/other-bucket/objects/default/leases/report_builder") || resource.name == "projects/_/buckets/other-bucket/objects/.rapport-clock"'

# 22. Take back what another version of Rapport granted rapport-site
! gcloud storage buckets get-iam-policy gs://other-bucket '--flatten=bindings[].members' '--format=value[separator=" "](bindings.condition.title,bindings.role,bindings.members)' | grep -vxF -e 'rapport-site-728dced3 roles/storage.objectViewer serviceAccount:rapport-site@my-newsletter-1.iam.gserviceaccount.com' | grep -qF -e 'roles/storage.objectViewer serviceAccount:rapport-site@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets remove-iam-policy-binding gs://other-bucket --member=serviceAccount:rapport-site@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectViewer --all

# 23. Let the site read the report, the store, the settings and how syncs go
gcloud storage buckets get-iam-policy gs://other-bucket '--flatten=bindings[].members' '--format=value[separator=" "](bindings.condition.title,bindings.role,bindings.members)' | grep -qxF -e 'rapport-site-728dced3 roles/storage.objectViewer serviceAccount:rapport-site@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets add-iam-policy-binding gs://other-bucket --member=serviceAccount:rapport-site@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectViewer '--condition=title=rapport-site-728dced3,expression=resource.type == "storage.googleapis.com/Bucket" || resource.name.startsWith("projects/_/buckets/other-bucket/objects/default/site/") || resource.name.startsWith("projects/_/buckets/other-bucket/objects/default/engagement.sqlite") || resource.name.startsWith("projects/_/buckets/other-bucket/objects/default/project.toml") || resource.name.startsWith("projects/_/buckets/other-bucket/objects/default/last_run.json") || resource.name.startsWith("projects/_/buckets/other-bucket/objects/default/leases/sync_job")'

# 24. Take back what another version of Rapport granted rapport-inbox
! gcloud storage buckets get-iam-policy gs://other-bucket '--flatten=bindings[].members' '--format=value[separator=" "](bindings.condition.title,bindings.role,bindings.members)' | grep -vxF -e 'rapport-inbox-459a2f56 roles/storage.objectCreator serviceAccount:rapport-collector@my-newsletter-1.iam.gserviceaccount.com' | grep -qF -e 'roles/storage.objectCreator serviceAccount:rapport-collector@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets remove-iam-policy-binding gs://other-bucket --member=serviceAccount:rapport-collector@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectCreator --all

# 25. Let the collector add to the inbox, and do nothing else
gcloud storage buckets get-iam-policy gs://other-bucket '--flatten=bindings[].members' '--format=value[separator=" "](bindings.condition.title,bindings.role,bindings.members)' | grep -qxF -e 'rapport-inbox-459a2f56 roles/storage.objectCreator serviceAccount:rapport-collector@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets add-iam-policy-binding gs://other-bucket --member=serviceAccount:rapport-collector@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectCreator '--condition=title=rapport-inbox-459a2f56,expression=resource.name.startsWith("projects/_/buckets/other-bucket/objects/default/inbox/")'

# 26. Let builds deploy jobs and services
gcloud projects get-iam-policy my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/run.developer serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud projects add-iam-policy-binding my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/run.developer --condition=None

# 27. Let builds set the schedules
gcloud projects get-iam-policy my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/cloudscheduler.admin serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud projects add-iam-policy-binding my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/cloudscheduler.admin --condition=None

# 28. Let builds write their log
gcloud projects get-iam-policy my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/logging.logWriter serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud projects add-iam-policy-binding my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/logging.logWriter --condition=None

# 29. Let builds push the image
gcloud artifacts repositories get-iam-policy rapport --location=europe-west1 --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/artifactregistry.writer serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud artifacts repositories add-iam-policy-binding rapport --location=europe-west1 --project=my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/artifactregistry.writer

# 30. Let builds read what you submit
gcloud storage buckets get-iam-policy gs://my-newsletter-1-rapport-builds '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/storage.objectViewer serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud storage buckets add-iam-policy-binding gs://my-newsletter-1-rapport-builds --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/storage.objectViewer --condition=None

# 31. Let builds start the sync job under the account made for it
gcloud iam service-accounts get-iam-policy rapport-sync@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/iam.serviceAccountUser serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud iam service-accounts add-iam-policy-binding rapport-sync@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/iam.serviceAccountUser

# 32. Let builds start the report builder under the account made for it
gcloud iam service-accounts get-iam-policy rapport-report@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/iam.serviceAccountUser serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud iam service-accounts add-iam-policy-binding rapport-report@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/iam.serviceAccountUser

# 33. Let builds start the site that shows the report under the account made for it
gcloud iam service-accounts get-iam-policy rapport-site@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/iam.serviceAccountUser serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud iam service-accounts add-iam-policy-binding rapport-site@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/iam.serviceAccountUser

# 34. Let builds start the schedules under the account made for it
gcloud iam service-accounts get-iam-policy rapport-scheduler@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/iam.serviceAccountUser serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud iam service-accounts add-iam-policy-binding rapport-scheduler@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/iam.serviceAccountUser

# 35. Let builds start the event collector under the account made for it
gcloud iam service-accounts get-iam-policy rapport-collector@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/iam.serviceAccountUser serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud iam service-accounts add-iam-policy-binding rapport-collector@my-newsletter-1.iam.gserviceaccount.com --project=my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/iam.serviceAccountUser

# 36. Make a place for the key of your newsletter
gcloud secrets describe buttondown-api-key --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud secrets create buttondown-api-key --project=my-newsletter-1 --replication-policy=user-managed --locations=europe-west1

# 37. Put the key of your newsletter there
gcloud secrets versions list buttondown-api-key --project=my-newsletter-1 --filter=state=ENABLED --limit=1 '--format=value(name)' | grep -q . || \
  printf %s "$BUTTONDOWN_API_KEY" | gcloud secrets versions add buttondown-api-key --project=my-newsletter-1 --data-file=-

# 38. Let one account read buttondown-api-key, and no other
gcloud secrets get-iam-policy buttondown-api-key --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/secretmanager.secretAccessor serviceAccount:rapport-sync@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud secrets add-iam-policy-binding buttondown-api-key --project=my-newsletter-1 --member=serviceAccount:rapport-sync@my-newsletter-1.iam.gserviceaccount.com --role=roles/secretmanager.secretAccessor

# 39. Make a place for the secret that keys the hashes of addresses
gcloud secrets describe rapport-secret --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud secrets create rapport-secret --project=my-newsletter-1 --replication-policy=user-managed --locations=europe-west1

# 40. Put the secret that keys the hashes of addresses there
gcloud secrets versions list rapport-secret --project=my-newsletter-1 --filter=state=ENABLED --limit=1 '--format=value(name)' | grep -q . || \
  printf %s "$RAPPORT_SECRET" | gcloud secrets versions add rapport-secret --project=my-newsletter-1 --data-file=-

# 41. Let one account read rapport-secret, and no other
gcloud secrets get-iam-policy rapport-secret --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/secretmanager.secretAccessor serviceAccount:rapport-sync@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud secrets add-iam-policy-binding rapport-secret --project=my-newsletter-1 --member=serviceAccount:rapport-sync@my-newsletter-1.iam.gserviceaccount.com --role=roles/secretmanager.secretAccessor

# 42. Make a place for the signing key of webhooks
gcloud secrets describe buttondown-webhook-key --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud secrets create buttondown-webhook-key --project=my-newsletter-1 --replication-policy=user-managed --locations=europe-west1

# 43. Put the signing key of webhooks there
gcloud secrets versions list buttondown-webhook-key --project=my-newsletter-1 --filter=state=ENABLED --limit=1 '--format=value(name)' | grep -q . || \
  printf %s "$BUTTONDOWN_WEBHOOK_KEY" | gcloud secrets versions add buttondown-webhook-key --project=my-newsletter-1 --data-file=-

# 44. Let one account read buttondown-webhook-key, and no other
gcloud secrets get-iam-policy buttondown-webhook-key --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/secretmanager.secretAccessor serviceAccount:rapport-collector@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud secrets add-iam-policy-binding buttondown-webhook-key --project=my-newsletter-1 --member=serviceAccount:rapport-collector@my-newsletter-1.iam.gserviceaccount.com --role=roles/secretmanager.secretAccessor

# 45. Let Identity-Aware Proxy have an account of its own in the project
gcloud beta services identity create --service=iap.googleapis.com --project=my-newsletter-1

# 46. Build the image, deploy jobs and site, set the schedules (10 to 20 minutes)
[ "$(gcloud scheduler jobs list --location=europe-west1 --project=my-newsletter-1 '--format=value(name.basename())' | grep -cxF -e sync-job -e report-builder)" = 2 ] || \
  gcloud builds submit --config=cloudbuild.yaml --region=europe-west1 --project=my-newsletter-1 --gcs-source-staging-dir=gs://my-newsletter-1-rapport-builds/source --substitutions=_REGION=europe-west1,_BUCKET=other-bucket,_NEWSLETTER=default,_SYNC_CPU=1,_SYNC_MEMORY=1Gi,_REPORT_CPU=1,_REPORT_MEMORY=2Gi,_COLLECTOR=true .

# 47. Deploy the event collector, where the build before it did not
gcloud run services describe event-collector --region=europe-west1 --project=my-newsletter-1 '--format=value(metadata.name)' >/dev/null 2>&1 || \
  gcloud builds submit --config=cloudbuild.yaml --region=europe-west1 --project=my-newsletter-1 --gcs-source-staging-dir=gs://my-newsletter-1-rapport-builds/source --substitutions=_REGION=europe-west1,_BUCKET=other-bucket,_NEWSLETTER=default,_SYNC_CPU=1,_SYNC_MEMORY=1Gi,_REPORT_CPU=1,_REPORT_MEMORY=2Gi,_COLLECTOR=true .

# 48. Let its schedule start the sync job
gcloud run jobs get-iam-policy sync-job --region=europe-west1 --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/run.invoker serviceAccount:rapport-scheduler@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud run jobs add-iam-policy-binding sync-job --region=europe-west1 --project=my-newsletter-1 --member=serviceAccount:rapport-scheduler@my-newsletter-1.iam.gserviceaccount.com --role=roles/run.invoker

# 49. Let its schedule start the report builder
gcloud run jobs get-iam-policy report-builder --region=europe-west1 --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/run.invoker serviceAccount:rapport-scheduler@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud run jobs add-iam-policy-binding report-builder --region=europe-west1 --project=my-newsletter-1 --member=serviceAccount:rapport-scheduler@my-newsletter-1.iam.gserviceaccount.com --role=roles/run.invoker

# 50. Let the site start the sync job ("sync now")
gcloud run jobs get-iam-policy sync-job --region=europe-west1 --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/run.invoker serviceAccount:rapport-site@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud run jobs add-iam-policy-binding sync-job --region=europe-west1 --project=my-newsletter-1 --member=serviceAccount:rapport-site@my-newsletter-1.iam.gserviceaccount.com --role=roles/run.invoker

# 51. Let builds keep the site behind Identity-Aware Proxy
gcloud run services get-iam-policy report-site --region=europe-west1 --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/run.admin serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com' || \
  gcloud run services add-iam-policy-binding report-site --region=europe-west1 --project=my-newsletter-1 --member=serviceAccount:rapport-deployer@my-newsletter-1.iam.gserviceaccount.com --role=roles/run.admin

# 52. Let Identity-Aware Proxy, and nobody else, pass people on to the site
gcloud run services get-iam-policy report-site --region=europe-west1 --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/run.invoker serviceAccount:service-'"${PROJECT_NUMBER}"@gcp-sa-iap.iam.gserviceaccount.com || \
  gcloud run services add-iam-policy-binding report-site --region=europe-west1 --project=my-newsletter-1 --member=serviceAccount:service-"${PROJECT_NUMBER}"@gcp-sa-iap.iam.gserviceaccount.com --role=roles/run.invoker

# 53. Let everybody reach the collector: it checks signatures itself
gcloud run services get-iam-policy event-collector --region=europe-west1 --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/run.invoker allUsers' || \
  gcloud run services add-iam-policy-binding event-collector --region=europe-west1 --project=my-newsletter-1 --member=allUsers --role=roles/run.invoker

# 54. Let ada@example.com see the report
gcloud beta iap web get-iam-policy --resource-type=cloud-run --service=report-site --region=europe-west1 --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/iap.httpsResourceAccessor user:ada@example.com' || \
  gcloud beta iap web add-iam-policy-binding --resource-type=cloud-run --service=report-site --region=europe-west1 --project=my-newsletter-1 --member=user:ada@example.com --role=roles/iap.httpsResourceAccessor

# 55. Let bob@example.com see the report
gcloud beta iap web get-iam-policy --resource-type=cloud-run --service=report-site --region=europe-west1 --project=my-newsletter-1 '--flatten=bindings[].members' '--format=value[separator=" "](bindings.role,bindings.members)' | grep -qxF -e 'roles/iap.httpsResourceAccessor user:bob@example.com' || \
  gcloud beta iap web add-iam-policy-binding --resource-type=cloud-run --service=report-site --region=europe-west1 --project=my-newsletter-1 --member=user:bob@example.com --role=roles/iap.httpsResourceAccessor

# 56. Find where alerts go, or make that e-mail channel
CHANNEL=$(gcloud beta monitoring channels list --project=my-newsletter-1 '--filter=displayName="Rapport: the owner"' '--format=value(name)' | head -n 1)
[ -n "$CHANNEL" ] || \
  gcloud beta monitoring channels create '--display-name=Rapport: the owner' --type=email --channel-labels=email_address=ada@example.com --project=my-newsletter-1
CHANNEL=$(gcloud beta monitoring channels list --project=my-newsletter-1 '--filter=displayName="Rapport: the owner"' '--format=value(name)' | head -n 1)

# 57. Count in the log: syncs that ended well
gcloud logging metrics describe rapport_sync_done --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud logging metrics create rapport_sync_done --project=my-newsletter-1 '--description=Syncs that ended well.' '--log-filter=resource.type="cloud_run_job" AND resource.labels.job_name="sync-job" AND jsonPayload.command="sync" AND jsonPayload.outcome="done"'

# 58. Count in the log: syncs that met event types nobody knows, or many rows they had to refuse
gcloud logging metrics describe rapport_odd_data --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud logging metrics create rapport_odd_data --project=my-newsletter-1 '--description=Syncs that met event types nobody knows, or many rows they had to refuse.' '--log-filter=resource.type="cloud_run_job" AND resource.labels.job_name="sync-job" AND (jsonPayload.counts.unknown_types:* OR jsonPayload.counts.events_refused>=20)'

# 59. Measure in the log: the size of the store
gcloud logging metrics describe rapport_store_bytes --project=my-newsletter-1 '--format=value(name)' >/dev/null 2>&1 || \
  gcloud logging metrics create rapport_store_bytes --project=my-newsletter-1 --config-from-file=deployment/policies/store_bytes.json

# 60. Remove an alert of other limits: a run failed
OUTDATED=$(gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: a run failed" AND NOT userLabels.version=49e481005dee' '--format=value(name)' | head -n 1)
[ -z "$OUTDATED" ] || \
  gcloud alpha monitoring policies delete "${OUTDATED}" --project=my-newsletter-1 --quiet

# 61. Send the owner an e-mail: a run failed
gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: a run failed" AND userLabels.version=49e481005dee' '--format=value(name)' | grep -q . || \
  gcloud alpha monitoring policies create --project=my-newsletter-1 --notification-channels="${CHANNEL}" '--policy={
  "displayName": "Rapport: a run failed",
  "userLabels": {
    "version": "49e481005dee"
  },
  "documentation": {
    "content": "A run of ${resource.label.job_name} ended with an error: its log says why, and the next run goes on from what was kept. `gcloud run jobs executions list` shows the runs.",
    "mimeType": "text/markdown"
  },
  "combiner": "OR",
  "conditions": [
    {
      "displayName": "Rapport: a run failed",
      "conditionThreshold": {
        "filter": "resource.type=\"cloud_run_job\" AND metric.type=\"run.googleapis.com/job/completed_execution_count\" AND metric.labels.result=\"failed\"",
        "comparison": "COMPARISON_GT",
        "thresholdValue": 0,
        "duration": "0s",
        "aggregations": [
          {
            "alignmentPeriod": "600s",
            "perSeriesAligner": "ALIGN_DELTA",
            "crossSeriesReducer": "REDUCE_MAX",
            "groupByFields": [
              "resource.label.job_name"
            ]
          }
        ]
      }
    }
  ],
  "alertStrategy": {
    "autoClose": "86400s"
  }
}'

# 62. Remove an alert of other limits: no sync ended well for a long time
OUTDATED=$(gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: no sync ended well for a long time" AND NOT userLabels.version=ab90f1c6f2dd' '--format=value(name)' | head -n 1)
[ -z "$OUTDATED" ] || \
  gcloud alpha monitoring policies delete "${OUTDATED}" --project=my-newsletter-1 --quiet

# 63. Send the owner an e-mail: no sync ended well for a long time
gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: no sync ended well for a long time" AND userLabels.version=ab90f1c6f2dd' '--format=value(name)' | grep -q . || \
  gcloud alpha monitoring policies create --project=my-newsletter-1 --notification-channels="${CHANNEL}" '--policy={
  "displayName": "Rapport: no sync ended well for a long time",
  "userLabels": {
    "version": "ab90f1c6f2dd"
  },
  "documentation": {
    "content": "None in 24 hours: either no sync runs (look at Cloud Scheduler) or all of them fail (look at the log of sync-job).",
    "mimeType": "text/markdown"
  },
  "combiner": "OR",
  "conditions": [
    {
      "displayName": "Rapport: no sync ended well for a long time",
      "conditionThreshold": {
        "filter": "resource.type=\"cloud_run_job\" AND metric.type=\"logging.googleapis.com/user/rapport_sync_done\"",
        "comparison": "COMPARISON_LT",
        "thresholdValue": 1,
        "duration": "300s",
        "evaluationMissingData": "EVALUATION_MISSING_DATA_ACTIVE",
        "aggregations": [
          {
            "alignmentPeriod": "86400s",
            "perSeriesAligner": "ALIGN_DELTA",
            "crossSeriesReducer": "REDUCE_SUM"
          }
        ]
      }
    }
  ],
  "alertStrategy": {
    "autoClose": "86400s"
  }
}'

# 64. Remove an alert of other limits: data of a new kind
OUTDATED=$(gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: data of a new kind" AND NOT userLabels.version=68cf3f367f9f' '--format=value(name)' | head -n 1)
[ -z "$OUTDATED" ] || \
  gcloud alpha monitoring policies delete "${OUTDATED}" --project=my-newsletter-1 --quiet

# 65. Send the owner an e-mail: data of a new kind
gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: data of a new kind" AND userLabels.version=68cf3f367f9f' '--format=value(name)' | grep -q . || \
  gcloud alpha monitoring policies create --project=my-newsletter-1 --notification-channels="${CHANNEL}" '--policy={
  "displayName": "Rapport: data of a new kind",
  "userLabels": {
    "version": "68cf3f367f9f"
  },
  "documentation": {
    "content": "A sync met event types it does not know, or refused many rows. Nothing known is lost, but the newsletter'"'"'s API may have changed: the status page of the report names them. Look for a newer Rapport.",
    "mimeType": "text/markdown"
  },
  "combiner": "OR",
  "conditions": [
    {
      "displayName": "Rapport: data of a new kind",
      "conditionThreshold": {
        "filter": "resource.type=\"cloud_run_job\" AND metric.type=\"logging.googleapis.com/user/rapport_odd_data\"",
        "comparison": "COMPARISON_GT",
        "thresholdValue": 0,
        "duration": "0s",
        "aggregations": [
          {
            "alignmentPeriod": "3600s",
            "perSeriesAligner": "ALIGN_DELTA",
            "crossSeriesReducer": "REDUCE_MAX",
            "groupByFields": [
              "resource.label.job_name"
            ]
          }
        ]
      }
    }
  ],
  "alertStrategy": {
    "autoClose": "86400s"
  }
}'

# 66. Remove an alert of other limits: the store outgrows its memory
OUTDATED=$(gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: the store outgrows its memory" AND NOT userLabels.version=fb442ce23f76' '--format=value(name)' | head -n 1)
[ -z "$OUTDATED" ] || \
  gcloud alpha monitoring policies delete "${OUTDATED}" --project=my-newsletter-1 --quiet

# 67. Send the owner an e-mail: the store outgrows its memory
gcloud alpha monitoring policies list --project=my-newsletter-1 '--filter=displayName="Rapport: the store outgrows its memory" AND userLabels.version=fb442ce23f76' '--format=value(name)' | grep -q . || \
  gcloud alpha monitoring policies create --project=my-newsletter-1 --notification-channels="${CHANNEL}" '--policy={
  "displayName": "Rapport: the store outgrows its memory",
  "userLabels": {
    "version": "fb442ce23f76"
  },
  "documentation": {
    "content": "The SQLite file nears what 1 GiB of memory hold. Run `rapport deploy --rebuild` again with the size it has now (`--store-mb`), which chooses more memory.",
    "mimeType": "text/markdown"
  },
  "combiner": "OR",
  "conditions": [
    {
      "displayName": "Rapport: the store outgrows its memory",
      "conditionThreshold": {
        "filter": "resource.type=\"cloud_run_job\" AND metric.type=\"logging.googleapis.com/user/rapport_store_bytes\"",
        "comparison": "COMPARISON_GT",
        "thresholdValue": 214748364,
        "duration": "0s",
        "aggregations": [
          {
            "alignmentPeriod": "3600s",
            "perSeriesAligner": "ALIGN_PERCENTILE_99",
            "crossSeriesReducer": "REDUCE_MAX",
            "groupByFields": [
              "resource.label.job_name"
            ]
          }
        ]
      }
    }
  ],
  "alertStrategy": {
    "autoClose": "86400s"
  }
}'
