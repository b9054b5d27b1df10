"""What a run did before a person was asked about its report, and it went on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from factbook.runs.folder import read_manifest


@dataclass(frozen=True)
class EarlierPart:
    """What counts as work of the run that goes on.

    Attributes:
        run: Id of the run in the journal; empty without model calls.
        section_seconds: Section id → seconds, of the sections that it worked on.
        elapsed_seconds: How long it worked, in a process that has ended.
        review: What tells the report that a person was shown from any other.
    """

    run: str = ""
    section_seconds: Mapping[str, float] = field(default_factory=dict)
    elapsed_seconds: float = 0.0
    review: str = ""


NO_PART = EarlierPart()


def earlier_part(folder: Path) -> EarlierPart:
    """What ``run.json`` tells of a run that waits for approval; `NO_PART` when none does.

    Args:
        folder: The run folder.
    """
    manifest = read_manifest(folder)
    outcome = manifest.get("outcome", {})
    if outcome.get("state") != "AwaitingApproval":
        return NO_PART
    times = manifest.get("times", {})
    return EarlierPart(
        run=str(manifest.get("calls", {}).get("end", {}).get("run", "")),
        section_seconds=times.get("section_seconds", {}),
        elapsed_seconds=float(times.get("elapsed_seconds", 0.0)),
        review=str(outcome.get("review", "")),
    )
