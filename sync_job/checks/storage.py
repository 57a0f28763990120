"""May we write, read and delete in the bucket, does it keep its promises, and is it set up to be safe and cheap?"""

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from shared.bucket import MUST_NOT_EXIST
from shared.errors import BucketError, GenerationConflict
from sync_job.checks.finding import Finding, not_checked, ok, problem, warning
from sync_job.checks.subject import Subject

BODY = b"rapport doctor was here\n"
CLOCK_WARNING, CLOCK_PROBLEM = timedelta(seconds=30), timedelta(minutes=5)
ROLE_FIX = "Grant this account roles/storage.objectUser on the bucket"


def check_rights(subject: Subject) -> Iterator[Finding]:
    """Writes, reads and deletes one small object; a folder that is not there yet stays so."""
    settings, bucket = subject.settings, subject.bucket
    if settings.is_local and not (folder := Path(settings.bucket_url)).exists():
        above = next(each for each in folder.absolute().parents if each.exists())
        if os.access(above, os.W_OK | os.X_OK):
            yield ok("bucket", f"{settings.bucket_url} is not there yet; the first sync makes it")
        else:
            yield problem(
                "bucket",
                f"{folder} cannot be made in {above}",
                f"chown or chmod {above}, or set RAPPORT_BUCKET",
            )
        return
    name = f"{subject.project}/doctor-{secrets.token_hex(8)}.txt"
    doing = "written to"
    try:
        generation = bucket.write(name, BODY, if_generation=MUST_NOT_EXIST)
        doing = "read from"
        is_same = bucket.read(name) == (BODY, generation)
        honours = _is_refused(subject, name, MUST_NOT_EXIST) and _is_refused(subject, name, generation + 1)
        doing = "deleted from"
        bucket.delete(name, if_generation=bucket.read(name)[1])
    except BucketError as error:
        with suppress(BucketError):
            bucket.delete(name)
        yield problem("bucket", f"{bucket.url} cannot be {doing}: {error}", error.hint or ROLE_FIX)
        return
    if not is_same:
        yield problem("bucket", f"{bucket.url} gave back other bytes than were written", "Use another bucket")
    elif not honours:
        yield problem(
            "bucket",
            f"{bucket.url} takes writes it should refuse, so two runs at once could lose data",
            "Use Cloud Storage itself or a folder on a local disk",
        )
    else:
        yield ok("bucket", f"{bucket.url} can be written, read and deleted, and refuses what it should")


def _is_refused(subject: Subject, name: str, generation: int) -> bool:
    try:
        subject.bucket.write(name, BODY, if_generation=generation)
    except GenerationConflict:
        return True
    return False


def check_clock(subject: Subject) -> Iterator[Finding]:
    if subject.settings.is_local:
        return  # one machine, one clock
    apart = abs(subject.bucket.now() - subject.now())
    told = f"this machine's clock and that of the bucket are {apart.total_seconds():.0f} s apart"
    fix = "Set this machine's clock: timedatectl set-ntp true"
    if apart > CLOCK_PROBLEM:
        yield problem("clock", f"{told}: Google refuses what is signed by such a clock", fix)
    elif apart > CLOCK_WARNING:
        yield warning("clock", told, fix)
    else:
        yield ok("clock", told)


def check_policy(subject: Subject) -> Iterator[Finding]:
    """How the bucket is set up, which only somebody with more rights than the jobs may read."""
    if subject.settings.is_local:
        return
    from shared.bucket.gcs import CloudStorageBucket

    assert isinstance(subject.bucket, CloudStorageBucket)
    bucket = f"gs://{subject.settings.bucket_url.removeprefix('gs://').partition('/')[0]}"
    try:
        policy = subject.bucket.policy()
    except BucketError as error:
        yield not_checked(
            "versions",
            str(error),
            f"To check it, grant your account roles/storage.legacyBucketReader on {bucket}",
        )
        return
    update = f"gcloud storage buckets update {bucket}"
    if policy.is_versioned:
        yield ok("versions", "older versions of the store are kept")
    else:
        yield warning("versions", "a store that is overwritten is gone", f"{update} --versioning")
    if policy.is_versioned and policy.soft_delete_days:
        yield warning(
            "soft delete",
            f"every version of the store is kept {policy.soft_delete_days:g} days more, which costs more than all else",
            f"{update} --clear-soft-delete",
        )
    if policy.is_closed_to_public:
        yield ok("public access", "is prevented")
    else:
        yield warning(
            "public access",
            "one wrong grant would publish everything",
            f"{update} --public-access-prevention",
        )
    if policy.is_regional:
        yield ok("location", f"{policy.location}; the jobs should run there too")
    else:
        yield warning(
            "location",
            f"{policy.location} is more than one region, and every write is paid for in each",
            "Move to a bucket in the region of the jobs",
        )
