"""What the tests of leases share."""

import json
import time
from collections.abc import Callable

from shared.bucket import Bucket
from shared.lease import Lease

NAME = "spring/leases/sync_job.json"
SOON = 0.01


def take(bucket: Bucket, owner: str = "sync_job", renew_every: float = 3600, **ports: object) -> Lease:
    return Lease(bucket, NAME, owner=owner, renew_every=renew_every, **ports)  # type: ignore[arg-type]


def eventually(condition: Callable[[], bool]) -> None:
    patience = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < patience, "waited in vain"
        time.sleep(0.005)


def record(bucket: Bucket) -> dict[str, object]:
    found: dict[str, object] = json.loads(bucket.read(NAME)[0])
    return found
