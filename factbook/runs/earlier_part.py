"""What a run did before a person was asked about its report, and it went on."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from factbook.folder.manifest import read_manifest

log = logging.getLogger("factbook")


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
    try:
        told = _Told.model_validate(manifest)
    except ValidationError as error:
        if manifest:
            log.warning(
                "run.json in %s cannot be read (%d problems): what the run did before a person was "
                "asked does not count",
                folder,
                error.error_count(),
            )
        return NO_PART
    if told.outcome.state != "AwaitingApproval":
        return NO_PART
    return EarlierPart(
        run=told.calls.end.run,
        section_seconds=told.times.section_seconds,
        elapsed_seconds=told.times.elapsed_seconds,
        review=told.outcome.review,
    )


class _Part(BaseModel):
    """A part of ``run.json``, of which the rest is for others."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class _Outcome(_Part):
    state: str
    review: str = ""


class _End(_Part):
    run: str = ""


class _Calls(_Part):
    end: _End = _End()


class _Times(_Part):
    elapsed_seconds: float = 0.0
    section_seconds: Mapping[str, float] = {}


class _Told(_Part):
    """What is read of ``run.json``."""

    outcome: _Outcome
    calls: _Calls = _Calls()
    times: _Times = _Times()
