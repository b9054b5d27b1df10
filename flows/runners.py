"""Task runners: how many chapters and sections work side by side, and where."""

from __future__ import annotations

from typing import Any

from prefect.task_runners import ThreadPoolTaskRunner

from factbook.config import ProjectConfig

SectionRunner = ThreadPoolTaskRunner[Any]


def chapter_runner(config: ProjectConfig, chapters: int) -> SectionRunner:
    """A thread for each chapter, or one for all."""
    return ThreadPoolTaskRunner(max_workers=chapters if config.run_objectives_concurrent else 1)


def section_runner(config: ProjectConfig, sections: int) -> SectionRunner:
    """A thread for each section of a chapter, at most ``limits.max_workers``, or one for all.

    The gate of the session bounds how many sections of all chapters work at once.
    """
    workers = min(sections, config.limits.max_workers) if config.run_task_concurrent else 1
    return ThreadPoolTaskRunner(max_workers=workers)
