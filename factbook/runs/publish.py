"""Publishing: the finished files of a report are copied to where its readers look."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from factbook.config.project_config import (
    PROJECT_FILE,
    Publish,
)
from factbook.config.redaction import quoted
from factbook.data.cleaning import plural
from factbook.edits.edit import EDITS
from factbook.edits.notes import NOTES
from factbook.errors import ConfigError, Finding, StoppedError
from factbook.files.inside import is_inside
from factbook.files.regular_files import read_with_state
from factbook.folder.claim import CLAIM, claim, other_claimant
from factbook.folder.manifest import MANIFEST, Manifest
from factbook.folder.run_folder import MOST_REPORT_BYTES, RunFolder
from factbook.project.project import Project
from factbook.project.target import FolderTarget, RemoteTarget, Target, local_folder

PUBLISHED = ".published.json"
"""File of the run folder that keeps which files stand at which address."""

_OWNER_ONLY = 0o600
_REMEDY = (
    "Make sure that the place exists, has room, and can be written to by this process, or change "
    "publish.to"
)


@dataclass(frozen=True)
class Published:
    """A file that readers find.

    Attributes:
        name: Its name.
        folder: Where it was copied: the path or the address of a folder.
        link: The address that people open; empty without ``publish.url``.
        is_new: Whether it was copied now; False where the same file stood already.
    """

    name: str
    folder: str
    link: str
    is_new: bool


def publish(
    folder: RunFolder, names: Sequence[str], project_folder: Path, config: Publish
) -> tuple[Published, ...]:
    """Copy files of a report to where its readers look, ``run.json`` last.

    Each file of a folder is whole at every moment; files that stand there already are left alone.

    Args:
        folder: The run folder; its files are finished, and its lease is held.
        names: Names of the files in the order in which a reader wants them, as the run itself
            knows them: a ``run.json`` that somebody else has written could name any file.
        project_folder: The project folder.
        config: Where to.

    Returns:
        The files in that order; none without ``publish.to``.

    Raises:
        StoppedError: A file could not be copied. The report is finished, and the next run copies
            what is missing.
    """
    if config.to is None:
        return ()
    place = _place(folder, project_folder, config.to)
    copied: dict[str, bool] = {}
    name = "it"
    try:
        target = _open(folder, project_folder, config.to)
        shared = _shared_folder(folder, project_folder, config.to)
        if shared is not None:
            claim(shared, project_folder, mode=_OWNER_ONLY)  # readers need not know the path
        for name in sorted(names, key=lambda name: name == MANIFEST):
            copied[name] = _copied(target, folder.path / name)
    except OSError as error:
        raise StoppedError(
            f"The report is finished and is in {folder.path}, but {name} could not be copied "
            f"to {place} (publish.to): {_reason(error)}. {_REMEDY}. The same command copies what "
            "is missing and rewrites nothing"
        ) from None
    return tuple(
        Published(name, place, link(config, folder.slug, name), copied[name]) for name in names
    )


def _copied(target: Target, file: Path) -> bool:
    """Copy a file of the run folder unless it is there already; tell whether it was copied.

    Raises:
        OSError: It cannot be read or copied.
    """
    content, state = read_with_state(file, MOST_REPORT_BYTES)
    return target.put(file, content, state.st_mode)


def publish_report(
    folder: RunFolder,
    names: Sequence[str],
    project_folder: Path,
    config: Publish,
    *,
    is_approved: bool = False,
) -> tuple[str, tuple[Published, ...]]:
    """Copy a complete report to where its readers look; an incomplete one replaces no good one.

    Args:
        folder: The run folder; its files are committed.
        names: Names of the report's files; see `publish`.
        project_folder: The project folder.
        config: Where to.
        is_approved: Whether a person wants this very report published, with what it lacks.

    Returns:
        What the outcome's message says of it, if anything, and the files that readers find.

    Raises:
        StoppedError: A file could not be copied.
    """
    if config.to is None:
        return "", ()
    manifest = Manifest.read(folder.path)  # of the report that stands
    state = manifest.outcome.state if manifest is not None else ""
    if state == "Incomplete" and not is_approved:
        return "not published, as it is incomplete", ()
    if state not in ("Completed", "Incomplete"):
        return "", ()
    files = publish(folder, names, project_folder, config)
    copied = sum(file.is_new for file in files)
    return (f"{plural(copied, 'file')} copied to {files[0].folder}" if copied else ""), files


def reach_target(folder: RunFolder, project: Project) -> None:
    """Make sure, before anything is written or paid for, that there is a place for the report.

    Args:
        folder: The run folder.
        project: The project.

    Raises:
        StoppedError: It cannot be reached.
    """
    to = project.config.publish.to
    if to is None:
        return
    try:
        _open(folder, project.folder, to)
    except OSError as error:
        place = _place(folder, project.folder, to)
        raise StoppedError(
            f"The report could not be copied to {place} (publish.to): {_reason(error)}. {_REMEDY}, "
            "then run the same command again"
        ) from None


def link(config: Publish, slug: str, name: str) -> str:
    """The address at which people open a published file; empty without ``publish.url``.

    Args:
        config: Its `url`.
        slug: Slug of the project.
        name: Name of the file.
    """
    if config.url is None:
        return ""
    return f"{config.url.rstrip('/')}/{quote(slug, safe='')}/{quote(name, safe='')}"


def check_target(folder: RunFolder, project: Project) -> None:
    """Make sure that publishing overwrites nothing that a run reads or keeps, or another project's.

    Args:
        folder: The run folder.
        project: The project.

    Raises:
        ConfigError: The files would go to the run folder, among the project's inputs, or where
            another project of the name publishes.
    """
    to = project.config.publish.to
    local = local_folder(to, project.folder) if to is not None else None
    if local is None:
        return
    target = (local / folder.slug).resolve()
    run = folder.path.resolve()
    if run == target or run in target.parents:
        raise ConfigError([_taken(target, f"the run folder {folder.path}")])
    shared = _shared_folder(folder, project.folder, to or "")
    other = other_claimant(shared, project.folder) if shared is not None else None
    if shared is not None and other is not None:
        raise ConfigError([_of_another(shared, other)])
    for path in _inputs(project):
        if target == path.parent or target == path or path in target.parents:
            raise ConfigError([_taken(target, f"inputs of the project: {path}")])


def _inputs(project: Project) -> Iterator[Path]:
    """Files and folders that a run reads."""
    config = project.config
    data = config.data
    own = (data.etm, data.plexos, data.nodes, data.borders, config.local.gguf)
    lists = (config.places.file, config.labels.file)
    names = (PROJECT_FILE, config.prompt_sheet, EDITS, NOTES, *own, *lists)
    for name in (*names, *(table.file for table in data.tables.values())):
        if name is not None:
            yield (project.folder / name).resolve()


def _taken(target: Path, by: str) -> Finding:
    return Finding(
        severity="error",
        code="config.publish",
        message=f"publish.to would put the report into {target}, which holds {by}",
        file=PROJECT_FILE,
        remedy="Name another folder, such as published",
    )


def _of_another(target: Path, project: Path) -> Finding:
    return Finding(
        severity="error",
        code="config.published-by-another",
        message=f"publish.to would put the report into {target}, where another project of the "
        f"same name publishes, in {project}",
        file=PROJECT_FILE,
        remedy="Give this project another project_name, or publish.to another folder. If the "
        f"reports there are this project's from now on, delete {target / CLAIM}",
    )


def _shared_folder(folder: RunFolder, project_folder: Path, to: str) -> Path | None:
    """The report's folder outside the project, where others may publish; None for other places."""
    local = local_folder(to, project_folder)
    if local is None:
        return None
    place = local.resolve() / folder.slug
    return None if is_inside(place, project_folder) else place


def _open(folder: RunFolder, project_folder: Path, to: str) -> Target:
    """The place that takes the files of a run folder.

    Folders are made inside the project folder alone, links and ``..`` followed, so that a share
    that is missing is reported, and not replaced by a folder. The report's own folder is no link,
    which would lead beyond what the project may reach.
    """
    local = local_folder(to, project_folder)
    if local is not None:
        place = local.resolve() / folder.slug
        return FolderTarget(place, with_parents=is_inside(place, project_folder))
    return RemoteTarget(f"{to.rstrip('/')}/{folder.slug}", folder.path / PUBLISHED)


def _place(folder: RunFolder, project_folder: Path, to: str) -> str:
    """Where the files are published, as a person can look it up."""
    local = local_folder(to, project_folder)
    parent = str(local.absolute()) if local is not None else to.rstrip("/")
    return f"{parent}/{folder.slug}"


def _reason(error: OSError) -> str:
    """Why a file could not be copied."""
    return quoted(error.strerror or error) or type(error).__name__
