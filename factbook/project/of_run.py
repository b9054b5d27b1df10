"""The project that a run folder belongs to, for commands that are given the run alone."""

from __future__ import annotations

from pathlib import Path

from factbook.config.project_config import PROJECT_FILE
from factbook.folder.claim import claimant


def project_above(run: Path) -> Path | None:
    """The project of a run: a folder above it, or the inputs that stand in it; None without one.

    Args:
        run: The run folder, or an earlier run in it.
    """
    resolved = run.resolve()
    for folder in (resolved / "inputs", *resolved.parents):
        if (folder / PROJECT_FILE).is_file():
            return folder
    return None


def project_of_run(run: Path) -> Path | None:
    """The same, also of a run whose results stand elsewhere, by the note that it has left there.

    Only for what is read and shown: the note came with the folder.

    Args:
        run: The run folder, or an earlier run in it.
    """
    resolved = run.resolve()
    noted = (claimant(folder) for folder in (resolved, *resolved.parents[:2]))
    return project_above(run) or next(filter(None, noted), None)
