"""Outdated edits that a person confirms: they stand, as made on the data of the last run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from factbook.adopt.adopt import basis_in_run
from factbook.edits.edit import Edit, Edits, with_headline, write_edit
from factbook.edits.section_texts import unknown_section
from factbook.errors import ConfigError, Finding
from factbook.folder.run_folder import RunFolder
from factbook.writing.record import SectionRecord


def check_confirmed(edits: Edits, section_ids: Iterable[str], known: Iterable[str]) -> None:
    """Make sure that sections have edits that can be confirmed.

    Args:
        edits: The edits of the project.
        section_ids: The sections.
        known: All sections of the report.

    Raises:
        ConfigError: A section does not exist or has no edit.
    """
    asked, every = list(dict.fromkeys(section_ids)), set(known)
    wrong = [unknown_section("--confirm", name, every) for name in asked if name not in every]
    wrong += [_no_edit(name) for name in asked if name in every and edits.of(name) is None]
    if wrong:
        raise ConfigError(wrong)


def confirm_edits(
    project_folder: Path, run_folder: RunFolder, edits: Edits, section_ids: Iterable[str]
) -> list[str]:
    """Take edits as made on the data of the last run, in whose report they were flagged.

    The texts stay as they are. Data that have changed since that run flag them again.

    Args:
        project_folder: The project.
        run_folder: Its last run.
        edits: Its edits.
        section_ids: Sections that have one.

    Returns:
        The sections whose edits were not flagged, so that there was nothing to confirm.

    Raises:
        StoppedError: The project folder cannot be written to.
    """
    not_flagged = []
    for section_id in dict.fromkeys(section_ids):
        record = run_folder.read_record(section_id)
        if record is not None and _is_flagged(record, edits.by_section[section_id]):
            text = with_headline(record.headline, record.source_text)
            write_edit(project_folder, text, basis_in_run(run_folder, record, text))
        else:
            not_flagged.append(section_id)
    return not_flagged


def _is_flagged(record: SectionRecord, edit: Edit) -> bool:
    """Whether the report showed this very text as outdated; one changed since counts as new."""
    state = record.edit
    return state is not None and state.is_outdated and state.sha256 == edit.sha256


def _no_edit(section_id: str) -> Finding:
    return Finding(
        severity="error",
        code="config.no-edit",
        message=f"--confirm names '{section_id}', which has no edit in the project",
        remedy="run.json says under 'edit' which sections have one",
    )
