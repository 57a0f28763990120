"""The size of a store on this machine, and a key that is asked for at a terminal."""

import os
import pty
import select
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from deployment.plan import deployment_plan
from deployment.sizes import Sizes, measure_store
from deployment.target import Target
from tests.deployment.conftest import API_KEY, DEPLOY, ROOT, Console

DEMO = ("demo", "--no-serve", "--subscribers", "60", "--emails", "12")


@pytest.fixture(scope="session")
def demo_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "rapport", *DEMO, "--folder", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return folder / "demo" / "engagement.sqlite"


def test_a_store_is_measured_without_a_trace(demo_store: Path) -> None:
    before = {path.name: path.stat().st_mtime_ns for path in demo_store.parent.iterdir()}
    sizes = measure_store(demo_store)
    assert sizes is not None
    assert sizes.store_bytes == demo_store.stat().st_size
    assert sizes.subscribers >= 60
    assert sizes.emails >= 12
    assert {path.name: path.stat().st_mtime_ns for path in demo_store.parent.iterdir()} == before


def test_the_estimate_is_of_the_store_on_this_machine(demo_store: Path, console: Console) -> None:
    told = console.rapport(
        *DEPLOY, "--cost", RAPPORT_BUCKET=str(demo_store.parent.parent), RAPPORT_PROJECT="demo"
    )
    assert f"with a store of {demo_store.stat().st_size / 1e6:,.0f} MB" in told.stdout


def test_a_store_is_reckoned_larger_rather_than_smaller_than_it_will_be(demo_store: Path) -> None:
    sizes = measure_store(demo_store)
    assert sizes is not None
    events = 80 * sizes.emails  # a sent email leaves at most this many with 60 subscribers
    assert Sizes.reckon(sizes.subscribers, events).store_bytes >= 0.8 * sizes.store_bytes


def test_the_first_settings_file_names_each_person_once() -> None:
    target = Target(
        "my-newsletter-1", "europe-west1", "Ada@example.com", ("bob@example.com", "ada@example.com")
    )
    (feed,) = [step.feed for step in deployment_plan(target) if step.feed and step.feed.text]
    assert tomllib.loads(feed.text) == {
        "roles": {"owner": ["ada@example.com"], "viewer": ["bob@example.com"]}
    }


def test_a_key_is_asked_for_at_a_terminal_and_not_shown(deployed: Console) -> None:
    deployed.forget("secret versions", "buttondown-api-key")
    command = [sys.executable, "-m", "rapport", *DEPLOY, "--yes"]
    ours, theirs = pty.openpty()
    environ = deployed.environ | {"BUTTONDOWN_API_KEY": ""}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdin=theirs, stdout=theirs, stderr=theirs,
                          start_new_session=True) as process:  # fmt: skip
        os.close(theirs)
        shown = b""
        try:
            while b"BUTTONDOWN_API_KEY (not shown)" not in shown:
                assert select.select([ours], [], [], 60)[0], shown.decode()
                shown += os.read(ours, 65536)
            os.write(ours, f"{API_KEY}\n".encode())
            while chunk := _read(ours):
                shown += chunk
        finally:
            os.close(ours)
    assert process.returncode == 0, shown.decode()
    assert deployed.state["secret versions"]["buttondown-api-key"] == [API_KEY]
    assert API_KEY.encode() not in shown


def _read(terminal: int) -> bytes:
    """What is there next; nothing once the other end is closed, which Linux tells as an error."""
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""


def test_settings_of_the_env_file_count_and_are_kept_from_gcloud(deployed: Console) -> None:
    """Or the cloud would get a new secret, which makes other people of everybody in the store."""
    for name in ("BUTTONDOWN_API_KEY", "RAPPORT_SECRET", "RAPPORT_BUCKET"):
        del deployed.environ[name]
    deployed.forget("secret versions")
    written = f"RAPPORT_SECRET={'e' * 40}\nBUTTONDOWN_API_KEY=key-of-the-file\nRAPPORT_PROJECT=weekly\n"
    (deployed.home / ".env").write_text(written)
    done = deployed.rapport(*DEPLOY, "--yes")
    assert done.returncode == 0, done.stderr
    assert deployed.state["secret versions"] == {
        "buttondown-api-key": ["key-of-the-file"],
        "rapport-secret": ["e" * 40],
    }
    assert "/weekly/project.toml" in done.stdout
    assert not any(name.startswith(("RAPPORT_", "BUTTONDOWN_")) for name in deployed.names)
