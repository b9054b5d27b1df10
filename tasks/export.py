"""The Prefect task of an export."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import task

from factbook.folder.commit import prepare
from factbook.report.blocks import Document
from factbook.report.export import exporter


@task(name="export-report", task_run_name="export {suffix}", persist_result=False, retries=0)
def export_report(document: Document, suffix: str, path: Path) -> Any:
    """Prepare the report in one format for the switch-over.

    Args:
        document: The report.
        suffix: ``md``, ``docx``, ``html`` or ``pdf``.
        path: Where it is to stand.
    """
    prepare(path, exporter(suffix)(document))
