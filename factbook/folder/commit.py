"""The commit: the files of a report change together at the end of a run.

They are prepared beside the ones that readers see, in ``.next``, and renamed over them in one go,
``run.json`` last. Once ``.next/run.json`` stands there, all is prepared: a run that was killed
between two renames is finished by the next one. Without it, what stands there is thrown away.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import get_args

from factbook.config.project_config import Output
from factbook.errors import StoppedError
from factbook.files.atomic import holds, write_atomically
from factbook.files.durable import flush_folder
from factbook.files.regular_files import is_regular, opened_file, remove, rename
from factbook.folder.manifest import MANIFEST, Manifest
from factbook.folder.run_folder import EXPORTS, TABLES, RunFolder
from factbook.folder.unfinished import NEXT, clear

_EARLY = ("Stopped", "Cancelled")
"""States of runs whose end leaves the folder with parts of two runs."""

log = logging.getLogger("factbook")


def prepare(path: Path, content: bytes) -> None:
    """Prepare a file for the commit, unless it holds these bytes already.

    Args:
        path: Where the file is to stand in the run folder.
        content: What it is to hold.

    Raises:
        StoppedError: The disk is full, or the folder cannot be written to.
    """
    prepared = prepared_path(path)
    with suppress(OSError):  # the write reports it
        if holds(path, content):
            remove(prepared)
            return
        prepared.parent.mkdir(exist_ok=True)
    write_atomically(prepared, content)


def prepared_path(path: Path) -> Path:
    """Where a file of the run folder is prepared.

    Args:
        path: Where it is to stand.
    """
    return path.parent / NEXT / path.name


def committed_names(folder: RunFolder) -> frozenset[str]:
    """Names of all files that change together at the end of a run, whatever it makes.

    Args:
        folder: The run folder.
    """
    reports = {
        folder.report_path(suffix, is_selection=is_selection).name
        for suffix in get_args(Output)
        for is_selection in (False, True)
    }
    return frozenset({MANIFEST, EXPORTS, *TABLES, *reports})


def commit(folder: Path) -> None:
    """Rename what is prepared to where readers look, ``run.json`` last.

    What is prepared is flushed to the disk before, and the names after it, so that a power cut
    leaves each file as it was or as it will be.

    Args:
        folder: The run folder.

    Raises:
        StoppedError: A file cannot be flushed or renamed; the next run continues from there.
    """
    prepared = folder / NEXT
    if not prepared.is_dir():
        return
    paths = sorted(path for path in prepared.iterdir() if not path.name.endswith(".tmp"))
    paths.sort(key=lambda path: path.name == MANIFEST)
    _flush(paths, prepared)
    for path in paths:
        if path.name == MANIFEST and _has_its_end(prepared):
            clear(folder)
        try:
            rename(path, folder / path.name)
        except OSError as error:
            raise StoppedError(
                f"{folder / path.name} cannot be replaced: {error.strerror}. "
                "Correct the folder's permissions, or remove what stands there, then run the same "
                "command again"
            ) from None
    _flush((), folder)
    _remove(prepared)


def recover(run_folder: RunFolder) -> bool:
    """Finish the commit of a run that was killed in it; return whether there was one.

    Half written files that killed runs have left are removed, and so is what no run prepares.

    Args:
        run_folder: The run folder; its lease is held.

    Raises:
        StoppedError: A file cannot be renamed.
    """
    folder = run_folder.path
    for part in (".", "records", "evidence"):
        for leftover in (folder / part).glob(".*.tmp"):
            if not leftover.name.startswith(".lease."):  # others may be asking for the lease
                try:
                    remove(leftover)
                except OSError as error:  # no run reads it
                    log.warning("%s cannot be removed: %s", leftover, error.strerror)
    prepared = folder / NEXT
    if is_regular(prepared / MANIFEST):
        names = committed_names(run_folder)
        for path in prepared.iterdir():
            if path.name not in names:
                _remove_strange(path)
        commit(folder)
        return True
    _remove(prepared)
    return False


def _remove_strange(path: Path) -> None:
    """Remove from what is prepared a name that no run gives.

    Raises:
        StoppedError: It is a folder, or cannot be removed.
    """
    try:
        remove(path)
    except OSError as error:
        raise StoppedError(
            f"{path} is no file of a report and cannot be removed: {error.strerror}. Remove it, "
            "then run the same command again"
        ) from None


def _has_its_end(prepared: Path) -> bool:
    """Whether the prepared manifest is of a run that has written all that it was to write."""
    manifest = Manifest.read_if_sound(prepared)
    return manifest is not None and manifest.outcome.state not in _EARLY


def _flush(paths: Iterable[Path], folder: Path) -> None:
    """Flush files of a folder, and its names, to the disk.

    Raises:
        StoppedError: The disk is full or broken.
    """
    at = folder
    try:
        for at in paths:
            with opened_file(at) as opened:
                os.fsync(opened)
        at = folder
        flush_folder(folder)
    except OSError as error:
        raise StoppedError(
            f"{at} cannot be flushed to the disk: {error.strerror}. "
            "Free disk space or repair the disk, then run the same command again"
        ) from None


def _remove(prepared: Path) -> None:
    try:
        shutil.rmtree(prepared)
    except FileNotFoundError:
        pass
    except OSError as error:  # all that counts has its place
        log.warning("%s cannot be removed: %s", prepared, error)
