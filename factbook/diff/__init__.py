"""What changed between two runs of a project, section by section, and why."""

from factbook.diff.compare import compare
from factbook.diff.models import ReportDiff

__all__ = ["ReportDiff", "compare"]
