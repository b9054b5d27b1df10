"""Earlier runs that a run compares itself with: the last one, and the one of `compare_to`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from factbook.config.project_config import (
    PROJECT_FILE,
    ProjectConfig,
)
from factbook.diff.changes import RunInfo
from factbook.diff.run_content import RunContent, RunSection, read_run
from factbook.errors import ConfigError, Finding
from factbook.folder.run_folder import RunFolder
from factbook.sheet.outline import Outline
from factbook.writing.record import SectionRecord


def run_to_compare(config: ProjectConfig, project: Path, own: RunFolder) -> RunContent | None:
    """The run that `compare_to` names, read; None when it names none.

    Args:
        config: The configuration.
        project: The project folder, to which the path is relative.
        own: The run folder of this run.

    Raises:
        ConfigError: It is not a run of this project that can be compared with.
    """
    if config.compare_to is None:
        return None
    folder = project / config.compare_to
    if folder.resolve() == own.path.resolve():
        raise _refused(
            f"compare_to is '{config.compare_to}', the folder that this run writes to",
            "Give one of its runs/<id> (keep_runs keeps them), or a copy of the folder",
        )
    try:
        found = read_run(folder)
    except ConfigError as error:
        raise _refused(
            f"compare_to is '{config.compare_to}', and {error.findings[0].message}",
            error.findings[0].remedy,
        ) from None
    if found.slug != own.slug:
        raise _refused(
            f"compare_to is '{config.compare_to}', a run of another project, "
            f"'{found.info.project}'",
            "Give an earlier run of this project",
        )
    return found


def this_run(
    name: str, outline: Outline, records: Mapping[str, SectionRecord], folder: RunFolder
) -> RunContent:
    """A run that has not ended yet, as a comparison needs it.

    Args:
        name: Name of the project.
        outline: What its report consists of.
        records: Section id → record.
        folder: Its run folder.
    """
    sections = {
        spec.id: RunSection(
            section_id=spec.id,
            title=spec.title,
            chapter=chapter.id,
            place=spec.place.name,
            record=records.get(spec.id),
        )
        for chapter in outline.chapters
        for spec in chapter.sections
    }
    info = RunInfo(folder=str(folder.path), project=name, sections=len(sections))
    return RunContent(
        info=info,
        slug=folder.slug,
        folder=folder,
        sections=sections,
        headings=outline.headings,
    )


def _refused(message: str, remedy: str) -> ConfigError:
    return ConfigError(
        [
            Finding(
                severity="error",
                code="config.compare-to",
                message=message,
                file=PROJECT_FILE,
                remedy=remedy,
            )
        ]
    )
