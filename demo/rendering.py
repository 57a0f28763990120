"""Turns a stored row into the row a particular request gets to see."""

from __future__ import annotations

from typing import Any

from demo.faults import Faults
from demo.ids import dashed, often_dashed
from demo.wire import Row

FIRST_VERSION_WITH_TYPE_IDS = "2026-01-01"
FOREIGN_IDS = ("subscriber_id", "email_id", "automation_id", "subscriber_import_id", "form_id")
ID_LISTS = ("related_email_ids", "attachments")
EMBEDDED = ("subscriber", "email")


def render(rows: list[Row], version: str, faults: Faults, without: list[str] | None = None) -> list[Row]:
    """The rows themselves when nothing has to change, copies otherwise."""
    if version < FIRST_VERSION_WITH_TYPE_IDS:
        rows = [_with_uuids(row) for row in rows]
    if faults.timestamps != "exact":
        rows = [_respell_dates(row, faults.timestamps) for row in rows]
    if without:
        rows = [{name: value for name, value in row.items() if name not in without} for row in rows]
    if faults.extra_fields:
        rows = [{**row, **faults.extra_fields} for row in rows]
    return rows


def _with_uuids(row: Row) -> Row:
    changed = dict(row)
    changed["id"] = dashed(row["id"])
    for name in FOREIGN_IDS:
        if row.get(name):
            changed[name] = often_dashed(row[name])
    for name in ID_LISTS:
        if row.get(name):
            changed[name] = [often_dashed(identifier) for identifier in row[name]]
    for name in EMBEDDED:
        if row.get(name):
            changed[name] = _with_uuids(row[name])
    return changed


def _respell_dates(row: Row, style: str) -> Row:
    return {name: _respell(name, value, style) for name, value in row.items()}


def _respell(name: str, value: Any, style: str) -> Any:
    if isinstance(value, list) and name in {"transitions", "email_transitions"}:
        return [_respell_dates(entry, style) for entry in value]
    if isinstance(value, dict) and name in EMBEDDED:
        return _respell_dates(value, style)
    if not (name == "date" or name.endswith("_date")) or not isinstance(value, str) or len(value) != 27:
        return value
    match style:
        case "seconds":  # no fraction
            return value[:19] + "Z"
        case "offset":
            return value[:26] + "+00:00"
        case _:  # "naive": no zone at all
            return value[:26]
