"""One SQL statement a file, named for what it does."""

from functools import cache
from importlib.resources import files


@cache
def statement(name: str) -> str:
    return files("sync_job.statements").joinpath(f"{name}.sql").read_text(encoding="utf-8")
