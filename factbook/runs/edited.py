"""An edit on today's evidence: what it refers to, what has changed since, and its record."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from factbook.errors import CancelledError, StoppedError
from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.references import (
    CITATION,
    REFERENCE,
    SIGNIFICANT_DIGITS,
    format_fact,
    format_number,
    references,
)
from factbook.runs.edits import Basis, Edit, referred
from factbook.runs.keys import Key
from factbook.writing.job import Draft, SectionJob
from factbook.writing.offline import OfflineWriter
from factbook.writing.record import EditState, SectionRecord
from factbook.writing.section import write_section

MOST_CHANGES = 8
"""Changes that a record names; further ones are counted."""

_MOST_DIGITS = 17

log = logging.getLogger("factbook")


Remarks = Callable[[SectionJob, Draft], Draft]
"""Adds to a person's text what the writer adds to every text: its summary and feedback."""


@dataclass(frozen=True)
class Standing:
    """An edit as it stands on today's evidence.

    Attributes:
        draft: The text with references to today's facts, its sources, and what is wrong in it.
        state: What the record keeps of it, but for the writer's text.
        remarks: Adds the summary and feedback.
    """

    draft: Draft
    state: EditState
    remarks: Remarks

    def identity(self, job: SectionJob) -> Mapping[str, str]:
        """Who wrote it."""
        return {"provider": "person"}

    def write(self, job: SectionJob) -> Draft:
        """The edit, as a writer's text. It stands whatever happens to the remarks on it.

        Raises:
            StoppedError: The run cannot go on.
            CancelledError: The run was interrupted.
        """
        try:
            return self.remarks(job, self.draft)
        except (CancelledError, StoppedError):
            raise
        except Exception as error:  # noqa: BLE001 - the border: the edit stands all the same
            log.exception("%s: the remarks on the edit failed", job.section_id)
            return self.draft.model_copy(update={"missing": f"{type(error).__name__}: {error}"})


def settled(edit: Edit, evidence: Evidence, evidence_id: str, remembered: EditState | None) -> Edit:
    """An edit with what its text was made against.

    The file beside it tells that, else the last record, else it is made on today's evidence. A
    text that was changed since is made anew; but where it refers to what it referred to before, it
    still means the same facts.

    Args:
        edit: The edit.
        evidence: The section's evidence.
        evidence_id: SHA-256 of what it says.
        remembered: What the last record of the section says of its edit.
    """
    before = edit.basis
    if before is not None and before.sha256 == edit.sha256:
        return edit
    basis = Basis.of(evidence, evidence_id, edit.text)
    if remembered is not None and remembered.sha256 == edit.sha256:
        basis = basis.model_copy(
            update={
                "evidence_id": remembered.evidence_id,
                "facts": remembered.facts,
                "gaps": remembered.gaps,
                "is_whole": remembered.is_whole,
                "meant": referred(edit.text, remembered.facts),
            }
        )
    if before is not None:
        kept = referred(edit.text, before.meant)
        ids = {fact.id for fact in kept}
        new = tuple(fact for fact in basis.meant if fact.id not in ids)
        basis = basis.model_copy(update={"meant": (*kept, *new), "sources": before.sources})
    return replace(edit, basis=basis)


def stand(edit: Edit, evidence: Evidence, remarks: Remarks) -> Standing:
    """Put a settled edit on today's evidence.

    A reference means a fact by its place, subject, metric and period; it shows that fact's value
    of today. Where today's evidence lacks it, its value of then is written out.

    Args:
        edit: The edit, with what it was made against.
        evidence: The section's evidence.
        remarks: Adds the summary and feedback.

    Raises:
        ValueError: The edit is not settled.
    """
    basis = edit.basis
    if basis is None:
        raise ValueError(f"the edit of {edit.section_id} is not settled")
    text, marks = _on_today(edit.text, basis.meant, evidence, len(basis.sources))
    state = EditState(
        sha256=edit.sha256,
        evidence_id=basis.evidence_id,
        facts=basis.facts,
        gaps=basis.gaps,
        is_whole=basis.is_whole,
        changes=tuple(_changes(basis, evidence, set(references(text)))),
    )
    return Standing(Draft(source_text=text, sources=basis.sources, marks=marks), state, remarks)


def edited_record(
    job: SectionJob,
    standing: Standing,
    by_writer: Callable[[], SectionRecord],
    stand_in: OfflineWriter,
    key: Key,
) -> SectionRecord:
    """The record of an edited section.

    It is ``edited``; ``degraded`` when its summary or feedback cannot be had, so that the next run
    tries again.

    Args:
        job: The section.
        standing: The edit on today's evidence.
        by_writer: Writes the section as if there were no edit; asked only when the edit is
            outdated.
        stand_in: The offline writer.
        key: Content key of the section.

    Raises:
        StoppedError: The run cannot go on.
        CancelledError: The run was interrupted.
    """
    record = write_section(job, standing, stand_in, key=key.value, key_parts=key.parts)
    state = standing.state
    calls, seconds = record.calls, record.seconds
    if state.is_outdated:
        text, reason = "", ""
        try:
            today = by_writer()
            text, reason = today.text, today.reason
            calls, seconds = calls + today.calls, seconds + today.seconds
        except (CancelledError, StoppedError):
            raise
        except Exception as error:  # noqa: BLE001 - the border: the edit stands all the same
            log.exception("%s: the writer's text beside the edit failed", job.section_id)
            reason = f"{type(error).__name__}: {error}"
        state = state.model_copy(update={"writer_text": text, "writer_reason": reason})
    return record.model_copy(
        update={
            "status": "edited" if record.status == "written" else record.status,
            "edit": state,
            "calls": calls,
            "seconds": seconds,
        }
    )


def _on_today(
    text: str, meant: Iterable[Fact], evidence: Evidence, sources: int
) -> tuple[str, tuple[str, ...]]:
    """An edit's text with references to today's facts, and what is wrong in it."""
    by_id = {fact.id: fact for fact in meant}
    today = _by_identity(evidence.facts)
    marks: list[str] = []

    def reference(match: re.Match[str]) -> str:
        fact = by_id.get(match.group(1))
        if fact is None:
            marks.append(f"The edit refers to {match.group(1)}, which is no fact of this section.")
            return match.group(1)
        now = today.get(_identity(fact))
        return format_fact(fact) if now is None else f"{{{now.id}}}"

    def citation(match: re.Match[str]) -> str:
        if int(match.group(1)) <= sources:
            return match.group()
        marks.append(f"The edit cites S{match.group(1)}, which is no source of this section.")
        return f"S{match.group(1)}"

    text = CITATION.sub(citation, REFERENCE.sub(reference, text))
    return text, tuple(dict.fromkeys(marks))


def _changes(basis: Basis, evidence: Evidence, referred: set[str]) -> Iterator[str]:
    """What today's evidence says otherwise, in words.

    The place's own values come first, as the others follow from them or are about others; then
    what the text refers to.
    """
    before = _by_identity(basis.facts)
    today = _by_identity(evidence.facts)
    name = _Names(evidence, (*basis.facts, *evidence.facts))
    found: list[tuple[int, str]] = []

    def add(fact: Fact, what: str) -> None:
        is_own = fact.kind == "value" and fact.place == evidence.place
        rank = 0 if is_own else 1 if fact.id in referred else 3
        found.append((rank, f"{name(fact)}: {what}"))

    for identity, fact in today.items():
        old = before.get(identity)
        if old is None and basis.is_whole:
            add(fact, f"new, {format_fact(fact)}")
        elif old is not None and (old.value, old.among) != (fact.value, fact.among):
            add(fact, _from_to(old, fact))
    for identity, old in before.items():
        if identity not in today:
            add(old, f"{format_fact(old)} → not in the data any more")
    found += [(2, f"missing now: {gap}") for gap in evidence.gaps if gap not in basis.gaps]
    words = [text for _, text in sorted(found, key=lambda entry: entry[0])]
    yield from words[:MOST_CHANGES]
    if len(words) > MOST_CHANGES:
        yield f"and {len(words) - MOST_CHANGES} more"


class _Names:
    """Says in a few words what a fact is about: ``Solar 2021``, ``Wind share of region 2021``."""

    def __init__(self, evidence: Evidence, facts: Iterable[Fact]) -> None:
        self._place = evidence.place
        self._is_one_metric = len({fact.metric for fact in facts if fact.kind == "value"}) < 2

    def __call__(self, fact: Fact) -> str:
        is_plain = fact.kind == "value" and self._is_one_metric
        metric = "" if is_plain else f" {fact.metric}"
        place = "" if fact.place == self._place else f" in {fact.place}"
        return f"{fact.subject}{metric}{place} {fact.period}"


def _by_identity(facts: Iterable[Fact]) -> dict[tuple[str, ...], Fact]:
    """Facts by what makes them the same, in their order; of two alike the first."""
    found: dict[tuple[str, ...], Fact] = {}
    for fact in facts:
        found.setdefault(_identity(fact), fact)
    return found


def _identity(fact: Fact) -> tuple[str, ...]:
    """What makes a fact the same in another evidence, whatever its number there."""
    return (fact.table, fact.place, fact.subject, fact.metric, fact.period, fact.unit)


def _from_to(old: Fact, new: Fact) -> str:
    """Two values with as many digits as tell them apart: ``2.78 → 2.91 TWh``."""
    if new.kind == "rank":
        return f"{format_fact(old)} → {format_fact(new)}"
    digits = SIGNIFICANT_DIGITS
    while digits < _MOST_DIGITS:
        a, b = (format_number(fact.value, digits=digits) for fact in (old, new))
        if a != b:
            break
        digits += 1
    unit = "%" if new.unit == "%" else f" {new.unit}" if new.unit else ""
    return f"{a} → {b}{unit}"
