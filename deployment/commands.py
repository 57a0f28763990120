"""The command `deploy`: here, and in `destroy`, the deployment asks, prints and reads its settings."""

import secrets
import shlex
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import click

from deployment.cost import estimate
from deployment.execution import Execution
from deployment.gcloud import Gcloud
from deployment.plan import deployment_plan
from deployment.sizes import Sizes, measure_store
from deployment.steps import Step, as_shell
from deployment.target import Target
from shared.command_line import environment
from shared.errors import SettingsError, UsageError
from shared.settings import LOCAL_SECRET, SECRET_LENGTH, Settings

SAFE_SIZE = Sizes(subscribers=5_000, emails=250, store_bytes=10**9)  # where nobody knows
SOURCES = Path(__file__).resolve().parent.parent
PROJECT = click.option("--project", required=True, metavar="ID", help="The id of your Google Cloud project.")
REGION = click.option(
    "--region", required=True, metavar="REGION", help="Where it runs, such as europe-west1."
)
BUCKET = click.option(
    "--bucket", default="", metavar="NAME", help="The bucket for your data; by default PROJECT-rapport."
)
NAME = click.option(
    "--name", default="", metavar="NAME", help="The newsletter's place in it; by default RAPPORT_PROJECT."
)
DRY_RUN = click.option("--dry-run", is_flag=True, help="Print every command as shell, and do nothing.")
COLLECTOR = click.option("--collector", is_flag=True, help="With the public service that receives webhooks.")


@click.command()
@PROJECT
@REGION
@click.option(
    "--owner", required=True, metavar="EMAIL", help="Who sees the report, may sync, and hears of alerts."
)
@click.option(
    "--viewer", "viewers", multiple=True, metavar="EMAIL", help="Who else sees it; as often as you like."
)
@BUCKET
@NAME
@COLLECTOR
@click.option(
    "--no-sync-hours",
    type=click.IntRange(1, 24),
    default=24,
    show_default=True,
    help="After how many hours without a good sync there is an alert.",
)
@click.option(
    "--subscribers", type=click.IntRange(min=0), help="For the estimate, without a store on this machine."
)
@click.option(
    "--events", type=click.IntRange(min=0), help="For the estimate: how many events there are so far."
)
@click.option("--store-mb", type=click.IntRange(min=0), help="Or the size of the SQLite file, in MB.")
@click.option("--cost", "cost_alone", is_flag=True, help="Say what it costs, and do nothing.")
@click.option("--rebuild", is_flag=True, help="Build and deploy again, after an update of Rapport.")
@DRY_RUN
@click.option("--yes", is_flag=True, help="Do not ask.")
def deploy(
    project: str,
    region: str,
    owner: str,
    viewers: tuple[str, ...],
    bucket: str,
    name: str,
    collector: bool,
    no_sync_hours: int,
    subscribers: int | None,
    events: int | None,
    store_mb: int | None,
    cost_alone: bool,
    rebuild: bool,
    dry_run: bool,
    yes: bool,
) -> int:
    """Put Rapport on Google Cloud: jobs, schedules, a site behind a login, alerts. Run it as often as you like."""
    environ = environment()
    settings = local_settings(environ)
    sizes = _sizes(settings, subscribers, events, store_mb)
    target = Target(
        project,
        region,
        owner,
        viewers,
        bucket,
        name or settings.project,
        sizes.store_bytes,
        no_sync_hours,
        collector,
    )
    told = estimate(sizes.usage(target), region)
    if cost_alone:
        click.echo(told)
        return 0
    steps = deployment_plan(target, rebuild=rebuild)
    if dry_run:
        print_plan(steps, told)
        return 0
    _check_sources()
    gcloud = Gcloud.find(SOURCES, environ)
    click.echo(f"{told}\n")
    if not yes:
        click.confirm(f"{len(steps)} steps in the project {project}. Go on?", abort=True)
    done = Execution(
        gcloud, click.echo, lambda variable: _secret(variable, environ, settings), time.sleep
    ).carry_out(steps)
    click.echo(
        f"Deployed: {done} of {len(steps)} steps had to be done. The first sync, now or within 15 minutes:\n"
        f"  gcloud run jobs execute sync-job --region={region} --project={project} --wait\n"
        f"Who sees the report and who may sync from it is said in {target.settings_url}.\n"
        "docs/google-cloud.md has the rest."
    )
    return 0


def local_settings(environ: Mapping[str, str]) -> Settings:
    """Where this machine keeps a store, for its size and its secret; a gs:// bucket is asked nothing here."""
    local = {name: value for name, value in environ.items() if name in ("RAPPORT_BUCKET", "RAPPORT_PROJECT")}
    if local.get("RAPPORT_BUCKET", "").startswith("gs://"):
        del local["RAPPORT_BUCKET"]
    return Settings.read(local)


def _sizes(settings: Settings, subscribers: int | None, events: int | None, store_mb: int | None) -> Sizes:
    if store_mb is not None:
        return Sizes(subscribers or 0, 0, store_mb * 10**6)
    if subscribers is not None or events is not None:
        return Sizes.reckon(subscribers or 0, events or 0)
    store = Path(settings.bucket_url) / settings.project / "engagement.sqlite"
    if found := measure_store(store):
        return found
    click.echo(
        "There is no store on this machine: memory and cost are those of one of 1 GB. "
        "Say --subscribers and --events, or --store-mb, for yours.",
        err=True,
    )
    return SAFE_SIZE


def _check_sources() -> None:
    if not (SOURCES / "cloudbuild.yaml").exists():
        raise UsageError(
            "there is nothing to build here: cloudbuild.yaml is missing",
            hint="Run `python -m rapport deploy` in a copy of Rapport's repository, not from an installed package.",
        )


def _secret(variable: str, environ: Mapping[str, str], settings: Settings) -> str:
    """From the settings; else the local store's own or a new one; else asked for without echo."""
    if given := environ.get(variable, "").strip():
        return given
    if variable == "RAPPORT_SECRET":
        kept = Path(settings.bucket_url) / LOCAL_SECRET
        return kept.read_text().strip() if kept.exists() else secrets.token_hex(SECRET_LENGTH)
    if not sys.stdin.isatty():
        raise SettingsError([f"{variable} is not set, and there is no terminal to ask for it"])
    value: str = click.prompt(f"{variable} (not shown)", hide_input=True)
    return value.strip()


def print_plan(steps: list[Step], told: str = "") -> None:
    click.echo("#!/bin/sh")
    click.echo(f"# {shlex.join(['rapport', *sys.argv[1:]])}")
    click.echo("# Run this in a copy of Rapport's repository; each line can also be run alone.\n")
    if told:
        click.echo("".join(f"# {line}\n" for line in told.splitlines()))
    click.echo(as_shell(steps), nl=False)
