"""What a writer is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from factbook.config.place_tables import PlaceKind
from factbook.data.series import Place
from factbook.evidence.facts import Evidence
from factbook.llm.chat import CallCount, Source
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


class SearchTopic(Model):
    """Something to look up on the internet for a section: a row of `External Search`.

    Attributes:
        title: Its title.
        prompt: What is to be found out.
        additional_information: What the searcher should know.
    """

    title: str = ""
    prompt: str
    additional_information: str = ""


class Neighbour(Model):
    """A sub-task beside this one in its task, so that texts do not repeat each other.

    Attributes:
        title: Its title.
        description: What it covers.
    """

    title: str
    description: str = ""


class SectionJob(Model):
    """Everything that determines the text of one section, but for the model.

    Attributes:
        section_id: ``1.1.2@AT``, ``1.1#introduction@AT``, ``1.1#summary@AT``, ``conclusion@AT``.
        kind: What is to be written.
        place: The section's place.
        place_kind: The kind of places that the report is about, from which follows what one is
            called.
        chapter_title: Title of the objective.
        task_title: Title of the task; empty for a conclusion.
        title: Title of the sub-task, of the task (introduction, summary), or of the conclusion.
        description: Description of the sub-task or task.
        covered: Titles of the sub-tasks that an introduction, summary or conclusion is about.
        guidelines: Guideline texts at the configured level.
        research_notes: The sheet's research notes.
        style_examples: Texts of Cross Reference that are not ids.
        notes: ``LLM Call`` rows: notes for a prompt, never facts.
        editor_note: What an editor asks of this text (``--rewrite``); empty for nothing.
        tone: ``[tone_and_feel]``.
        context: The report's main context.
        outline: Titles of the chapters, of this chapter's tasks and of this task's sub-tasks, as
            indented lines; empty for a writer that does not read it, and where findings are told.
        neighbours: Sub-tasks beside this one; empty for a writer that does not read them.
        elsewhere: Id of a section that tells findings which this one has as well → its title.
        searches: What to look up on the internet; empty when nothing is.
        shape: Length of the text.
        evidence: All facts; those of an introduction, summary or conclusion come from its
            sections, renumbered.
        upstream: Sections that this one follows on from.
    """

    section_id: str
    kind: SectionKind
    place: Place
    place_kind: PlaceKind = "countries"
    chapter_title: str = ""
    task_title: str = ""
    title: str = ""
    description: str = ""
    covered: tuple[str, ...] = ()
    guidelines: str = ""
    research_notes: str = ""
    style_examples: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    editor_note: str = ""
    tone: Mapping[str, str] = {}
    context: str = ""
    outline: str = ""
    neighbours: tuple[Neighbour, ...] = ()
    elsewhere: Mapping[str, str] = {}
    searches: tuple[SearchTopic, ...] = ()
    shape: Shape = Shape()
    evidence: Evidence
    upstream: tuple[Upstream, ...] = ()


class Draft(Model):
    """What a writer gives back for a section.

    Attributes:
        source_text: The text, paragraphs separated by a blank line; figures as ``{F12}``, sources
            as ``{S1}``.
        headline: Source text of the headline: at most twelve words, figures by reference; empty
            where there is nothing to tell.
        summary: Source text of the summary; empty without the flag.
        feedback: Outcome of the sense check, in words; empty without the flag.
        sources: What the text may cite; ``{S1}`` is the first.
        marks: What stays wrong in the text after all repairs, a sentence each.
        missing: Why a pass that was asked for could not be had (``summary: the budget is
            spent``); the section then is degraded, its text stands. Empty when nothing is missing.
        calls: Model calls that were made.
    """

    source_text: str
    headline: str = ""
    summary: str = ""
    feedback: str = ""
    sources: tuple[Source, ...] = ()
    marks: tuple[str, ...] = ()
    missing: str = ""
    calls: CallCount = CallCount()


class Author(Protocol):
    """Has a text for a section."""

    def identity(self, job: SectionJob) -> Mapping[str, str]:
        """What of this author determines a section's text: provider, models, passes, version."""
        ...

    def write(self, job: SectionJob) -> Draft:
        """Write a section with all its passes.

        Raises:
            ModelUnavailableError: There is no text; the section degrades to the offline text.
            RefusedError: A content filter refused.
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """
        ...


class Writer(Author, Protocol):
    """Writes sections.

    A writer is safe to call from many threads at once.
    """

    def with_remarks(self, job: SectionJob, text: Draft) -> Draft:
        """A person's text, with what this writer adds to every text: summary and feedback.

        The text itself stays as it is. What cannot be had is named in `Draft.missing`.

        Raises:
            StoppedError: The run cannot continue.
            CancelledError: The run was interrupted.
        """
        ...
