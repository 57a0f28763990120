"""The secrets. Their values come from you or are made, and reach gcloud through its standard input alone."""

from deployment.plan.access import Grant
from deployment.steps import Feed, Step, gcloud
from deployment.target import API_KEY, COLLECTOR, HASHING_SECRET, SYNC, WEBHOOK_KEY, Target

VARIABLES = {
    API_KEY: "BUTTONDOWN_API_KEY",
    HASHING_SECRET: "RAPPORT_SECRET",
    WEBHOOK_KEY: "BUTTONDOWN_WEBHOOK_KEY",
}
MEANINGS = {
    API_KEY: "the key of your newsletter",
    HASHING_SECRET: "the secret that keys the hashes of addresses",
    WEBHOOK_KEY: "the signing key of webhooks",
}


def readers(target: Target) -> dict[str, str]:
    """Which account reads which secret."""
    return {API_KEY: SYNC, HASHING_SECRET: SYNC} | ({WEBHOOK_KEY: COLLECTOR} if target.collector else {})


def vault(target: Target) -> list[Step]:
    return [step for name, role in readers(target).items() for step in _secret(target, name, role)]


def _secret(target: Target, name: str, role: str) -> list[Step]:
    project = f"--project={target.project}"
    grant = Grant(
        f"Let one account read {name}, and no other",
        gcloud("secrets"),
        (name, project),
        target.member(role),
        "roles/secretmanager.secretAccessor",
    )
    return [
        Step(
            f"Make a place for {MEANINGS[name]}",
            gcloud("secrets describe", name, project, "--format=value(name)"),
            gcloud(
                "secrets create",
                name,
                project,
                "--replication-policy=user-managed",
                f"--locations={target.region}",
            ),
        ),
        Step(
            f"Put {MEANINGS[name]} there",
            gcloud(
                "secrets versions list",
                name,
                project,
                "--filter=state=ENABLED",
                "--limit=1",
                "--format=value(name)",
            ),
            gcloud("secrets versions add", name, project, "--data-file=-"),
            anything=True,
            feed=Feed(variable=VARIABLES[name]),
        ),
        *grant.steps(),
    ]
