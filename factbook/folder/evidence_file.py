"""``evidence/<section id>.json``: what a section was written from, as it stands in the folder."""

from __future__ import annotations

from collections.abc import Container
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from factbook.data.series import SourceRows
from factbook.errors import StoppedError
from factbook.evidence.facts import Evidence, Extent, Kind, Role
from factbook.evidence.finding import DataFinding
from factbook.evidence.short_form import evidence_body, evidence_of, sources_of
from factbook.evidence.traits import StoredTraits
from factbook.files.regular_files import read_regular
from factbook.files.schema_version import (
    OLDEST_READ,
    SCHEMA_VERSION,
    Version,
    is_read,
    stated_version,
)

_MOST_BYTES = 64_000_000
"""A section with `limits.evidence_facts` facts, or an edited one with all, has less than that."""

_DAMAGES = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)
"""What reading a file raises that holds something else than evidence."""


class FactForm(BaseModel):
    """A fact as the file holds it; lists that many facts share are numbers.

    Attributes:
        id: As in `Fact`, like all that are not named here.
        derivation: How it was computed, for readers; nothing reads it back.
        derived: The same as values: a number in `EvidenceForm.derivations`, or the values; left out
            where the number is in the data itself.
        sources: Numbers in `EvidenceForm.rows`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    place: str
    subject: str
    metric: str
    period: str
    value: float
    unit: str
    kind: Kind
    role: Role
    table: str
    derivation: str
    among: int | None = None
    scenario: str = ""
    status: str = ""
    is_aside: bool = False
    derived: int | dict[str, Any] | None = None
    sources: tuple[int, ...] = ()


class EvidenceForm(BaseModel):
    """What an evidence file holds.

    Attributes:
        schema_version: Version of the form; files of version 1 do not say it.
        section: The section.
        id: SHA-256 of what the facts, gaps and origins say.
        place: Name of the section's place.
        extent: How much of what can be derived it holds.
        facts: The facts, most relevant first.
        rows: Rows of a file from which facts come.
        derivations: How facts were computed, as values.
        gaps: What the selected data do not hold, for readers; nothing reads it back.
        missing: The same as values: `Gap` without what is empty.
        origins: Table name → origin of its figures.
        measures: Metric, unit and what may be said of the figures: `Traits`.
        flags: Flag of the facts → its meaning; left out where no fact has one.
        findings: What is worth saying, the strongest first; left out where there is nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: Version = OLDEST_READ
    section: str
    id: str
    place: str
    extent: Extent = "all"
    facts: tuple[FactForm, ...]
    rows: tuple[SourceRows, ...] = ()
    derivations: tuple[dict[str, Any], ...] = ()
    gaps: tuple[str, ...]
    missing: tuple[dict[str, Any], ...] = ()
    origins: dict[str, str]
    measures: StoredTraits = ()
    flags: dict[str, str] = {}
    findings: tuple[DataFinding, ...] = ()


@dataclass(frozen=True)
class EvidenceFile:
    """A file that was read.

    Attributes:
        id: SHA-256 of what it says, by which a record names it.
        evidence: The evidence.
    """

    id: str
    evidence: Evidence

    @classmethod
    def read(cls, path: Path, section_id: str) -> EvidenceFile:
        """Read a section's evidence.

        Args:
            path: The file.
            section_id: The section that it must be of.

        Raises:
            StoppedError: It is missing, damaged, of a version that is not read, or of another
                section.
        """
        try:
            content = read_regular(path, _MOST_BYTES)
        except OSError as error:
            raise _unreadable(path, section_id, error.strerror or str(error)) from None
        try:
            body = orjson.loads(content)
            if not is_read(body.get("schema_version", OLDEST_READ)):
                raise _unreadable(path, section_id, _why(content, None))
            found = cls(str(body["id"]), evidence_of(body))
        except _DAMAGES as error:
            raise _unreadable(path, section_id, _why(content, error)) from None
        if found.evidence.section_id != section_id:
            raise _unreadable(
                path, section_id, f"it is the evidence of {found.evidence.section_id}"
            )
        return found


def read_sources(
    path: Path, evidence_id: str, fact_ids: Container[str]
) -> dict[str, tuple[SourceRows, ...]]:
    """The rows that some facts come from, by the facts' ids; none where they are not known.

    A run asks this of all its sections at its end, so that no fact is made for it.

    Args:
        path: The file.
        evidence_id: The evidence that the facts are of; nothing is known of any other.
        fact_ids: The facts.
    """
    with suppress(OSError, *_DAMAGES):
        body = orjson.loads(read_regular(path, _MOST_BYTES))
        if body["id"] == evidence_id and is_read(body.get("schema_version", OLDEST_READ)):
            return sources_of(body, fact_ids)
    return {}


def evidence_bytes(evidence: Evidence, evidence_id: str) -> bytes:
    """The content of the file, which is an `EvidenceForm`; no fact is validated for it.

    Args:
        evidence: The evidence.
        evidence_id: SHA-256 of what it says.
    """
    return orjson.dumps({"schema_version": SCHEMA_VERSION, **evidence_body(evidence, evidence_id)})


def _why(content: bytes, error: Exception | None) -> str:
    """Why a file cannot be read as evidence."""
    try:
        body = orjson.loads(content)
    except ValueError:
        return "it is not JSON"
    version = stated_version(body) if isinstance(body, dict) else None
    if version is not None and not is_read(version):
        whose = "a newer" if version > SCHEMA_VERSION else "an older"
        return (
            f"{whose} version of Factbook has written it (schema {version}; this one reads "
            f"{OLDEST_READ} to {SCHEMA_VERSION})"
        )
    if isinstance(error, KeyError):
        return f"it is incomplete: {error.args[0]} is missing"
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"it is incomplete: {' → '.join(map(str, first['loc']))}: {first['msg']}"
    return f"it is incomplete: {error}"


def _unreadable(path: Path, section_id: str, why: str) -> StoppedError:
    return StoppedError(
        f"The evidence of {section_id} cannot be read from {path}: {why}. Run the report again"
    )
