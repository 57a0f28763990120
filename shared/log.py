"""What a run says while it works: readable lines on a terminal, one JSON line per event anywhere else.

Cloud Logging reads `severity`, `message`, `time` and the trace from each JSON line and keeps the other fields, such as
the project and the execution; no field may hold an address, a key or a reply. Progress is drawn on a terminal only,
never logged.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import IO, Protocol

from shared.clock import utc_now
from shared.settings import Settings

TRACE = "logging.googleapis.com/trace"
SPAN = "logging.googleapis.com/spanId"
TRACE_CONTEXT = re.compile(r"([0-9a-f]{32})(?:/(\d{1,20}))?(?:;.*)?", re.IGNORECASE)
_trace: ContextVar[Mapping[str, str]] = ContextVar("trace", default={})  # noqa: B039 (nobody writes into it)


class Progress(Protocol):
    def __call__(self, done: int, total: int | None = None) -> None: ...


class Log:
    def __init__(
        self,
        stream: IO[str],
        *,
        readable: bool,
        labels: Mapping[str, str] | None = None,
        cloud_project: str = "",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._stream = stream
        self.readable = readable
        self._labels = dict(labels or {})
        self._cloud_project = cloud_project
        self._clock = clock

    @classmethod
    def open(cls, environ: Mapping[str, str], stream: IO[str] | None = None) -> "Log":
        """Readable on a terminal; JSON, labelled with project and execution, on Cloud Run and in pipes."""
        stream = stream or sys.stderr
        labels = {
            "project": environ.get("RAPPORT_PROJECT", "") or Settings.project,
            "execution": environ.get("CLOUD_RUN_EXECUTION", ""),
            "task": environ.get("CLOUD_RUN_TASK_INDEX", ""),
            "attempt": environ.get("CLOUD_RUN_TASK_ATTEMPT", ""),
        }
        on_cloud = "CLOUD_RUN_JOB" in environ or "K_SERVICE" in environ
        given = {key: value for key, value in labels.items() if value}
        readable = stream.isatty() and not on_cloud
        return cls(
            stream, readable=readable, labels=given, cloud_project=environ.get("GOOGLE_CLOUD_PROJECT", "")
        )

    @contextmanager
    def tracing(self, context: str) -> Iterator[None]:
        """Within it, in this thread, lines stand below one request of a service in Cloud Logging.

        `context` is the header X-Cloud-Trace-Context, which anybody may send: what is no trace is left out. A job
        has none; its lines are found by their execution.
        """
        found = TRACE_CONTEXT.fullmatch(context.strip()) if self._cloud_project else None
        trace = {TRACE: f"projects/{self._cloud_project}/traces/{found[1].lower()}"} if found else {}
        if found and found[2] and 0 < int(found[2]) < 1 << 64:
            trace[SPAN] = f"{int(found[2]):016x}"
        before = _trace.set(trace)
        try:
            yield
        finally:
            _trace.reset(before)

    def info(self, message: str, **fields: object) -> None:
        self._say("INFO", message, fields)

    def warning(self, message: str, **fields: object) -> None:
        self._say("WARNING", message, fields)

    def error(self, message: str, **fields: object) -> None:
        self._say("ERROR", message, fields)

    def _say(self, severity: str, message: str, fields: Mapping[str, object]) -> None:
        if self.readable:
            mark = {"WARNING": "! ", "ERROR": "✗ "}.get(severity, "")
            print(mark + message, file=self._stream, flush=True)
            return
        line = {
            "severity": severity,
            "message": message,
            "time": self._clock().isoformat(),
            **self._labels,
            **_trace.get(),
            **fields,
        }
        # In one piece: threads that print at the same time must not share a line.
        self._stream.write(json.dumps(line, ensure_ascii=False, default=str) + "\n")
        self._stream.flush()

    @contextmanager
    def progress(self, label: str) -> Iterator[Progress]:
        """A bar on a terminal, nothing elsewhere; call it with how much is done, and of how much if known."""
        if not self.readable:
            yield lambda done, total=None: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        with Bar(*columns, console=Console(file=self._stream), transient=True) as bar:
            task = bar.add_task(label, total=None)
            yield lambda done, total=None: bar.update(task, completed=done, total=total)
