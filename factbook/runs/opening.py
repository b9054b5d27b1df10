"""The project of a run, opened with what whoever starts the run lets it reach."""

from __future__ import annotations

from pathlib import Path

from factbook.config.settings import Settings
from factbook.project.project import Project, open_project
from factbook.project.reach import Reach
from factbook.runs.ref import RunRef


def project_of(ref: RunRef, folder: Path | None = None) -> Project:
    """Read and check the project of a run; see `open_project`.

    Args:
        ref: The run.
        folder: Where the project stands now, if it is not yet where the run names it.

    Raises:
        UserError: The project has errors.
    """
    folder = folder or Path(ref.project)
    results = Path(ref.out) if ref.out else None
    reach = Reach(folder, Settings(), ref.is_trusted, results, ref.may_raise_limits)
    return open_project(folder, ref.assignments, strict=ref.strict, reach=reach)
