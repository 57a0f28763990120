"""Everything Rapport needs on Google Cloud, in the order in which one thing needs the other."""

from deployment.plan.access import accounts, bucket_grants, build_grants
from deployment.plan.alerts import alerts
from deployment.plan.ground import ground
from deployment.plan.services import builds, doors
from deployment.plan.vault import vault
from deployment.steps import Step
from deployment.target import Target


def deployment_plan(target: Target, *, rebuild: bool = False) -> list[Step]:
    """Each step does nothing where it was done before; `rebuild` builds and deploys in any case."""
    return [
        *ground(target),
        *accounts(target),
        *bucket_grants(target),
        *build_grants(target),
        *vault(target),
        *builds(target, rebuild=rebuild),
        *doors(target),
        *alerts(target),
    ]


__all__ = ["deployment_plan"]
