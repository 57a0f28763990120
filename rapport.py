"""The front door: `rapport demo | sync | report | serve | ...`. A component is imported only when asked for."""

import importlib
from typing import NamedTuple

import click

from shared import __version__
from shared.command_line import run


class Door(NamedTuple):
    module: str
    attribute: str
    help: str


# In the order in which somebody new needs them; `--help` shows them so.
SECTIONS = {
    "Start": {
        "demo": Door("demo.commands", "demo", "Sync, build and serve the report of a made-up newsletter."),
        "init": Door("sync_job.init_command", "init", "Give Rapport the key of your newsletter."),
        "sync": Door("sync_job.commands", "sync", "Fetch what is new into the SQLite file."),
        "report": Door("report_builder.commands", "report", "Build the report from the SQLite file."),
        "serve": Door("report_site.serve_command", "serve", "Show the report on this machine."),
    },
    "Ask": {
        "status": Door("sync_job.status_command", "status", "Say what is known and what comes next."),
        "doctor": Door("sync_job.doctor_command", "doctor", "Say what is wrong and how to mend it."),
        "define": Door("report_builder.define_command", "define", "Say what a number of the report means."),
        "snapshot": Door(
            "report_builder.snapshot_commands", "snapshot", "Write a page of the report as one file."
        ),
        "profile": Door(
            "report_builder.snapshot_commands", "profile", "Write figures for sponsors, without names."
        ),
    },
    "Data and people": {
        "import": Door("sync_job.import_command", "import_files", "Add what Buttondown's export files know."),
        "tag": Door("sync_job.tag_commands", "tag", "Give people tags of your own."),
        "person": Door(
            "sync_job.privacy.person_commands", "person", "Export what is known of somebody, or erase it."
        ),
        "retention": Door(
            "sync_job.privacy.retention_command", "retention", "Forget what is older than you allow."
        ),
    },
    "Safety": {
        "backups": Door("sync_job.backups.commands", "backups", "List what you can go back to."),
        "restore": Door(
            "sync_job.backups.commands", "restore", "Put an older state of the SQLite file back."
        ),
        "verify": Door("sync_job.backups.commands", "verify_store", "Check the SQLite file; change nothing."),
    },
    "Cloud": {
        "deploy": Door("deployment.commands", "deploy", "Put it on Google Cloud; say first what that costs."),
        "destroy": Door("deployment.destroy_command", "destroy", "Take it off Google Cloud again."),
        "webhook": Door(
            "sync_job.webhook_command", "webhook", "Register the event collector with Buttondown."
        ),
    },
}
DOORS = {name: door for doors in SECTIONS.values() for name, door in doors.items()}


class LazyGroup(click.Group):
    """Knows its commands by name and one line of help, so that `--help` imports none of them."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(DOORS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        door = DOORS.get(name)
        if door is None:
            return None
        command: click.Command = getattr(importlib.import_module(door.module), door.attribute)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        width = max(map(len, DOORS))  # of one column, through all sections
        for heading, doors in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(name.ljust(width), door.help) for name, door in doors.items()])


@click.command(cls=LazyGroup)
@click.version_option(__version__, prog_name="rapport")
def rapport() -> None:
    """Who reads you: newsletter analytics in one SQLite file and a static report.

    Start with `rapport demo`. For your own newsletter: `rapport init`, then `rapport sync`, `rapport report` and
    `rapport serve`. Settings come from the environment and, below it, from the file .env of this folder.
    """


def main() -> None:
    run(rapport, "rapport")


if __name__ == "__main__":
    main()
