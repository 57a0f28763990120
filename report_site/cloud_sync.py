"""The sync as a Cloud Run job, started through Google's API with the service's own account."""

from collections.abc import Callable
from datetime import datetime, timedelta
from http import HTTPStatus

from report_site.identity import NoCredentials
from report_site.sync_control import Attempt, Started
from shared.clock import utc_now
from shared.errors import SourceUnavailable
from shared.log import Log
from shared.web import Answer, WebClient

# From the API's yes until the job holds its lease: a container starts in well under this.
STARTING = timedelta(seconds=90)
TIMEOUT = 20.0
REFUSALS = {
    401: "this service's account is not known to the API of Cloud Run",
    403: "this service's account may not start the job: grant it roles/run.invoker on the job",
    404: "RAPPORT_SYNC_JOB names a job that is not there",
}


class CloudSync:
    """`job` is projects/P/locations/R/jobs/J, or "" where none is set; `token` gives an access token or raises
    NoCredentials."""

    def __init__(
        self,
        job: str,
        api_url: str,
        token: Callable[[], str],
        log: Log,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._job = job
        self._api_url = api_url
        self._token = token
        self._log = log
        self._now = now
        self._started_at: datetime | None = None

    def start(self) -> Started:
        if not self._job:
            return Started(
                HTTPStatus.NOT_IMPLEMENTED, "This site does not know the sync job: set RAPPORT_SYNC_JOB."
            )
        try:
            answer = self._run()
        except (NoCredentials, SourceUnavailable) as error:
            self._log.error(f"the sync job was not started: {error}")
            return Started(
                HTTPStatus.SERVICE_UNAVAILABLE, f"The sync could not be started: {error}. Try again."
            )
        if answer.ok:
            self._started_at = self._now()
            self._log.info("the sync job was started from the report")
            return Started(HTTPStatus.ACCEPTED, "The sync starts; it takes a minute or two.")
        return self._refused(answer)

    def last_attempt(self) -> Attempt | None:
        if self._started_at is None:
            return None
        return Attempt(self._started_at, self._now() - self._started_at < STARTING, is_presumed=True)

    def _run(self) -> Answer:
        client = WebClient(self._api_url, {"authorization": f"Bearer {self._token()}"}, timeout=TIMEOUT)
        try:
            return client.post(f"{self._job}:run", {})
        finally:
            client.close()

    def _refused(self, answer: Answer) -> Started:
        if answer.status == 409:
            return Started(
                HTTPStatus.CONFLICT, "The sync job is just being changed or started: try again soon."
            )
        if answer.status == 429:
            return Started(
                HTTPStatus.TOO_MANY_REQUESTS, "Google takes no more starts just now: try again in a minute."
            )
        reason = REFUSALS.get(answer.status, f"the API of Cloud Run answered {answer.status}")
        self._log.error(f"the sync job was not started: {reason}", status=answer.status)
        return Started(HTTPStatus.BAD_GATEWAY, f"The sync could not be started: {reason}.")
