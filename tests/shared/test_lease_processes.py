"""In a folder, nobody waits for a process of this host that is no more."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from shared.bucket.folder import FolderBucket
from shared.bucket.gcs import CloudStorageBucket
from shared.errors import LeaseHeld
from shared.processes import THIS_MACHINE, ProcessProbe, process_started, this_host
from tests.shared.killing import REPOSITORY
from tests.shared.leases import NAME, eventually, record, take

CRASH = """
import os, signal, sys
from pathlib import Path
from shared.bucket.folder import FolderBucket
from shared.lease import Lease
Lease(FolderBucket(Path(sys.argv[1])), sys.argv[2], owner="killed").acquire()
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_in_a_folder_the_lease_of_a_killed_process_is_free_at_once(folder: FolderBucket) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(folder.root), NAME], cwd=REPOSITORY, check=False)
    assert record(folder)["owner"] == "killed"
    with take(folder, "next"):
        assert record(folder)["owner"] == "next"


def probe(host: str = "here", started: str | None = "at noon") -> ProcessProbe:
    return ProcessProbe(host=lambda: host, started=lambda _: started)


@pytest.mark.parametrize(
    ("now", "is_free"),
    [
        (probe(started=None), True),  # it is gone
        (probe(started="at one"), True),  # its number went to another process
        (probe(), False),
        (probe(host="elsewhere", started=None), False),  # not ours to judge
    ],
)
def test_a_holder_is_dead_when_its_process_is(folder: FolderBucket, now: ProcessProbe, is_free: bool) -> None:
    take(folder, "holder", processes=probe()).acquire()
    if is_free:
        take(folder, processes=now).acquire().release()
    else:
        with pytest.raises(LeaseHeld):
            take(folder, processes=now).acquire()


def test_in_the_cloud_processes_are_not_judged(cloud: CloudStorageBucket) -> None:
    # Every container there calls itself "localhost" and its first process 1.
    take(cloud, "holder", processes=probe()).acquire()
    with pytest.raises(LeaseHeld):
        take(cloud, processes=probe(started=None)).acquire()


def test_a_process_is_known_by_when_it_started() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        started = process_started(child.pid)
        assert started is not None
        assert started == process_started(child.pid)
        child.kill()
        eventually(
            lambda: process_started(child.pid) is None
        )  # killed, though nobody has asked for its end yet
    assert process_started(child.pid) is None
    assert THIS_MACHINE.started(os.getpid()) is not None


def test_without_proc_the_system_is_asked_by_ps(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("shared.processes.PROC", tmp_path)
    if not shutil.which("ps"):  # a bare container: then nobody can be asked, which is the next test
        assert process_started(os.getpid()) == process_started(1)
        return
    started = process_started(os.getpid())
    assert started
    assert started == process_started(os.getpid())
    assert this_host() == socket.gethostname()
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()
    assert process_started(ended.pid) is None


def test_where_nothing_can_be_asked_nobody_is_dead(
    folder: FolderBucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("shared.processes.PROC", tmp_path)
    monkeypatch.setenv("PATH", "")
    take(folder, "holder").acquire()
    with pytest.raises(LeaseHeld):
        take(folder).acquire()
