"""What a run did before a person was asked about its report, and it went on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from factbook.folder.manifest import Manifest, ManifestError

log = logging.getLogger("factbook")


@dataclass(frozen=True)
class EarlierPart:
    """What counts as work of the run that continues.

    Attributes:
        run: Id of the run in the journal; empty without model calls.
        section_seconds: Section id → seconds, of the sections that it worked on.
        elapsed_seconds: How long it worked, in a process that has ended.
        review: What distinguishes the report that a person was shown from any other.
    """

    run: str = ""
    section_seconds: Mapping[str, float] = field(default_factory=dict)
    elapsed_seconds: float = 0.0
    review: str = ""


NO_PART = EarlierPart()


def earlier_part(folder: Path) -> EarlierPart:
    """What ``run.json`` says of a run that waits for approval; `NO_PART` when none does.

    Args:
        folder: The run folder.
    """
    try:
        manifest = Manifest.read(folder)
    except ManifestError as error:
        log.warning(
            "In %s %s: calls and cost of the run before the approval are not counted",
            folder,
            error.message,
        )
        return NO_PART
    if manifest is None or manifest.outcome.state != "AwaitingApproval":
        return NO_PART
    end = manifest.calls.end
    return EarlierPart(
        run=end.run if end is not None else "",
        section_seconds=manifest.times.section_seconds,
        elapsed_seconds=manifest.times.elapsed_seconds,
        review=manifest.outcome.review,
    )
