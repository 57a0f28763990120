"""README, docs and changelog: every command, page, file and link they name is there, and none is left out."""

import re

import pytest

from rapport import DOORS, SECTIONS
from report_builder.views.site import NAVIGATION
from shared import __version__
from tests.documents import DOCUMENTS, README, ROOT, TOGETHER, broken_links, code, section

CHANGELOG = (ROOT / "CHANGELOG.md").read_text("utf-8")
CHECKLIST = DOCUMENTS["docs/checklist.md"]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
OF_ONE = {"Email", "Subscriber"}  # pages of one email, of one person
BESIDE = {"Profile", "Definitions"}  # not in the navigation


def named_commands(text: str) -> set[str]:
    """Those after `rapport` where a command is written: in code."""
    return {name for each in code(text) for name in re.findall(r"(?:^|[\s/])rapport\s+([a-z]+)", each)}


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(README.splitlines()) <= 180


def test_the_table_of_commands_is_the_help() -> None:
    table = re.findall(
        r"^\| `rapport (\w+)` \| (.+) \| \[.+\]\(.+\) \|$", section("README.md", "## Commands"), re.M
    )
    assert [name for name, _ in table] == [name for doors in SECTIONS.values() for name in doors]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_command_is_named_that_does_not_exist(name: str) -> None:
    assert named_commands(DOCUMENTS[name]) <= set(DOORS)


def test_the_changelog_names_every_command_and_no_other() -> None:
    assert named_commands(CHANGELOG) == set(DOORS)


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert named_commands("`rapport sync`, a rapport between\n```sh\nrapport  bild   # no\n```") == {
        "sync",
        "bild",
    }


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_way_back_leads_past_the_restore(name: str) -> None:
    """Whoever copies an old store over the live one brings back everybody who was erased since."""
    assert not re.search(r"\b(cp|mv|copy|rsync)\b[^\n]*engagement\.sqlite#", DOCUMENTS[name])


def test_every_relative_link_leads_somewhere() -> None:
    assert broken_links(DOCUMENTS) == []


def test_a_broken_link_would_be_found() -> None:
    wrong = (
        "[a](docs/none.md) [b](#none) [c](docs/data.md#none) [d](../README.md) [e](https://example.com/#none)"
    )
    good = "# It's `here`\n[f](#its-here) [g](docs/data.md#parquet)"
    assert broken_links({**DOCUMENTS, "README.md": f"{wrong}\n{good}"})[:4] == [
        "README.md: docs/none.md",
        "README.md: #none",
        "README.md: docs/data.md#none",
        "README.md: ../README.md",
    ]


def test_every_document_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\((docs/[a-z-]+\.md)", README))
    assert linked == set(DOCUMENTS) - {"README.md"}


def test_every_page_of_the_navigation_is_told_of_in_its_order() -> None:
    told = re.findall(r"^\| ([A-Z]\w+) \|", section("README.md", "## What the report answers"), re.MULTILINE)
    assert told[: len(NAVIGATION)] == [label for _, label, _ in NAVIGATION]
    assert set(told[len(NAVIGATION) :]) == BESIDE


def test_every_page_the_checklist_names_is_there() -> None:
    named = set(re.findall(r"\bpages? ([A-Z]\w+)", CHECKLIST))
    assert {"Status", "Overview", "Email"} <= named
    assert named <= {label for _, label, _ in NAVIGATION} | BESIDE | OF_ONE


def test_the_checklist_has_every_point_once_and_an_answer_to_each() -> None:
    rows = re.findall(r"^\| A(\d+) \| (.+?) \| (\w+) \| (.+) \|$", CHECKLIST, re.MULTILINE)
    assert [int(number) for number, *_ in rows] == list(range(1, 84))
    assert {state for _, _, state, _ in rows} == {"works", "replaced", "refused", "answered"}


def test_every_file_and_folder_that_is_named_is_there() -> None:
    table = section("README.md", "## Working on it")
    folders = {
        each
        for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE)
        for each in re.findall(r"`(\w+)/`", row)
    }
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert folders == packages | {"docs"}
    named = set(
        re.findall(r"`((?:Dockerfile|cloudbuild\.yaml|\.ci/run|\.devcontainer|demo/|rapport\.py))`", TOGETHER)
    )
    assert len(named) == 6
    assert all((ROOT / each).exists() for each in named)


def test_every_target_of_make_that_is_named_is_one() -> None:
    named = {word for each in code(TOGETHER) for word in re.findall(r"(?:^|\n|=\S+ )make ([a-z]+)\b", each)}
    assert {"demo", "test", "report", "bench", "smoke"} <= named
    assert named <= set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))


def test_changelog_begins_with_what_is_not_released_yet() -> None:
    assert re.findall(r"^## (\S+)", CHANGELOG, re.MULTILINE)[0] == "Unreleased"
    assert f"## {__version__}" not in CHANGELOG.partition("## Unreleased")[0]
