"""docs/google-cloud.md tells the truth: its backfills are what the parser takes them for, its costs are reckoned."""

import json
import re
import shlex
from datetime import date
from typing import Any

from deployment.cost import free_tiers, monthly_cost, total
from deployment.plan.access import ACCOUNTS
from deployment.sizes import Sizes
from deployment.target import Target
from rapport import DOORS
from sync_job.backups.commands import restore
from sync_job.commands import sync
from sync_job.session import Plan
from tests.deployment.conftest import ROOT

DOCS = (ROOT / "docs" / "google-cloud.md").read_text()


def plan_of(arguments: list[str]) -> Plan:
    """What a run with these arguments would do, by the parser of the command itself."""
    assert arguments[0] == "sync"
    given: dict[str, Any] = sync.make_context("sync", arguments[1:]).params
    return Plan(
        full=given["full"],
        since=given["since"].date() if given["since"] else None,
        until=given["until"].date() if given["until"] else None,
        accept_deletions=given["accept_deletions"],
        dry_run=given["dry_run"],
    )


def test_a_backfill_is_the_same_through_gcloud_and_through_the_api() -> None:
    (line,) = re.findall(r"^gcloud run jobs execute sync-job .*--args=sync,.*$", DOCS, re.MULTILINE)
    (given,) = [word.removeprefix("--args=") for word in shlex.split(line) if word.startswith("--args=")]
    by_gcloud = plan_of(given.split(","))
    (body,) = re.findall(r"-d '(.*)'", DOCS)
    (container,) = json.loads(body)["overrides"]["containerOverrides"]
    assert plan_of(container["args"]) == by_gcloud
    assert by_gcloud == Plan(since=date(2024, 1, 1), until=date(2024, 6, 30))
    assert not by_gcloud.is_scheduled  # so it waits for the lease


def test_the_other_arguments_of_the_docs_are_taken_too() -> None:
    (given,) = re.findall(r"`--args=(sync,--full)`", DOCS)
    assert plan_of(given.split(",")) == Plan(full=True)


def test_the_way_back_is_a_restore_which_leaves_out_who_was_erased() -> None:
    (given,) = re.findall(r" --args=restore,(\S+) ", DOCS)
    params = restore.make_context("restore", given.split(",")).params
    assert (params["at"], params["yes"]) == ("1760000000000000", True)
    assert not re.search(r"storage (cp|mv|rsync) gs://\S*engagement\.sqlite", DOCS)


def test_the_costs_are_those_that_are_reckoned() -> None:
    rows = re.findall(r"^\| ([\d,]+) \| ([\d,]+) \| ([\d,]+) MB \| (\d+) GiB \| (.*) \|$", DOCS, re.MULTILINE)
    assert len(rows) == 4
    for subscribers, events, megabytes, memory, dollars in rows:
        sizes = Sizes.reckon(int(subscribers.replace(",", "")), int(events.replace(",", "")))
        assert f"{sizes.store_bytes / 1e6:,.0f}" == megabytes
        told = []
        for region in ("us-central1", "europe-west1"):
            target = Target("my-newsletter-1", region, "ada@example.com", store_bytes=sizes.store_bytes)
            assert str(target.sync_machine.memory_gib) == memory
            told.append(total(monthly_cost(sizes.usage(target), free_tiers(region))))
        told.append(total(monthly_cost(sizes.usage(target), frozenset())))
        assert dollars == " | ".join(f"${each:.2f}" for each in told)


def test_every_account_is_told_of() -> None:
    assert set(re.findall(r"^\| `rapport-(\w+)` \|", DOCS, re.MULTILINE)) == set(ACCOUNTS)


def test_the_commands_of_the_docs_exist() -> None:
    named = set(re.findall(r"(?:`|-m )rapport ([a-z]+)", DOCS))
    assert {"deploy", "destroy", "backups", "restore"} <= named
    assert named <= set(DOORS)
