"""`<project>/project.toml`: what the owner of a project decides, optional and read by all."""

from shared.project.backups import DEFAULT_BACKUPS, Backups
from shared.project.conditions import STAGES, Value
from shared.project.faults import NAME
from shared.project.notes import Note
from shared.project.retention import KEEP_EVERYTHING, Retention
from shared.project.roles import OWNER, VIEWER, Roles
from shared.project.segments import AllOf, AnyOf, Condition, Not, Rule, Segment
from shared.project.settings import ProjectSettings, read_project, read_project_roles

__all__ = [
    "DEFAULT_BACKUPS",
    "KEEP_EVERYTHING",
    "NAME",
    "OWNER",
    "STAGES",
    "VIEWER",
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
