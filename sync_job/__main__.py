"""`python -m sync_job` is `rapport sync`; as a job's arguments, `sync --from ...`, `import FILE`, `backups`,
`restore --at ... --yes` and `verify` work too."""

import sys

from shared.command_line import run
from sync_job.backups.commands import backups, restore, verify_store
from sync_job.commands import sync
from sync_job.import_command import import_files

COMMANDS = {
    "sync": sync,
    "import": import_files,
    "backups": backups,
    "restore": restore,
    "verify": verify_store,
}

if __name__ == "__main__":
    named = sys.argv[1] if len(sys.argv) > 1 and sys.argv[1] in COMMANDS else None
    if named:
        del sys.argv[1]
    run(COMMANDS[named or "sync"], f"python -m sync_job {named or ''}".strip())
