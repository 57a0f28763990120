"""`<project>/project.toml`: what the owner of a project decides, optional and read by all."""

from shared.project.backups import Backups
from shared.project.conditions import STAGES, Value
from shared.project.faults import NAME
from shared.project.notes import Note
from shared.project.segments import AllOf, AnyOf, Condition, Not, Rule, Segment
from shared.project.settings import ProjectSettings, read_project

__all__ = [
    "NAME",
    "STAGES",
    "AllOf",
    "AnyOf",
    "Backups",
    "Condition",
    "Not",
    "Note",
    "ProjectSettings",
    "Rule",
    "Segment",
    "Value",
    "read_project",
]
