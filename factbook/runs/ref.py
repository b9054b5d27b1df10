"""The name of a run, by which any process can open what its sections need."""

from __future__ import annotations

import socket
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from factbook.config.settings import require_inside
from factbook.errors import ConfigError, Finding
from factbook.files.inside import is_inside


class RunRef(BaseModel):
    """Names a run, so that any process can open what its sections need.

    Attributes:
        project: The project folder.
        assignments: ``--set`` assignments.
        out: The folder that holds the run folder; None for ``out`` inside the project.
        strict: Whether warnings are errors.
        fail_on_change: Whether a text that is not as the last run left it fails the run.
        is_trusted: Whether the settings were handed in by the program that starts the run: then
            paths and addresses in them are its own, and not those of a folder that somebody sent.
        may_raise_limits: Whether the assignments were typed by whoever answers for the machine, on
            its command line: then they may raise what reading a project may cost, and its budget.
            Those of a form may not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: str
    assignments: tuple[str, ...] = ()
    out: str | None = None
    strict: bool = False
    fail_on_change: bool = False
    is_trusted: bool = False
    may_raise_limits: bool = False

    @property
    def out_folder(self) -> Path:
        """The folder that holds the run folder."""
        return Path(self.out) if self.out else Path(self.project) / "out"

    @property
    def store_folder(self) -> Path:
        """The call store, which all projects that share an output folder share."""
        return self.out_folder / ".store"


class WorkRef(RunRef):
    """Names a run to a process that only writes sections of it; see `WorkOrder`.

    All its paths are absolute: they are the same for all processes that work for a run.

    Attributes:
        folder: The run folder.
        order: The work order under which sections are written.
        inputs: SHA-256 of what the run has read of configuration and sheet.
        takes_standing: Whether unfinished sections stay as they stand; see `RunInputs`.
    """

    folder: str
    order: str
    inputs: str
    takes_standing: bool = False


def find_project(project: str, root: Path | None) -> Path:
    """The folder of a project that was named on another machine, or in a form.

    Args:
        project: The project as it was named.
        root: ``FACTBOOK_PROJECTS_ROOT``, in which a relative one is looked for before the folder
            that this process works in.

    Raises:
        ConfigError: There is no such folder on this machine, or it lies outside of that root.
    """
    folders = [root / project, Path(project)] if root is not None else [Path(project)]
    if root is not None and not any(is_inside(folder, root) for folder in folders):
        require_inside(root, Path(project), "the project")
    for folder in folders:
        # Whether there is a folder elsewhere is not for whoever names it to know.
        if (root is None or is_inside(folder, root)) and folder.is_dir():
            return folder
    places = " and ".join(dict.fromkeys(str(folder.absolute()) for folder in folders))
    raise ConfigError(
        [
            Finding(
                severity="error",
                code="config.no-project",
                message=f"the project '{project}' is not a folder on {socket.gethostname()}; "
                f"looked for {places}",
                remedy="Put it there, name another one, or set FACTBOOK_PROJECTS_ROOT for the "
                "worker to the folder that holds the projects",
            )
        ]
    )
