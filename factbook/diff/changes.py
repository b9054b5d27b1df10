"""The difference between two runs, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from factbook.diff.number_format import as_distinct, with_unit
from factbook.evidence.facts import Kind, Role
from factbook.evidence.references import format_number
from factbook.writing.offline.words import lowered

Change = Literal["added", "removed", "changed", "moved"]
FactDelta = Literal["changed", "new", "gone", "in view", "out of view"]

IN_DATA: frozenset[FactDelta] = frozenset(("changed", "new", "gone"))
"""What is said of values that the data do not hold as before."""

_DELTA_WORDS: Mapping[FactDelta, str] = {
    "new": "new",
    "gone": "gone",
    "in view": "now looked at",
    "out of view": "no longer looked at",
}


class Model(BaseModel):
    """Base of the models here: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class RunInfo(Model):
    """One of the two runs.

    Attributes:
        folder: Its run folder.
        project: Name of its project.
        finished: When it ended, ISO 8601; empty when it is not known.
        report_date: Date on its title page; empty for none.
        state: How it ended; empty when it is not known.
        sections: How many sections its report has.
        checks: Verdict → number of claims.
        cost_usd: What its report has cost, with the runs before it that broke off.
    """

    folder: str
    project: str
    finished: str = ""
    report_date: str = ""
    state: str = ""
    sections: int = 0
    checks: Mapping[str, int] = {}
    cost_usd: float = 0.0


class FactChange(Model):
    """A fact of the evidence that is not as it was.

    Attributes:
        delta: ``changed``; or only one of the runs has it, because the data have come to hold it
            (``new``) or do so no more (``gone``), or because the section now looks at it
            (``in view``) or does so no more (``out of view``), as far as can be known.
        table, place, subject, metric, period, unit: What the fact is about, as in `Fact`.
        kind, role: As in `Fact`.
        old: Value in the old run; None when the fact is new.
        new: Value in the new run; None when it is gone.
        old_among, new_among: For a rank, how many places it is among; else None.
        is_cell: Whether it is a number as it stands in one row of the data, not a sum or derived.
        source: File and row of a cell: ``etm.csv: 220``; of a sum that is listed beside the cells,
            what is known of its rows: ``without etm.csv: 221``; empty for others.
    """

    delta: FactDelta
    table: str
    place: str
    subject: str
    metric: str
    period: str
    unit: str
    kind: Kind = "value"
    role: Role = "place"
    old: float | None
    new: float | None
    old_among: int | None = None
    new_among: int | None = None
    is_cell: bool = False
    source: str = ""

    @property
    def subject_key(self) -> tuple[str, str, str, str, str, str]:
        """What the fact is about, by which facts of two runs are one."""
        return (self.table, self.place, self.subject, self.metric, self.period, self.unit)

    def __str__(self) -> str:
        """For an editor: ``Solar/2021/Austria 1.25 → 2.91 TWh (Electricity generation)``."""
        return f"{self.subject}/{self.period}/{self.place} {self.values} ({self.metric})"

    @property
    def brief(self) -> str:
        """The same without the property: ``Solar/2021/Austria share of region 2.3 → 2.1%``."""
        kind = "" if self.kind == "value" else f" {self.kind}"
        return f"{self.subject}/{self.period}/{self.place}{kind} {self.values}"

    @property
    def in_words(self) -> str:
        """For readers of a report: ``Austria, solar, 2021: 1.25 → 2.91 TWh``."""
        return f"{self.place}, {lowered(self.subject)}, {self.period}: {self.values}"

    @property
    def values(self) -> str:
        """What was and what is: ``1.25 → 2.91 TWh``."""
        if self.old is None or self.new is None:
            is_new = self.old is None
            value = self.new if self.new is not None else self.old
            among = self.new_among if is_new else self.old_among
            shown = format_number(value) if value is not None else ""
            said = _DELTA_WORDS.get(self.delta, self.delta)
            return f"{said}: {with_unit(shown + _of(among), self.unit)}"
        old, new = as_distinct(self.old, self.new)
        return f"{old}{_of(self.old_among)} → {new}{with_unit(_of(self.new_among), self.unit)}"


class FigureChange(Model):
    """A figure of a text that readers now see otherwise.

    Attributes:
        about: What it says, without its value: ``Solar, Austria, 2021, Electricity generation``.
        subject, place, period, metric, kind, unit: The same in parts, as in `Fact`.
        old: Its value in the old text, where need be with more digits than there, so that it can
            be distinguished from `new`; empty when it was not there.
        new: The same of the new text; empty when it is not there any more.
    """

    about: str
    subject: str
    place: str
    period: str
    metric: str
    kind: Kind
    unit: str
    old: str
    new: str

    def __str__(self) -> str:
        """For an editor, without the property: ``Solar/2021/Austria rank 3rd → 2nd of 27``."""
        kind = "" if self.kind == "value" else f" {self.kind}"
        old = self.old.removesuffix(with_unit("", self.unit)) if self.new else self.old
        change = f"{old or 'not in the text'} → {self.new or 'not in the text'}"
        return f"{self.subject}/{self.period}/{self.place}{kind} {change}"


class Cause(Model):
    """Why a section is not as it was.

    Attributes:
        part: Part of the content key that differs, or ``status`` or ``text`` when none does.
        words: The same for an editor, without the facts: ``model gpt-5 → gpt-5.1``.
        facts: For ``evidence``, the facts that differ, most important first.
    """

    part: str
    words: str
    facts: tuple[FactChange, ...] = ()

    @property
    def group(self) -> str:
        """The same for many sections at once: ``upstream`` without saying which section.

        Of a writer its provider and model, or what else comes first.
        """
        if self.part.startswith("upstream."):
            return "upstream"
        if self.part == "writer":
            return "; ".join(self.words.split("; ")[:2])
        return self.words


class Side(Model):
    """A section in one of the runs.

    Attributes:
        status: Its status; ``missing`` without a record.
        headline: Its headline as readers see it.
        text: What readers see.
        summary: Its summary as readers see it.
        reason: Why it is not written; empty when it is.
        checks: Verdict → number of claims.
        marks: What is marked as wrong or unproven in the text.
        cost_usd: What its run paid for it.
    """

    status: str
    headline: str = ""
    text: str = ""
    summary: str = ""
    reason: str = ""
    checks: Mapping[str, int] = {}
    marks: tuple[str, ...] = ()
    cost_usd: float = 0.0

    @property
    def texts(self) -> tuple[str, str, str]:
        """All that readers see of it, in the order of the report."""
        return self.headline, self.text, self.summary


class SectionDiff(Model):
    """A section that is not as it was.

    Attributes:
        section_id: Its id in the new run, or in the old one when it is removed.
        change: ``added``, ``removed``, ``changed``, or only ``moved``: its id or its place in the
            order is another, and nothing else.
        old_id: Its id in the old run; empty when it is added.
        title: Title of its sub-task; empty when the runs do not say.
        old_title: The title before, when it was another; else empty.
        chapter: Id of its chapter.
        place: Name of its place.
        is_moved: Whether it stands elsewhere than it did, whatever else has changed.
        causes: Why it differs.
        figures: Figures of the text that differ.
        old, new: The section in each run; None where it does not exist.
    """

    section_id: str
    change: Change
    old_id: str = ""
    title: str = ""
    old_title: str = ""
    chapter: str = ""
    place: str = ""
    is_moved: bool = False
    causes: tuple[Cause, ...] = ()
    figures: tuple[FigureChange, ...] = ()
    old: Side | None = None
    new: Side | None = None

    @property
    def is_text_changed(self) -> bool:
        """Whether readers see another headline or text than before."""
        before, after = self.old or Side(status=""), self.new or Side(status="")
        return before.texts != after.texts

    @property
    def reads_otherwise(self) -> bool:
        """Whether readers see another text, title or number than before, or none."""
        has_other_id = self.change in ("added", "removed") or self.old_id != self.section_id
        return has_other_id or self.is_text_changed or bool(self.old_title)

    @property
    def reads_as_before(self) -> bool:
        """Whether only what it is made from has changed."""
        statuses = [side.status if side else "" for side in (self.old, self.new)]
        return not (self.reads_otherwise or self.is_moved or statuses[0] != statuses[1])


class InputChange(Model):
    """An input file that differs.

    Attributes:
        file: Its path inside the project folder.
        words: How: ``2025 edition → 2026 edition; 1,200 → 1,300 rows; SHA-256 3fd2… → 81ab…``.
    """

    file: str
    words: str

    def __str__(self) -> str:
        """``prices.csv: 1,200 → 1,300 rows``."""
        return f"{self.file}: {self.words}"


class TitleChange(Model):
    """A title that readers see otherwise.

    Attributes:
        id: Id of the chapter, task or sub-task.
        old, new: The title in each run.
    """

    id: str
    old: str
    new: str

    def __str__(self) -> str:
        """``"Solar" → "Solar power"``."""
        return f'"{self.old}" → "{self.new}"'


class DataChange(Model):
    """A value of the data that differs, and the sections whose evidence holds it.

    Attributes:
        fact: A cell; or a sum, where what differs feeds sums alone.
        sections: Ids of the sections.
    """

    fact: FactChange
    sections: tuple[str, ...]


class ReportDiff(Model):
    """What changed between two runs of a project.

    Attributes:
        old, new: The runs.
        inputs: Files of the data that differ, as far as both runs have noted theirs.
        data: Cells of the data that differ, those that most sections hold first; then sums that
            they do not explain.
        titles: Titles of chapters, tasks and sub-tasks that differ.
        chapters: Id → title of the chapters that `sections` stand in, as far as it is known.
        sections: Sections that are not as they were, in the order of the new report; those that
            are removed come last.
        unchanged: How many sections are as they were.
    """

    old: RunInfo
    new: RunInfo
    inputs: tuple[InputChange, ...] = ()
    data: tuple[DataChange, ...] = ()
    titles: tuple[TitleChange, ...] = ()
    chapters: Mapping[str, str] = {}
    sections: tuple[SectionDiff, ...] = ()
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not self.sections and not self.titles

    @property
    def reads_otherwise(self) -> bool:
        """Whether readers see another text or title than before; another order alone is none."""
        return bool(self.titles) or any(section.reads_otherwise for section in self.sections)

    @property
    def by_chapter(self) -> Mapping[str, tuple[SectionDiff, ...]]:
        """Chapter → its sections, in the order of `sections`."""
        found: dict[str, list[SectionDiff]] = {}
        for section in self.sections:
            found.setdefault(self._chapter(section.chapter), []).append(section)
        return {chapter: tuple(sections) for chapter, sections in found.items()}

    def _chapter(self, chapter_id: str) -> str:
        """Number and title; what is made, such as a conclusion, has a title alone."""
        title = self.chapters.get(chapter_id, "")
        number = chapter_id if not title or chapter_id[:1].isdigit() else ""
        return f"{number} {title}".strip()

    @property
    def same_by_cause(self) -> Mapping[str, tuple[str, ...]]:
        """Causes in short → ids of the sections that have them and read as before."""
        found: dict[str, list[str]] = {}
        for section in self.sections:
            if section.reads_as_before:
                kinds = dict.fromkeys(cause.group for cause in section.causes)
                words = ", ".join(kinds) or section.change
                found.setdefault(words, []).append(section.section_id)
        return {words: tuple(ids) for words, ids in found.items()}

    def of(self, change: Change) -> tuple[SectionDiff, ...]:
        """The sections with one kind of change."""
        return tuple(section for section in self.sections if section.change == change)


def _of(among: int | None) -> str:
    return "" if among is None else f" of {among}"
