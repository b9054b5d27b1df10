"""The difference between two runs, as values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict

from factbook.evidence.references import NO_BREAK_SPACE, format_number

Change = Literal["added", "removed", "changed", "moved"]
FactDelta = Literal["changed", "new", "gone"]

MOST_DIGITS = 17
"""Significant digits that tell any two floats apart."""


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
        cost_usd: What its report has cost.
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
        delta: ``changed``, or known to one run only: ``new`` or ``gone``.
        table, place, subject, metric, period, unit: What the fact is about, as in `Fact`.
        old: Value in the old run; None when the fact is new.
        new: Value in the new run; None when it is gone.
        old_among, new_among: For a rank, how many places it is among; else None.
        is_cell: Whether it is a number as it stands in one row of the data, not a sum or derived.
        source: File and row of a cell: ``etm.csv: 220``; empty for others.
    """

    delta: FactDelta
    table: str
    place: str
    subject: str
    metric: str
    period: str
    unit: str
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
        return f"{self.subject}/{self.period}/{self.place} {self._values()} ({self.metric})"

    def _values(self) -> str:
        if self.old is None or self.new is None:
            is_new = self.old is None
            value = self.new if self.new is not None else self.old
            among = self.new_among if is_new else self.old_among
            shown = format_number(value) if value is not None else ""
            return f"{self.delta}: {shown}{_of(among)}{self._unit()}"
        old, new = told_apart(self.old, self.new)
        return f"{old}{_of(self.old_among)} → {new}{_of(self.new_among)}{self._unit()}"

    def _unit(self) -> str:
        if self.unit in ("", "rank"):
            return ""
        return "%" if self.unit == "%" else f"{NO_BREAK_SPACE}{self.unit}"


class FigureChange(Model):
    """A figure of a text that readers now see otherwise.

    Attributes:
        about: What it says, without its value: ``Solar, Austria, 2021, Electricity generation``.
        old: As it stood in the text; empty when it was not there.
        new: As it stands there; empty when it is not there any more.
    """

    about: str
    old: str
    new: str


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


class Side(Model):
    """A section in one of the runs.

    Attributes:
        status: Its status; ``missing`` without a record.
        text: What readers see.
        summary: Its summary as readers see it.
        reason: Why it is not written; empty when it is.
        checks: Verdict → number of claims.
        marks: What is marked as wrong or unproven in the text.
        cost_usd: What its run paid for it.
    """

    status: str
    text: str = ""
    summary: str = ""
    reason: str = ""
    checks: Mapping[str, int] = {}
    marks: tuple[str, ...] = ()
    cost_usd: float = 0.0


class SectionDiff(Model):
    """A section that is not as it was.

    Attributes:
        section_id: Its id in the new run, or in the old one when it is removed.
        change: ``added``, ``removed``, ``changed``, or only ``moved``: its id or its place in the
            order is another, and nothing else.
        old_id: Its id in the old run; empty when it is added.
        title: Title of its sub-task; empty when the runs do not tell.
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
    chapter: str = ""
    place: str = ""
    is_moved: bool = False
    causes: tuple[Cause, ...] = ()
    figures: tuple[FigureChange, ...] = ()
    old: Side | None = None
    new: Side | None = None

    @property
    def is_text_changed(self) -> bool:
        """Whether readers see another text than before."""
        before, after = self.old or Side(status=""), self.new or Side(status="")
        return (before.text, before.summary) != (after.text, after.summary)


class DataChange(Model):
    """A cell of the data that differs, and the sections whose evidence holds it.

    Attributes:
        fact: The cell.
        sections: Ids of the sections.
    """

    fact: FactChange
    sections: tuple[str, ...]


class ReportDiff(Model):
    """What changed between two runs of a project.

    Attributes:
        old, new: The runs.
        data: Cells of the data that differ, those that most sections hold first.
        sections: Sections that are not as they were, in the order of the new report; those that
            are removed come last.
        unchanged: How many sections are as they were.
    """

    old: RunInfo
    new: RunInfo
    data: tuple[DataChange, ...] = ()
    sections: tuple[SectionDiff, ...] = ()
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not self.sections

    def of(self, change: Change) -> tuple[SectionDiff, ...]:
        """The sections with one kind of change."""
        return tuple(section for section in self.sections if section.change == change)


def told_apart(old: float, new: float) -> tuple[str, str]:
    """Two numbers with as few digits as show that they differ, at least three."""
    if old == new:
        return format_number(old), format_number(new)
    for digits in range(3, MOST_DIGITS + 1):
        shown = format_number(old, digits=digits), format_number(new, digits=digits)
        if shown[0] != shown[1]:
            return shown
    return repr(old), repr(new)


def _of(among: int | None) -> str:
    return "" if among is None else f" of {among}"
