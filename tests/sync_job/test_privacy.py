"""No address, no reply, no key and no secret is in any byte that is kept or said."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo import Faults, Newsletter, email, event, newsletter_row, subscriber
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT
from tests.sync_job.privacy.people import ANNA, BEFORE_ANNA, NAMES, make_newsletter_with_anna, traces_of
from tests.sync_job.privacy.processes import start
from tests.sync_job.world import SECRET, World

REPOSITORY = Path(__file__).parents[2]
CANARIES = {
    "newsletter key": "5ec2e700-aaaa-4000-8000-0000cana0001",
    "address of an event": "203.0.113.77",
    "mapped address": "203.0.113.78",
    "long address": "2001:db8:cafe::77",
    "sign-up address": "198.51.100.99",
    "address in an unknown field": "192.0.2.211",
    "address in an unknown list": "192.0.2.212",
    "address with a port": "192.0.2.213",
    "address behind a word": "192.0.2.214",
    "address in a code": "192.0.2.215",
    "address in an unknown field of the row": "192.0.2.216",
    "reply from": "canary-reply@private.example",
    "reply subject": "canary subject of a reply",
    "reply text": "canary text of a reply",
    "reply html": "canary html of a reply",
    "reply body": "canary body of a reply",
    "reply on the row": "canary of a reply beside its metadata",
    "notes": "canary note about a person",
    "body": "canary body of an email",
    "purchaser": "canary-giver@private.example",
    "customer": "cus_canary",
    "email in an unknown field": "canary-unknown@private.example",
    "email address of the editor": "canary-editor@private.example",
}


def make_newsletter_of_canaries() -> Newsletter:
    says = CANARIES
    reader = subscriber(
        "reader@example.com",
        ip_address=says["sign-up address"],
        notes=says["notes"],
        purchased_by=says["purchaser"],
        stripe_customer_id=says["customer"],
        stripe_customer={"id": says["customer"]},
    )
    issue = email("Issue 1", body=says["body"], at=SENT)
    reply = {
        "from": says["reply from"],
        "subject": says["reply subject"],
        "text": says["reply text"],
        "html": says["reply html"],
        "body": says["reply body"],
    }

    def made(kind: str, metadata: dict[str, Any]) -> Any:
        return event(kind, subscriber=reader, email=issue, at=SENT, metadata=metadata)

    newsletter = Newsletter(
        newsletter=newsletter_row(
            api_key=says["newsletter key"], email_address=says["email address of the editor"]
        ),
        subscribers=[reader],
        emails=[issue],
        events=[
            made("opened", {"ip_address": says["address of an event"], "os": "iOS", "browser": "Mail"}),
            made("opened", {"ip_address": f"::ffff:{says['mapped address']}"}),
            made("clicked", {"ip_address": says["long address"], "url": "https://example.com/"}),
            made("opened", {"geo": {"ip": says["address in an unknown field"]}}),
            made("opened", {"hops": [says["address in an unknown list"]]}),
            made("opened", {"hop": f"{says['address with a port']}:443"}),
            made("opened", {"hop": f"ip:{says['address behind a word']}"}),
            made("bounced", {"code": f"550 blocked {says['address in a code']}"}),
            made("opened", {"contact": f"<{says['email in an unknown field']}>"}),
            made("replied", reply),
            made("subscriber.replied", reply),
            made("email_replied", reply),
        ],
    )
    for row in newsletter.events[-3:]:
        row["text"] = says["reply on the row"]
    newsletter.events[0]["client"] = {"ip": says["address in an unknown field of the row"]}
    return newsletter


def assert_silent(world: World, *also: str) -> None:
    everything = world.raw() + world.said.getvalue().encode()
    for canary in (*CANARIES.values(), SECRET.reveal(), "demo-key", *also):
        assert canary.encode() not in everything, canary


def test_nothing_private_is_kept_or_said(found: Found) -> None:
    world = found(make_newsletter_of_canaries())
    assert world.sync().outcome == "done"
    assert len(world.events()) == 12
    world.later(days=1)
    world.sync(full=True)
    assert_silent(world)


def test_nor_when_things_go_wrong(found: Found) -> None:
    for fault in ({"status": 500}, {"status": 403}, {"truncate": True}, {"body": b"<html>"}):
        world = found(make_newsletter_of_canaries())
        world.api.faults.on(path="/events", request=2, times=100, **fault)
        world.sync()
        assert_silent(world)


def test_nor_when_a_refusal_repeats_the_key(found: Found) -> None:
    world = found(make_newsletter_of_canaries())
    world.key = world.api.key = "the-canary-key"
    world.api.faults.on(
        path="/events",
        request=None,
        status=422,
        body=b'{"detail": "Token the-canary-key is not good enough"}',
    )
    report = world.sync()
    assert "is not good enough" in report.problems[0]
    assert_silent(world, "the-canary-key")


@pytest.mark.parametrize("cloud", [False, True])
def test_nor_by_any_command_of_the_owner(
    found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cloud: bool
) -> None:
    """init, sync, report, doctor and status, while all is well and once the key is refused and repeated."""
    world = found(make_newsletter_of_canaries())
    world.key = world.api.key = "the-canary-key"
    home = tmp_path / "home"
    home.mkdir()
    settings = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(REPOSITORY),
        "PYTHONDONTWRITEBYTECODE": "1",
        "RAPPORT_SECRET": SECRET.reveal(),
        "BUTTONDOWN_API_URL": world.api.url,
        **({"CLOUD_RUN_JOB": "sync-job", "CLOUD_RUN_EXECUTION": "sync-job-x7"} if cloud else {}),
    }

    def say(*given: str, typed: str = "") -> str:
        told = subprocess.run(
            [sys.executable, "-m", "rapport", *given],
            cwd=home, env=settings, input=typed, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "Traceback" not in told.stderr, told.stderr
        return told.stdout + told.stderr

    said = say("init", typed="the-canary-key")
    for command in ("sync", "report", "doctor", "status", "doctor --json", "status --json"):
        said += say(*command.split())
    assert "Synced Letters" in said
    assert ('"execution": "sync-job-x7"' in said) is cloud
    refusal = b'{"detail": "Token the-canary-key is not good enough"}'
    world.api.faults.on(path="/accounts/me", request=None, status=401, body=refusal)
    refused = [say("init", typed="the-canary-key"), say("sync"), say("doctor"), say("status", "--json")]
    assert all("is not good enough" in each for each in refused), refused
    kept = b"".join(
        each.read_bytes()
        for each in home.rglob("*")
        if each.is_file() and each.name not in (".env", "secret.key")
    )
    report = b"".join(
        each.read_bytes() for each in (home / "rapport-data" / "default" / "site").rglob("*.html")
    )
    for canary in (*CANARIES.values(), SECRET.reveal(), "the-canary-key"):
        assert canary not in said + "".join(refused), canary
        assert canary.encode() not in kept + report, canary
    assert "reader@example.com" not in said + "".join(refused), "who reads is nobody's business at a terminal"


def test_that_somebody_replied_is_kept(found: Found) -> None:
    world = found(make_newsletter_of_canaries())
    world.sync()
    replies = world.query("select properties from event_log where type = 'subscriber.replied'")
    assert len(replies) == 3
    assert {row[0] for row in replies} == {"{}", '{"event_type":"email_replied"}'}


def test_an_address_is_kept_as_keyed_hashes_and_the_class_of_its_network(found: Found) -> None:
    newsletter = Newsletter(
        events=[
            event("opened", at=SENT, metadata={"ip_address": address, "os": "iOS"})
            for address in ("203.0.113.77", "203.0.113.78", "198.51.100.1", "17.58.1.2", "203.0.113.77")
        ]
    )
    world = found(newsletter, Faults())
    world.sync()
    rows = world.query(
        "select properties ->> 'address', properties ->> 'network', properties ->> 'network_class' from event_log"
    )
    assert len({address for address, _, _ in rows}) == 4
    assert len({network for _, network, _ in rows}) == 3
    assert sorted(kind for _, _, kind in rows) == ["apple_relay", "other", "other", "other", "other"]
    assert {len(address) for address, _, _ in rows} == {16}


def test_the_same_address_is_another_hash_under_another_secret(found: Found) -> None:
    hashes = set()
    for secret in ("one secret that is long enough to be one", "two secrets that are long enough to be so"):
        world = found(Newsletter(events=[event("opened", at=SENT, metadata={"ip_address": "203.0.113.77"})]))
        world.secret = type(SECRET)(secret)
        world.sync()
        hashes.add(world.one("select properties ->> 'address' from event_log"))
    assert len(hashes) == 2


@pytest.mark.parametrize("given", ["", "unknown", "999.1.2.3", None])
def test_what_is_no_address_is_none(found: Found, given: str | None) -> None:
    world = found(Newsletter(events=[event("opened", at=SENT, metadata={"ip_address": given, "os": "iOS"})]))
    assert world.sync().outcome == "done"
    assert world.one("select properties from event_log") == '{"os":"iOS"}'


def test_working_copies_do_not_outlive_the_run(
    found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    found(make_newsletter_of_canaries()).sync()
    assert list(scratch.iterdir()) == []


PEOPLES_RIGHTS = [
    (["tag", "add", "vip", ANNA, "canary-stranger@private.example"], 1),
    (["tag", "add", ANNA, "vip"], 2),  # the wrong way round
    (["tag", "remove", "vip", ANNA], 0),
    (["tag", "remove", "press", ANNA], 2),
    (["tag", "describe", "vip", "people we know"], 0),
    (["tag", "list"], 0),
    (["person", "export", BEFORE_ANNA], 0),
    (["person", "export", "canary-stranger@private.example"], 1),
    (["person", "erase", "canary-stranger@private.example", "--yes"], 1),
    (["retention", "--dry-run"], 0),
    (["person", "erase", ANNA, "--yes"], 0),
    (["person", "erase", BEFORE_ANNA, "--yes"], 0),
    (["retention"], 0),
]


def test_the_commands_about_people_name_nobody_in_a_log(found: Found) -> None:
    world = found(make_newsletter_with_anna())
    world.sync()
    world.bucket.write("default/project.toml", b"[retention]\nevents_months = 1200\npeople_months = 1\n")
    traces = [trace.decode() for trace in traces_of(world.newsletter.subscribers[0])[1:]]
    said = world.said.getvalue()
    for given, code in PEOPLES_RIGHTS:
        with start(world, *given) as process:
            _, err = process.communicate(timeout=60)
        assert (given, process.returncode) == (given, code), err
        said += err + world.bucket.read("default/last_run.json")[0].decode()
    said += str(world.query("select * from sync_runs"))
    canaries = (*traces, *NAMES, "canary-stranger@private.example", world.secret.reveal())
    assert [canary for canary in canaries if canary.lower() in said.lower()] == []


def test_nor_when_they_fail(found: Found) -> None:
    world = found(make_newsletter_with_anna())
    world.sync()
    world.bucket.write("default/engagement.sqlite", b"SQLite format 3\x00 but not quite: " + ANNA.encode())
    for given in (
        ["person", "erase", ANNA, "--yes"],
        ["person", "export", ANNA],
        ["tag", "add", "vip", ANNA],
    ):
        with start(world, *given) as process:
            out, err = process.communicate(timeout=60)
        assert process.returncode == 1
        assert "Traceback" not in err
        assert ANNA not in out + err
