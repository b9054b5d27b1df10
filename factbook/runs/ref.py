"""The name of a run, by which any process can open what its sections need."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class RunRef(BaseModel):
    """Names a run, so that any process can open what its sections need.

    Attributes:
        project: The project folder.
        assignments: ``--set`` assignments.
        out: The folder that holds the run folder; None for ``out`` inside the project.
        strict: Whether warnings are errors.
        fail_on_change: Whether a text that is not as the last run left it fails the run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    project: str
    assignments: tuple[str, ...] = ()
    out: str | None = None
    strict: bool = False
    fail_on_change: bool = False

    @property
    def out_folder(self) -> Path:
        """The folder that holds the run folder."""
        return Path(self.out) if self.out else Path(self.project) / "out"

    @property
    def store_folder(self) -> Path:
        """The call store, which all projects that share an output folder share."""
        return self.out_folder / ".store"
