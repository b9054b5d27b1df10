"""From the outline to jobs: everything that the sheet says about one section."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from factbook.config.project_config import ProjectConfig
from factbook.data.series import Place
from factbook.evidence.facts import Evidence
from factbook.evidence.finding import are_told
from factbook.evidence.references import render, without_citations
from factbook.sheet.graph import SubTaskGraph
from factbook.sheet.levels import region_of_level
from factbook.sheet.models import Guideline, PromptSheet, Search, SubTask
from factbook.sheet.outline import SectionSpec
from factbook.writing.job import Neighbour, SearchTopic, SectionJob, Upstream
from factbook.writing.offline.excerpt import as_read, upstream_as_read
from factbook.writing.record import SectionRecord
from factbook.writing.shape import read_shape


class JobMaker:
    """Makes the jobs of a sheet's sections.

    Args:
        sheet: The prompt sheet.
        graph: Its section graph, for style examples.
        config: Tone, guideline level, whether the internet is searched.
        context: The report's main context.
        for_model: Whether a model writes. The offline writer is given what it reads and nothing
            else, so that its sections are not written again with every change beside them.
        editor_notes: Section id → what an editor asks of its text.
    """

    def __init__(
        self,
        sheet: PromptSheet,
        graph: SubTaskGraph,
        config: ProjectConfig,
        context: str,
        *,
        for_model: bool = False,
        editor_notes: Mapping[str, str] = {},
    ) -> None:
        self._sheet = sheet
        self._for_model = for_model
        self._editor_notes = editor_notes
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
        self._searches: dict[str, list[Search]] = {}
        if config.provider_in_use == "openai" and not config.skip_internet_search:
            for search in sheet.searches:
                if search.source == "Internet Search":
                    self._searches.setdefault(search.sub_task_id, []).append(search)

    def make(
        self, spec: SectionSpec, evidence: Evidence, upstream: Iterable[Upstream] = ()
    ) -> SectionJob:
        """The job of a section, as its writer reads it."""
        guideline = self._guidelines.get(spec.sub_task.id) if spec.sub_task else None
        text = self._text(guideline)
        sub_task_id = spec.sub_task.id if spec.sub_task else ""
        described = spec.sub_task or spec.task or spec.objective
        # Findings and where others are told say more than titles of chapters, in fewer words.
        is_told = are_told(evidence.findings)
        job = SectionJob(
            section_id=spec.id,
            kind=spec.kind,
            place=spec.place,
            place_kind=self._config.places.kind,
            chapter_title=spec.objective.title,
            task_title=spec.task.title if spec.task else "",
            title=described.title,
            description=described.description,
            covered=self._covered(spec),
            guidelines=text,
            research_notes=guideline.research_notes if guideline else "",
            style_examples=self._graph.style_examples(sub_task_id) if sub_task_id else (),
            notes=tuple(self._notes.get(sub_task_id, ())),
            editor_note=self._editor_notes.get(spec.id, ""),
            tone=self._config.tone_and_feel,
            context=self._context,
            outline=self._outline(spec) if self._for_model and not is_told else "",
            neighbours=self._neighbours(spec),
            elsewhere=self._elsewhere(spec, evidence),
            searches=tuple(self._topics(spec)),
            shape=read_shape(text),
            evidence=evidence,
            upstream=tuple(upstream),
        )
        return job if self._for_model else as_read(job)

    def upstream(
        self, spec: SectionSpec, records: dict[str, SectionRecord | None]
    ) -> tuple[Upstream, ...]:
        """The sections that a section follows on from, as its writer reads them.

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
                    text=_readable(record) if record and has_text and self._for_model else "",
                    missing="" if has_text else missing,
                )
            )
        return tuple(found) if self._for_model else upstream_as_read(spec.kind, found)

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
                if self._is_about(s, spec.place)
            )
        if spec.kind == "conclusion":
            ids = dict.fromkeys(section_id.rpartition("@")[0] for section_id in spec.upstream)
            return tuple(self._titles[sub_task_id] for sub_task_id in ids)
        return ()

    def _is_about(self, sub_task: SubTask, place: Place) -> bool:
        """Whether a sub-task has a section for a place."""
        region = region_of_level(sub_task.geographic_level, self._config)
        is_of_region = place.kind == "region"
        return is_of_region and region.name == place.code if region else not is_of_region

    def _outline(self, spec: SectionSpec) -> str:
        """Chapters, the tasks of this one, the sub-tasks of this task; this section marked."""
        lines = []
        chapters = self._sheet.objectives
        if spec.objective.id not in {objective.id for objective in chapters}:
            chapters = (*chapters, spec.objective)  # a conclusion that the sheet does not have
        for objective in chapters:
            is_own = objective.id == spec.objective.id
            lines.append(_entry(0, objective.title, is_here=is_own and spec.task is None))
            if is_own and spec.task is not None:
                lines += self._outline_of_chapter(spec, spec.task.id)
        return "\n".join(lines)

    def _outline_of_chapter(self, spec: SectionSpec, task_id: str) -> Iterator[str]:
        sub_task_id = spec.sub_task.id if spec.sub_task else ""
        for task in self._sheet.tasks:
            if task.objective_id == spec.objective.id:
                is_own = task.id == task_id
                yield _entry(1, task.title, is_here=is_own and not sub_task_id)
                for sub_task in self._sub_tasks.get(task.id, ()) if is_own else ():
                    yield _entry(2, sub_task.title, is_here=sub_task.id == sub_task_id)

    def _neighbours(self, spec: SectionSpec) -> tuple[Neighbour, ...]:
        """The sub-tasks of the same task and level just before and just after this one."""
        if spec.sub_task is None:
            return ()
        level = spec.sub_task.geographic_level.casefold()
        beside = [
            s
            for s in self._sub_tasks[spec.sub_task.task_id]
            if s.geographic_level.casefold() == level
        ]
        position = [s.id for s in beside].index(spec.sub_task.id)
        found = (*beside[max(0, position - 1) : position], *beside[position + 1 : position + 2])
        return tuple(Neighbour(title=s.title, description=s.description) for s in found)

    def _elsewhere(self, spec: SectionSpec, evidence: Evidence) -> dict[str, str]:
        """The sections that tell findings which this one has too, and their titles."""
        if spec.sub_task is None:
            return {}
        ids = dict.fromkeys(one.told_in for one in evidence.findings if one.told_in)
        return {name: self._titles[name.rpartition("@")[0]] for name in ids}

    def _topics(self, spec: SectionSpec) -> Iterator[SearchTopic]:
        """The internet searches of a sub-task that are meant for such a place."""
        for search in self._searches.get(spec.sub_task.id if spec.sub_task else "", ()):
            is_for_countries = search.level.casefold() == "country"
            if search.level and is_for_countries != (spec.place.kind == "country"):
                continue
            prompt = search.prompt or search.description or search.title
            if prompt:
                yield SearchTopic(
                    title=search.title,
                    prompt=prompt,
                    additional_information=search.additional_information,
                )


def _readable(record: SectionRecord) -> str:
    """A section's text without citations, whose numbers mean nothing in another section."""
    return render(without_citations(record.source_text), record.by_id)


def _entry(depth: int, title: str, *, is_here: bool) -> str:
    """A line of the outline."""
    mark = " (this section)" if is_here else ""
    return f"{'  ' * depth}{' '.join(title.split())}{mark}"
