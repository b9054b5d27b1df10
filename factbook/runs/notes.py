"""Notes: what an editor asks of sections that are to be written anew, kept in the project."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from factbook.errors import ConfigError, Finding, nearest
from factbook.runs.edits import EDITS, set_aside
from factbook.runs.section_texts import read_section_texts, save_section_text, text_path

NOTES = "notes"
"""Folder of a project that holds ``<section id>.md``."""

_COUNT = re.compile(r"\n*^<!-- written anew: (\d+) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Notes:
    """The notes of a project.

    Attributes:
        asked: Section id → what its prompt says of the editor's wish.
        findings: What is wrong with their files.
    """

    asked: Mapping[str, str]
    findings: tuple[Finding, ...] = ()

    @classmethod
    def read(cls, project_folder: Path, section_ids: Iterable[str]) -> Notes:
        """The notes in ``notes/``.

        Args:
            project_folder: The project.
            section_ids: All sections of the report.
        """
        found = read_section_texts(project_folder / NOTES, "note", section_ids)
        asked = {section_id: _asked(text) for section_id, text in found.texts.items()}
        return cls(asked, found.findings)


def ask_rewrite(
    project_folder: Path,
    section_ids: Iterable[str],
    note: str | None,
    known: Iterable[str],
) -> list[Path]:
    """Have the next run write sections anew, with a note that stays in the project.

    An edit of such a section is set aside, as it would stand in the way.

    Args:
        project_folder: The project.
        section_ids: The sections.
        note: What the editor asks of each; None leaves the notes as they are.
        known: All sections of the report.

    Returns:
        Where the edits are that were set aside.

    Raises:
        ConfigError: A section does not exist; nothing was written then.
        StoppedError: The project folder cannot be written to.
    """
    asked, every = list(dict.fromkeys(section_ids)), list(known)
    unknown = [name for name in asked if name not in set(every)]
    if unknown:
        raise ConfigError([_unknown(name, every) for name in unknown])
    folder = project_folder / NOTES
    before = read_section_texts(folder, "note", asked).texts
    moved: list[Path] = []
    for section_id in asked:
        old, times = _parted(before.get(section_id, ""))
        text = old if note is None else note.strip()
        body = f"{text}\n\n<!-- written anew: {times + 1} -->\n".lstrip()
        save_section_text(text_path(folder, section_id), body.encode())
        moved += set_aside(project_folder / EDITS, section_id)
    return moved


def _parted(text: str) -> tuple[str, int]:
    """A note's own text, and how often its section was to be written anew."""
    count = _COUNT.search(text)
    return _COUNT.sub("", text).strip(), int(count.group(1)) if count else 0


def _asked(text: str) -> str:
    """What the prompt says. The count makes it another prompt, whose answer is not stored yet."""
    note, times = _parted(text)
    again = f"Requests for a new text so far: {times}." if times else ""
    return "\n".join(part for part in (note, again) if part)


def _unknown(section_id: str, known: Iterable[str]) -> Finding:
    near = nearest(section_id, known)
    return Finding(
        severity="error",
        code="config.no-section",
        message=f"--rewrite names '{section_id}', which is no section of the report",
        remedy=f"Did you mean '{near}'?" if near else "run.json lists all sections",
    )
