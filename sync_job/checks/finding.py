"""What a check found: a state, a reason, and the exact thing to do."""

from dataclasses import dataclass

OK, WARNING, PROBLEM, NOT_CHECKED = "ok", "warning", "problem", "not checked"


@dataclass(frozen=True)
class Finding:
    """`check` names what was looked at; `fix` is a command or a setting, empty where nothing needs one.

    Nothing in it may hold a key, a secret or an address: it is printed, and pasted into questions.
    """

    check: str
    state: str
    reason: str
    fix: str = ""


def ok(check: str, reason: str) -> Finding:
    return Finding(check, OK, reason)


def warning(check: str, reason: str, fix: str) -> Finding:
    return Finding(check, WARNING, reason, fix)


def problem(check: str, reason: str, fix: str) -> Finding:
    return Finding(check, PROBLEM, reason, fix)


def not_checked(check: str, reason: str, fix: str = "") -> Finding:
    return Finding(check, NOT_CHECKED, reason, fix)
