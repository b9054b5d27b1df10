"""The plan: what a run would write and why, and what it would ask of models.

The writer itself is asked to write, with calls that look into the store and pay for nothing, so
that a plan makes the same passes, prompts and keys as a run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from factbook.config.settings import Settings
from factbook.data.cleaning import plural
from factbook.diff.causes import causes_of
from factbook.diff.changes import (
    Cause,
    DataChange,
    FactChange,
    TitleChange,
)
from factbook.diff.compare import part_id, title_changes
from factbook.diff.data_changes import DataChanges
from factbook.diff.earlier_runs import run_to_compare
from factbook.diff.fact_changes import Sides, comparable
from factbook.evidence.facts import Evidence
from factbook.folder.border import require_own
from factbook.folder.manifest import Manifest
from factbook.folder.run_folder import RunFolder
from factbook.llm.store import CallStore
from factbook.project.ownership import check_owner, tell_missing
from factbook.project.project import Project
from factbook.project.section_evidence import evidence_of
from factbook.runs.author import Author
from factbook.runs.forecast import Forecast, ForecastCalls, seconds_by_bound
from factbook.runs.inputs import RunInputs
from factbook.runs.publish import check_target
from factbook.runs.ref import RunRef
from factbook.sheet.outline import SectionSpec
from factbook.writing.job import SectionJob
from factbook.writing.keys import Key
from factbook.writing.model.provider import Provider
from factbook.writing.record import SectionRecord
from factbook.writing.section import short_inputs

Action = Literal["new", "changed", "again", "unchanged"]

FACTS_SHOWN = 3
"""Changed facts of a section that are shown one by one; further ones are counted."""


EXPECTED_TEXT = "What the section will say."
"""Stands for the text of a section that is to be written."""


class PlannedSection(BaseModel):
    """A section, and what a run would do with it.

    Attributes:
        section_id: Its id.
        title: Title of its sub-task.
        chapter: Id of its chapter.
        place: Name of its place.
        action: ``new``: there is no text yet; ``changed``: what determines the text has;
            ``again``: the last run could not write it; ``unchanged``: it stands as it is.
        causes: Why it would be written, a phrase each; none for what is new or unchanged.
        groups: The same in short, as many sections have it.
        facts: The first facts of its evidence that changed, most important first.
        facts_changed: How many changed.
        calls: Model calls that would be made for it.
        cost_usd: Least and most that they cost; None when the model has no known price.
        same_text: Whether readers would see the text that they see now: known where no model is
            asked. It is written anew all the same, for its evidence differs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    section_id: str
    title: str
    chapter: str
    place: str
    action: Action
    causes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    facts: tuple[FactChange, ...] = ()
    facts_changed: int = 0
    calls: int = 0
    cost_usd: tuple[float, float] | None = (0.0, 0.0)
    same_text: bool = False


class Plan(BaseModel):
    """What a run would write and why.

    Attributes:
        sections: The run's sections, in the order of the sheet.
        forecast: What the run would ask of models.
        data: What differs in the data, each value once.
        titles: Titles of chapters, tasks and sub-tasks that differ from those of the last run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    sections: tuple[PlannedSection, ...]
    data: tuple[DataChange, ...] = ()
    titles: tuple[TitleChange, ...] = ()
    forecast: Forecast

    @property
    def counts(self) -> Mapping[Action, int]:
        """Action → number of sections."""
        found: Counter[Action] = Counter(section.action for section in self.sections)
        return {name: found[name] for name in ("new", "changed", "again", "unchanged")}

    @property
    def to_write(self) -> tuple[PlannedSection, ...]:
        """The sections that the run would write."""
        return tuple(section for section in self.sections if section.action != "unchanged")

    def as_json(self) -> dict[str, Any]:
        """For machines; of the unchanged sections only the number."""
        return {
            "counts": dict(self.counts),
            "data": [change.model_dump(mode="json") for change in self.data],
            "titles": [title.model_dump(mode="json") for title in self.titles],
            "sections": [section.model_dump(mode="json") for section in self.to_write],
            "forecast": self.forecast.as_json(),
        }


def forecast(ref: RunRef, project: Project, settings: Settings) -> Forecast:
    """What a run of a project would ask of models. Nothing is called, paid for or written.

    Args:
        ref: The run.
        project: The opened project.
        settings: Key and endpoint, by which prices are found.

    Raises:
        ConfigError: It is not a run that can begin.
    """
    if project.config.provider_in_use == "offline":  # asks nothing, whatever has changed
        folder = RunFolder.of(ref.out_folder, project.slug)
        run_to_compare(project.config, Path(ref.project), folder)
        return Forecast(sections=len(project.outline.sections_to_write))
    return make_plan(ref, project, settings).forecast


def make_plan(ref: RunRef, project: Project, settings: Settings) -> Plan:
    """What a run of a project would write and why. Nothing is called, paid for or written.

    Args:
        ref: The run.
        project: The opened project.
        settings: Key and endpoint, by which prices are found.

    Raises:
        ConfigError: The run folder is another project's; the report would be published over what a
            run needs; the run is to conclude an earlier one, and there is none; or it cannot be
            compared with the run of `compare_to`.
    """
    calls: ForecastCalls | None = None
    writer = None
    if project.config.provider_in_use != "offline":
        provider = Provider(project.config, settings, Path(ref.project))
        store = CallStore(ref.store_folder)
        calls = ForecastCalls(
            store, provider.key_name, provider.prices, provider.options.reasoning_tokens
        )
        writer = provider.writer(calls)
    inputs = RunInputs.of(ref, project)
    require_own(inputs.folder.path, Path(ref.project), is_own_out=ref.out is None)
    check_owner(inputs.folder, project)
    tell_missing(inputs.folder)
    check_target(inputs.folder, project)
    inputs.require_earlier_runs()
    walk = _Walk(inputs, Author(inputs, writer), calls)
    for spec, evidence in evidence_of(project, inputs.specs):
        walk.add(spec, evidence)
    sections = tuple(walk.planned[section_id] for section_id in inputs.specs)
    passes = tuple(calls.passes()) if calls is not None else ()
    unchanged = sum(section.action == "unchanged" for section in sections)
    return Plan(
        sections=sections,
        data=walk.data.changes(),
        titles=_titles(inputs),
        forecast=Forecast(
            sections=len(sections) - unchanged,
            unchanged=unchanged,
            passes=passes,
            seconds=seconds_by_bound(passes, project.config.limits) if passes else {},
        ),
    )


class _Walk:
    """Goes through a run's sections, upstream sections first.

    Args:
        inputs: What the run reads.
        author: Who would write it.
        calls: Counts the calls of its writer; None for a writer that makes none.
    """

    def __init__(self, inputs: RunInputs, author: Author, calls: ForecastCalls | None) -> None:
        self.planned: dict[str, PlannedSection] = {}
        self.data = DataChanges()
        self._inputs = inputs
        self._author = author
        self._calls = calls
        self._records: dict[str, SectionRecord | None] = {}

    def add(self, spec: SectionSpec, evidence: Evidence) -> None:
        """Plan a section."""
        inputs = self._inputs
        for name in spec.upstream:
            if name not in self._records:
                self._records[name] = inputs.folder.read_record(name)
        before = inputs.jobs.upstream(spec, self._records)
        job = inputs.jobs.make(spec, evidence, before)
        key = self._author.key_of(job).with_upstream(before)
        old = inputs.folder.read_record(spec.id)
        action = _action(old, key)
        already = self._calls.spent() if self._calls else None
        record = old if action == "unchanged" else self._author.record_of(job, key)
        self._records[spec.id] = record
        causes = self._causes(old, job, key) if old and action != "unchanged" else ()
        facts = tuple(fact for cause in causes for fact in cause.facts)
        spent = self._calls.spent() - already if self._calls and already else None
        self.planned[spec.id] = PlannedSection(
            section_id=spec.id,
            title=spec.title,
            chapter=spec.objective.id,
            place=spec.place.name,
            action=action,
            causes=tuple(_in_words(cause) for cause in causes),
            groups=tuple(dict.fromkeys(cause.group for cause in causes)),
            facts=facts[:FACTS_SHOWN],
            facts_changed=len(facts),
            calls=spent.calls if spent else 0,
            cost_usd=spent.cost_usd if spent else (0.0, 0.0),
            same_text=self._calls is None and _is_same(old, record),
        )

    def _expected(self, job: SectionJob, key: Key) -> SectionRecord:
        """The record that the section is to have, without its text, by which causes are found."""
        return SectionRecord(
            section_id=job.section_id,
            status="written",
            source_text=EXPECTED_TEXT,
            key=key.value,
            key_parts=key.parts,
            evidence_id=key.parts["evidence"],
            writer=self._author.writer.identity(job),
            inputs=short_inputs(job),
        )

    def _causes(self, old: SectionRecord, job: SectionJob, key: Key) -> list[Cause]:
        """Why a section would be written that has a record."""
        causes: list[Cause] = []
        if old.key != key.value:
            new = self._expected(job, key).model_copy(update={"status": old.status})
            causes += causes_of(old, new, lambda *_: self._evidence(old, new, job))
        if not old.is_finished:
            reason = f": {old.reason}" if old.reason else ""
            causes.append(Cause(part="status", words=f"it was {old.status}{reason}"))
        return causes

    def _evidence(self, old: SectionRecord, new: SectionRecord, job: SectionJob) -> Sides:
        """The evidence of the last run and today's."""
        known = self._inputs.folder.evidence_of(old)
        sides = comparable((old, new), (known, job.evidence))
        self.data.add(job.section_id, sides)
        return sides


def _titles(inputs: RunInputs) -> tuple[TitleChange, ...]:
    """Titles that differ from those of the last run."""
    last = Manifest.read_if_sound(inputs.folder.path)
    before = {name: one.title for name, one in last.sections.items()} if last is not None else {}
    headings = last.headings if last is not None else {}
    outline = inputs.project.outline
    own = [spec for spec in outline.sections if spec.sub_task and before.get(spec.id)]
    return title_changes(
        {**headings, **{part_id(spec.id): before[spec.id] for spec in own}},
        {**outline.headings, **{part_id(spec.id): spec.title for spec in own}},
    )


def _action(old: SectionRecord | None, key: Key) -> Action:
    if old is None:
        return "new"
    if old.key != key.value:
        return "changed"
    return "unchanged" if old.is_finished else "again"


def _is_same(old: SectionRecord | None, new: SectionRecord | None) -> bool:
    """Whether readers see the same in two records."""
    if old is None or new is None:
        return False
    return old.shown == new.shown


def _in_words(cause: Cause) -> str:
    """A cause with the first of its facts."""
    if not cause.facts:
        return cause.words
    shown = "; ".join(fact.brief for fact in cause.facts[:FACTS_SHOWN])
    more = len(cause.facts) - FACTS_SHOWN
    return f"{cause.words}: {shown}" + (f"; and {plural(more, 'more fact')}" if more > 0 else "")
