"""``factbook run --rewrite`` and ``--confirm``: what an editor wants of sections."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from factbook.errors import ConfigError, Finding
from factbook.runs.confirm import confirm_edits
from factbook.runs.folder import RunFolder
from factbook.runs.notes import NOTES, ask_rewrite
from factbook.runs.project import Project, open_project
from factbook.runs.ref import RunRef
from factbook.runs.section_texts import text_path


def note_wishes(
    run: RunRef, *, rewrite: Sequence[str], note: str | None, confirm: Sequence[str]
) -> None:
    """Note in the project what an editor wants of sections, before the run, and say so.

    Args:
        run: The run that follows.
        rewrite: Sections to write anew.
        note: What the editor asks of each of them; None leaves the notes as they are.
        confirm: Sections whose outdated edits are right all the same.

    Raises:
        UserError: The project has errors, or there is no such section; nothing was noted.
        StoppedError: The project folder cannot be written to.
    """
    if note is not None and not rewrite:
        raise ConfigError([_note_of_nothing()])
    both = [name for name in confirm if name in set(rewrite)]
    if both:
        raise ConfigError([_both(name) for name in both])
    if not rewrite and not confirm:
        return
    project = open_project(Path(run.project), run.assignments)
    known = [section.id for section in project.whole.sections]
    if confirm:
        _confirm(run, project, confirm, known)
    if rewrite:
        _rewrite(project, rewrite, note, known)


def _confirm(run: RunRef, project: Project, confirm: Sequence[str], known: Sequence[str]) -> None:
    folder = RunFolder.of(run.out_folder, project.slug)
    not_flagged = confirm_edits(project.folder, folder, project.edits, confirm, known)
    for section_id in dict.fromkeys(confirm):
        if section_id in not_flagged:
            _say(f"Nothing to confirm: the last run did not flag the edit of {section_id}")
        else:
            _say(f"Confirmed: the edit of {section_id} stands on the data of the last run")


def _rewrite(
    project: Project, rewrite: Sequence[str], note: str | None, known: Sequence[str]
) -> None:
    moved = ask_rewrite(project.folder, rewrite, note, known)
    for section_id in dict.fromkeys(rewrite):
        path = text_path(project.folder / NOTES, section_id)
        _say(f"{section_id} is written anew; its note stays in {path} until you remove it")
    for path in moved:
        _say(f"The edit of that section is set aside: {path}")


def _say(text: str) -> None:
    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


def _note_of_nothing() -> Finding:
    return Finding(
        severity="error",
        code="config.note",
        message="--note says what to change, but not in which section",
        remedy="Name the section with --rewrite, such as --rewrite 1.1.2@AT",
    )


def _both(section_id: str) -> Finding:
    return Finding(
        severity="error",
        code="config.rewrite-confirm",
        message=f"{section_id} is to be written anew and its edit to be confirmed",
        remedy="Give either --rewrite or --confirm for a section",
    )
