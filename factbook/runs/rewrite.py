"""Rewrite requests: what an editor asks of sections when a run is started."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from factbook.edits.edit import EDITS, back_again
from factbook.edits.notes import NOTES, ask_rewrite, check_rewrite, texts_seen
from factbook.edits.section_texts import text_path
from factbook.errors import ConfigError, Finding
from factbook.project.project import Project
from factbook.runs.inputs import RunInputs


@dataclass(frozen=True)
class RewriteRequest:
    """What an editor asks of sections.

    Attributes:
        rewrite: Ids of sections to rewrite.
        note: What is asked of each of them; None leaves the notes as they are.
        confirm: Ids of sections whose outdated edits are right all the same.
    """

    rewrite: tuple[str, ...] = ()
    note: str | None = None
    confirm: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is asked."""
        return bool(self.rewrite or self.confirm or self.note is not None)


NO_REQUEST = RewriteRequest()


def check_request(request: RewriteRequest, project: Project) -> None:
    """Make sure that a request can be followed; nothing is written.

    Args:
        request: What an editor asks.
        project: The opened project.

    Raises:
        ConfigError: There is no such section or edit, or nobody would follow the note.
    """
    if request.note is not None and not request.rewrite:
        raise ConfigError([_note_of_nothing()])
    both = [name for name in request.confirm if name in set(request.rewrite)]
    if both:
        raise ConfigError([_both(name) for name in both])
    known = [section.id for section in project.whole.sections]
    is_offline = project.config.provider_in_use == "offline"
    from factbook.adopt.confirm import check_confirmed  # it reads Word: slow to import

    check_confirmed(project.edits, request.confirm, known)
    check_rewrite(known, request.rewrite, is_offline=is_offline)


def follow_request(request: RewriteRequest, inputs: RunInputs) -> list[str]:
    """Note in the project what an editor asks of sections. The run holds the project.

    Args:
        request: What an editor asks.
        inputs: What the run reads; it has to read the project again afterwards.

    Returns:
        What was noted, a sentence each.

    Raises:
        ConfigError: There is no such section or edit; nothing was noted.
        StoppedError: The project folder cannot be written to.
    """
    check_request(request, inputs.project)
    confirmed = list(_confirm(request, inputs)) if request.confirm else []
    rewritten = list(_rewrite(request, inputs)) if request.rewrite else []
    return confirmed + rewritten


def _confirm(request: RewriteRequest, inputs: RunInputs) -> Iterator[str]:
    project = inputs.project
    from factbook.adopt.confirm import confirm_edits

    not_flagged = confirm_edits(project.folder, inputs.folder, project.edits, request.confirm)
    for section_id in dict.fromkeys(request.confirm):
        if section_id in not_flagged:
            yield f"Nothing to confirm: the last run did not flag the edit of {section_id}"
        else:
            yield f"Confirmed: the edit of {section_id} stands on the data of the last run"


def _rewrite(request: RewriteRequest, inputs: RunInputs) -> Iterator[str]:
    project = inputs.project
    seen = texts_seen(inputs.folder, request.rewrite)
    moved = ask_rewrite(project.folder, request.rewrite, request.note, seen)
    for section_id in dict.fromkeys(request.rewrite):
        path = text_path(project.folder / NOTES, section_id)
        yield f"{section_id} will be rewritten; its note stays in {path} until you remove it"
    for section_id, paths in moved.items():
        command = back_again(project.folder / EDITS, section_id, paths)
        yield f"The edit of {section_id} is set aside. To have it back: {command}"


def _note_of_nothing() -> Finding:
    return Finding(
        severity="error",
        code="config.note",
        message="--note says what to change, but not in which section",
        remedy="Name the section with --rewrite, such as --rewrite 1.1.1@AT",
    )


def _both(section_id: str) -> Finding:
    return Finding(
        severity="error",
        code="config.rewrite-confirm",
        message=f"{section_id} is to be rewritten, and its edit is to be confirmed",
        remedy="Give either --rewrite or --confirm for a section",
    )
