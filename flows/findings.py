"""Findings as a person reads them on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from factbook.errors import Finding


def print_findings(findings: Sequence[Finding], console: Console) -> None:
    """Print findings, errors first, each with where it is and what to do about it."""
    for finding in _errors_first(findings):
        line = Text()
        line.append(
            f"{finding.severity}: ", style="red" if finding.severity == "error" else "yellow"
        )
        line.append(str(finding))
        console.print(line, soft_wrap=True)


def count_line(findings: Sequence[Finding]) -> str:
    """How many errors and warnings there are."""
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    return f"{_count(errors, 'error')}, {_count(warnings, 'warning')}"


def _errors_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.severity != "error")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
