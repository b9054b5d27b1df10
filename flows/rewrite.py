"""``factbook run --rewrite``: sections that an editor wants written anew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from factbook.errors import ConfigError, Finding
from factbook.runs.notes import ask_rewrite
from factbook.runs.project import open_project
from flows.findings import print_findings


def note_rewrites(
    folder: Path, settings: tuple[str, ...], section_ids: Sequence[str], note: str | None
) -> None:
    """Note in the project which sections the run that follows writes anew, and say so.

    Args:
        folder: The project folder.
        settings: ``--set`` assignments.
        section_ids: The sections.
        note: What the editor asks of each; None leaves the notes as they are.

    Raises:
        UserError: The project has errors, or there is no such section; nothing was noted.
        StoppedError: The project folder cannot be written to.
    """
    if note is not None and not section_ids:
        raise ConfigError([_note_of_nothing()])
    if not section_ids:
        return
    project = open_project(folder, settings)
    moved = ask_rewrite(
        folder, section_ids, note, [section.id for section in project.whole.sections]
    )
    errors = Console(stderr=True)
    for path in moved:
        errors.print(
            f"The edit of that section is set aside: {path}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    if project.config.provider_in_use == "offline":
        print_findings([_offline()], errors)


def _note_of_nothing() -> Finding:
    return Finding(
        severity="error",
        code="config.note",
        message="--note says what to change, but not in which section",
        remedy="Name the section with --rewrite, such as --rewrite 1.1.2@AT",
    )


def _offline() -> Finding:
    return Finding(
        severity="warning",
        code="config.rewrite-offline",
        message="the offline writer takes no notes: it writes the same text from the same facts",
        remedy="Run with --provider openai or local, or edit the section",
    )
