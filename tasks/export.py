"""The Prefect task of an export."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from prefect import Task, task
from prefect.cache_policies import NO_CACHE

from factbook.runs.ref import RunRef

Export = Callable[[RunRef, str], None]


def export_task(export: Export) -> Task[..., Any]:
    """The Prefect task that makes the report in one format.

    Args:
        export: Makes it.
    """

    @task(
        name="export-report",
        task_run_name="{name}",
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=0,
    )
    def export_report(run: RunRef, item_id: str, name: str) -> Any:
        """Prepare the report in one format.

        Args:
            run: The run.
            item_id: ``md``, ``docx``, ``html`` or ``pdf``.
            name: Name of the Prefect task run.
        """
        export(run, item_id)

    return export_report
