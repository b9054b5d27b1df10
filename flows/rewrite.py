"""``factbook run --rewrite`` and ``--confirm``: what an editor wants of sections."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console

from factbook.adopt.confirm import (
    check_confirmed,
    confirm_edits,
)
from factbook.edits.edit import (
    EDITS,
    back_again,
)
from factbook.edits.notes import (
    NOTES,
    ask_rewrite,
    check_rewrite,
    texts_seen,
)
from factbook.edits.section_texts import text_path
from factbook.errors import ConfigError, Finding
from factbook.project.project import Project
from factbook.runs.ref import RunRef
from factbook.runs.session import Session
from factbook.runs.sessions import renew_session
from factbook.writing.job import Writer


@dataclass(frozen=True)
class Wishes:
    """What an editor wants of sections.

    Attributes:
        rewrite: Ids of sections to write anew.
        note: What is asked of each of them; None leaves the notes as they are.
        confirm: Ids of sections whose outdated edits are right all the same.
    """

    rewrite: tuple[str, ...] = ()
    note: str | None = None
    confirm: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self.rewrite or self.confirm or self.note is not None)


NO_WISHES = Wishes()


def check_wishes(wishes: Wishes, project: Project) -> None:
    """Make sure that wishes can be followed; nothing is written.

    Args:
        wishes: What an editor wants.
        project: The opened project.

    Raises:
        ConfigError: There is no such section or edit, or nobody would follow the note.
    """
    if wishes.note is not None and not wishes.rewrite:
        raise ConfigError([_note_of_nothing()])
    both = [name for name in wishes.confirm if name in set(wishes.rewrite)]
    if both:
        raise ConfigError([_both(name) for name in both])
    known = [section.id for section in project.whole.sections]
    is_offline = project.config.provider_in_use == "offline"
    check_confirmed(project.edits, wishes.confirm, known)
    check_rewrite(known, wishes.rewrite, is_offline=is_offline)


def follow_wishes(
    run: RunRef, session: Session, wishes: Wishes, writer: Writer | None = None
) -> Session:
    """Note in the project what an editor wants of sections, and say so.

    The session holds the lease, so that a run that is skipped notes nothing.

    Args:
        run: The run.
        session: Its session, of which no section has begun.
        wishes: What an editor wants.
        writer: Who writes; the configured writer when None.

    Returns:
        The session of the run with the project as it is then.

    Raises:
        ConfigError: There is no such section or edit; nothing was noted.
        StoppedError: The project folder cannot be written to.
    """
    if not wishes:
        return session
    check_wishes(wishes, session.project)
    if wishes.confirm:
        _confirm(session, wishes)
    if wishes.rewrite:
        _rewrite(session, wishes)
    return renew_session(run, writer)


def _confirm(session: Session, wishes: Wishes) -> None:
    project = session.project
    not_flagged = confirm_edits(project.folder, session.folder, project.edits, wishes.confirm)
    for section_id in dict.fromkeys(wishes.confirm):
        if section_id in not_flagged:
            _say(f"Nothing to confirm: the last run did not flag the edit of {section_id}")
        else:
            _say(f"Confirmed: the edit of {section_id} stands on the data of the last run")


def _rewrite(session: Session, wishes: Wishes) -> None:
    project = session.project
    seen = texts_seen(session.folder, wishes.rewrite)
    moved = ask_rewrite(project.folder, wishes.rewrite, wishes.note, seen)
    for section_id in dict.fromkeys(wishes.rewrite):
        path = text_path(project.folder / NOTES, section_id)
        _say(f"{section_id} is written anew; its note stays in {path} until you remove it")
    for section_id, paths in moved.items():
        command = back_again(project.folder / EDITS, section_id, paths)
        _say(f"The edit of {section_id} is set aside. To have it back: {command}")


def _say(text: str) -> None:
    Console(stderr=True).print(text, markup=False, highlight=False, soft_wrap=True)


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
        message=f"{section_id} is to be written anew and its edit to be confirmed",
        remedy="Give either --rewrite or --confirm for a section",
    )
