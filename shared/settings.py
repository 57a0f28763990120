"""The settings, read once from a mapping, typed, with every fault reported at once and by name."""

import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from shared.errors import SettingsError

PROJECT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
SECRET_LENGTH = 32
WEBHOOK_KEY_LENGTHS = range(16, 256)  # Buttondown takes no longer one
LOCAL_SECRET = "secret.key"
CLOUD_JOB = re.compile(r"projects/[^/\s]+/locations/[^/\s]+/jobs/[^/\s]+")
AUDIENCE = re.compile(r"/projects/\d+/\S+", re.ASCII)


class Secret(str):
    """Text that must not be printed: `str()`, `repr()` and f-strings show dots, `reveal()` the text."""

    def __repr__(self) -> str:
        return "'…'" if self else "''"

    def __str__(self) -> str:
        return "…" if self else ""

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def reveal(self) -> str:
        return self[:]


@dataclass(frozen=True)
class Settings:
    bucket_url: str = "./rapport-data"
    project: str = "default"
    secret: Secret = field(default=Secret(""))
    overlap_days: int = 3
    buttondown_api_key: Secret = field(default=Secret(""))
    buttondown_api_url: str = "https://api.buttondown.com/v1"
    buttondown_webhook_key: Secret = field(default=Secret(""))
    iap_audience: str = ""
    iap_keys_url: str = "https://www.gstatic.com/iap/verify/public_key"
    sync_job: str = ""
    jobs_api_url: str = "https://run.googleapis.com/v2"
    password_hash: Secret = field(default=Secret(""))

    @property
    def is_local(self) -> bool:
        return not self.bucket_url.startswith("gs://")

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises SettingsError with one line for each setting that is wrong."""
        faults: list[str] = []

        def text(name: str, default: str) -> str:
            return environ.get(name, "").strip() or default

        bucket_url = text("RAPPORT_BUCKET", cls.bucket_url)
        if "://" in bucket_url and not re.fullmatch(r"gs://[a-z0-9][a-z0-9._-]+[a-z0-9](/.*)?", bucket_url):
            faults.append("RAPPORT_BUCKET must be a folder, or gs://bucket, or gs://bucket/prefix")

        project = text("RAPPORT_PROJECT", cls.project)
        if not PROJECT_NAME.fullmatch(project):
            faults.append("RAPPORT_PROJECT must be lower-case letters, digits, - and _, 63 at most")

        secret = text("RAPPORT_SECRET", "")
        if secret and len(secret) < SECRET_LENGTH:
            faults.append(f"RAPPORT_SECRET must have at least {SECRET_LENGTH} characters")

        overlap = text("RAPPORT_OVERLAP_DAYS", str(cls.overlap_days))
        if not (overlap.isascii() and overlap.isdigit() and 0 <= int(overlap) <= 365):
            faults.append("RAPPORT_OVERLAP_DAYS must be a whole number of days from 0 to 365")

        api_key = text("BUTTONDOWN_API_KEY", "")
        if not (api_key.isascii() and api_key.isprintable() and " " not in api_key):
            faults.append("BUTTONDOWN_API_KEY has characters that no key has: paste it again")

        api_url = text("BUTTONDOWN_API_URL", cls.buttondown_api_url).rstrip("/")
        if not _is_web_address(api_url):
            faults.append(f"BUTTONDOWN_API_URL must be an address such as {cls.buttondown_api_url}")

        webhook_key = text("BUTTONDOWN_WEBHOOK_KEY", "")
        if webhook_key and not (
            webhook_key.isascii() and webhook_key.isprintable() and len(webhook_key) in WEBHOOK_KEY_LENGTHS
        ):
            faults.append(
                "BUTTONDOWN_WEBHOOK_KEY must have 16 to 255 characters, letters, digits and signs alone"
            )
        audience = text("RAPPORT_IAP_AUDIENCE", "")
        if audience and not AUDIENCE.fullmatch(audience):
            faults.append(
                "RAPPORT_IAP_AUDIENCE must look like /projects/NUMBER/locations/REGION/services/report-site"
            )
        sync_job = text("RAPPORT_SYNC_JOB", "")
        if sync_job and not CLOUD_JOB.fullmatch(sync_job):
            faults.append("RAPPORT_SYNC_JOB must look like projects/P/locations/R/jobs/sync-job")
        addresses = {"iap_keys_url": cls.iap_keys_url, "jobs_api_url": cls.jobs_api_url}
        for name, address in addresses.items():
            addresses[name] = text(f"RAPPORT_{name.upper()}", address).rstrip("/")
            if not _is_web_address(addresses[name]):
                faults.append(f"RAPPORT_{name.upper()} must be an address such as {address}")

        if faults:
            raise SettingsError(faults)
        return cls(
            bucket_url=bucket_url,
            project=project,
            secret=Secret(secret),
            overlap_days=int(overlap),
            buttondown_api_key=Secret(api_key),
            buttondown_api_url=api_url,
            buttondown_webhook_key=Secret(webhook_key),
            iap_audience=audience,
            sync_job=sync_job,
            password_hash=Secret(text("RAPPORT_PASSWORD_HASH", "")),
            **addresses,
        )

    def hashing_secret(self, *, keep: bool = True) -> Secret:
        """The given secret, else the one kept in the local data folder, made there on first use.

        With `keep` false nothing is made: where there is none yet, it is one for this run alone. Raises
        SettingsError where a store exists whose secret is gone, and with a bucket in the cloud without one.
        """
        if self.secret:
            return self.secret
        if not self.is_local:
            raise SettingsError(
                [
                    "RAPPORT_SECRET is required with a gs:// bucket: make one with "
                    '`python3 -c "import secrets; print(secrets.token_hex(32))"` and keep it'
                ]
            )
        path = Path(self.bucket_url) / LOCAL_SECRET
        try:
            if not path.exists():
                if (Path(self.bucket_url) / self.project / "engagement.sqlite").exists():
                    raise SettingsError(
                        [
                            f"{path} is missing, and the store beside it was made with it: put it back from a backup, "
                            "or set RAPPORT_SECRET; if it is lost, sync into another RAPPORT_PROJECT"
                        ]
                    )
                if not keep:
                    return Secret(secrets.token_hex(SECRET_LENGTH))
                _make_local_secret(path)
            secret = path.read_text().strip()
        except OSError as error:
            raise SettingsError(
                [f"RAPPORT_BUCKET is {self.bucket_url!r}, which cannot be used as a folder: {error.strerror}"]
            ) from error
        if len(secret) < SECRET_LENGTH:
            raise SettingsError(
                [
                    f"{path} is damaged: restore it, or set RAPPORT_SECRET to the secret this store was made with"
                ]
            )
        return Secret(secret)


def _is_web_address(url: str) -> bool:
    try:
        has_host = bool(urlsplit(url).hostname) and urlsplit(url).port != 0
    except ValueError:
        return False
    return has_host and re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", url) is not None


def _make_local_secret(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=".rapport-secret-")  # mode 0600
    try:
        with open(handle, "w") as file:
            file.write(secrets.token_hex(SECRET_LENGTH) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(made, path)  # appears whole or not at all, and never replaces another run's
    finally:
        os.unlink(made)
