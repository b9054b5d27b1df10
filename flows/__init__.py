"""What can be run and deployed. Nothing here imports Prefect until something runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flows.pipeline import ReportGenerationPipeline

__all__ = ["ReportGenerationPipeline"]


def __getattr__(name: str) -> Any:
    if name == "ReportGenerationPipeline":
        from flows.pipeline import ReportGenerationPipeline

        return ReportGenerationPipeline
    raise AttributeError(f"module 'flows' has no attribute {name!r}")
