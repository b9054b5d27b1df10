"""Notes: what an editor asks of sections that are to be rewritten, kept in the project."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from factbook.data.cleaning import plural
from factbook.edits.edit import EDITS, Edits, set_aside
from factbook.edits.section_texts import (
    read_section_texts,
    save_section_text,
    text_path,
    unknown_section,
)
from factbook.errors import ConfigError, Finding
from factbook.folder.last_texts import last_texts, text_digests
from factbook.folder.run_folder import RunFolder
from factbook.writing.record import SectionRecord, digest

NOTES = "notes"
"""Folder of a project that holds ``<section id>.md``."""

_COUNT = re.compile(r"(?<!\n)\n*+^<!-- written anew: (\d+) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Notes:
    """The notes of a project.

    Attributes:
        asked: Section id → what its prompt says of the editor's request.
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

    def unheeded(self, edits: Edits, *, is_offline: bool) -> list[Finding]:
        """What is said of notes that no text will follow.

        Args:
            edits: The edits of the project.
            is_offline: Whether the offline writer writes.
        """
        found = [_edited(name) for name in self.asked if edits.of(name) is not None]
        if is_offline and self.asked:
            found.append(_offline(len(self.asked)))
        return found


def check_rewrite(known: Iterable[str], section_ids: Iterable[str], *, is_offline: bool) -> None:
    """Make sure that sections can be rewritten.

    Args:
        known: All sections of the report.
        section_ids: The sections.
        is_offline: Whether the offline writer writes.

    Raises:
        ConfigError: A section does not exist, or the writer would write the same text again.
    """
    asked, every = list(dict.fromkeys(section_ids)), list(known)
    unknown = [name for name in asked if name not in set(every)]
    if unknown:
        raise ConfigError([unknown_section("--rewrite", name, every) for name in unknown])
    if asked and is_offline:
        raise ConfigError([_same_again(asked[0])])


def ask_rewrite(
    project_folder: Path,
    section_ids: Iterable[str],
    note: str | None,
    seen: Mapping[str, SectionRecord],
) -> dict[str, list[Path]]:
    """Have sections rewritten, with a note that stays in the project.

    An edit of such a section is set aside, as it would stand in the way. A request that no text has
    followed yet is not counted again: the same command continues with it, and pays nothing twice.

    Args:
        project_folder: The project.
        section_ids: The sections.
        note: What the editor asks of each; None leaves the notes as they are.
        seen: Section id → the text that the editor has before them, where there is one.

    Returns:
        Section id → where the edit is that was set aside, and what it was made against.

    Raises:
        StoppedError: The project folder cannot be written to.
    """
    asked = list(dict.fromkeys(section_ids))
    folder = project_folder / NOTES
    before = read_section_texts(folder, "note", asked).texts
    moved: dict[str, list[Path]] = {}
    for section_id in asked:
        present = before.get(section_id, "")
        old, times = _parted(present)
        text = old if note is None else note.strip()
        if not times or _follows(seen.get(section_id), _asked(present)):
            times += 1
        body = f"{text}\n\n<!-- written anew: {times} -->\n".lstrip()
        save_section_text(text_path(folder, section_id), body.encode())
        if paths := set_aside(project_folder / EDITS, section_id):
            moved[section_id] = paths
    return moved


def texts_seen(folder: RunFolder, section_ids: Iterable[str]) -> dict[str, SectionRecord]:
    """The texts of sections as the last finished run has left them.

    Those that a run has written since which did not come to its end nobody has seen in a report.

    Args:
        folder: The run folder.
        section_ids: The sections.
    """
    texts = last_texts(folder.path)
    records = {name: folder.read_record(name) for name in section_ids}
    known = {name: record for name, record in records.items() if record is not None}
    now = text_digests(known)
    return {name: record for name, record in known.items() if texts.get(name) == now[name]}


def _follows(record: SectionRecord | None, asked: str) -> bool:
    """Whether a finished text was written with a note."""
    return (
        record is not None and record.is_finished and record.key_parts.get("note") == digest(asked)
    )


def _parted(text: str) -> tuple[str, int]:
    """A note's own text, and how often its section was to be rewritten."""
    count = _COUNT.search(text)
    return _COUNT.sub("", text).strip(), int(count.group(1)) if count else 0


def _asked(text: str) -> str:
    """What the prompt says. The count makes it another prompt, whose answer is not stored yet."""
    note, times = _parted(text)
    again = f"Requests for a new text so far: {times}." if times else ""
    return "\n".join(part for part in (note, again) if part)


def _edited(section_id: str) -> Finding:
    return Finding(
        severity="warning",
        code="note.edited",
        message=f"a person's text stands in {section_id}, which follows no note",
        file=text_path(Path(NOTES), section_id).as_posix(),
        remedy=f"Have the writer write it with --rewrite {section_id}, or remove the note",
    )


def _same_again(section_id: str) -> Finding:
    return Finding(
        severity="error",
        code="config.rewrite-offline",
        message=f"--rewrite names '{section_id}', and the offline writer writes the same text from "
        "the same facts again: an edit would be set aside for nothing",
        remedy="Give --provider openai or local, or edit the section",
    )


def _offline(count: int) -> Finding:
    return Finding(
        severity="warning",
        code="note.offline",
        message=f"the offline writer does not follow {plural(count, 'note')}: it writes the same "
        "text from the same facts",
        file=NOTES,
        remedy="Run with --provider openai or local, or edit the section",
    )
