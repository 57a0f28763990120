"""Would a commit of everything here take a file with it?"""

import subprocess
from pathlib import Path


def is_at_risk(path: Path) -> bool:
    """Whether the file lies in a git checkout that does not ignore it.

    Without git to ask, a checkout is presumed to take it: a warning too many is better than a key in public.
    """
    folder = path.resolve().parent
    if not any((each / ".git").exists() for each in (folder, *folder.parents)):
        return False
    asked = ["git", "-C", str(folder), "check-ignore", "--quiet", "--", path.name]
    try:
        return subprocess.run(asked, capture_output=True, timeout=10, check=False).returncode != 0
    except (OSError, subprocess.SubprocessError):
        return True
