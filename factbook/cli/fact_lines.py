"""Facts as a person reads them on a terminal: a table there, a line each elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from factbook.checking.claims import named_rows
from factbook.cli.console import in_one_line, say
from factbook.evidence.facts import Fact
from factbook.evidence.references import NO_BREAK_SPACE, format_fact
from factbook.evidence.wording import sentence

ROWS_SHOWN = 4
"""Row numbers of a file that stand beside a fact; ``--json`` has all."""

_DIGITS = 12
"""Significant digits of a value; what a sum of floats has beyond them says nothing."""


def value_of(fact: Fact) -> str:
    """A fact's value with its unit and flags, not rounded: ``4,249.05 TWh``, ``4,513 kt [b]``."""
    if fact.kind in ("rank", "count"):
        return format_fact(fact)
    number = f"{fact.value:,.{_DIGITS}g}"
    if "e" in number:
        number = repr(fact.value)
    shown = f"{number}{'' if fact.unit.startswith('%') else ' '}{fact.unit}".strip()
    return f"{shown} [{fact.status}]" if fact.status else shown


def about(fact: Fact) -> str:
    """What a fact is of: subject, metric, place."""
    return ", ".join(filter(None, (fact.subject, fact.metric, fact.place)))


def how(fact: Fact) -> str:
    """How a fact came about, and its rows, shortened."""
    rows = named_rows(fact.sources, ROWS_SHOWN)
    return "; ".join(filter(None, (sentence(fact.derivation), rows)))


def print_facts(facts: Iterable[tuple[str, Fact]], console: Console, *, indent: int = 2) -> None:
    """Print facts, each with its role.

    Args:
        facts: Role in a finding, or an empty text, and fact.
        console: Where to print.
        indent: Blanks before each line.
    """
    listed = list(facts)
    if console.is_terminal:
        console.print(_table(listed, indent))
        return
    for role, fact in listed:
        named = f"{role} {fact.id}".strip()
        told = f"{named}: {value_of(fact)}: {about(fact)}, {fact.period}"
        say_line(console, "; ".join(filter(None, (told, how(fact)))), indent)


def _table(facts: Sequence[tuple[str, Fact]], indent: int) -> Table:
    has_roles = any(role for role, _ in facts)
    table = Table(show_edge=False, pad_edge=False, box=None, padding=(0, 2, 0, 0))
    table.add_column("", width=max(indent - 2, 0))
    if has_roles:
        table.add_column("role", overflow="fold")
    table.add_column("fact", no_wrap=True)
    table.add_column("value", justify="right", overflow="fold", max_width=18)
    table.add_column("of", overflow="fold", ratio=3)
    table.add_column("period", overflow="fold", max_width=17)
    table.add_column("derived from", overflow="fold", ratio=3)
    for role, fact in facts:
        cells = (fact.id, value_of(fact), about(fact), fact.period, how(fact))
        shown = ("", role, *cells) if has_roles else ("", *cells)
        table.add_row(*(Text(one_line(cell)) for cell in shown))
    return table


def one_line(text: str) -> str:
    """A text in one line, without what commands a terminal; blanks may break."""
    return in_one_line(text.replace(NO_BREAK_SPACE, " "))


def say_line(console: Console, sentence: str, indent: int = 0, *, style: str = "") -> None:
    """Print a sentence: wrapped and indented on a terminal, else as one line.

    Args:
        console: Where to print.
        sentence: The sentence; it is no markup.
        indent: Blanks before it; lines after the first have two more.
        style: Its style on a terminal.
    """
    if not console.is_terminal:
        say(console, f"{' ' * indent}{sentence.replace(NO_BREAK_SPACE, ' ')}")
        return
    text = Text(one_line(sentence), style)
    width = max(console.width - indent - 2, 20)
    for number, line in enumerate(text.wrap(console, width)):
        line.rstrip()
        line.pad_left(indent + 2 * (number > 0))
        console.print(line, soft_wrap=True, highlight=False)
