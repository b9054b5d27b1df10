"""What became of a run's sections, counted by chapter from its manifest."""

from __future__ import annotations

from collections import Counter

from factbook.folder.manifest import Manifest
from factbook.folder.manifest_parts import SectionEntry

COLUMNS = (
    "written",
    "unchanged",
    "edited",
    "degraded",
    "refused",
    "failed",
    "earlier",
    "missing",
    "not selected",
)
"""What can become of a section, in the order in which it is reported."""

_EARLY = ("Stopped", "Cancelled")
"""States of runs that did not come to their end."""


def is_early(state: str) -> bool:
    """Whether a run with this state did not look at all of its sections."""
    return state in _EARLY


def tally(manifest: Manifest, state: str) -> dict[str, Counter[str]]:
    """Sections of each chapter by what became of them in a run.

    Args:
        manifest: ``run.json``.
        state: How the run ended.

    Returns:
        Id of a chapter → one of `COLUMNS` → sections.
    """
    counts: dict[str, Counter[str]] = {}
    worked = manifest.times.section_seconds
    for section_id, section in manifest.sections.items():
        became = _became(section, section_id in worked, is_early=is_early(state))
        counts.setdefault(section.chapter, Counter())[became] += 1
    return counts


def _became(section: SectionEntry, is_worked_on: bool, *, is_early: bool) -> str:
    """The column of a section: a run that ended early has not looked at all of them."""
    if is_worked_on:
        return section.status
    if not section.is_selected:
        return "not selected"
    if section.status == "missing":
        return section.status
    if is_early:
        return "earlier"
    return "unchanged" if section.status == "written" else section.status
