"""[site] of project.toml: the locale, and what is said about one that nobody knows."""

from pathlib import Path

import pytest

from shared.bucket.folder import FolderBucket
from shared.errors import SettingsError
from shared.project import ProjectSettings, read_project


def read(tmp_path: Path, text: str) -> ProjectSettings:
    bucket = FolderBucket(tmp_path)
    bucket.write("default/project.toml", text.encode())
    return read_project(bucket, "default")


def test_the_locale_is_read_and_made_tidy(tmp_path: Path) -> None:
    assert read(tmp_path, '[site]\nlocale = "de_de"\n').locale == "de-DE"
    assert read(tmp_path, "[site]\n").locale == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('[site]\nlocale = "de-DEE"\n', 'line 2: site.locale names no known locale; did you mean "de-DE"?'),
        ('[site]\nlocale = "german"\n', 'line 2: site.locale names no known locale; did you mean "de"?'),
        (
            '\n[site]\n\nlocale = "klingon"\n',
            "line 4: site.locale names no known locale; name a language and a country, "
            'such as "de-DE", "fr-CH" or "en-GB"',
        ),
        ("[site]\nlocale = 49\n", "line 2: site.locale must be text in quotes"),
        ('[site]\nlocale = ""\n', "line 2: site.locale must be text in quotes"),
        ('[site]\nlocal = "de-DE"\n', "line 2: site.local is not a setting; did you mean locale?"),
    ],
)
def test_a_fault_is_told_once_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(tmp_path, text)
    assert error.value.faults == (f"project.toml {told}",)
