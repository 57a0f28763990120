"""One key, one newsletter: who it is, what it may read, and what is said when it may not."""

from typing import Any

import pytest

from demo import Newsletter, email, event, newsletter_row
from shared.errors import ForeignDataError, SourceRefused
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import SENT, make_small, opened_on
from tests.sync_job.world import World


def facts(world: World) -> dict[str, str]:
    return {row[0]: row[1] for row in world.query("select name, value from project_facts")}


def test_the_key_is_checked_first(world: World) -> None:
    world.sync()
    assert [request.path for request in world.api.requests[:2]] == ["/accounts/me", "/newsletters"]


def test_every_question_names_the_version_of_the_api_and_who_asks(world: World) -> None:
    world.sync()
    assert {request.headers["x-api-version"] for request in world.api.requests} == {"2026-04-01"}
    assert all(request.headers["user-agent"].startswith("rapport") for request in world.api.requests)
    assert {request.method for request in world.api.requests} == {"GET"}


def test_no_undeclared_parameter_is_ever_sent(found: Found) -> None:
    newsletter = make_small()
    newsletter.events.append(event("opened", subscriber="sub_0f3rpkrjtt95w8y3gh48sm8nb6", at=SENT))
    world = found(newsletter)
    world.api.faults.strict_params = True
    world.sync()
    world.later(hours=1)
    world.sync()
    newsletter.subscribers.pop()
    world.later(days=1)
    world.sync(full=True)
    assert world.sync(since=SENT.date()).problems == []
    assert {request.status for request in world.api.requests} == {200}


def test_emails_come_without_their_bodies_and_with_their_analytics(world: World) -> None:
    world.newsletter.emails[0]["body"] = "a canary that sings"
    world.sync()
    assert {tuple(request.values("excluded_fields")) for request in world.asked("/emails")} == {("body",)}
    assert b"a canary that sings" not in world.raw()
    assert world.one("select analytics ->> 'deliveries' from email_list") == 2


def test_the_name_the_zone_the_locale_and_the_tracking_of_the_newsletter_are_kept(world: World) -> None:
    world.newsletter.newsletter.update(
        name="The Weekly", timezone="Europe/Paris", locale="fr", enabled_features=["portal"]
    )
    report = world.sync()
    known = facts(world)
    assert {name: known[name] for name in ("newsletter_name", "time_zone", "locale", "tracking")} == {
        "newsletter_name": "The Weekly",
        "time_zone": "Europe/Paris",
        "locale": "fr",
        "tracking": "off",
    }
    assert report.newsletter == "The Weekly"


def test_a_key_that_may_not_read_newsletters_still_syncs(found: Found) -> None:
    world = found()
    world.api.faults.denied_silently.add("newsletters")
    assert world.sync().outcome == "done"
    world.assert_true()
    assert world.sync().newsletter == "default"


def test_a_key_of_another_newsletter_is_refused(world: World) -> None:
    world.sync()
    generation = world.generation()
    world.newsletter.newsletter = newsletter_row("Another", id="news_0f3rpkrjtt95w8y3gh48sm8nb6")
    opened_on(world.newsletter, world.now)
    with pytest.raises(ForeignDataError) as refused:
        world.sync()
    assert "'Another'" in str(refused.value)
    assert "'Letters'" in str(refused.value)
    assert "RAPPORT_PROJECT" in refused.value.hint
    assert refused.value.exit_code == 2
    assert world.generation() == generation
    assert world.last_run()["outcome"] == "failed"


def test_a_key_that_is_not_accepted_ends_the_run_with_what_to_do(world: World) -> None:
    world.key = "not-the-key"
    with pytest.raises(SourceRefused, match="does not accept the API key") as refusal:
        world.sync()
    assert refusal.value.exit_code == 2
    assert world.last_run()["outcome"] == "failed"
    assert "BUTTONDOWN_API_KEY" in world.last_run()["problems"][0]
    assert [each.name for each in world.bucket.list()] == ["default/last_run.json"]  # and no empty store
    assert len(world.api.requests) == 1


def test_a_key_that_is_revoked_midway_ends_the_run_and_keeps_what_came(world: World) -> None:
    world.api.faults.on(path="/events", request=None, status=401)
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 2)
    assert len(report.problems) == 1
    assert len(world.people()) == 2


@pytest.mark.parametrize("silently", [False, True])
@pytest.mark.parametrize(
    ("resource", "permission"),
    [
        ("tags", "subscribers (read)"),
        ("subscribers", "subscribers (read)"),
        ("emails", "emails (read)"),
        ("events", "emails and subscribers (read)"),
    ],
)
def test_what_a_key_may_not_read_is_named_and_the_rest_is_kept(
    world: World, resource: str, permission: str, silently: bool
) -> None:
    (world.api.faults.denied_silently if silently else world.api.faults.denied).add(resource)
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", 2)
    assert f"may not read {resource}" in report.problems[0]
    assert permission in report.problems[0]
    assert bool(world.events()) == (resource != "events")
    world.api.faults.denied_silently.clear()
    world.api.faults.denied.clear()
    world.later(hours=1)
    assert world.sync().outcome == "done"
    world.assert_true()


@pytest.mark.parametrize(
    ("answer", "words", "exit_code"),
    [
        (
            {"status": 422, "body": b'{"detail": [{"loc": ["query", "ordering"], "msg": "no"}]}'},
            "query.ordering: no",
            2,
        ),
        ({"status": 400, "body": b'{"detail": "no such order"}'}, "no such order", 2),
        ({"status": 403, "body": b""}, "may not read events", 2),
        ({"status": 301, "headers": {"Location": "https://elsewhere.example/"}}, "redirects elsewhere", 2),
        ({"status": 404, "body": b'{"detail": "Not Found"}'}, "BUTTONDOWN_API_URL", 2),
        ({"status": 409}, "409", 1),
        ({"status": 418, "body": b"<teapot>"}, "418", 1),
        ({"status": 500}, "500", 1),
        ({"status": 200, "body": b"<html>Maintenance</html>"}, "not the JSON asked for", 1),
        ({"status": 200, "body": b""}, "not the JSON asked for", 1),
        ({"status": 200, "body": b"[]"}, "not the JSON asked for", 1),
        ({"status": 200, "body": b'{"results": [1, 2]}'}, "not the JSON asked for", 1),
        ({"status": 200, "body": b'{"count": 3}'}, "not the JSON asked for", 1),
        ({"truncate": True}, "events", 1),
        ({"reset": True}, "events", 1),
    ],
)
def test_a_refusal_is_told_in_words_with_the_right_exit_code(
    world: World, answer: dict[str, Any], words: str, exit_code: int
) -> None:
    world.api.faults.on(path="/events", request=None, **answer)
    report = world.sync()
    assert (report.outcome, report.exit_code) == ("incomplete", exit_code)
    assert words in " ".join(report.problems)
    assert len(world.people()) == 2


@pytest.mark.parametrize(
    "accident",
    [
        {"status": 500},
        {"status": 502},
        {"status": 503, "retry_after": 1},
        {"status": 429, "retry_after": 7},
        {"status": 409},
        {"status": 200, "body": b"<html>"},
        {"status": 200, "body": b"null"},
        {"status": 200, "body": b"not gzip", "headers": {"Content-Encoding": "gzip"}},
        {"truncate": True},
        {"reset": True},
    ],
)
@pytest.mark.parametrize(
    "path", ["/accounts/me", "/newsletters", "/tags", "/emails", "/subscribers", "/events"]
)
def test_one_accident_anywhere_costs_nothing_but_a_pause(
    world: World, path: str, accident: dict[str, Any]
) -> None:
    world.api.faults.on(path=path, **accident)
    report = world.sync()
    assert report.problems == []
    assert report.counts.retries == 1
    world.assert_true()
    assert len(world.slept) == 1


def test_the_rest_still_comes_when_one_list_fails(found: Found) -> None:
    for resource in ("tags", "emails", "subscribers"):
        world = found()
        world.api.faults.on(path=f"/{resource}", request=None, status=500)
        report = world.sync()
        assert (report.outcome, report.exit_code) == ("incomplete", 1)
        assert len(world.events()) == 7


def test_emails_that_events_name_but_no_list_are_asked_for_once(found: Found) -> None:
    newsletter = make_small()
    vanished = email("Vanished")
    newsletter.events.append(event("opened", subscriber=newsletter.subscribers[0], email=vanished, at=SENT))
    world = found(newsletter)
    world.sync()
    assert world.query("select status, missing_ms is not null from emails where subject is null") == [
        (None, 1)
    ]
    since = len(world.api.requests)
    world.later(hours=1)
    world.sync()
    assert not any(request.values("ids") for request in world.asked("/emails", since=since))
    newsletter.emails.append(vanished)
    world.later(hours=1)
    world.sync()
    world.assert_true()


def test_an_empty_newsletter_is_a_done_run(found: Found) -> None:
    world = found(Newsletter())
    report = world.sync()
    assert (report.outcome, report.problems) == ("done", [])
    assert world.events() == {}


def test_tracking_is_remembered_for_what_was_sent_within_the_day(found: Found) -> None:
    newsletter = make_small()
    world = found(newsletter)
    newsletter.emails.append(email("Today", at=world.now))
    newsletter.newsletter["enabled_features"] = []
    world.sync()
    assert world.query("select subject, tracking_at_send from emails order by subject") == [
        ("Issue 1", None),
        ("Today", 0),
    ]
    newsletter.newsletter["enabled_features"] = ["tracking"]
    world.later(hours=1)
    world.sync()
    assert world.one("select tracking_at_send from emails where subject = 'Today'") == 0


def test_unknown_fields_and_statuses_of_emails_are_counted_and_kept(world: World) -> None:
    world.newsletter.emails[0].update(status="levitating", colour="blue")
    report = world.sync()
    assert report.counts.unknown_fields == {"email.colour": 1}
    assert world.one("select status from email_list") == "levitating"


def test_rows_without_an_id_cost_nobody_else(world: World) -> None:
    world.newsletter.emails.append({**email("No id"), "id": None})
    world.newsletter.tags.append({"id": None, "name": None, "creation_date": "2026-01-01T00:00:00Z"})
    world.newsletter.subscribers.append({**world.newsletter.subscribers[0], "id": None})
    assert world.sync().outcome == "done"
    assert len(world.people()) == 2
    assert world.one("select count(*) from emails") == 1
