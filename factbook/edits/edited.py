"""An edit on today's evidence: what it refers to, what has changed since, and its record."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from factbook.edits.changed import by_identity, changes_since, identity
from factbook.edits.edit import Basis, Edit, referred, without_headline
from factbook.errors import CancelledError, StoppedError
from factbook.evidence.facts import Evidence, Fact
from factbook.evidence.references import CITATION, REFERENCE, format_fact
from factbook.writing.job import Draft, SectionJob
from factbook.writing.keys import Key
from factbook.writing.offline import OfflineWriter
from factbook.writing.record import EditState, SectionRecord
from factbook.writing.section import write_section

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
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """
        try:
            return self.remarks(job, self.draft)
        except (CancelledError, StoppedError):
            raise
        except Exception as error:  # the border: the edit stands all the same
            log.exception("%s: the remarks on the edit failed", job.section_id)
            return self.draft.model_copy(update={"missing": f"{type(error).__name__}: {error}"})


def settled(edit: Edit, evidence: Evidence, evidence_id: str, remembered: EditState | None) -> Edit:
    """An edit with what its text was made against.

    The file beside it says that, else the last record, else it is made on today's evidence. A
    text that was changed since counts as new; but where it refers to what it referred to before, it
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
                "is_known": remembered.is_known,
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
    today, marks = _on_today(edit.text, basis.meant, evidence, len(basis.sources))
    headline, text = without_headline(today)
    state = EditState(
        sha256=edit.sha256,
        evidence_id=basis.evidence_id,
        facts=basis.facts,
        gaps=basis.gaps,
        is_whole=basis.is_whole,
        is_known=basis.is_known,
        changes=tuple(changes_since(basis, edit.text, evidence)),
    )
    draft = Draft(source_text=text, headline=headline, sources=basis.sources, marks=marks)
    return Standing(draft, state, remarks)


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
        StoppedError: The run cannot continue.
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
        except Exception as error:  # the border: the edit stands all the same
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
    today = by_identity(evidence.facts)
    marks: list[str] = []

    def reference(match: re.Match[str]) -> str:
        fact = by_id.get(match.group(1))
        if fact is None:
            marks.append(
                f"The edit refers to {match.group(1)}, which is not a fact of this section."
            )
            return match.group(1)
        now = today.get(identity(fact))
        return format_fact(fact) if now is None else f"{{{now.id}}}"

    def citation(match: re.Match[str]) -> str:
        if int(match.group(1)) <= sources:
            return match.group()
        marks.append(f"The edit cites S{match.group(1)}, which is not a source of this section.")
        return f"S{match.group(1)}"

    text = CITATION.sub(citation, REFERENCE.sub(reference, text))
    return text, tuple(dict.fromkeys(marks))
