"""The command `destroy`."""

import time

import click

from deployment.commands import BUCKET, DRY_RUN, NAME, PROJECT, REGION, SOURCES, local_settings, print_plan
from deployment.destruction import destruction_plan
from deployment.execution import Execution
from deployment.gcloud import Gcloud
from deployment.target import Target
from shared.command_line import environment
from shared.errors import UsageError


@click.command()
@PROJECT
@REGION
@BUCKET
@NAME
@click.option(
    "--data-too", is_flag=True, help="The bucket with your data as well, and the secret it was made with."
)
@DRY_RUN
def destroy(project: str, region: str, bucket: str, name: str, data_too: bool, dry_run: bool) -> int:
    """Take Rapport off Google Cloud again; your data stays unless you say --data-too."""
    environ = environment()
    newsletter = name or local_settings(environ).project
    target = Target(project, region, "nobody@example.com", (), bucket, newsletter, collector=True)
    steps = destruction_plan(target, data_too=data_too)
    if dry_run:
        print_plan(steps)
        return 0
    gcloud = Gcloud.find(SOURCES, environ)
    kept = "with all your data, which cannot be had back" if data_too else f"but keeps {target.bucket_url}"
    click.echo(f"This removes Rapport from the project {project}, {kept}.")
    if click.prompt("Type the name of the project to go on") != project:
        raise UsageError("that is another name: nothing was removed")
    done = Execution(gcloud, click.echo, lambda variable: "", time.sleep).carry_out(steps)
    click.echo(
        f"Removed {done} things. The services of Google Cloud stay switched on; they cost nothing unused."
    )
    return 0
