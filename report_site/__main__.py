"""`python -m report_site` is `rapport serve`."""

from report_site.serve_command import serve
from shared.command_line import run

if __name__ == "__main__":
    run(serve, "python -m report_site")
