"""The switch-over: the files of a report change together at the end of a run.

They are prepared beside the ones that readers see, in ``.next``, and renamed over them in one go,
``run.json`` last. Once ``.next/run.json`` stands there, all is prepared: a run that was killed
between two renames is finished by the next one. Without it, what stands there is thrown away.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from factbook.errors import StoppedError
from factbook.runs.folder import MANIFEST, write_atomically

NEXT = ".next"


def prepare(path: Path, content: bytes) -> None:
    """Prepare a file for the switch-over, unless it holds these bytes already.

    Args:
        path: Where the file is to stand in the run folder.
        content: What it is to hold.

    Raises:
        StoppedError: The disk is full, or the folder cannot be written to.
    """
    prepared = prepared_path(path)
    try:
        if path.stat().st_size == len(content) and path.read_bytes() == content:
            prepared.unlink(missing_ok=True)
            return
    except OSError:
        pass  # there is none yet
    with suppress(OSError):  # told by the writing
        prepared.parent.mkdir(exist_ok=True)
    write_atomically(prepared, content)


def prepared_path(path: Path) -> Path:
    """Where a file of the run folder is prepared.

    Args:
        path: Where it is to stand.
    """
    return path.parent / NEXT / path.name


def switch_over(folder: Path) -> None:
    """Rename what is prepared to where readers look, ``run.json`` last.

    Args:
        folder: The run folder.

    Raises:
        StoppedError: A file cannot be renamed; the next run goes on from there.
    """
    prepared = folder / NEXT
    if not prepared.is_dir():
        return
    paths = sorted(path for path in prepared.iterdir() if not path.name.endswith(".tmp"))
    paths.sort(key=lambda path: path.name == MANIFEST)
    for path in paths:
        try:
            path.replace(folder / path.name)
        except OSError as error:
            raise StoppedError(
                f"{folder / path.name} cannot be replaced: {error.strerror}. "
                "Mend the folder's permissions, or remove what stands there, then run the same "
                "command again"
            ) from None
    _remove(prepared)


def recover(folder: Path) -> bool:
    """Finish the switch-over of a run that was killed in it; tell whether there was one.

    Half written files that killed runs have left are removed.

    Args:
        folder: The run folder; its lease is held.

    Raises:
        StoppedError: A file cannot be renamed.
    """
    for part in (".", "records", "evidence"):
        for leftover in (folder / part).glob(".*.tmp"):
            if not leftover.name.startswith(".lease."):  # others may be asking for the lease
                leftover.unlink(missing_ok=True)
    prepared = folder / NEXT
    if (prepared / MANIFEST).is_file():
        switch_over(folder)
        return True
    _remove(prepared)
    return False


def _remove(prepared: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(prepared)
