"""Is the store whole, of a schema we know, and made with the secret we have?"""

from collections.abc import Iterator

from shared.alerts import gigabytes
from shared.database_file import check_database
from shared.errors import DatabaseBroken, SettingsError
from sync_job.checks.finding import Finding, not_checked, ok, problem, warning
from sync_job.checks.subject import Subject
from sync_job.migrate import migrations
from sync_job.network import AddressHider

BUCKET_FIX = "Mend what is said of the bucket first"
RESTORE_FIX = "rapport backups lists the copies there are, rapport restore puts one in its place"


def check_store(subject: Subject) -> Iterator[Finding]:
    if fault := subject.store_fault:
        yield problem(
            "store",
            str(fault),
            RESTORE_FIX if isinstance(fault, DatabaseBroken) else fault.hint or BUCKET_FIX,
        )
        return
    store = subject.store
    if store is None:
        yield not_checked("store", "there is none yet", "rapport sync")
        return
    try:
        check_database(subject.store_path, f"{subject.project}/engagement.sqlite")
    except DatabaseBroken as error:
        yield problem("store", str(error), RESTORE_FIX)
    else:
        yield ok("store", f"{gigabytes(store.size)}, {store.events:,} events, whole and sound")
    newest = migrations()[-1].number
    if store.version > newest:
        yield problem(
            "schema",
            f"it is {store.version}, this Rapport knows {newest}",
            "Install the newer Rapport that made it",
        )
    elif store.version < newest:
        yield ok("schema", f"it is {store.version}; the next sync brings it to {newest}")
    else:
        yield ok("schema", f"it is {newest}, the newest")


def check_secret(subject: Subject) -> Iterator[Finding]:
    """Compares fingerprints: neither the secret nor its fingerprint is told."""
    if not subject.has_secret:
        yield not_checked("secret", "RAPPORT_SECRET is not set here; the sync job has its own")
        return
    try:
        fingerprint = AddressHider(subject.settings.hashing_secret(keep=False)).fingerprint()
    except SettingsError as error:
        for fault in error.faults:
            yield problem("secret", fault, "Put the old secret back, or set RAPPORT_SECRET to it")
        return
    known = subject.store.named.get("secret_fingerprint") if subject.store else None
    if known is None:
        yield not_checked("secret", "there is no store yet that was made with one")
    elif known != fingerprint:
        yield problem(
            "secret",
            "the store was made with another one",
            "Set RAPPORT_SECRET to the secret it was made with (in a folder: the file secret.key)",
        )
    else:
        yield ok("secret", "it is the one the store was made with")


def check_env_files(subject: Subject) -> Iterator[Finding]:
    """A key that others on this machine may read is no secret."""
    for path in subject.env_files:
        if path.is_file():
            if path.stat().st_mode & 0o077:
                yield warning(
                    path.name, "others on this machine may read it, and the key in it", f"chmod 600 {path}"
                )
            else:
                yield ok(path.name, "only its owner may read it")
