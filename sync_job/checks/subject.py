"""Whom the checks examine: a project with its settings, and what was fetched of it once for all of them."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from shared.bucket import Bucket
from shared.clock import utc_now
from shared.errors import RapportError, SourceUnavailable
from shared.last_run import LastRun, fetch_last_run
from shared.settings import Settings
from shared.web import WebClient
from sync_job.known_store import KnownStore, fetch_store, local_moment
from sync_job.sources.buttondown.api import ButtondownApi, connect

ATTEMPTS = 2  # somebody waits for the answer
TIMEOUT = 20.0
LONGEST_WAIT = 5.0


@dataclass(frozen=True)
class Subject:
    """`environ` is what the settings were read from; without `has_secret` the secret in them is made up."""

    settings: Settings
    environ: Mapping[str, str]
    bucket: Bucket
    folder: Path  # for a copy of the store
    env_files: tuple[Path, ...] = ()
    has_secret: bool = True
    now: Callable[[], datetime] = utc_now

    @property
    def project(self) -> str:
        return self.settings.project

    @property
    def now_ms(self) -> int:
        return round(self.now().timestamp() * 1000)

    @property
    def store_path(self) -> Path:
        return self.folder / "engagement.sqlite"

    @cached_property
    def _fetched(self) -> KnownStore | RapportError | None:
        try:
            return fetch_store(self.bucket, self.project, self.store_path)
        except RapportError as error:
            return error

    @property
    def store(self) -> KnownStore | None:
        """None where there is none yet, or none that can be read: `store_fault` says which."""
        return self._fetched if isinstance(self._fetched, KnownStore) else None

    @property
    def store_fault(self) -> RapportError | None:
        return self._fetched if isinstance(self._fetched, RapportError) else None

    def moment(self, ms: int) -> str:
        return self.store.moment(ms) if self.store else local_moment(ms)

    @cached_property
    def last_run(self) -> LastRun | None:
        return fetch_last_run(self.bucket, self.project)


def patient_client(settings: Settings) -> WebClient:
    """For a person who waits: it gives up after seconds, not minutes."""
    return connect(
        settings.buttondown_api_url, settings.buttondown_api_key, timeout=TIMEOUT, sleep=wait_a_little
    )


def patient_api(client: WebClient) -> ButtondownApi:
    return ButtondownApi(client, attempts=ATTEMPTS)


def wait_a_little(seconds: float) -> None:
    """Raises SourceUnavailable instead of a wait that nobody at a terminal understands."""
    if seconds > LONGEST_WAIT:
        raise SourceUnavailable(
            f"Buttondown asks to wait {seconds:.0f} s: more was asked with this key than it allows in a minute",
            hint="Run the same command again after that.",
        )
    time.sleep(seconds)
