"""`rapport define [METRIC]`: what a number of the report means."""

import textwrap
from itertools import groupby

import click

from report_builder.definitions import DEFINITIONS, Definition, find

WIDTH = 88


@click.command()
@click.argument("metric", nargs=-1)
def define(metric: tuple[str, ...]) -> None:
    """Say what METRIC means: its formula, what it is divided by, and what to beware of. Without METRIC, list all."""
    asked = " ".join(metric)
    if not asked.strip():
        click.echo(listing())
        return
    found = find(asked)
    if found.definition is None:
        hint = f" Did you mean {' or '.join(found.suggestions)}?" if found.suggestions else ""
        raise click.UsageError(f"There is no metric called {asked!r}.{hint} `rapport define` lists all.")
    click.echo(entry(found.definition))


def listing() -> str:
    """All metrics in their groups, one line each."""
    width = max(len(each.name) for each in DEFINITIONS) + 2
    lines: list[str] = []
    for group, members in groupby(DEFINITIONS, key=lambda each: each.group):
        lines += ["", click.style(group, bold=True)]
        lines += [f"  {each.name:<{width}}{each.formula}" for each in members]
    return "\n".join([*lines[1:], "", "`rapport define NAME` says more about one of them."])


def entry(definition: Definition) -> str:
    """One metric in full."""
    facts = (
        ("Counts", definition.numerator),
        ("Divided by", definition.denominator),
        ("Unit", definition.unit),
        ("At least", definition.minimum_sample),
        ("Beware", definition.caveat),
        ("Source", definition.source),
        ("Also called", ", ".join(definition.also)),
    )
    lines = [click.style(definition.name, bold=True), *_wrapped("", f"{definition.formula}."), ""]
    for label, text in facts:
        if text:
            lines += _wrapped(label, text)
    return "\n".join(lines)


def _wrapped(label: str, text: str) -> list[str]:
    start = f"  {label:<13}" if label else "  "
    return textwrap.wrap(text, WIDTH, initial_indent=start, subsequent_indent=" " * len(start))
