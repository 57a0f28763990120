"""Behind Identity-Aware Proxy: Google signs people in, project.toml says what they may do."""

import threading
import time
from collections.abc import Callable
from http import HTTPStatus

from report_site.exchange import Answer, Request, plain, words
from report_site.gates import Visitor
from report_site.identity import NotSignedIn, email_of
from report_site.signing_keys import KeysUnavailable, SigningKeys
from shared.bucket import Bucket
from shared.errors import SettingsError
from shared.log import Log
from shared.project import NAME, VIEWER, Roles, read_project_roles

ASSERTION = "X-Goog-IAP-JWT-Assertion"
LOOK_AGAIN_SECONDS = 30.0


class RoleBook:
    """The roles of project.toml, looked up again every half minute."""

    def __init__(self, bucket: Bucket, project: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._bucket = bucket
        self._project = project
        self._clock = clock
        self._looked_at = float("-inf")
        self._generation = -1
        self._roles: Roles | SettingsError | None = None
        self._lock = threading.Lock()

    def role(self, email: str) -> str | None:
        """None for somebody who has none. Raises SettingsError, which keeps everybody out, and BucketError."""
        with self._lock:
            if self._clock() - self._looked_at >= LOOK_AGAIN_SECONDS:
                self._look()
            roles = self._roles
        if isinstance(roles, SettingsError):
            raise SettingsError(roles.faults)
        return VIEWER if roles is None else roles.of(email)

    def _look(self) -> None:
        there = self._bucket.stat(f"{self._project}/{NAME}")
        generation = there.generation if there else 0
        if generation != self._generation:
            try:
                self._roles = read_project_roles(self._bucket, self._project)
            except SettingsError as error:
                self._roles = error
            self._generation = generation
        self._looked_at = self._clock()


class IapGate:
    """Believes nothing but the signed assertion: other headers could come from anybody who got past the proxy."""

    def __init__(self, audience: str, keys: SigningKeys, roles: RoleBook, log: Log) -> None:
        if not audience:
            raise SettingsError(
                [
                    "RAPPORT_IAP_AUDIENCE is not set: it names this service to Identity-Aware Proxy, such as "
                    "/projects/123456/locations/europe-west1/services/report-site, and without it the assertion of "
                    "any other service would do"
                ]
            )
        self._audience = audience
        self._keys = keys
        self._roles = roles
        self._log = log

    def admit(self, request: Request) -> Visitor | Answer:
        try:
            email = email_of(request.header(ASSERTION), self._audience, self._keys)
            return Visitor(email, self._roles.role(email))
        except NotSignedIn as error:
            self._log.warning(f"a request was refused: {error}")
            answer = plain(HTTPStatus.UNAUTHORIZED, "This report is reached through its sign-in only.")
            return answer.with_headers(WWW_Authenticate="IAP")
        except KeysUnavailable as error:
            self._log.error(str(error))
            answer = plain(
                HTTPStatus.SERVICE_UNAVAILABLE, "Who you are cannot be checked just now: try again."
            )
            return answer.with_headers(Retry_After="10")
        except SettingsError as error:
            self._log.error(str(error))
            text = (
                "Nobody is let in until its section [roles] can be read. <code>rapport report</code> says which "
                "line is wrong."
            )
            return words(HTTPStatus.SERVICE_UNAVAILABLE, f"There is a mistake in {NAME}", text)
