"""What a start of the report may change about the project."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from factbook.runs.ref import RunRef


class Overrides(BaseModel):
    """Changes to the project for one run; untouched, all is as in the project.

    Attributes:
        settings: Assignments as ``--set`` takes them.
        out: The folder that holds the run folder.
        strict: Whether warnings are errors.
        fail_on_change: Whether a text that is not as the last run left it fails the run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    settings: tuple[str, ...] = Field(
        default=(), description="Settings on top of project.toml, such as limits.max_workers=8"
    )
    out: str | None = Field(default=None, description="Folder for the results; default: out")
    strict: bool = Field(default=False, description="Treat warnings as errors")
    fail_on_change: bool = Field(
        default=False, description="Fail when a text is not as the last run left it"
    )

    def run_of(self, project: str) -> RunRef:
        """The run of a project with these changes."""
        return RunRef(
            project=project,
            assignments=self.settings,
            out=self.out,
            strict=self.strict,
            fail_on_change=self.fail_on_change,
        )
