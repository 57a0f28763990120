"""No test sees the settings of the machine it runs on."""

import os
from pathlib import Path

import pytest

from shared import command_line

OURS = ("RAPPORT_", "BUTTONDOWN_", "CLOUD_RUN_", "K_SERVICE")
PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(OURS) or name.lower() in PROXIES:
            monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def no_env_file(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The .env of whoever runs the tests is not ours to read."""
    nowhere: Path = tmp_path_factory.getbasetemp() / "nowhere"
    monkeypatch.setattr(command_line, "FOLDER", nowhere)
