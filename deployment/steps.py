"""A plan is a list of steps: what each is for, how to see whether it is done, and what does it.

Steps are data: the same list is carried out, printed as shell, linted and compared in tests.
"""

import re
import shlex
from collections.abc import Iterable
from dataclasses import dataclass

Command = tuple[str, ...]

# A value that only the cloud knows, found by an earlier step and spelt as the shell would.
PLACEHOLDER = re.compile(r"\$\{([A-Z_]+)\}")


def gcloud(group: str, *arguments: str) -> Command:
    return ("gcloud", *group.split(), *arguments)


@dataclass(frozen=True)
class Feed:
    """What a command reads from its standard input: a plain text, or a secret that is known by its variable alone."""

    text: str = ""
    variable: str = ""

    @property
    def as_shell(self) -> str:
        return f'printf %s "${self.variable}"' if self.variable else f"printf %s {shlex.quote(self.text)}"


@dataclass(frozen=True)
class Step:
    """Done means: `check` succeeds and, where they are given, prints every line of `lines`, or anything at all.

    With `other_than` it means instead that a line ends in the one of `lines`, and is another one.
    `act` runs where the step is not done (or, with `removes`, where what it removes is there). Without a `check` it
    always runs, and changes nothing the second time. `captures` keeps the first line that the check prints.
    """

    purpose: str
    check: Command = ()
    act: Command = ()
    lines: tuple[str, ...] = ()
    other_than: str = ""
    anything: bool = False
    removes: bool = False
    captures: str = ""
    feed: Feed | None = None
    is_long: bool = False  # says how it goes on by itself

    def is_told_by(self, output: str, known: dict[str, str]) -> bool:
        printed = {line.strip() for line in output.splitlines()}
        if self.other_than:
            return any(line.endswith(self.lines) for line in printed - {self.other_than})
        if self.lines:
            return printed.issuperset(filled(self.lines, known))
        return bool(output.strip()) or not (self.anything or self.captures)


def as_shell(steps: Iterable[Step]) -> str:
    """The plan as a script that anyone can read, own, and paste line by line."""
    return (
        "\n\n".join(f"# {number}. {step.purpose}\n{_shell(step)}" for number, step in enumerate(steps, 1))
        + "\n"
    )


def spelt(command: Command) -> str:
    """One command as one line of shell; values that only the cloud knows stay variables."""
    return " ".join(_word(each) for each in command)


def filled(command: Command, known: dict[str, str]) -> Command:
    return tuple(PLACEHOLDER.sub(lambda found: known[found[1]], each) for each in command)


def acting(step: Step) -> str:
    """The command that does it, with what it reads."""
    return f"{step.feed.as_shell} | {spelt(step.act)}" if step.feed else spelt(step.act)


def _word(word: str) -> str:
    parts = PLACEHOLDER.split(word)
    quoted = [shlex.quote(part) if part else "" for part in parts[::2]]
    named = [f'"${{{name}}}"' for name in parts[1::2]]
    return "".join(text + name for text, name in zip(quoted, [*named, ""], strict=True)) or "''"


def _shell(step: Step) -> str:
    if not step.check:
        return acting(step)
    if step.captures:
        look = f"{step.captures}=$({spelt(step.check)} | head -n 1)"
        if not step.act:
            return look
        met = f'[ -z "${step.captures}" ]' if step.removes else f'[ -n "${step.captures}" ]'
        return f"{look}\n{met} || \\\n  {acting(step)}" + ("" if step.removes else f"\n{look}")
    return f"{'! ' if step.removes else ''}{_question(step)} || \\\n  {acting(step)}"


def _question(step: Step) -> str:
    asked = spelt(step.check)
    if step.other_than:
        return f"{asked} | grep -vxF -e {_word(step.other_than)} | grep -qF -e {_word(step.lines[0])}"
    if step.lines:
        wanted = " ".join(f"-e {_word(line)}" for line in step.lines)
        if len(step.lines) == 1:
            return f"{asked} | grep -qxF {wanted}"
        return f'[ "$({asked} | grep -cxF {wanted})" = {len(step.lines)} ]'
    if step.anything:
        return f"{asked} | grep -q ."
    return f"{asked} >/dev/null 2>&1"
