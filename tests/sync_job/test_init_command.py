"""`rapport init`: a key is asked for, checked, kept where nobody else sees it, and told to nobody."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from demo import Newsletter, newsletter_row
from shared.env_file import read_env
from shared.errors import SettingsError, SourceRefused, SourceUnavailable, UsageError
from tests.sync_job.conftest import Found
from tests.sync_job.newsletters import make_list, make_small
from tests.sync_job.owner import Owner

REPOSITORY = Path(__file__).parents[2]


def key_of(owner: Owner) -> str | None:
    return read_env(owner.env).get("BUTTONDOWN_API_KEY")


def test_a_first_key_is_checked_kept_and_used(owner: Owner) -> None:
    said = owner.done("init", typed="demo-key\n")
    assert "The key is for 'Letters', time zone Etc/UTC." in said
    assert "Tracking is on" in said
    assert "It has 1 email sent, 2 people, 7 events." in said
    assert "about 8 requests: at least a minute, for Buttondown allows 600 a minute" in said
    assert said.rstrip().endswith("Next:\n  rapport sync\n  rapport report\nThen `rapport serve` shows it.")
    assert "demo-key" not in said
    assert owner.env.read_text() == "BUTTONDOWN_API_KEY=demo-key\n"
    assert stat.S_IMODE(owner.env.stat().st_mode) == 0o600
    assert owner.done("sync").startswith("Synced Letters: 7 new events")


@pytest.mark.parametrize(("events", "people"), [(7, 2), (9000, 350)])
def test_the_number_of_requests_it_promises_is_about_right(
    found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, events: int, people: int
) -> None:
    owner = Owner.of(found(make_small(events, people)), tmp_path / "home", monkeypatch)
    said = owner.done("init", typed="demo-key")
    promised = int(said.partition("about ")[2].partition(" requests")[0])
    before = len(owner.world.api.requests)
    owner.done("sync")
    assert abs(len(owner.world.api.requests) - before - promised) <= 2


@pytest.mark.parametrize(
    "typed",
    [
        "  demo-key \n",
        "'demo-key'",
        '"demo-key"\n',
        "Token demo-key",
        "BUTTONDOWN_API_KEY=demo-key",
        "BUTTONDOWN_API_KEY='demo-key'\n",
    ],
)
def test_what_a_paste_brings_along_is_left_out(owner: Owner, typed: str) -> None:
    owner.done("init", typed=typed)
    assert key_of(owner) == "demo-key"


@pytest.mark.parametrize("typed", ["demo key", "demo\nkey\n", "démo-kéy", "demo\x00key"])
def test_what_is_no_key_is_not_even_asked_with(owner: Owner, typed: str) -> None:
    result = owner.run("init", typed=typed)
    assert isinstance(result.exception, SettingsError)
    assert "BUTTONDOWN_API_KEY" in str(result.exception)
    assert typed.strip() not in str(result.exception)
    assert owner.world.api.requests == []
    assert not owner.env.exists()


@pytest.mark.parametrize("typed", ["", "\n", "''"])
def test_without_a_key_it_says_where_to_get_one(owner: Owner, typed: str) -> None:
    result = owner.run("init", typed=typed)
    assert isinstance(result.exception, UsageError)
    assert "under Settings, API" in result.exception.hint


def test_a_wrong_key_is_not_kept(owner: Owner) -> None:
    result = owner.run("init", typed="another-key")
    assert isinstance(result.exception, SourceRefused)
    assert "does not accept the API key" in str(result.exception)
    assert "Copy the key again" in result.exception.hint
    assert "another-key" not in result.exception.explained
    assert not owner.env.exists()


def test_an_exported_key_is_taken_without_asking(owner: Owner) -> None:
    owner.export(BUTTONDOWN_API_KEY="demo-key")
    owner.done("init", typed="never read")
    assert key_of(owner) == "demo-key"


def test_other_lines_of_the_file_stay(owner: Owner) -> None:
    owner.env.write_text("# mine\nDATABASE_URL=postgres://x\nRAPPORT_OVERLAP_DAYS=5")
    owner.done("init", typed="demo-key")
    assert owner.env.read_text() == (
        "# mine\nDATABASE_URL=postgres://x\nRAPPORT_OVERLAP_DAYS=5\nBUTTONDOWN_API_KEY=demo-key\n"
    )


def test_another_key_is_replaced_only_by_force(owner: Owner) -> None:
    owner.env.write_text("BUTTONDOWN_API_KEY=old\n")
    result = owner.run("init", typed="demo-key")
    assert isinstance(result.exception, UsageError)
    assert "--force" in result.exception.hint
    assert key_of(owner) == "old"
    owner.done("init", "--force", typed="demo-key")
    assert key_of(owner) == "demo-key"
    assert "holds this key already" in owner.done("init", typed="demo-key")
    assert "holds this key already" in owner.done("init", typed=""), "checks the one there is"


def test_a_newsletter_named_by_the_environment_has_a_file_of_its_own(owner: Owner) -> None:
    owner.env.write_text("BUTTONDOWN_API_KEY=old\n")
    owner.export(RAPPORT_PROJECT="weekly")
    said = owner.done("init", typed="demo-key")
    assert "RAPPORT_PROJECT=weekly rapport sync" in said
    assert (owner.folder / ".env.weekly").read_text() == "BUTTONDOWN_API_KEY=demo-key\n"
    assert key_of(owner) == "old"
    owner.done("sync")
    assert owner.bucket.stat("weekly/engagement.sqlite")


def test_tracking_that_is_off_is_told_with_the_place_to_turn_it_on(
    found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newsletter = Newsletter(
        newsletter=newsletter_row("Quiet", timezone="Asia/Tokyo", enabled_features=["archives"])
    )
    owner = Owner.of(found(newsletter), tmp_path / "home", monkeypatch)
    said = owner.done("init", typed="demo-key")
    assert "'Quiet', time zone Asia/Tokyo" in said
    assert "Tracking is off" in said
    assert "Settings, Tracking" in said
    assert "It has 0 emails sent, 0 people, 0 events." in said


def test_a_key_of_few_rights_is_kept_and_what_it_lacks_is_told(owner: Owner) -> None:
    owner.world.api.faults.denied = {"newsletters", "events"}
    said = owner.done("init", typed="demo-key")
    assert "does not say which newsletter it is for" in said
    assert "administrivia (read)" in said
    assert "It has 1 email sent, 2 people." in said
    assert "Warning: this API key may not read events" in said
    assert key_of(owner) == "demo-key"


def test_a_newsletter_that_is_none_is_survived(owner: Owner) -> None:
    owner.world.api.faults.on(path="/newsletters", body=b'{"results": [], "count": 0}')
    assert "does not say which newsletter" in owner.done("init", typed="demo-key")


def test_no_network_is_told_in_words(owner: Owner) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        owner.export(BUTTONDOWN_API_URL=f"http://127.0.0.1:{closed.getsockname()[1]}/v1")
        result = owner.run("init", typed="demo-key")
    assert isinstance(result.exception, SourceUnavailable)
    assert "did not answer accounts/me after 2 tries" in str(result.exception)
    assert "Check the network" in result.exception.hint
    assert not owner.env.exists()


def test_too_many_requests_are_told_rather_than_waited_out(owner: Owner) -> None:
    owner.world.api.faults.on(path="/accounts/me", request=None, status=429, retry_after=42)
    result = owner.run("init", typed="demo-key")
    assert isinstance(result.exception, SourceUnavailable)
    assert "asks to wait 42 s" in str(result.exception)
    assert result.exception.hint == "Run the same command again after that."


def test_a_folder_that_takes_no_file_is_told(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    result = owner.run("init", typed="demo-key")
    assert isinstance(result.exception, UsageError)
    assert "cannot be written: Permission denied" in str(result.exception)
    assert list(owner.folder.iterdir()) == []


def git(folder: Path, *given: str) -> None:
    subprocess.run(["git", "-C", str(folder), *given], check=True, capture_output=True)


def test_a_checkout_that_would_take_the_key_is_warned_of(owner: Owner) -> None:
    git(owner.folder, "init", "--quiet")
    assert "git does not ignore .env" in owner.done("init", typed="demo-key")
    (owner.folder / ".gitignore").write_text(".env\n")
    assert "git does not ignore" not in owner.done("init", typed="demo-key")
    git(owner.folder, "add", "--force", ".env")
    assert "git does not ignore .env" in owner.done("init", typed="demo-key"), (
        "one that is tracked is not ignored"
    )
    owner.export(RAPPORT_PROJECT="weekly")
    assert "echo '.env.weekly' >> .gitignore" in owner.done("init", typed="demo-key")


def test_without_git_a_checkout_is_presumed_to_take_it(owner: Owner) -> None:
    (owner.folder / ".git").mkdir()
    owner.export(PATH="")
    assert "git does not ignore .env" in owner.done("init", typed="demo-key")


TERMINAL = (
    "import os, pty, sys\n"
    "code = pty.spawn([sys.executable, '-m', 'rapport', *sys.argv[1:]])\n"
    "sys.exit(os.waitstatus_to_exitcode(code))\n"
)


class Terminal:
    """A real one: what is typed is shown by it, unless the program asks for silence."""

    def __init__(self, owner: Owner, *given: str) -> None:
        settings = {
            name: value for name, value in os.environ.items() if name.startswith(("BUTTONDOWN_", "RAPPORT_"))
        }
        self._process = subprocess.Popen(
            [sys.executable, "-c", TERMINAL, *given],
            cwd=owner.folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(REPOSITORY),
                "PYTHONDONTWRITEBYTECODE": "1",
                **settings,
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.shown = ""

    def answer(self, question: str, typed: str) -> None:
        """Types once the question is there."""
        assert self._process.stdin
        assert self._process.stdout
        while question not in self.shown:
            piece = os.read(self._process.stdout.fileno(), 1000)
            assert piece, self.shown
            self.shown += piece.decode()
        self._process.stdin.write(typed.encode())
        self._process.stdin.flush()

    def end(self) -> int:
        assert self._process.stdout
        while piece := os.read(self._process.stdout.fileno(), 1000):
            self.shown += piece.decode()
        with self._process:
            return self._process.wait(timeout=60)


def test_at_a_terminal_the_key_is_not_shown(owner: Owner) -> None:
    terminal = Terminal(owner, "init")
    terminal.answer("Buttondown API key:", "demo-key\n")
    assert terminal.end() == 0
    assert "demo-key" not in terminal.shown
    assert "The key is for 'Letters'" in terminal.shown
    assert key_of(owner) == "demo-key"


@pytest.mark.parametrize(("typed", "kept"), [("n\n", "old"), ("y\n", "demo-key")])
def test_at_a_terminal_another_key_is_asked_about(owner: Owner, typed: str, kept: str) -> None:
    owner.env.write_text("BUTTONDOWN_API_KEY=old\n")
    terminal = Terminal(owner, "init")
    terminal.answer("(Enter keeps the one there is):", "demo-key\n")
    terminal.answer("holds another key. Replace it? [y/N]:", typed)
    assert terminal.end() == 0
    assert key_of(owner) == kept
    assert "old" not in terminal.shown.replace("holds", "")


def test_at_a_terminal_a_wrong_key_is_two_lines(owner: Owner) -> None:
    terminal = Terminal(owner, "init")
    terminal.answer("Buttondown API key:", "another-key\n")
    assert terminal.end() == 2
    assert "✗ Buttondown does not accept the API key" in terminal.shown
    assert "another-key" not in terminal.shown
    assert "Traceback" not in terminal.shown


def test_a_large_list_takes_minutes(found: Found, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = Owner.of(found(make_list(3)), tmp_path / "home", monkeypatch)
    owner.world.api.faults.on(path="/events", body=b'{"results": [], "count": 5000000}')
    said = owner.done("init", typed="demo-key")
    assert "about 2,506 requests: at least 5 minutes" in said
