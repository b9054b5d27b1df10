"""Findings as a person reads them on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from factbook.errors import Finding, printable
from factbook.sheet.layout import LAYOUTS

MOST_CHARACTERS = 1_000
"""How much is shown of a message, or of what is allowed; a cell can hold millions."""

_STYLES = {"error": "red", "warning": "yellow"}
_SHEETS = {layout.name: position for position, layout in enumerate(LAYOUTS)}
_CELL = re.compile(r"(?<![A-Z0-9])([A-Z]*+) ?(\d++)$")


def print_findings(findings: Sequence[Finding], console: Console) -> None:
    """Print findings, errors first, each with where it is and what to do about it.

    Those of one sheet or file come in the order of its rows. On a terminal they stand under its
    name, wrapped; elsewhere each is one line.
    """
    ordered = in_order(findings)
    if not console.is_terminal:
        for finding in ordered:
            text = str(shortened(finding))
            console.print(_styled(finding, text), soft_wrap=True, highlight=False)
        return
    for (severity, place), group in groupby(ordered, key=lambda f: (f.severity, _place(f))):
        heading = Text(f"{severity.capitalize()}s", style=f"bold {_STYLES[severity]}")
        console.print(heading.append(f" in {place}" if place else "", style="default"))
        for finding in group:
            _print_entry(shortened(finding), console)
        console.print()


def count_line(findings: Sequence[Finding]) -> str:
    """How many errors and warnings there are."""
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"


def _print_entry(finding: Finding, console: Console) -> None:
    """A finding below the name of its file and sheet: what and where, what is allowed, remedy."""
    where = finding.model_copy(update={"file": "", "sheet": ""}).where
    head = Text(f"{printable(where)}: " if where else "", style=_STYLES[finding.severity])
    _print_wrapped(head.append(f"{printable(finding.message)}.", "default"), console, 2)
    for label, text in (("Allowed: ", finding.allowed), ("", finding.remedy)):
        if text:
            end = "" if text[-1] in ".?!" else "."
            line = Text(f"{label}{printable(text)}{end}", style="dim" if label else "")
            _print_wrapped(line, console, 6)


def _print_wrapped(text: Text, console: Console, indent: int) -> None:
    """Print a text between words, lines after its first a little further in."""
    width = max(console.width - indent - 2, 20)
    for number, line in enumerate(text.wrap(console, width)):
        line.pad_left(indent + 2 * (number > 0))
        console.print(line, soft_wrap=True, highlight=False)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first; then file after file as they were read, sheets and rows in their order."""
    every = list(findings)
    files = {name: n for n, name in enumerate(dict.fromkeys(f.file for f in every))}

    def position(finding: Finding) -> tuple[bool, int, int, str, int, int, str]:
        cell = _CELL.search(finding.cells[0]) if finding.cells else None
        column, row = cell.groups() if cell else ("", "0")
        sheet = _SHEETS.get(finding.sheet, len(_SHEETS))
        return (
            finding.severity != "error",
            files[finding.file],
            sheet if finding.sheet else -1,
            finding.sheet,
            int(row),
            len(column),
            column,
        )

    return sorted(every, key=position)


def _place(finding: Finding) -> str:
    """File and sheet, without rows and cells."""
    return printable(finding.model_copy(update={"cells": ()}).where)


def shortened(finding: Finding) -> Finding:
    """A finding whose texts are no longer than what is shown of them."""
    return finding.model_copy(
        update={name: _short(getattr(finding, name)) for name in ("message", "allowed", "remedy")}
    )


def _short(text: str) -> str:
    return text if len(text) <= MOST_CHARACTERS else f"{text[:MOST_CHARACTERS]}…"


def _styled(finding: Finding, text: str) -> Text:
    return Text(f"{finding.severity}: ", style=_STYLES[finding.severity]).append(text, "default")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
