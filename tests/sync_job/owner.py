"""An owner at work in a folder: commands as they are typed, against the newsletter of a world."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from rapport import rapport
from shared import command_line
from shared.bucket.folder import FolderBucket
from tests.sync_job.world import World


@dataclass
class Owner:
    world: World
    folder: Path
    monkeypatch: pytest.MonkeyPatch

    @classmethod
    def of(cls, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> "Owner":
        """In an empty folder, with nothing exported but where the API is."""
        folder.mkdir()
        monkeypatch.setattr(command_line, "FOLDER", folder)
        monkeypatch.chdir(folder)
        monkeypatch.setenv("BUTTONDOWN_API_URL", world.api.url)
        return cls(world, folder, monkeypatch)

    @property
    def env(self) -> Path:
        return self.folder / ".env"

    @property
    def bucket(self) -> FolderBucket:
        return FolderBucket(self.folder / "rapport-data")

    def export(self, **settings: str) -> None:
        for name, value in settings.items():
            self.monkeypatch.setenv(name, value)

    def run(self, *given: str, typed: str = "") -> Result:
        return CliRunner().invoke(rapport, given, input=typed, standalone_mode=False)

    def done(self, *given: str, typed: str = "") -> str:
        """What a command that ended well said."""
        result = self.run(*given, typed=typed)
        assert result.exception is None, result.exception
        assert result.return_value in (0, None), result.output
        return result.output

    def doctor(self) -> dict[str, tuple[str, str, str]]:
        """The state, reason and fix of every check; of several by one name, the gravest."""
        result = self.run("doctor", "--json")
        assert result.exception is None, result.exception
        told = json.loads(result.stdout)
        assert told["ok"] is (result.return_value == 0)
        order = ["problem", "warning", "not checked", "ok"]
        found: dict[str, tuple[str, str, str]] = {}
        for each in told["checks"]:
            known = found.get(each["check"])
            if known is None or order.index(each["state"]) < order.index(known[0]):
                found[each["check"]] = (each["state"], each["reason"], each["fix"])
        return found

    def note(self, **facts: Any) -> None:
        """last_run.json as a run would leave it."""
        self.bucket.write("default/last_run.json", json.dumps(facts).encode())
