"""What changed between two runs of a project, section by section, and why."""

from factbook.runs.diff.compare import compare
from factbook.runs.diff.models import ReportDiff

__all__ = ["ReportDiff", "compare"]
