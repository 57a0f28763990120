"""No test sees the settings of the machine it runs on."""

import os

import pytest

OURS = ("RAPPORT_", "BUTTONDOWN_", "CLOUD_RUN_", "K_SERVICE")
PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy", "no_proxy"})


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(OURS) or name.lower() in PROXIES:
            monkeypatch.delenv(name)
