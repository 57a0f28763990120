"""The site as Google Cloud runs it: behind Identity-Aware Proxy, in front of a private bucket."""

from report_site.cloud_sync import CloudSync
from report_site.iap_gate import IapGate, RoleBook
from report_site.identity import own_token
from report_site.pages import Pages
from report_site.signing_keys import SigningKeys, fetcher
from report_site.site import Site
from report_site.sync_control import SyncControl
from shared.bucket import open_bucket
from shared.log import Log
from shared.settings import Settings

PATIENCE_SECONDS = 8.0  # a reader waits


def open_site(settings: Settings, log: Log) -> Site:
    """Asks nobody anything yet. Raises SettingsError without an audience, and BucketError without credentials."""
    bucket = open_bucket(settings.bucket_url, patience=PATIENCE_SECONDS)
    keys = SigningKeys(fetcher(settings.iap_keys_url))
    gate = IapGate(settings.iap_audience, keys, RoleBook(bucket, settings.project), log)
    starter = CloudSync(settings.sync_job, settings.jobs_api_url, own_token(), log)
    pages = Pages(bucket, f"{settings.project}/site/")
    return Site(pages, gate, SyncControl(bucket, settings.project, starter), log)
