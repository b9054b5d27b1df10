"""``factbook check``: what is wrong with a project, and what a run of it would write."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

from rich.console import Console

from factbook.errors import Finding, UserError
from factbook.runs.project import Project, open_project
from flows.findings import count_line, print_findings


def check_project(folder: Path, settings: tuple[str, ...], *, as_json: bool, strict: bool) -> int:
    """Print findings and counts; return the exit code.

    Args:
        folder: The project folder.
        settings: ``--set`` assignments.
        as_json: Whether to print JSON for machines.
        strict: Whether warnings are errors.
    """
    project: Project | None = None
    findings: tuple[Finding, ...]
    try:
        project = open_project(folder, settings, strict=strict)
        findings = project.findings
    except UserError as error:
        findings = error.findings
    if as_json:
        print(json.dumps(_report(project, findings), ensure_ascii=False, indent=2))
    else:
        _print(folder, project, findings, strict=strict)
    return 0 if project is not None else 2


def counts(project: Project) -> dict[str, int]:
    """What a run would write, and how many model calls it would make."""
    sections = project.outline.sections
    return {
        "chapters": len(project.outline.chapters),
        "sections": len(sections),
        "sections_of_the_whole_report": project.outline.total_sections,
        "places": len({section.place.code for section in sections}),
        "calls": 0,
    }


def _report(project: Project | None, findings: tuple[Finding, ...]) -> dict[str, Any]:
    return {
        "ok": project is not None,
        "findings": [finding.model_dump(mode="json") for finding in findings],
        "cleanings": [c.sentence for c in project.dataset.cleanings] if project else [],
        "counts": counts(project) if project else {},
    }


def _print(
    folder: Path, project: Project | None, findings: tuple[Finding, ...], *, strict: bool
) -> None:
    errors = Console(stderr=True)
    print_findings(findings, errors)
    if project is None:
        to_mend = "errors, and with --strict the warnings," if strict else "errors"
        _say(
            errors,
            f"{count_line(findings)}. A report can be written once the {to_mend} are mended. "
            "Then check again: what could not be looked at because of them comes up then.",
        )
        _say(errors, f"factbook check {shlex.quote(str(folder))}{' --strict' * strict}")
        return
    console = Console()
    for cleaning in project.dataset.cleanings:
        _say(console, f"data: {cleaning.sentence}")
    found = counts(project)
    _say(
        console,
        f"{project.name}: {found['chapters']} chapters, {found['sections']} sections for "
        f"{found['places']} places, {found['calls']} model calls ({project.config.provider}). "
        f"{count_line(findings)}.",
    )


def _say(console: Console, text: str) -> None:
    """Print a sentence: wrapped on a terminal, else on one line."""
    console.print(text, soft_wrap=not console.is_terminal, markup=False, highlight=False)
