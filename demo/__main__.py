"""`python -m demo`: serve the made-up newsletter on this machine until Ctrl-C."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from demo import Faults, make_newsletter, serve


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--key", default="demo-key", help="the API key to accept")
    parser.add_argument("--subscribers", type=int, default=3000)
    parser.add_argument("--emails", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--until", type=date.fromisoformat, help="the last day of its history (today)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None, stop: threading.Event | None = None) -> int:
    """Serves until `stop` is set, or Ctrl-C."""
    options = read_arguments(arguments)
    now = datetime.now(UTC).replace(microsecond=0)
    until = datetime.combine(options.until, time(23, 59), UTC) if options.until else now
    newsletter = make_newsletter(
        until=until, seed=options.seed, subscribers=options.subscribers, emails=options.emails
    )
    with serve(newsletter, port=options.port, key=options.key, faults=Faults()) as api:
        print(api.url, flush=True)
        print(
            f"{len(newsletter.subscribers):,} subscribers, {len(newsletter.emails):,} emails, "
            f"{len(newsletter.events):,} events. Key: {options.key}. Ctrl-C ends it.",
            flush=True,
        )
        try:
            (stop or threading.Event()).wait()
        except KeyboardInterrupt:
            print("Bye.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
