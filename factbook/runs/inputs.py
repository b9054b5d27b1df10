"""The inputs of a run: what it reads, frozen from when it is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from factbook.config.project_config import (
    PROJECT_FILE,
    ProjectConfig,
)
from factbook.errors import ConfigError, Finding
from factbook.folder.run_folder import RunFolder
from factbook.project.project import Project
from factbook.runs.ref import RunRef
from factbook.sheet.outline import Chapter, Outline, SectionSpec
from factbook.writing.jobs import JobMaker

if TYPE_CHECKING:
    from factbook.diff.run_content import RunContent


@dataclass(frozen=True)
class RunInputs:
    """What a run reads.

    Attributes:
        ref: The run's name.
        project: The opened project.
        folder: The run folder.
        takes_standing: Whether unfinished sections stay as they stand too: a person decides about
            them, and must not get others than they were shown.
    """

    ref: RunRef
    project: Project
    folder: RunFolder
    takes_standing: bool = False

    @classmethod
    def of(cls, ref: RunRef, project: Project, *, takes_standing: bool = False) -> RunInputs:
        """The inputs of a run of a project."""
        folder = RunFolder.of(ref.out_folder, project.slug)
        return cls(ref, project, folder, takes_standing)

    @property
    def config(self) -> ProjectConfig:
        """The project's configuration."""
        return self.project.config

    @property
    def is_offline(self) -> bool:
        """Whether no model is asked."""
        return self.config.provider_in_use == "offline"

    @cached_property
    def specs(self) -> Mapping[str, SectionSpec]:
        """Section id → section, of those that the run writes, in the order of the sheet."""
        return {spec.id: spec for spec in self.project.outline.sections_to_write}

    @cached_property
    def jobs(self) -> JobMaker:
        """Makes the jobs of sections."""
        return JobMaker(
            self.project.sheet,
            self.project.graph,
            self.config,
            self.project.context,
            for_model=not self.is_offline,
            editor_notes=self.project.notes.asked,
        )

    @cached_property
    def compared(self) -> RunContent | None:
        """The run of `compare_to`; None without one.

        Raises:
            ConfigError: It is not a run of this project that can be compared with.
        """
        if self.config.compare_to is None:
            return None
        from factbook.diff.earlier_runs import run_to_compare  # a tenth of a second to import

        return run_to_compare(self.config, Path(self.ref.project), self.folder)

    def chapter(self, chapter_id: str) -> Chapter:
        """A chapter as this run writes it."""
        return _chapter(self.project.outline, chapter_id)

    def whole_chapter(self, chapter_id: str) -> Chapter:
        """A chapter in the whole report."""
        return _chapter(self.project.whole, chapter_id)

    def require_earlier_runs(self) -> None:
        """Make sure that the earlier runs are there which the run builds on.

        Raises:
            ConfigError: The run is to conclude an earlier one, and there is none; or it cannot be
                compared with the run of `compare_to`.
        """
        kept = [s for c in self.project.outline.chapters if c.is_kept for s in c.sections]
        if kept and not any(self.folder.read_record(section.id) for section in kept):
            raise ConfigError([_nothing_to_conclude(self.folder)])
        self.compared  # noqa: B018 - read on first use


def _chapter(outline: Outline, chapter_id: str) -> Chapter:
    return next(chapter for chapter in outline.chapters if chapter.id == chapter_id)


def _nothing_to_conclude(folder: RunFolder) -> Finding:
    return Finding(
        severity="error",
        code="config.nothing-to-conclude",
        message="run_main_report is false, and no earlier run has written a section of the report "
        f"in {folder.path}",
        file=PROJECT_FILE,
        remedy="Run with run_main_report = true first, or give the folder of that run with --out",
    )
