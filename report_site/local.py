"""The site on a machine of one's own: what the cloud shows, and pages that come again by themselves."""

from report_site.gates import Gate
from report_site.live import live_answers, watch
from report_site.pages import Pages
from report_site.site import Site
from report_site.sync_control import Starter, SyncControl
from shared.bucket import Bucket
from shared.log import Log


def local_site(bucket: Bucket, project: str, gate: Gate, starter: Starter, log: Log) -> Site:
    prefix = f"{project}/site/"
    pages = Pages(bucket, prefix, watch)
    return Site(pages, gate, SyncControl(bucket, project, starter), log, live_answers(bucket, prefix))
