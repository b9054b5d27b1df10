"""What changed between two runs of a project, section by section, and why."""

from factbook.diff.changes import ReportDiff
from factbook.diff.compare import compare

__all__ = ["ReportDiff", "compare"]
