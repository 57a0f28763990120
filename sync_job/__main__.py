"""`python -m sync_job` is `rapport sync`; as a job's arguments, `sync --from ...` works too."""

import sys

from shared.command_line import run
from sync_job.commands import sync

if __name__ == "__main__":
    if sys.argv[1:2] == ["sync"]:
        del sys.argv[1]
    run(sync, "python -m sync_job")
