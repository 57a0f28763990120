from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result

from rapport import rapport
from tests.sync_job.conftest import Found
from tests.sync_job.privacy.people import make_newsletter_with_anna
from tests.sync_job.world import World

Call = Callable[..., Result]


@pytest.fixture
def world(found: Found) -> World:
    return found(make_newsletter_with_anna())


@pytest.fixture
def call(world: World, monkeypatch: pytest.MonkeyPatch) -> Call:
    """`call("person", "erase", ...)`: the command line in this process, on the bucket of the world."""
    for name in ("BUTTONDOWN_API_KEY", "RAPPORT_PROJECT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RAPPORT_BUCKET", str(world.folder / "data"))
    monkeypatch.setenv("RAPPORT_SECRET", world.secret.reveal())

    def call(*given: object, typed: str = "") -> Result:
        return CliRunner().invoke(rapport, list(map(str, given)), input=typed, standalone_mode=False)

    return call
