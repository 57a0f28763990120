"""`.env`: read by the letter, written whole, private, and shared politely with other programs."""

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import command_line
from shared.command_line import environment
from shared.env_file import env_path, read_env, read_settings_of, write_env
from shared.errors import SettingsError


def read(tmp_path: Path, text: str) -> dict[str, str]:
    (tmp_path / ".env").write_bytes(text.encode())
    return read_env(tmp_path / ".env")


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("RAPPORT_X=a", "a"),
        ("export RAPPORT_X=a", "a"),
        ("  RAPPORT_X = a  ", "a"),
        ("RAPPORT_X=", ""),
        ("RAPPORT_X= # nothing", ""),
        ("RAPPORT_X=a b # a remark", "a b"),
        ("RAPPORT_X=a#b", "a#b"),
        ("RAPPORT_X=a=b=", "a=b="),
        ("RAPPORT_X='a # b'", "a # b"),
        ("RAPPORT_X='a\\n'  # a remark", "a\\n"),
        ('RAPPORT_X="a \\"b\\" \\\\ c\\d $HOME"', 'a "b" \\ c\\d $HOME'),
        ('RAPPORT_X=""', ""),
        ("\ufeffRAPPORT_X=a", "a"),
        ("RAPPORT_X=a\r\n", "a"),
        ("RAPPORT_X=a\nRAPPORT_X=b", "b"),
    ],
)
def test_a_value_is_read_by_the_letter(tmp_path: Path, line: str, value: str) -> None:
    assert read(tmp_path, line) == {"RAPPORT_X": value}


def test_lines_of_others_are_theirs(tmp_path: Path) -> None:
    others = 'DATABASE_URL="postgres://\nMY_RAPPORT_X=a\n#RAPPORT_X=a\nnonsense\nrapport_x=a\n'
    assert read(tmp_path, others) == {}
    write_env(tmp_path / ".env", "BUTTONDOWN_API_KEY", "k")
    assert (tmp_path / ".env").read_text() == others + "BUTTONDOWN_API_KEY=k\n"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("RAPPORT_X='a", ".env line 2: RAPPORT_X begins with ' and must end with it"),
        ('RAPPORT_X="a\\"', '.env line 2: RAPPORT_X begins with " and must end with it'),
        ('RAPPORT_X="a"b', ".env line 2: RAPPORT_X goes on after its closing quote"),
        ("RAPPORT_X", ".env line 2: RAPPORT_X needs = and a value"),
        ("RAPPORT_X: a", ".env line 2: RAPPORT_X needs = and a value"),
    ],
)
def test_a_mistake_is_told_by_its_line_and_shows_no_value(tmp_path: Path, line: str, fault: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read(tmp_path, f"RAPPORT_A=1\n{line}\nRAPPORT_B='\n")
    assert refused.value.faults[0].startswith(fault)
    assert len(refused.value.faults) == 2, "all at once"


def test_what_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"RAPPORT_X=\xff")
    with pytest.raises(SettingsError, match="not UTF-8"):
        read_env(tmp_path / ".env")
    assert read_env(tmp_path) == {}, "a folder by that name is no file"


@given(value=st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40))
def test_whatever_is_written_is_read_again(value: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("env") / ".env"
    path.write_text("# mine\nRAPPORT_A=1\n")
    write_env(path, "RAPPORT_X", value)
    assert read_env(path) == {"RAPPORT_A": "1", "RAPPORT_X": value}


def test_one_line_changes_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(b"A=1\r\nexport BUTTONDOWN_API_KEY='old'\r\n\r\nBUTTONDOWN_API_KEY=older\r\n# end")
    write_env(path, "BUTTONDOWN_API_KEY", "new")
    assert path.read_bytes() == b"A=1\r\nBUTTONDOWN_API_KEY=new\r\n\r\n# end"
    write_env(path, "RAPPORT_PROJECT", "weekly")
    assert path.read_bytes().endswith(b"# end\r\nRAPPORT_PROJECT=weekly\r\n")


def test_it_is_private_whole_and_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    real = tmp_path / "kept" / "settings"
    real.write_text("A=1\n")
    real.chmod(0o644)
    (tmp_path / ".env").symlink_to(real)
    write_env(tmp_path / ".env", "RAPPORT_X", "1")
    assert (tmp_path / ".env").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o600
    assert [each.name for each in real.parent.iterdir()] == ["settings"], "nothing half-made stays"


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".env"
    path.write_text("BUTTONDOWN_API_KEY=old\n")

    def fail(*_: object) -> None:
        raise OSError("no")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="no"):
        write_env(path, "BUTTONDOWN_API_KEY", "new")
    assert path.read_text() == "BUTTONDOWN_API_KEY=old\n"
    assert len(list(tmp_path.iterdir())) == 1


def test_newsletters_of_one_folder_keep_their_keys_apart(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("RAPPORT_BUCKET=here\nBUTTONDOWN_API_KEY=general\n")
    (tmp_path / ".env.weekly").write_text("BUTTONDOWN_API_KEY=weekly\n")
    assert read_settings_of(tmp_path, {})["BUTTONDOWN_API_KEY"] == "general"
    weekly = read_settings_of(tmp_path, {"RAPPORT_PROJECT": "weekly"})
    assert (weekly["RAPPORT_BUCKET"], weekly["BUTTONDOWN_API_KEY"]) == ("here", "weekly")
    exported = read_settings_of(tmp_path, {"RAPPORT_PROJECT": "weekly", "BUTTONDOWN_API_KEY": ""})
    assert exported["BUTTONDOWN_API_KEY"] == "", "what is exported wins, empty as well"


@pytest.mark.parametrize("own", [None, "RAPPORT_OVERLAP_DAYS=5\n"])
def test_no_newsletter_takes_the_key_of_another(tmp_path: Path, own: str | None) -> None:
    general = "RAPPORT_BUCKET=here\nBUTTONDOWN_API_KEY=general\nBUTTONDOWN_WEBHOOK_KEY=general\n"
    (tmp_path / ".env").write_text(general)
    if own:
        (tmp_path / ".env.weekly").write_text(own)
    weekly = read_settings_of(tmp_path, {"RAPPORT_PROJECT": "weekly"})
    assert weekly["RAPPORT_BUCKET"] == "here"
    assert not [name for name in weekly if name.startswith("BUTTONDOWN_")]
    (tmp_path / ".env").write_text(f"RAPPORT_PROJECT=weekly\n{general}")
    assert read_settings_of(tmp_path, {})["BUTTONDOWN_API_KEY"] == "general", "it is at home there"


def test_where_the_settings_of_a_project_belong(tmp_path: Path) -> None:
    for project in ("", "default", "../../etc/passwd"):
        assert env_path({"RAPPORT_PROJECT": project}, tmp_path) == tmp_path / ".env"
    assert env_path({"RAPPORT_PROJECT": "weekly"}, tmp_path) == tmp_path / ".env.weekly"
    (tmp_path / ".env").write_text("RAPPORT_PROJECT=weekly\n")
    assert env_path({"RAPPORT_PROJECT": "weekly"}, tmp_path) == tmp_path / ".env"
    assert env_path({"RAPPORT_PROJECT": "monthly"}, tmp_path) == tmp_path / ".env.monthly"
    assert env_path({}, tmp_path) == tmp_path / ".env"


def test_commands_read_the_folder_they_are_called_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("RAPPORT_PROJECT=weekly\nRAPPORT_BUCKET=there\n")
    monkeypatch.setattr(command_line, "FOLDER", tmp_path)
    monkeypatch.setenv("RAPPORT_BUCKET", "here")
    found = environment()
    assert (found["RAPPORT_PROJECT"], found["RAPPORT_BUCKET"]) == ("weekly", "here")
