"""``factbook check``: what is wrong with a project, and what a run of it would write."""

from __future__ import annotations

import json
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
        _print(project, findings)
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


def _print(project: Project | None, findings: tuple[Finding, ...]) -> None:
    errors = Console(stderr=True)
    print_findings(findings, errors)
    if project is None:
        errors.print(
            f"{count_line(findings)}. Nothing can be written before the errors are mended."
        )
        return
    console = Console()
    for cleaning in project.dataset.cleanings:
        console.print(f"data: {cleaning.sentence}", soft_wrap=True, markup=False, highlight=False)
    found = counts(project)
    console.print(
        f"{project.name}: {found['chapters']} chapters, {found['sections']} sections for "
        f"{found['places']} places, {found['calls']} model calls ({project.config.provider}). "
        f"{count_line(findings)}.",
        soft_wrap=True,
        markup=False,
        highlight=False,
    )
