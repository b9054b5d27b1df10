"""A run folder, read for a comparison."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from factbook.config.project_config import PROJECT_FILE
from factbook.data.grids.input_file import InputFile
from factbook.diff.changes import RunInfo
from factbook.errors import ConfigError, Finding
from factbook.evidence.facts import Evidence
from factbook.files.file_names import file_name
from factbook.files.regular_files import is_regular
from factbook.folder.border import require_one_owner
from factbook.folder.manifest import MANIFEST, Manifest, ManifestError
from factbook.folder.run_folder import RunFolder
from factbook.folder.unfinished import unfinished_since
from factbook.writing.record import SectionRecord


@dataclass(frozen=True)
class RunSection:
    """A section of a run.

    Attributes:
        section_id: Its id.
        title, chapter, place: As in the manifest.
        record: What it became; None when it is missing.
    """

    section_id: str
    title: str
    chapter: str
    place: str
    record: SectionRecord | None


@dataclass(frozen=True)
class RunContent:
    """What a comparison needs of a run.

    Attributes:
        info: The run.
        folder: Its folder, which holds the evidence.
        slug: Slug of its project.
        sections: Section id → section, in the order of the report.
        headings: Id → title of chapters and tasks; empty when the run does not say.
        inputs: Files of its data; empty when the run does not say.
    """

    info: RunInfo
    folder: RunFolder
    slug: str
    sections: Mapping[str, RunSection] = field(repr=False)
    headings: Mapping[str, str] = field(default_factory=dict, repr=False)
    inputs: tuple[InputFile, ...] = field(default=(), repr=False)

    def only(self, section_ids: Container[str]) -> RunContent:
        """The run as if its report had these sections only."""
        kept = {name: one for name, one in self.sections.items() if name in section_ids}
        return replace(self, sections=kept)

    def evidence(self, section_id: str) -> Evidence | None:
        """A section's evidence; None when the folder does not hold the one of its record.

        A run that broke off has written today's evidence beside records of the run before.
        """
        section = self.sections[section_id]
        return self.folder.evidence_of(section.record) if section.record else None


def read_run(folder: Path) -> RunContent:
    """Read a run folder: ``<out>/<slug>``, or one of its ``runs/<id>``.

    Args:
        folder: The run folder.

    Raises:
        ConfigError: It is none, is of a newer version, lacks files that its manifest names, holds
            parts of two runs, or something that no run has made.
    """
    if folder.is_symlink():  # whoever has named it may have done so by a link
        folder = folder.resolve()
    require_one_owner(folder)
    manifest = _manifest(folder)
    since = unfinished_since(folder)
    if since is not None:
        raise _refused(
            folder,
            "run.unfinished",
            f"a run is at work in it or has broken off{f', since {since}' if since else ''}: some "
            "of its files are of that run and some of the one before",
            f"Finish it with factbook run, or give one of {folder / 'runs'}/<id>",
        )
    run = RunFolder(path=folder, slug=manifest.slug)
    sections = {
        section_id: RunSection(
            section_id=section_id,
            title=entry.title,
            chapter=entry.chapter,
            place=entry.place,
            record=None if entry.status == "missing" else run.read_record(section_id),
        )
        for section_id, entry in manifest.sections.items()
    }
    lost = [
        name
        for name, entry in manifest.sections.items()
        if entry.status != "missing"
        and (sections[name].record is None or not _has_evidence(run, name))
    ]
    if lost:
        named = ", ".join(lost[:3]) + (f" and {len(lost) - 3} more" if len(lost) > 3 else "")
        raise _refused(
            folder,
            "run.incomplete",
            f"its {MANIFEST} names sections whose record or evidence is missing or damaged: "
            f"{named}",
            "Give a whole run folder, or run the report again",
        )
    return RunContent(
        info=_info(folder, manifest),
        folder=run,
        slug=manifest.slug,
        sections=sections,
        headings=manifest.headings,
        inputs=manifest.inputs,
    )


def _has_evidence(run: RunFolder, section_id: str) -> bool:
    return is_regular(run.evidence_folder / f"{file_name(section_id)}.json")


def _info(folder: Path, manifest: Manifest) -> RunInfo:
    return RunInfo(
        folder=str(folder),
        project=manifest.project,
        finished=manifest.times.finished.isoformat(timespec="milliseconds"),
        report_date=str(manifest.config.get("report_date") or ""),
        state=manifest.outcome.state,
        sections=len(manifest.sections),
        checks=manifest.checks,
        cost_usd=float(manifest.calls.cost_usd),
    )


def _manifest(folder: Path) -> Manifest:
    """The manifest of a run folder.

    Raises:
        ConfigError: There is none, or none that can be read.
    """
    try:
        manifest = Manifest.read(folder)
    except ManifestError as error:
        remedy = _GIVE if error.version is None else error.remedy
        raise _refused(folder, error.findings[0].code, error.message, remedy) from None
    if manifest is not None:
        return manifest
    if folder.exists() and not folder.is_dir():
        raise _refused(folder, "run.none", "it is a file, not a run folder", _GIVE)
    raise _no_run(folder)


_GIVE = "Give <out>/<project>, or one of the folders in its runs/"


def _no_run(folder: Path) -> ConfigError:
    """A folder that is not a run folder, with the run folders that are near."""
    if not folder.exists():
        return _refused(folder, "run.none", "there is no such folder", _GIVE)
    near = list(_run_folders(folder))
    if (folder / PROJECT_FILE).is_file():
        message = "it is a project, not a run folder"
    else:
        message = f"it is not a run folder: it has no {MANIFEST}"
    remedy = f"Did you mean {near[0]}?" if near else _GIVE
    return _refused(folder, "run.none", message, remedy)


def _run_folders(folder: Path) -> Iterator[Path]:
    for pattern in (f"*/{MANIFEST}", f"out/*/{MANIFEST}"):
        yield from (path.parent for path in sorted(folder.glob(pattern)))


def _refused(folder: Path, code: str, message: str, remedy: str) -> ConfigError:
    finding = Finding(severity="error", code=code, message=message, file=str(folder), remedy=remedy)
    return ConfigError([finding])


def require_same_project(old: RunContent, new: RunContent) -> None:
    """Refuse to compare runs of two projects.

    Raises:
        ConfigError: They are of different projects.
    """
    if old.slug != new.slug:
        raise _refused(
            new.folder.path,
            "run.other-project",
            f"it is a run of '{new.info.project}', and {old.folder.path} is one of "
            f"'{old.info.project}'",
            "Give two runs of one project",
        )
