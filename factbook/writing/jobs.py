"""From the outline to jobs: everything that the sheet says about one section."""

from __future__ import annotations

from collections.abc import Iterable

from factbook.config import ProjectConfig
from factbook.evidence.facts import Evidence
from factbook.sheet.graph import SubTaskGraph
from factbook.sheet.models import Guideline, PromptSheet, SubTask
from factbook.sheet.outline import SectionSpec
from factbook.writing.job import SectionJob, Upstream
from factbook.writing.record import SectionRecord
from factbook.writing.shape import read_shape


class JobMaker:
    """Makes the jobs of a sheet's sections.

    Args:
        sheet: The prompt sheet.
        graph: Its section graph, for style examples.
        config: Tone, guideline level.
        context: The report's main context.
    """

    def __init__(
        self, sheet: PromptSheet, graph: SubTaskGraph, config: ProjectConfig, context: str
    ) -> None:
        self._graph = graph
        self._config = config
        self._context = context
        self._guidelines = {g.id: g for g in sheet.guidelines}
        self._sub_tasks: dict[str, list[SubTask]] = {}
        for sub_task in sheet.sub_tasks:
            self._sub_tasks.setdefault(sub_task.task_id, []).append(sub_task)
        self._titles = {sub_task.id: sub_task.title for sub_task in sheet.sub_tasks}
        self._notes: dict[str, list[str]] = {}
        for search in sheet.searches:
            if search.source == "LLM Call" and search.prompt:
                self._notes.setdefault(search.sub_task_id, []).append(search.prompt)

    def make(
        self, spec: SectionSpec, evidence: Evidence, upstream: Iterable[Upstream] = ()
    ) -> SectionJob:
        """The job of a section."""
        guideline = self._guidelines.get(spec.sub_task.id) if spec.sub_task else None
        text = self._text(guideline)
        sub_task_id = spec.sub_task.id if spec.sub_task else ""
        described = spec.sub_task or spec.task or spec.objective
        return SectionJob(
            section_id=spec.id,
            kind=spec.kind,
            place=spec.place,
            chapter_title=spec.objective.title,
            task_title=spec.task.title if spec.task else "",
            title=described.title,
            description=described.description,
            covered=self._covered(spec),
            guidelines=text,
            research_notes=guideline.research_notes if guideline else "",
            style_examples=self._graph.style_examples(sub_task_id) if sub_task_id else (),
            notes=tuple(self._notes.get(sub_task_id, ())),
            tone=self._config.tone_and_feel,
            context=self._context,
            shape=read_shape(text),
            evidence=evidence,
            upstream=tuple(upstream),
        )

    def upstream(
        self, spec: SectionSpec, records: dict[str, SectionRecord | None]
    ) -> tuple[Upstream, ...]:
        """The sections that a section follows on from, with their texts.

        Args:
            spec: The section.
            records: By section id; None where there is no record.
        """
        found = []
        for section_id in spec.upstream:
            record = records.get(section_id)
            if record is None and spec.sub_task is None:
                continue  # a generated section is about what there is
            has_text = record is not None and bool(record.source_text)
            missing = "not in the report" if record is None else record.status
            found.append(
                Upstream(
                    section_id=section_id,
                    title=self._titles.get(section_id.rpartition("@")[0], ""),
                    text=record.text if record is not None and has_text else "",
                    missing="" if has_text else missing,
                )
            )
        return tuple(found)

    def _text(self, guideline: Guideline | None) -> str:
        """The guideline at the configured level; the other level where that one is empty."""
        if guideline is None:
            return ""
        if self._config.guideline_level == "advanced":
            return guideline.advanced or guideline.standard
        return guideline.standard or guideline.advanced

    def _covered(self, spec: SectionSpec) -> tuple[str, ...]:
        """Titles of the sections that a generated section is about."""
        if spec.kind in ("introduction", "summary") and spec.task:
            return tuple(
                s.title
                for s in self._sub_tasks.get(spec.task.id, ())
                if (s.geographic_level.casefold() == "country") == (spec.place.kind == "country")
            )
        if spec.kind == "conclusion":
            ids = dict.fromkeys(section_id.rpartition("@")[0] for section_id in spec.upstream)
            return tuple(self._titles[sub_task_id] for sub_task_id in ids)
        return ()
