"""What a writer is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from factbook.data.series import Place
from factbook.evidence.facts import Evidence
from factbook.sheet.outline import SectionKind


class Model(BaseModel):
    """Base of the models here: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Upstream(Model):
    """A section that this one follows on from.

    Attributes:
        section_id: Its id.
        title: Title of its sub-task.
        text: Its text, rendered; empty when it could not be had.
        missing: Why there is no text (``failed``, ``not in the report``); empty when there is.
    """

    section_id: str
    title: str = ""
    text: str = ""
    missing: str = ""


class Shape(Model):
    """How long the text must be, as the guidelines say it; None where they do not.

    Attributes:
        min_words: Fewest words.
        max_words: Most words.
        paragraphs: Number of paragraphs.
    """

    min_words: int | None = Field(default=None, ge=0)
    max_words: int | None = Field(default=None, ge=0)
    paragraphs: int | None = Field(default=None, ge=1)


class SectionJob(Model):
    """Everything that determines the text of one section, but for the model.

    Attributes:
        section_id: ``1.1.2@AT``, ``1.1#introduction@AT``, ``1.1#summary@AT``, ``conclusion@AT``.
        kind: What is to be written.
        place: The section's place.
        chapter_title: Title of the objective.
        task_title: Title of the task; empty for a conclusion.
        title: Title of the sub-task, of the task (introduction, summary), or of the conclusion.
        description: Description of the sub-task or task.
        covered: Titles of the sub-tasks that an introduction, summary or conclusion is about.
        guidelines: Guideline texts at the configured level.
        research_notes: The sheet's research notes.
        style_examples: Texts of Cross Reference that are not ids.
        notes: ``LLM Call`` rows: notes for a prompt, never facts.
        tone: ``[tone_and_feel]``.
        context: The report's main context.
        shape: Length of the text.
        evidence: All facts; those of an introduction, summary or conclusion come from its
            sections, renumbered.
        upstream: Sections that this one follows on from.
    """

    section_id: str
    kind: SectionKind
    place: Place
    chapter_title: str = ""
    task_title: str = ""
    title: str = ""
    description: str = ""
    covered: tuple[str, ...] = ()
    guidelines: str = ""
    research_notes: str = ""
    style_examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    tone: Mapping[str, str] = {}
    context: str = ""
    shape: Shape = Shape()
    evidence: Evidence
    upstream: tuple[Upstream, ...] = ()


class Writer(Protocol):
    """Writes the source text of a section.

    A writer is safe to call from many threads at once.
    """

    @property
    def identity(self) -> Mapping[str, str]:
        """What of this writer determines its texts: provider, model, parameters, version."""
        ...

    def write(self, job: SectionJob) -> str:
        """Return the section's source text, paragraphs separated by a blank line.

        Raises:
            ModelUnavailableError: The section degrades to the offline text.
            RefusedError: A content filter refused.
            StoppedError: The run cannot go on.
        """
        ...
