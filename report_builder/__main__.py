"""`python -m report_builder` is `rapport report`; `report` as its first word works too."""

import sys

from report_builder.commands import main, report
from shared.command_line import run

if __name__ == "__main__":
    is_named = len(sys.argv) > 1 and sys.argv[1] in main.commands
    run(main if is_named else report, "python -m report_builder")
