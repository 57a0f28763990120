"""Stores and the sites built from them, made once: building is deterministic and nobody changes them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from report_builder.build import build
from report_builder.warehouse import Warehouse, open_warehouse
from tests.report_builder import stores
from tests.report_builder.judged import World, chance_store, stored_events
from tests.report_builder.letters import Letters
from tests.report_builder.lives import lives_store
from tests.report_builder.newsletter import demo_store
from tests.report_builder.portraits import Portraits

MAKERS: dict[str, Callable[[Path], Path]] = {
    "full": stores.full_store,
    "demo": demo_store,
    "one": stores.one_subscriber_store,
    "untracked": stores.untracked_store,
    "hostile": stores.hostile_store,
}
LIVES = (1, 2, 3, 4)
Sites = Callable[[str], dict[str, bytes]]


@pytest.fixture(scope="session")
def store_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path | None]:
    made: dict[str, Path] = {}

    def find(name: str) -> Path | None:
        if name == "empty":
            return None
        if name not in made:
            made[name] = MAKERS[name](tmp_path_factory.mktemp(name) / "engagement.sqlite")
        return made[name]

    return find


@pytest.fixture(scope="session")
def site_of(store_of: Callable[[str], Path | None]) -> Sites:
    """The built site of a kind of store, by name; "empty" is a project without a database."""
    made: dict[str, dict[str, bytes]] = {}

    def find(name: str) -> dict[str, bytes]:
        if name not in made:
            store = store_of(name)
            with open_warehouse(store) as warehouse:
                made[name] = build(warehouse, stores.NOW, store_bytes=1_000_000 if store else 0)
        return made[name]

    return find


@pytest.fixture(scope="module")
def full(store_of: Callable[[str], Path | None]) -> Iterator[Warehouse]:
    with open_warehouse(store_of("full")) as warehouse:
        warehouse.score(stores.NOW_MS)
        yield warehouse


@pytest.fixture(scope="module", params=["full", "demo", 1, 2, 3, 4])
def world(
    request: pytest.FixtureRequest,
    store_of: Callable[[str], Path | None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    if isinstance(request.param, str):
        store = store_of(request.param)
        assert store is not None
    else:
        store = chance_store(tmp_path_factory.mktemp("chance") / "s.sqlite", request.param)
    with open_warehouse(store) as warehouse:
        warehouse.score(stores.NOW_MS)
        yield World(store, warehouse, stored_events(store))


@pytest.fixture(
    scope="module",
    params=["full", "demo", *(f"chance {n}" for n in range(1, 5)), *(f"lives {n}" for n in LIVES)],
)
def lived(
    request: pytest.FixtureRequest,
    store_of: Callable[[str], Path | None],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """The worlds of `world`, and some with more than a year of lives in them."""
    kind, _, seed = request.param.partition(" ")
    store = store_of("full" if seed else kind)
    assert store is not None
    if seed:
        make = chance_store if kind == "chance" else lives_store
        store = make(tmp_path_factory.mktemp(kind) / "s.sqlite", int(seed))
    with open_warehouse(store) as warehouse:
        warehouse.score(stores.NOW_MS)
        yield World(store, warehouse, stored_events(store))


@pytest.fixture(scope="module")
def portraits(lived: World) -> Portraits:
    return Portraits(lived)


@pytest.fixture
def letters(tmp_path: Path) -> Letters:
    return Letters(tmp_path / "s.sqlite")
