"""Who is an owner and who a viewer; every mistake is told by its line, and repeats no address."""

from pathlib import Path

import pytest

from report_builder.inputs import settings_version
from shared.bucket.folder import FolderBucket
from shared.errors import SettingsError
from shared.project import OWNER, VIEWER, Roles, read_project, read_project_roles


def bucket_with(tmp_path: Path, text: str) -> FolderBucket:
    bucket = FolderBucket(tmp_path)
    bucket.write("p/project.toml", text.encode())
    return bucket


def test_without_the_section_there_are_no_roles(tmp_path: Path) -> None:
    assert read_project(FolderBucket(tmp_path), "p").roles is None
    assert read_project_roles(FolderBucket(tmp_path), "p") is None
    assert read_project_roles(bucket_with(tmp_path, "[privacy]\n"), "p") is None


def test_addresses_are_known_however_they_are_written(tmp_path: Path) -> None:
    text = '[roles]\nowner = ["A@Example.com "]\nviewer = ["b@example.com", "a@example.com"]\n'
    bucket = bucket_with(tmp_path, text)
    roles = read_project(bucket, "p").roles
    assert roles == read_project_roles(bucket, "p")
    assert roles is not None
    assert [roles.of(each) for each in ("a@EXAMPLE.com", " b@example.com", "c@example.com", "")] == [
        OWNER, VIEWER, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[roles]\nowner = "secret@example.com"\n', "line 2: roles.owner must be a list such as"),
        (
            '[roles]\nowner = ["secret@example.com", 7]\n',
            "line 2: roles.owner holds something that is no e-mail",
        ),
        ('[roles]\nowner = [\n "o@example.com",\n "secret"]\n', "line 4: roles.owner holds something"),
        (
            '[roles]\nowner = ["o@x.org"]\nviewer = ["secret@x.org", "Secret@x.org"]\n',
            "line 3: roles.viewer names somebody twice",
        ),
        ('[roles]\nowners = ["secret@x.org"]\n', "line 2: roles.owners is no role; did you mean owner?"),
        ('\n[roles]\nviewer = ["secret@x.org"]\n', "line 2: nobody is an owner: add owner ="),
        ("[roles]\nowner = []\n", "line 1: nobody is an owner"),
        ("roles = 3\n", "line 1: roles begin with [roles]"),
        ('[[roles]]\nowner = ["secret@x.org"]\n', "line 1: roles begin with [roles]"),
    ],
)
def test_every_mistake_is_told_by_its_line(tmp_path: Path, text: str, told: str) -> None:
    bucket = bucket_with(tmp_path, text)
    for read in (read_project, read_project_roles):
        with pytest.raises(SettingsError) as refused:
            read(bucket, "p")
        assert told in str(refused.value)
        assert "secret" not in str(refused.value).lower()


def test_a_mistake_elsewhere_keeps_nobody_out(tmp_path: Path) -> None:
    bucket = bucket_with(tmp_path, '[roles]\nowner = ["o@example.com"]\n[[segment]]\nname = 7\n')
    assert read_project_roles(bucket, "p") == Roles(frozenset({"o@example.com"}))
    with pytest.raises(SettingsError, match="line 3"):
        read_project(bucket, "p")


@pytest.mark.parametrize("header", ["role", "Roles", "rolse"])
def test_a_misspelt_section_lets_nobody_in(tmp_path: Path, header: str) -> None:
    bucket = bucket_with(tmp_path, f'[{header}]\nowner = ["o@example.com"]\n')
    with pytest.raises(SettingsError, match="did you mean roles"):
        read_project_roles(bucket, "p")


@pytest.mark.parametrize(
    "text",
    [
        '[ROLES]\nowner = ["secret@x.org"]\n',
        '[users]\nowner = ["secret@x.org"]\n',
        'owner = ["secret@x.org"]\n',
        'Viewer = ["secret@x.org"]\n',
        '[site.roles]\nowner = ["secret@x.org"]\n',
        '[site]\nlocale = "de"\nViewer = ["secret@x.org"]\n',
        '[alerts]\n[alerts.who.Roles]\nowner = ["secret@x.org"]\n',
    ],
)
def test_roles_in_another_place_let_nobody_in(tmp_path: Path, text: str) -> None:
    with pytest.raises(SettingsError, match=r"line \d: .*roles") as refused:
        read_project_roles(bucket_with(tmp_path, text), "p")
    assert "secret" not in str(refused.value)


def test_beside_roles_a_section_nobody_knows_keeps_nobody_out(tmp_path: Path) -> None:
    bucket = bucket_with(tmp_path, '[roles]\nowner = ["o@example.com"]\n[users]\n[site.more]\nviewer = 1\n')
    assert read_project_roles(bucket, "p") == Roles(frozenset({"o@example.com"}))


def test_another_viewer_makes_no_other_report(tmp_path: Path) -> None:
    before = settings_version(read_project(bucket_with(tmp_path, ""), "p"))
    settings = read_project(bucket_with(tmp_path, '[roles]\nowner = ["o@example.com"]\n'), "p")
    assert settings_version(settings) == before
