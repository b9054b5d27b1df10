"""Earlier runs that a run compares itself with: the last one, and the one of `compare_to`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from factbook.config import PROJECT_FILE, ProjectConfig
from factbook.errors import ConfigError, Finding
from factbook.runs.diff.models import RunInfo
from factbook.runs.diff.reading import RunContent, RunSection, read_run
from factbook.runs.folder import RunFolder, read_manifest
from factbook.sheet.outline import Outline
from factbook.writing.record import SectionRecord, digest


def text_digests(records: Mapping[str, SectionRecord]) -> dict[str, str]:
    """Section id → SHA-256 of the text that readers see of it."""
    return {name: digest([one.text, one.summary_text]) for name, one in records.items()}


def title_digests(outline: Outline) -> dict[str, str]:
    """Section id → SHA-256 of its title and of those above it, which readers see as well."""
    return {
        spec.id: digest([spec.objective.title, spec.task.title if spec.task else "", spec.title])
        for spec in outline.sections
    }


def last_texts(folder: Path) -> dict[str, str]:
    """Section id → SHA-256 of its text, as the last finished run has left it.

    Args:
        folder: The run folder.
    """
    return _last(folder, "text")


def last_titles(folder: Path) -> dict[str, str]:
    """Section id → SHA-256 of its titles, as the last finished run has left them.

    Args:
        folder: The run folder.
    """
    return _last(folder, "titles")


def _last(folder: Path, what: str) -> dict[str, str]:
    sections = read_manifest(folder).get("sections")
    if not isinstance(sections, dict):
        return {}
    return {
        str(name): str(told[what])
        for name, told in sections.items()
        if isinstance(told, dict) and told.get(what)
    }


def changed_texts(
    before: Mapping[str, str],
    titles: Mapping[str, str],
    records: Mapping[str, SectionRecord],
    outline: Outline,
) -> tuple[str, ...]:
    """Ids of the sections that do not read as before, with those that have come and gone.

    Args:
        before: From `last_texts`; when it is empty there is nothing to compare with.
        titles: From `last_titles`.
        records: The sections as they are now.
        outline: What the report consists of; none has gone from a selection.
    """
    if not before:
        return ()
    now, titles_now = text_digests(records), title_digests(outline)
    names: Iterable[str] = now if outline.is_selection else dict.fromkeys((*now, *before))
    return tuple(
        name
        for name in names
        if before.get(name) != now.get(name)
        or (name in titles and titles[name] != titles_now.get(name))
    )


def run_to_compare(config: ProjectConfig, project: Path, own: RunFolder) -> RunContent | None:
    """The run that `compare_to` names, read; None when it names none.

    Args:
        config: The configuration.
        project: The project folder, to which the path is relative.
        own: The run folder of this run.

    Raises:
        ConfigError: It is no run of this project that can be compared with.
    """
    if config.compare_to is None:
        return None
    folder = project / config.compare_to
    if folder.resolve() == own.path.resolve():
        raise _refused(
            f"compare_to is '{config.compare_to}', the folder that this run writes anew",
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
