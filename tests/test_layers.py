"""The edges are thin and the components never meet: read from the imports of the whole tree."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[1]
COMPONENTS = (
    "sync_job",
    "report_builder",
    "report_site",
    "event_collector",
    "deployment",
    "demo",
    "message_sender",
)
TOGETHER = (*COMPONENTS, "shared")

# Who alone may import what.
EDGES = {
    # Storage is one side of Google; who asks and who we are is another, and only the site wants to know.
    "google": {"shared/bucket/gcs.py", "report_site/identity.py"},
    "httpx": {"shared/web.py"},
    "duckdb": {"report_builder/warehouse.py"},
    "jinja2": {"report_builder/render.py"},
    "rich": {"shared/log.py"},
    "babel": {"shared/locales.py"},
}
# The glue of `rapport demo` syncs and builds with what the two jobs offer, once it is asked to.
GLUE = {"rapport.py", "demo/commands.py"}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc"}


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the product, by its path."""
    found = [REPOSITORY / "rapport.py"]
    for folder in TOGETHER:
        found += sorted((REPOSITORY / folder).rglob("*.py"))
    return {
        path.relative_to(REPOSITORY).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in found
    }


def imports(tree: ast.AST, package: str = "") -> Iterator[str]:
    """The full name of everything that is imported, wherever in the module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: -node.level] if node.level else []
            base = ".".join(filter(None, [*above, node.module or ""]))
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            given = node.args[0] if node.args else None
            if name in ("import_module", "__import__") and isinstance(given, ast.Constant):
                yield str(given.value)


def at_import(tree: ast.Module) -> ast.Module:
    """The module without the bodies of its functions: what runs when it is imported."""
    plain = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return ast.Module(body=plain, type_ignores=[])


def is_entry_point(path: str) -> bool:
    name = path.rpartition("/")[2]
    is_command = name in ("__main__.py", "commands.py") or name.endswith(("_command.py", "_commands.py"))
    return is_command or path in ("rapport.py", "shared/command_line.py") or path.endswith("/main.py")


@pytest.mark.parametrize("component", COMPONENTS)
def test_components_meet_only_in_the_bucket(component: str) -> None:
    others = set(COMPONENTS) - {component}
    for path, tree in modules().items():
        if path.startswith(f"{component}/") and path not in GLUE:
            met = {name.partition(".")[0] for name in imports(tree, path.replace("/", ".")[:-3])}
            assert not met & others, path


def test_the_glue_of_the_demo_imports_components_only_when_asked() -> None:
    for path in GLUE & set(modules()):
        own = path.partition("/")[0]
        named = {name.partition(".")[0] for name in imports(at_import(modules()[path]))}
        assert not named & (set(COMPONENTS) - {own}), path


def test_what_is_shared_knows_no_component() -> None:
    for path, tree in modules().items():
        if path.startswith("shared/"):
            assert not {name.partition(".")[0] for name in imports(tree)} & set(COMPONENTS), path


@pytest.mark.parametrize("library", EDGES)
def test_each_edge_is_one_module(library: str) -> None:
    found = {
        path
        for path, tree in modules().items()
        if any(name.partition(".")[0] == library for name in imports(tree))
    }
    assert found <= EDGES[library]
    assert found, f"nobody imports {library} any more"


def test_only_entry_points_read_the_environment_or_leave() -> None:
    for path, tree in modules().items():
        if is_entry_point(path):
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                used = f"{node.value.id}.{node.attr}"
                assert used not in ("os.environ", "os.environb", "os.getenv", "sys.exit", "os._exit"), path
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("exit", "quit"), path
        named = set(imports(tree))
        assert not named & {"os.environ", "os.getenv", "sys.exit"}, path


def test_only_entry_points_know_the_command_line() -> None:
    for path, tree in modules().items():
        if not is_entry_point(path):
            assert "click" not in {name.partition(".")[0] for name in imports(tree)}, path


def test_modules_are_named_for_what_they_hold() -> None:
    for path in modules():
        assert not set(path.removesuffix(".py").split("/")) & FORBIDDEN_NAMES, path


def test_the_reader_of_imports_sees_them_all() -> None:
    source = (
        "import a.b\nfrom c import d as e\nfrom . import f\nfrom ..g import h\n"
        "def later():\n    import i\n    importlib.import_module('j.k')\n"
    )
    found = set(imports(ast.parse(source), "one.two.three"))
    assert found >= {"a.b", "c", "c.d", "one.two.f", "one.g.h", "i", "j.k"}
