"""`rapport webhook`: makes one webhook however often it is asked, tells how it goes, and shows no key."""

from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from demo import Api, Newsletter, serve
from demo.deliveries import announce
from demo.wire import webhook
from rapport import rapport
from shared.errors import RapportError, SettingsError, SourceRefused, SourceUnavailable, UsageError
from sync_job.sources.buttondown.webhook_registry import address
from sync_job.sources.buttondown.webhook_types import OF_PEOPLE

KEY = "a canary of a signing key"
URL = "https://event-collector.example/webhooks/buttondown"
Run = Callable[..., Result]


@pytest.fixture
def api() -> Iterator[Api]:
    with serve(Newsletter()) as api:
        yield api


@pytest.fixture
def run(api: Api, monkeypatch: pytest.MonkeyPatch) -> Run:
    """One command; whatever it says and does, the key is not in it."""
    monkeypatch.setenv("BUTTONDOWN_API_URL", api.url)
    monkeypatch.setenv("BUTTONDOWN_API_KEY", api.key)
    monkeypatch.setenv("BUTTONDOWN_WEBHOOK_KEY", KEY)
    monkeypatch.setenv("RAPPORT_BUCKET", "gs://some-bucket")  # neither it nor a secret is needed

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(rapport, ["webhook", *arguments], standalone_mode=False)
        assert KEY not in result.output
        if isinstance(result.exception, RapportError):
            assert KEY not in result.exception.explained
        return result

    return run


def test_a_collector_is_registered_for_what_changes_people(api: Api, run: Run) -> None:
    result = run("register", "https://event-collector.example")
    assert (result.exception, result.return_value) == (None, None)
    [row] = api.newsletter.webhooks
    assert (row["url"], row["signing_key"], row["status"]) == (URL, KEY, "enabled")
    assert row["event_types"] == sorted(OF_PEOPLE)
    assert result.output == f"Registered: {row['id']}  enabled, signed, {len(OF_PEOPLE)} event types  {URL}\n"


def test_asked_twice_it_is_one_webhook(api: Api, run: Run) -> None:
    run("register", URL)
    before = [dict(row) for row in api.newsletter.webhooks]
    assert run("register", "https://event-collector.example/").output.startswith("Already registered: ")
    assert api.newsletter.webhooks == before
    assert [request.method for request in api.requests] == ["GET", "POST", "GET"]


def test_what_is_wrong_with_it_is_put_right(api: Api, run: Run) -> None:
    own = webhook(
        URL,
        signing_key="another key",
        status="disabled",
        event_types=["email.sent"],
        description="My own words",
    )
    other = webhook("https://example.com/other")
    api.newsletter.webhooks += [other, own]
    before = dict(other)
    assert run("register", URL).output.startswith("Registered: ")
    assert api.newsletter.webhooks == [before, own]
    assert (own["signing_key"], own["status"], own["description"]) == (KEY, "enabled", "My own words")
    assert set(own["event_types"]) == OF_PEOPLE | {"email.sent"}


def test_an_older_webhook_of_many_is_found(api: Api, run: Run) -> None:
    api.newsletter.webhooks += [webhook(f"https://example.com/{number}") for number in range(130)]
    run("register", "https://example.com/120")
    assert len(api.newsletter.webhooks) == 130
    assert api.newsletter.webhooks[120]["signing_key"] == KEY


def test_the_list_says_how_deliveries_went(api: Api, run: Run) -> None:
    assert run("list").output == "There are no webhooks: make one with `rapport webhook register URL`.\n"
    row = webhook("http://127.0.0.1:9/hook", signing_key=KEY)
    api.newsletter.webhooks += [row, webhook("https://example.com/other")]
    said = run("list").output
    assert said.count("no deliveries yet") == 2
    assert "enabled, NOT SIGNED, 1 event types  https://example.com/other" in said
    for _ in range(5):
        announce(api.newsletter, "subscriber.created")
        api.newsletter.webhooks[1]["status"] = "disabled"
    said = run("list").output
    assert "latest deliveries: 0 of 5 did not fail" in said
    assert "last failure: " in said
    assert f"{row['id']}  disabled, signed" in said
    assert "register it again" in said


def test_one_is_removed_by_its_id(api: Api, run: Run) -> None:
    row, other = webhook("https://example.com/one"), webhook("https://example.com/other")
    api.newsletter.webhooks += [row, other]
    assert run("remove", row["id"]).output == f"Removed {row['id']}.\n"
    assert api.newsletter.webhooks == [other]
    for wrong in (row["id"], "../subscribers/x", ""):
        assert isinstance(run("remove", wrong).exception, UsageError)
    assert api.newsletter.webhooks == [other]


@pytest.mark.parametrize("missing", ["BUTTONDOWN_API_KEY", "BUTTONDOWN_WEBHOOK_KEY"])
def test_both_keys_are_needed(api: Api, run: Run, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.delenv(missing)
    result = run("register", URL)
    assert isinstance(result.exception, SettingsError)
    assert missing in str(result.exception)
    assert api.requests == []


def test_without_the_right_to_it_the_remedy_is_said(api: Api, run: Run) -> None:
    api.faults.denied.add("webhooks")
    for command in (("list",), ("register", URL), ("remove", "hook_1")):
        result = run(*command)
        assert isinstance(result.exception, SourceRefused)
        assert "paid plans" in result.exception.hint


def test_a_refusal_that_repeats_the_signing_key_does_not_tell_it(api: Api, run: Run) -> None:
    api.faults.on(path="/webhooks", request=2, status=422, body=f'{{"detail": "{KEY} is too good"}}'.encode())
    result = run("register", URL)
    assert isinstance(result.exception, SourceRefused)
    assert "is too good" in str(result.exception)


@pytest.mark.parametrize("fault", [{"status": 503}, {"reset": True}, {"status": 429}, {"body": b"<html>"}])
def test_a_change_is_asked_for_once(api: Api, run: Run, fault: dict[str, object]) -> None:
    """Nobody knows whether it happened: asking again might make a second webhook."""
    api.faults.on(path="/webhooks", request=2, **fault)  # type: ignore[arg-type]
    result = run("register", URL)
    assert isinstance(result.exception, SourceUnavailable)
    assert "look before you ask again" in result.exception.hint
    assert [request.method for request in api.requests] == ["GET", "POST"]


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (" https://collector.example/ ", "https://collector.example/webhooks/buttondown"),
        ("https://collector.example:8443", "https://collector.example:8443/webhooks/buttondown"),
        ("https://example.com/behind/a/path", "https://example.com/behind/a/path"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/webhooks/buttondown"),
    ],
)
def test_an_address_is_completed(given: str, meant: str) -> None:
    assert address(given) == meant


@pytest.mark.parametrize(
    "given",
    [
        *(
            "",
            "collector.example",
            "http://collector.example",
            "ftp://collector.example",
            "https://",
            "https://[::1",
        ),
        *("https://x?y=1", "https://x#y", "https://user@x", "https://x:port"),
    ],
)
def test_what_cannot_be_the_address_is_refused(given: str) -> None:
    with pytest.raises(UsageError):
        address(given)
