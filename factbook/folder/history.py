"""Earlier runs of a project: ``<run folder>/runs/<id>/``, each a whole run folder to read.

A run keeps the report that it finds, before it changes anything, and forgets it again at its end
when nothing came out differently: else repeated runs without a change would push out the versions
that a person wants to compare with. Records and evidence are replaced and never written into, so
that hard links keep them at no cost; what people open is copied, as their programs may save in
place.

Kept are whole reports. A selection is none: it takes the place of no whole one either.
"""

from __future__ import annotations

import filecmp
import logging
import os
import re
import shutil
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from factbook.errors import StoppedError
from factbook.files.regular_files import copy_regular, is_regular
from factbook.folder.commit import committed_names
from factbook.folder.manifest import MANIFEST, Manifest, ManifestError
from factbook.folder.run_folder import EXPORTS, MOST_REPORT_BYTES, RunFolder
from factbook.folder.unfinished import unfinished_since

RUNS = "runs"
log = logging.getLogger("factbook")

_ID = re.compile(r"\d{8}T\d{6}Z(-\d+)?")
_TIMES_OR_COSTS = {MANIFEST, "calls.csv"}
"""Files that differ between two runs of the same report."""

_FINISHED = (0, 1)  # exit codes of runs that have made a report
_CHAPTER = re.compile(r"objective_.+_results\.csv")
_LINKED = ("evidence", "records")
"""Folders whose files no person edits."""


def keep_current(folder: RunFolder) -> Path | None:
    """Keep the report that stands in a run folder, if a run has finished it.

    What a run has left that broke off is parts of two reports, and is kept by neither name; the
    report before it was kept before it began.

    Args:
        folder: The run folder; its lease is held.

    Returns:
        The folder that holds it now; None when there is nothing to keep.

    Raises:
        StoppedError: It cannot be kept: the disk is full, or the folder cannot be written to.
    """
    try:
        manifest = Manifest.read(folder.path)
    except ManifestError as error:
        log.warning(
            "the report in %s is not kept as an earlier run: %s", folder.path, error.message
        )
        return None
    if manifest is None or manifest.is_selection:
        return None
    if manifest.outcome.exit_code not in _FINISHED or manifest.outcome.state == "Rejected":
        return None
    if unfinished_since(folder.path) is not None:
        return None
    runs = folder.path / RUNS
    target = _target(runs, manifest)
    if target.exists():
        return target
    temporary = runs / f".{target.name}.tmp"
    try:
        shutil.rmtree(temporary, ignore_errors=True)
        for path in _files(folder):
            copy = temporary / path.relative_to(folder.path)
            copy.parent.mkdir(parents=True, exist_ok=True)
            if copy.parent.name in _LINKED:
                _link(path, copy)
            else:
                copy_regular(path, copy, MOST_REPORT_BYTES)
        temporary.replace(target)
    except OSError as error:
        shutil.rmtree(temporary, ignore_errors=True)  # half of it would keep a full disk full
        raise StoppedError(
            f"The earlier run cannot be kept in {target}: {error.strerror}. Free disk space or "
            "correct the folder's permissions, or set keep_runs = 0"
        ) from None
    return target


def forget_unneeded(folder: RunFolder, count: int, *, needed: Path | None = None) -> None:
    """Remove the newest kept run if it equals the current one, and the oldest beyond a number.

    Args:
        folder: The run folder, after the commit.
        count: How many earlier runs are kept; with 0 none is added, and none is removed.
        needed: A run that stays in any case: the project's `compare_to` names it.
    """
    kept = kept_runs(folder)
    try:
        _tidy(folder.path / RUNS)
        current = Manifest.read_if_sound(folder.path)
        if not count or (current is not None and current.is_selection):
            return
        if kept and _is_same(kept[-1], folder):
            _remove_unless(kept.pop(), needed)
        for path in kept[: max(0, len(kept) - count)]:
            if _remove_unless(path, needed):
                log.info("removed the earlier run %s: keep_runs is %d", path, count)
        _tidy(folder.path / RUNS)
    except OSError as error:  # the report is made: an old one too many does no harm
        log.warning("earlier runs cannot be removed: %s", error)


def _remove_unless(path: Path, needed: Path | None) -> bool:
    """Remove a kept run, unless it is needed; tell whether it was removed."""
    if needed is not None and path.resolve() == needed.resolve():
        return False
    _remove(path)
    return True


def _tidy(runs: Path) -> None:
    """Remove what a killed run has left, and the folder when nothing is kept."""
    for path in runs.glob(".*.tmp"):  # of a run that was killed
        shutil.rmtree(path, ignore_errors=True)
    if runs.is_dir() and not any(runs.iterdir()):
        runs.rmdir()


def kept_runs(folder: RunFolder) -> list[Path]:
    """The earlier runs that are kept, the oldest first."""
    runs = folder.path / RUNS
    if not runs.is_dir():
        return []
    found = [p for p in runs.iterdir() if _ID.fullmatch(p.name) and is_regular(p / MANIFEST)]
    return sorted(found, key=lambda path: (path.name[:16], len(path.name), path.name))


def _target(runs: Path, manifest: Manifest) -> Path:
    """A free name, or that of this very run; several may have started in one second."""
    name = f"{manifest.times.started.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    target, number = runs / name, 1
    while target.exists() and not _is_of_run(target, manifest):
        number += 1
        target = runs / f"{name}-{number}"
    return target


def _is_of_run(kept: Path, manifest: Manifest) -> bool:
    """Whether a kept run is the one that a manifest tells of."""
    found = Manifest.read_if_sound(kept)
    return found is not None and found.times.started == manifest.times.started


def _files(folder: RunFolder) -> Iterator[Path]:
    """What a run makes of the whole report in its folder, sorted; by its names, not all there is.

    Chapters and sections may be of an earlier outline: theirs are told by the form of the name.
    """
    reports = committed_names(folder) - {EXPORTS}
    for path in sorted(folder.path.iterdir()):
        is_selection = path.stem == f"{folder.slug}-selection"
        is_own = path.name in reports or _CHAPTER.fullmatch(path.name)
        if path.name in _LINKED and not path.is_symlink():
            yield from (p for p in sorted(path.glob("[!.]*.json")) if is_regular(p))
        elif is_own and not is_selection and is_regular(path):
            yield path


def _is_same(kept: Path, current: RunFolder) -> bool:
    """Whether two runs made the same report: documents, tables and evidence by their bytes."""
    one, other = kept, current.path
    names = [_compared(RunFolder(one, current.slug)), _compared(current)]
    return names[0] == names[1] and all(
        (one / name).samefile(other / name) or filecmp.cmp(one / name, other / name, shallow=False)
        for name in names[0]
    )


def _compared(folder: RunFolder) -> list[str]:
    """Names of the files that tell two reports apart; records hold times as well."""
    return [
        str(path.relative_to(folder.path))
        for path in _files(folder)
        if path.name not in _TIMES_OR_COSTS and path.parent.name != "records"
    ]


def _link(source: Path, target: Path) -> None:
    """A hard link, or a copy where the file system has none."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        copy_regular(source, target, MOST_REPORT_BYTES)


def _remove(path: Path) -> None:
    """Remove a kept run; it is renamed first, so that half of it never has its name."""
    hidden = path.with_name(f".{path.name}.tmp")
    shutil.rmtree(hidden, ignore_errors=True)
    path.replace(hidden)
    shutil.rmtree(hidden, ignore_errors=True)
