"""The sync on this machine: `rapport sync`, then `rapport report`, in processes of their own."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from http import HTTPStatus

from report_site.sync_control import Attempt, Started

RAPPORT = (sys.executable, "-m", "rapport")
COMMANDS = ((*RAPPORT, "sync"), (*RAPPORT, "report"))
WRONG_SETTINGS = 2  # of the exit codes, the one after which nothing else makes sense
PATIENCE_SECONDS = 60.0  # a large store takes a while to be checked and kept
LONGEST_COMPLAINT = 500


class LocalSync:
    """One at a time. `say` is told what goes wrong, `environ` is that of the commands (None: ours)."""

    def __init__(
        self,
        say: Callable[[str], None],
        commands: Sequence[Sequence[str]] = COMMANDS,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self._say = say
        self._commands = commands
        self._environ = environ
        self._attempt: Attempt | None = None
        self._process: subprocess.Popen[str] | None = None
        self._worker: threading.Thread | None = None
        self._is_stopping = False
        self._lock = threading.Lock()

    def start(self) -> Started:
        with self._lock:
            if self._is_stopping or (self._attempt and self._attempt.is_under_way):
                return Started(HTTPStatus.CONFLICT, "A sync is under way already.")
            self._attempt = Attempt(datetime.now(UTC), is_under_way=True)
            self._worker = threading.Thread(target=self._work, name="sync", daemon=True)
            self._worker.start()
        return Started(HTTPStatus.ACCEPTED, "The sync starts; the report follows.")

    def last_attempt(self) -> Attempt | None:
        return self._attempt

    def stop(self) -> None:
        """Tells what runs to end, once, for a second time it would let go of what it is just keeping; and waits."""
        with self._lock:
            self._is_stopping = True
            process, worker = self._process, self._worker
        if process:
            process.terminate()
        if worker:
            worker.join(PATIENCE_SECONDS)
        if process and process.poll() is None:
            process.kill()

    def _work(self) -> None:
        problem = ""
        try:
            for command in self._commands:
                code, told = self._run(command)
                if code:
                    problem = told or f"it ended with exit code {code}"
                    self._say(problem)
                if code not in (0, 1):
                    break
        except OSError as error:
            problem = f"it could not be started: {error.strerror}"
            self._say(problem)
        finally:
            with self._lock:
                if self._attempt:
                    self._attempt = replace(self._attempt, is_under_way=False, problem=problem)

    def _run(self, command: Sequence[str]) -> tuple[int, str]:
        """The exit code, and the last thing it complained of."""
        with self._lock:
            if self._is_stopping:
                return WRONG_SETTINGS, "stopped with the server"
            process = self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                encoding="utf-8",
                errors="replace",
                env=self._environ,
                start_new_session=True,  # Ctrl+C in the terminal is for the server, which passes it on once
            )
        last = ""
        with process:
            for line in process.stderr or ():
                last = _complaint(line) or last
        self._process = None
        return process.returncode, last


def _complaint(line: str) -> str:
    """The words of a line of the log, or the line itself where it is none; nothing of mere information."""
    with suppress(ValueError):
        entry = json.loads(line)
        if isinstance(entry, dict):
            return "" if entry.get("severity") == "INFO" else str(entry.get("message", ""))
    return line.strip()[:LONGEST_COMPLAINT]
