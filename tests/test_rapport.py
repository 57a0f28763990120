"""The front door: a newcomer finds the way, nothing wraps, and no door leads nowhere."""

import re

import click
import pytest
from click.testing import CliRunner

from rapport import DOORS, SECTIONS, rapport

ANYWHERE = {"Options"}


def shown() -> str:
    """`rapport --help` on a terminal of 80 columns."""
    answer = CliRunner().invoke(rapport, ["--help"], prog_name="rapport", terminal_width=80)
    assert answer.exit_code == 0
    return answer.output


def test_the_way_in_comes_first_and_every_command_once() -> None:
    sections = re.findall(r"^(\w[^:\n]*):\n((?:  .*\n)+)", shown(), re.MULTILINE)
    listed = {
        heading: re.findall(r"^  ([a-z]+) ", lines, re.MULTILINE)
        for heading, lines in sections
        if heading not in ANYWHERE
    }
    assert listed == {heading: list(doors) for heading, doors in SECTIONS.items()}
    assert next(iter(listed.values())) == ["demo", "init", "sync", "report", "serve"]
    names = [name for doors in SECTIONS.values() for name in doors]
    assert sorted(names) == sorted(set(names))


def test_no_help_of_a_command_wraps_at_80_columns_and_all_begin_in_one_column() -> None:
    lines = shown().splitlines()
    begins = set()
    for name, door in DOORS.items():
        (line,) = [each for each in lines if re.match(rf"  {name} ", each)]
        assert line.endswith(door.help)
        assert len(line) <= 80
        begins.add(line.index(door.help))
    assert len(begins) == 1


@pytest.mark.parametrize("name", DOORS)
def test_every_door_opens_on_a_command_that_explains_itself(name: str) -> None:
    command = rapport.get_command(click.Context(rapport), name)
    assert command is not None
    assert command.get_short_help_str()
    assert CliRunner().invoke(rapport, [name, "--help"]).exit_code == 0


def test_a_command_that_is_none_is_wrong_usage() -> None:
    answer = CliRunner().invoke(rapport, ["reprot"])
    assert answer.exit_code == 2
    assert "reprot" in answer.output
