"""`<project>/project.toml`: what the owner of a project decides, optional and read by all."""

from shared.project.alerts import Alerting
from shared.project.backups import Backups
from shared.project.conditions import STAGES, Value
from shared.project.faults import NAME
from shared.project.notes import Note
from shared.project.retention import KEEP_EVERYTHING, Retention
from shared.project.roles import OWNER, VIEWER, Roles
from shared.project.segments import AllOf, AnyOf, Condition, Not, Rule, Segment
from shared.project.settings import ProjectSettings, read_project, read_project_roles

__all__ = [
    "KEEP_EVERYTHING",
    "NAME",
    "OWNER",
    "STAGES",
    "VIEWER",
    "Alerting",
    "AllOf",
    "AnyOf",
    "Backups",
    "Condition",
    "Not",
    "Note",
    "ProjectSettings",
    "Retention",
    "Roles",
    "Rule",
    "Segment",
    "Value",
    "read_project",
    "read_project_roles",
]
