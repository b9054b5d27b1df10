"""Which project folder fills a run folder: it distinguishes two projects of one name.

Noted in ``.project`` of the run folder is the way from there to the project, so that both can be
moved or copied together. It counts only where it leads to a project: a project that was moved, or
is mounted elsewhere, has its report.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from factbook.config.project_config import PROJECT_FILE
from factbook.files.atomic import holds, write_atomically
from factbook.files.regular_files import read_regular

CLAIM = ".project"
_MOST_BYTES = 4096  # as long as a path can be


def claim(folder: Path, project: Path, *, mode: int = 0o666) -> None:
    """Note that a run folder, or one that it publishes to, is filled by a project.

    Args:
        folder: The folder; the lease of the run folder is held.
        project: The project folder.
        mode: Permissions of the note at most; the umask takes some away.

    Raises:
        StoppedError: The run folder cannot be written to.
    """
    way = os.path.relpath(project.resolve(), folder.resolve())
    if not holds(folder / CLAIM, os.fsencode(way)):
        write_atomically(folder / CLAIM, os.fsencode(way), mode=mode)


def claimant(folder: Path) -> Path | None:
    """The project that is noted to fill a folder; None where no note leads to a project.

    Args:
        folder: The run folder, or one that it publishes to.
    """
    with suppress(OSError, ValueError):  # no note, or a place that cannot be looked into
        place = folder.resolve() / os.fsdecode(read_regular(folder / CLAIM, _MOST_BYTES))
        if (place / PROJECT_FILE).is_file():
            return place.resolve()
    return None


def other_claimant(folder: Path, project: Path) -> Path | None:
    """The other project that fills a folder; None when there is none.

    Args:
        folder: The run folder, or one that it publishes to.
        project: The project folder.
    """
    place = claimant(folder)
    with suppress(OSError):
        if place is not None and not place.samefile(project):
            return place
    return None
