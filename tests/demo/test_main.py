from __future__ import annotations

import threading
from datetime import date

import httpx
import pytest

from demo.__main__ import main, read_arguments


def test_the_address_is_printed_first(capsys: pytest.CaptureFixture[str]) -> None:
    stop = threading.Event()
    stop.set()
    options = ["--subscribers", "5", "--emails", "1", "--until", "2026-08-20", "--key", "mine"]
    assert main(options, stop) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("http://127.0.0.1:")
    assert first.endswith("/v1")
    assert second.startswith("5 subscribers, 4 emails, ")


def test_ctrl_c_ends_it_politely(capsys: pytest.CaptureFixture[str]) -> None:
    class Interrupted(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            url = capsys.readouterr().out.splitlines()[0]
            assert httpx.get(f"{url}/ping", trust_env=False).status_code == 200
            raise KeyboardInterrupt

    assert main(["--subscribers", "0", "--emails", "0"], Interrupted()) == 0
    assert capsys.readouterr().out == "Bye.\n"


def test_all_options_have_defaults() -> None:
    options = read_arguments([])
    assert (options.port, options.subscribers, options.emails, options.until) == (0, 3000, 100, None)
    assert read_arguments(["--until", "2026-08-20"]).until == date(2026, 8, 20)
