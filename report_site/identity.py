"""Google's side of identity: who asks us, as Identity-Aware Proxy swears, and who we are when we ask Google.

The second of the two modules that import Google's libraries: how a signature is judged and where a machine's own
credentials come from is Google's to say, and is in google-auth alone.
"""

from collections.abc import Callable
from typing import Any

import google.auth
from google.auth import exceptions, jwt
from google.auth.transport.requests import Request as Transport

from report_site.signing_keys import SigningKeys
from shared.errors import RapportError

ISSUER = "https://cloud.google.com/iap"
ALGORITHM = "ES256"
SKEW_SECONDS = 30
LONGEST_TOKEN = 16_384
SCOPE = "https://www.googleapis.com/auth/cloud-platform"


class NotSignedIn(RapportError):
    """The assertion is missing or not to be believed; the message says why, and holds nothing of it."""


class NoCredentials(RapportError):
    pass


def email_of(assertion: str, audience: str, keys: SigningKeys) -> str:
    """The address in a signed assertion, in lower case, or "" if it has none.

    Believed only with a signature of the proxy by ES256, made for this very service, and within its time give or
    take half a minute. Raises NotSignedIn and KeysUnavailable.
    """
    if not assertion:
        raise NotSignedIn("it came without an assertion")
    if len(assertion) > LONGEST_TOKEN or not assertion.isascii():
        raise NotSignedIn("its assertion is malformed")
    try:
        header = jwt.decode_header(assertion)  # type: ignore[no-untyped-call]
        algorithm, key_id = header.get("alg"), header.get("kid")
        # Of the library's algorithms only this one: with another, a public key could pass for a secret.
        if algorithm != ALGORITHM or not isinstance(key_id, str):
            raise NotSignedIn("its assertion is signed in another way")
        key = keys.find(key_id)
        if key is None:
            raise NotSignedIn("its assertion is signed with an unknown key")
        claims: dict[str, Any] = jwt.decode(  # type: ignore[no-untyped-call]
            assertion, certs={key_id: key}, audience=audience, clock_skew_in_seconds=SKEW_SECONDS
        )
    except (ValueError, TypeError, RecursionError, exceptions.GoogleAuthError) as error:
        raise NotSignedIn(f"its assertion is not valid ({type(error).__name__})") from None
    if claims.get("iss") != ISSUER:  # the library does not look
        raise NotSignedIn("its assertion is of another issuer")
    email = claims.get("email")
    return email.strip().lower() if isinstance(email, str) else ""


def own_token() -> Callable[[], str]:
    """A function that gives an access token of the account this service runs as, renewed when it is due.

    It raises NoCredentials.
    """
    found: list[Any] = []

    def token() -> str:
        try:
            if not found:
                found.append(google.auth.default(scopes=[SCOPE])[0])
            if not found[0].valid:
                found[0].refresh(Transport())
        except exceptions.GoogleAuthError as error:
            raise NoCredentials(f"this service has no Google credentials: {type(error).__name__}") from error
        return str(found[0].token)

    return token
