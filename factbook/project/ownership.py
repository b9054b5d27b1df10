"""Whose a run folder is, looked at before anything is written into it."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote

from factbook.errors import ConfigError, Finding
from factbook.files.schema_version import OLDEST_READ, SCHEMA_VERSION
from factbook.folder.claim import CLAIM, other_claimant
from factbook.folder.manifest import MANIFEST, Manifest, ManifestError
from factbook.folder.run_folder import RunFolder
from factbook.project.project import Project

log = logging.getLogger("factbook")

_OWN = (".lease.json", ".lease.lock", "journal.jsonl", "inputs", "records", "evidence", "runs")
"""Of which one at least stands in a folder that a run has begun to fill."""


def check_owner(folder: RunFolder, project: Project) -> None:
    """Make sure that a run folder is new, or this project's; nothing is written.

    Args:
        folder: The run folder; it need not exist.
        project: The project that is to be written into it.

    Raises:
        ConfigError: It is another project's, a newer version's, or nothing of Factbook's.
    """
    finding = _found(folder, project) or _of_another_place(folder, project)
    if finding is not None:
        raise ConfigError([finding])


def _found(folder: RunFolder, project: Project) -> Finding | None:
    """What the files of a folder say against writing there."""
    try:
        manifest = Manifest.read(folder.path)
    except ManifestError as error:
        return _not_ours(folder, project) if error.kind == "damaged" else _unread(folder, error)
    return _of_another(folder, project, manifest) if manifest else _not_ours(folder, project)


def _unread(folder: RunFolder, error: ManifestError) -> Finding:
    """What is to be said of a manifest of another program, or of a version that is not read."""
    if error.kind == "foreign":
        return _finding(folder, "foreign-folder", "it is not the manifest of a Factbook run")
    if error.kind == "newer":
        return _finding(
            folder,
            "newer-folder",
            f"a newer version of Factbook has written this run folder: schema_version "
            f"{error.version}",
            allowed=f"{SCHEMA_VERSION} at most",
            remedy="Upgrade Factbook, or write to another folder with --out",
        )
    return _finding(
        folder,
        "older-folder",
        f"an older version of Factbook has written this run folder: schema_version {error.version}",
        allowed=f"{OLDEST_READ} at least",
    )


def _of_another(folder: RunFolder, project: Project, manifest: Manifest) -> Finding | None:
    """What the manifest says against writing here."""
    if manifest.project != project.name:
        return _finding(
            folder,
            "other-project",
            f"the run folder holds the report of {manifest.project!r}, which is "
            f"another project than {project.name!r}",
        )
    return _of_other_sections(
        folder,
        project,
        manifest.sections,
        f"the run folder holds another report of the name {project.name!r}",
    )


def _of_another_place(folder: RunFolder, project: Project) -> Finding | None:
    """What is to be said of a folder that another project of the name fills."""
    place = other_claimant(folder.path, project.folder)
    if place is None:
        return None
    return _finding(
        folder,
        "other-project",
        f"the run folder holds the report of another project of the name {project.name!r}, "
        f"in {place}",
        remedy="Give this project another project_name, or another folder with --out. If the "
        f"report is this project's from now on, delete {folder.path / CLAIM}",
        path=folder.path / CLAIM,
    )


def _of_other_sections(
    folder: RunFolder, project: Project, section_ids: Iterable[str], what: str
) -> Finding | None:
    """What is to be said of a folder none of whose sections is one of the project."""
    before = _sub_tasks(section_ids)
    now = _sub_tasks(section.id for section in project.whole.sections)
    if not before or before & now:
        return None
    sections = ", ".join(sorted(before)[:3])
    message = f"{what}: none of its sections ({sections}) is one of this project"
    return _finding(folder, "other-project", message)


def _not_ours(folder: RunFolder, project: Project) -> Finding | None:
    """What stands in a folder without a manifest that this run would overwrite."""
    if any((folder.path / name).exists() for name in _OWN):
        what = f"the run folder holds sections of another report, without its {MANIFEST}"
        return _of_other_sections(folder, project, _recorded(folder), what)
    chapters = [folder.chapter_csv_path(chapter.id) for chapter in project.whole.chapters]
    tables = [folder.path / name for name in (MANIFEST, "checks.csv", "calls.csv")]
    reports = [folder.report_path(suffix, is_selection=False) for suffix in project.config.outputs]
    names = [path.name for path in (*tables, *reports, *chapters) if path.exists()]
    if not names:
        return None
    return _finding(
        folder,
        "foreign-folder",
        f"the folder was not written by Factbook and holds files that it would overwrite: "
        f"{', '.join(names[:5])}",
        path=folder.path,
    )


def tell_missing(folder: RunFolder) -> None:
    """Say in the log what a half deleted run folder lacks, and that it is restored."""
    has_records = _has_files(folder.records_folder)
    try:
        manifest = Manifest.read(folder.path)
    except ManifestError as error:
        log.warning(
            "In %s %s. It is replaced at the end, and the sections are kept; the changes since the "
            "last run are not listed",
            folder.path,
            error.message,
        )
        return
    if manifest is None:
        if has_records:
            log.info(
                "%s holds sections and no %s: it is written at the end, and the sections are kept",
                folder.path,
                MANIFEST,
            )
        return
    written = sum(
        section.status in ("written", "edited", "degraded")
        for section in manifest.sections.values()
    )
    if written and not has_records:
        log.warning(
            "%s lacks the records of %d sections that %s names: they are restored, from answers "
            "in the call store where there are any",
            folder.path,
            written,
            MANIFEST,
        )
    elif written and not _has_files(folder.evidence_folder):
        log.warning("%s lacks its evidence, which is computed again", folder.path)


def _has_files(folder: Path) -> bool:
    with suppress(OSError):
        return any(folder.iterdir())
    return False


def _recorded(folder: RunFolder) -> list[str]:
    """Ids of the sections that a run folder has records of, from the names of the files."""
    return [unquote(path.stem) for path in folder.records_folder.glob("[!.]*.json")]


def _sub_tasks(section_ids: Iterable[str]) -> set[str]:
    """The parts of section ids that do not name a place; conclusions are in every report."""
    names = {section_id.rpartition("@")[0] for section_id in section_ids}
    return names - {"conclusion"}


def _finding(
    folder: RunFolder,
    code: str,
    message: str,
    *,
    allowed: str = "",
    remedy: str = "Write to another folder with --out, or move this one away",
    path: Path | None = None,
) -> Finding:
    return Finding(
        severity="error",
        code=f"folder.{code}",
        message=message,
        file=str(path or folder.manifest_path),
        allowed=allowed,
        remedy=remedy,
    )
