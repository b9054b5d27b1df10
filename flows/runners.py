"""Task runners: how many chapters and sections work side by side, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from prefect.task_runners import ThreadPoolTaskRunner

from factbook.config.project import ProjectConfig
from flows.workers import workers

if TYPE_CHECKING:
    from flows.dask_runner import SectionsOnDask

SectionRunner: TypeAlias = "ThreadPoolTaskRunner[Any] | SectionsOnDask"


def chapter_runner(config: ProjectConfig, chapters: int) -> ThreadPoolTaskRunner[Any]:
    """A thread for each chapter, or one for all."""
    return ThreadPoolTaskRunner(max_workers=chapters if config.run_objectives_concurrent else 1)


def section_runner(config: ProjectConfig, sections: int) -> SectionRunner:
    """The workers of this run, where it has some, else threads of this process.

    Of these a thread for each section of a chapter, at most ``limits.max_workers``, or one for
    all. The gate of a session bounds how many sections of all chapters work at once in a process.
    """
    elsewhere = workers()
    if elsewhere is not None:
        from flows.dask_runner import SectionsOnDask

        return SectionsOnDask(elsewhere, one_by_one=not config.run_task_concurrent)
    at_once = min(sections, config.limits.max_workers) if config.run_task_concurrent else 1
    return ThreadPoolTaskRunner(max_workers=at_once)
