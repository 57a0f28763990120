"""`.env`: the settings of a folder, one NAME=value a line, private to its owner.

Other programs keep theirs in the same file: only lines of RAPPORT_... and BUTTONDOWN_... are read, and all others
stay as they are when one of ours is written.
"""

import os
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from shared.errors import SettingsError
from shared.settings import PROJECT_NAME, Settings

ENV_FILE = ".env"
OURS = re.compile(r"\s*(?:export\s+)?((?:RAPPORT|BUTTONDOWN)_[A-Z0-9_]*)\b\s*(.*)", re.DOTALL)
BARE = re.compile(r"[A-Za-z0-9_./:@%+,=-]*")
ESCAPED = re.compile(r'\\(["\\])')


def env_path(environ: Mapping[str, str], folder: Path) -> Path:
    """The file for the settings of the project: `.env`, or `.env.NAME` of one named by RAPPORT_PROJECT.

    So newsletters that share a folder keep their keys apart. A project that `.env` itself names is at home there.
    """
    project = environ.get("RAPPORT_PROJECT", "").strip()
    general = folder / ENV_FILE
    if project in ("", Settings.project) or not PROJECT_NAME.fullmatch(project):
        return general
    return (
        general if read_env(general).get("RAPPORT_PROJECT") == project else folder / f"{ENV_FILE}.{project}"
    )


def read_settings_of(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """What the files of this folder say, those of the project over the general ones, and `environ` over all.

    A project with a file of its own takes nothing of BUTTONDOWN_... from the general one: the key of another
    newsletter would fill its store with other people.
    """
    general = read_env(folder / ENV_FILE)
    own = env_path({**general, **environ}, folder)
    if own.name == ENV_FILE:
        return {**general, **environ}
    shared = {name: value for name, value in general.items() if not name.startswith("BUTTONDOWN_")}
    return {**shared, **read_env(own), **environ}


def read_env(path: Path) -> dict[str, str]:
    """Our settings in this file; nothing where there is none. Raises SettingsError with every faulty line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError([f"{path} cannot be read: {reason}"]) from error
    found, faults = {}, []
    for number, line in enumerate(text.splitlines(), start=1):
        if (ours := OURS.match(line)) is None:
            continue
        try:
            found[ours[1]] = _value(ours[2])
        except ValueError as fault:
            faults.append(f"{path.name} line {number}: {ours[1]} {fault}")
    if faults:
        raise SettingsError(faults)
    return found


def write_env(path: Path, name: str, value: str) -> None:
    """Sets one of our settings; every other line stays as it was. The file changes whole or not at all, and is
    readable by its owner alone. Raises OSError."""
    path = path.resolve()  # a link stays one
    lines = []
    with suppress(FileNotFoundError):
        lines = path.read_bytes().decode("utf-8").splitlines(keepends=True)
    ending = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    written = f"{name}={_quoted(value)}{ending}"
    kept: list[str] = []
    for line in lines:
        ours = OURS.match(line.removeprefix("\ufeff"))
        if ours is None or ours[1] != name:
            kept.append(line)
        elif written not in kept:
            kept.append(written)
    if written not in kept:
        if kept and not kept[-1].endswith(("\n", "\r")):
            kept[-1] += ending
        kept.append(written)
    handle, made = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")  # mode 0600
    try:
        with open(handle, "wb") as file:
            file.write("".join(kept).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, path)
    except BaseException:
        os.unlink(made)
        raise


def _value(written: str) -> str:
    """What stands after the name, from the sign = on. Raises ValueError with what is wrong."""
    if not written.startswith("="):
        raise ValueError("needs = and a value after it")
    text = written[1:].strip()
    if text[:1] not in ("'", '"'):
        return re.split(r"(?:^|\s)#", text, maxsplit=1)[0].rstrip()
    quote = text[0]
    inside = re.match(r"'([^']*)'" if quote == "'" else r'"((?:\\.|[^"\\])*)"', text)
    if inside is None:
        raise ValueError(f"begins with {quote} and must end with it, on the same line")
    if not re.fullmatch(r"\s*(#.*)?", text[inside.end() :]):
        raise ValueError("goes on after its closing quote")
    return inside[1] if quote == "'" else ESCAPED.sub(r"\1", inside[1])


def _quoted(value: str) -> str:
    if BARE.fullmatch(value):
        return value
    if "'" not in value:
        return f"'{value}'"
    return '"' + re.sub(r'(["\\])', r"\\\1", value) + '"'
