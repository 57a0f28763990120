"""The development container opens the demo: its commands are the Makefile's, its port is the one that is served."""

import json
import re
import tomllib
from pathlib import Path

from rapport import DOORS

ROOT = Path(__file__).parent.parent
# Of the published schema, what ours uses; anything else in the file is a slip.
KNOWN = {
    "name": str,
    "image": str,
    "postCreateCommand": str,
    "postAttachCommand": str,
    "forwardPorts": list,
    "portsAttributes": dict,
    "otherPortsAttributes": dict,
}
WHEN_FORWARDED = {"notify", "openBrowser", "openBrowserOnce", "openPreview", "silent", "ignore"}


def container() -> dict[str, object]:
    found: dict[str, object] = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    return found


def test_every_entry_is_one_and_of_its_kind() -> None:
    for key, value in container().items():
        assert isinstance(value, KNOWN[key]), key


def test_its_python_is_new_enough() -> None:
    found = re.fullmatch(r"python:(\d+)\.(\d+)-\w+", str(container()["image"]))
    assert found
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    assert (int(found[1]), int(found[2])) >= tuple(map(int, required.removeprefix(">=").split(".")))
    assert "slim" not in str(container()["image"]), "that one has no make"


def test_its_commands_are_targets_of_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text().replace("$(VENV)", ".venv")
    targets = set(re.findall(r"^([\w./-]+):", makefile, re.MULTILINE))
    for key in ("postCreateCommand", "postAttachCommand"):
        command, _, target = str(container()[key]).partition(" ")
        assert (command, target in targets) == ("make", True), key


def test_the_port_that_is_opened_is_the_demos() -> None:
    assert "demo" in DOORS
    source = (ROOT / "demo" / "commands.py").read_text()
    (port,) = re.findall(r'"--port", default=(\d+)', source)
    assert container()["forwardPorts"] == [int(port)]
    attributes = container()["portsAttributes"]
    assert isinstance(attributes, dict)
    assert list(attributes) == [port]
    assert attributes[port]["onAutoForward"] in WHEN_FORWARDED
