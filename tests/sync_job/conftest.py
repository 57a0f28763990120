from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from demo import Faults, Newsletter, serve
from shared.bucket.folder import FolderBucket
from tests.sync_job.newsletters import make_small
from tests.sync_job.owner import Owner
from tests.sync_job.world import World

Found = Callable[..., World]


@pytest.fixture
def found(tmp_path: Path) -> Iterator[Found]:
    """`found(newsletter, faults)`: a world of its own for each call."""
    with ExitStack() as stack:
        number = 0

        def found(newsletter: Newsletter | None = None, faults: Faults | None = None) -> World:
            nonlocal number
            number += 1
            folder = tmp_path / f"world{number}"
            folder.mkdir()
            given = make_small() if newsletter is None else newsletter
            api = stack.enter_context(serve(given, faults=faults))
            return World(api, FolderBucket(folder / "data"), folder)

        yield found


@pytest.fixture
def world(found: Found) -> World:
    """Two readers, one issue, seven openings."""
    return found()


@pytest.fixture
def synced(world: World) -> World:
    """An hour after a first sync."""
    world.sync()
    world.later(hours=1)
    return world


@pytest.fixture
def owner(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Owner:
    """Of that newsletter, in a folder with nothing in it."""
    return Owner.of(world, tmp_path / "home", monkeypatch)
