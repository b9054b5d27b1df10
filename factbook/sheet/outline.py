"""The outline: chapters and sections of a report, in the order of the sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Literal

from pydantic import BaseModel, ConfigDict

from factbook.config.bounded_limits import remedy_for
from factbook.config.project_config import ProjectConfig
from factbook.data.cleaning import listing
from factbook.data.series import Place
from factbook.errors import Finding, nearest
from factbook.sheet.graph import SubTaskGraph
from factbook.sheet.levels import region_of_level
from factbook.sheet.models import Objective, PromptSheet, SubTask, Task

SectionKind = Literal["sub_task", "introduction", "summary", "conclusion"]

CONCLUSION = "conclusion"
PLACES_IN_TEST_MODE = 2


class SectionSpec(BaseModel):
    """A section of the outline.

    Attributes:
        id: ``1.1.2@AT``, ``1.1#introduction@AT``, ``1.1#summary@AT``, ``conclusion@AT``.
        kind: The kind of text to write.
        place: The place that it is about.
        objective: Its chapter in the sheet; for a conclusion without one, a generated row.
        task: Its task; None for a conclusion.
        sub_task: Its sub-task; None for a generated section.
        upstream: Ids of the sections that it depends on, in the order of the outline.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: SectionKind
    place: Place
    objective: Objective
    task: Task | None = None
    sub_task: SubTask | None = None
    upstream: tuple[str, ...] = ()

    @property
    def part_id(self) -> str:
        """The id without its place: ``1.1.2``, ``1.1#summary``, ``conclusion``."""
        return self.id.removesuffix(f"@{self.place.code}")

    @property
    def title(self) -> str:
        """Title of the section, without the place."""
        if self.sub_task:
            return self.sub_task.title
        if self.task:
            return {"introduction": "Introduction", "summary": "Summary"}[self.kind]
        return "Conclusion and next steps"


class Chapter(BaseModel):
    """A chapter: the content of one file ``objective_<id>_results.csv``.

    Attributes:
        id: The objective's id; ``conclusion`` for the conclusions.
        title: Title of the objective.
        sections: In the order of the sheet.
        upstream: Ids of the chapters that must be finished first.
        is_kept: Whether the run only shows it, as written by earlier runs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    sections: tuple[SectionSpec, ...]
    upstream: tuple[str, ...] = ()
    is_kept: bool = False

    def in_order_of_edges(self) -> list[SectionSpec]:
        """The sections, each after those that it depends on, else in the sheet's order."""
        by_id = {section.id: section for section in self.sections}
        edges = {
            section.id: [other for other in section.upstream if other in by_id]
            for section in self.sections
        }
        return [by_id[section_id] for section_id in TopologicalSorter(edges).static_order()]


class Outline(BaseModel):
    """All chapters of a report: those that a run writes, and those that it only shows.

    Attributes:
        chapters: In the order of the sheet.
        is_selection: Whether the user has left out sections of the sheet.
        total_sections: Number of sections of the whole report.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    chapters: tuple[Chapter, ...]
    is_selection: bool = False
    total_sections: int = 0

    def in_order_of_edges(self) -> list[Chapter]:
        """The chapters to write, each after those that it depends on, else in the sheet's order."""
        by_id = {chapter.id: chapter for chapter in self.to_write}
        edges = {chapter.id: chapter.upstream for chapter in self.to_write}
        return [by_id[chapter_id] for chapter_id in TopologicalSorter(edges).static_order()]

    @property
    def to_write(self) -> tuple[Chapter, ...]:
        """The chapters that the run writes, in the order of the report."""
        return tuple(chapter for chapter in self.chapters if not chapter.is_kept)

    @property
    def sections(self) -> tuple[SectionSpec, ...]:
        """All sections in the order of the report."""
        return tuple(section for chapter in self.chapters for section in chapter.sections)

    @property
    def headings(self) -> dict[str, str]:
        """Id → title of the chapters and tasks."""
        found: dict[str, str] = {}
        for section in self.sections:
            for one in (section.objective, section.task):
                if one is not None:
                    found.setdefault(one.id, one.title)
        return found

    @property
    def sections_to_write(self) -> tuple[SectionSpec, ...]:
        """The sections that the run writes, in the order of the report."""
        return tuple(section for chapter in self.to_write for section in chapter.sections)


@dataclass(frozen=True)
class OutlineMaker:
    """Makes outlines of a sheet.

    Attributes:
        sheet: The prompt sheet.
        graph: Its section graph.
        countries: The report's countries, in order.
        region: The main region.
        config: Flags and selection; its further regions are places of sections that name them.
    """

    sheet: PromptSheet
    graph: SubTaskGraph
    countries: tuple[Place, ...]
    region: Place
    config: ProjectConfig

    def whole(self) -> Outline:
        """The report without any selection."""
        chapters = tuple(self._chapters())
        return Outline(
            chapters=chapters, total_sections=sum(len(chapter.sections) for chapter in chapters)
        )

    def selected(self) -> Outline:
        """The part of the report that the configuration selects.

        A generated section belongs to a selection that contains any of the sections that it is
        about. It is still about all of them: the others exist from earlier runs.

        Without `run_main_report` only the conclusion is written; the other chapters are kept.
        """
        whole = self.whole()
        chosen = self._selected_ids(whole)
        chapters = [
            chapter.model_copy(
                update={
                    "sections": tuple(s for s in chapter.sections if s.id in chosen),
                    "is_kept": chapter.id != CONCLUSION and not self.config.run_main_report,
                }
            )
            for chapter in whole.chapters
        ]
        chapters = [chapter for chapter in chapters if chapter.sections]
        written = {chapter.id for chapter in chapters if not chapter.is_kept}
        return Outline(
            chapters=tuple(
                chapter.model_copy(
                    update={"upstream": tuple(u for u in chapter.upstream if u in written)}
                )
                for chapter in chapters
            ),
            is_selection=len(chosen) < whole.total_sections,
            total_sections=whole.total_sections,
        )

    def size_findings(self, file: str) -> Iterator[Finding]:
        """An error when the whole report has more sections than it may, before any is made.

        Args:
            file: The sheet's file as its user named it.
        """
        number, most = self.number_of_sections(), self.config.limits.max_sections
        if number > most:
            yield Finding(
                severity="error",
                code="sheet.too-many-sections",
                message=f"the report would have {number:,} sections",
                file=file,
                sheet="Sub Tasks",
                allowed=f"at most {most:,} (limits.max_sections)",
                remedy=remedy_for(
                    "max_sections",
                    "List the countries that the report needs under [countries], or delete "
                    "sub-tasks",
                ),
            )

    def number_of_sections(self) -> int:
        """How many sections the whole report has, counted without making them."""
        generated = self.config.add_introduction_to_task + self.config.add_sub_task_summary
        number, concluded = 0, set[Place | None]()
        for objective in self.sheet.objectives:
            for task in self._tasks.get(objective.id, ()):
                levels = [self._region_of(s) for s in self._sub_tasks.get(task.id, ())]
                number += sum(map(self._number_of_places, levels))
                number += generated * sum(map(self._number_of_places, set(levels)))
                concluded.update(levels)
        if self.config.conclude_report:
            number += sum(map(self._number_of_places, concluded))
        return number

    def _number_of_places(self, region: Place | None) -> int:
        return 1 if region else len(self.countries)

    def findings(self) -> tuple[Finding, ...]:
        """Findings about ids in the selection that the sheet does not have."""
        return (
            *_unknown(
                "objective_list", self.config.objective_list, [o.id for o in self.sheet.objectives]
            ),
            *_unknown(
                "sub_task_list", self.config.sub_task_list, [s.id for s in self.sheet.sub_tasks]
            ),
        )

    def _selected_ids(self, whole: Outline) -> set[str]:
        """Ids of the selected sections."""
        sub_tasks = {sub_task.id for sub_task in self._selected_sub_tasks()}
        places = {*self.countries, *self._regions}
        if self.config.test_mode:
            places = {*self.countries[:PLACES_IN_TEST_MODE], *self._regions}
        own = [
            section
            for section in whole.sections
            if section.sub_task and section.sub_task.id in sub_tasks and section.place in places
        ]
        parts = {(section.sub_task.task_id, section.place) for section in own if section.sub_task}
        concluded = {section.place for section in own}
        return {section.id for section in own} | {
            section.id
            for section in whole.sections
            if not section.sub_task
            and (
                (section.task.id, section.place) in parts
                if section.task
                else section.place in concluded
            )
        }

    def _selected_sub_tasks(self) -> tuple[SubTask, ...]:
        objective_of = {task.id: task.objective_id for task in self.sheet.tasks}
        chosen, seen_tasks = [], set()
        for sub_task in self.sheet.sub_tasks:
            objectives, sub_tasks = self.config.objective_list, self.config.sub_task_list
            if objectives and objective_of[sub_task.task_id] not in objectives:
                continue
            if sub_tasks and sub_task.id not in sub_tasks:
                continue
            if self.config.test_mode and sub_task.task_id in seen_tasks:
                continue
            seen_tasks.add(sub_task.task_id)
            chosen.append(sub_task)
        return tuple(chosen)

    def _chapters(self) -> Iterator[Chapter]:
        """Chapters that have sections, with the conclusion in its position."""
        written: list[Chapter] = []
        own_conclusion = next((o for o in self.sheet.objectives if o.is_conclusion), None)
        for objective in self.sheet.objectives:
            sections = tuple(self._sections(objective))
            if sections:
                written.append(
                    Chapter(
                        id=objective.id,
                        title=objective.title,
                        sections=sections,
                        upstream=self.graph.chapter_upstream(objective.id),
                    )
                )
        present = {chapter.id for chapter in written}
        written = [
            chapter.model_copy(
                update={"upstream": tuple(u for u in chapter.upstream if u in present)}
            )
            for chapter in written
        ]
        if not self.config.conclude_report or not written:
            yield from written
            return
        objective = own_conclusion or Objective(id=CONCLUSION, title="Conclusion")
        conclusion = self._conclusion(objective, written)
        position = len(written)
        if own_conclusion:
            order = [o.id for o in self.sheet.objectives]
            place = order.index(own_conclusion.id)
            position = sum(order.index(chapter.id) <= place for chapter in written)
        yield from (*written[:position], conclusion, *written[position:])

    def _sections(self, objective: Objective) -> Iterator[SectionSpec]:
        for task in self._tasks.get(objective.id, ()):
            if task.id in self._sub_tasks:
                yield from self._task_sections(objective, task, self._sub_tasks[task.id])

    @cached_property
    def _level_regions(self) -> dict[str, Place | None]:
        """Sub-task → the region that it is about; None for one about each country."""
        return {s.id: self._region_of(s) for s in self.sheet.sub_tasks}

    @cached_property
    def _tasks(self) -> dict[str, list[Task]]:
        """Objective → its tasks."""
        found: dict[str, list[Task]] = {}
        for task in self.sheet.tasks:
            found.setdefault(task.objective_id, []).append(task)
        return found

    @cached_property
    def _sub_tasks(self) -> dict[str, list[SubTask]]:
        """Task → its sub-tasks."""
        found: dict[str, list[SubTask]] = {}
        for sub_task in self.sheet.sub_tasks:
            found.setdefault(sub_task.task_id, []).append(sub_task)
        return found

    def _task_sections(
        self, objective: Objective, task: Task, sub_tasks: Iterable[SubTask]
    ) -> Iterator[SectionSpec]:
        sections = [
            SectionSpec(
                id=f"{sub_task.id}@{place.code}",
                kind="sub_task",
                place=place,
                objective=objective,
                task=task,
                sub_task=sub_task,
                upstream=self._upstream(sub_task, place),
            )
            for sub_task in sub_tasks
            for place in self._places(sub_task)
        ]
        places = dict.fromkeys(section.place for section in sections)
        if self.config.add_introduction_to_task:
            for place in places:
                yield SectionSpec(
                    id=f"{task.id}#introduction@{place.code}",
                    kind="introduction",
                    place=place,
                    objective=objective,
                    task=task,
                )
        yield from sections
        if self.config.add_sub_task_summary:
            for place in places:
                yield SectionSpec(
                    id=f"{task.id}#summary@{place.code}",
                    kind="summary",
                    place=place,
                    objective=objective,
                    task=task,
                    upstream=tuple(s.id for s in sections if s.place == place),
                )

    def _places(self, sub_task: SubTask) -> tuple[Place, ...]:
        region = self._region_of(sub_task)
        return self.countries if region is None else (region,)

    @cached_property
    def _regions(self) -> tuple[Place, ...]:
        """All regions, the main one first."""
        others = self.config.all_regions[1:]
        return (self.region, *(Place(one.name, one.name, "region") for one in others))

    def _region_of(self, sub_task: SubTask) -> Place | None:
        """The region that a sub-task is about; None for one about each country."""
        found = region_of_level(sub_task.geographic_level, self.config)
        if found is None or found.name == self.config.region.name:
            return None if found is None else self.region
        return Place(found.name, found.name, "region")

    def _upstream(self, sub_task: SubTask, place: Place) -> tuple[str, ...]:
        """The same place's section of each upstream sub-task, else its region's."""
        found = []
        for upstream in self.graph.upstream(sub_task.id):
            region = self._level_regions[upstream]
            if region is not None:
                found.append(f"{upstream}@{region.code}")
            elif place.kind == "country":
                found.append(f"{upstream}@{place.code}")
        return tuple(found)

    def _conclusion(self, objective: Objective, chapters: Sequence[Chapter]) -> Chapter:
        upstream: dict[Place, list[str]] = {}
        for chapter in chapters:
            for section in chapter.sections:
                if section.kind == "sub_task":
                    upstream.setdefault(section.place, []).append(section.id)
        order = [*self.countries, *self._regions]
        return Chapter(
            id=CONCLUSION,
            title=objective.title,
            sections=tuple(
                SectionSpec(
                    id=f"{CONCLUSION}@{place.code}",
                    kind="conclusion",
                    place=place,
                    objective=objective,
                    upstream=tuple(upstream[place]),
                )
                for place in sorted(upstream, key=order.index)
            ),
            upstream=tuple(chapter.id for chapter in chapters),
        )


def _unknown(key: str, asked: Iterable[str], known: Sequence[str]) -> Iterator[Finding]:
    ids = dict.fromkeys(known)
    some_ids = listing(ids)
    for text in asked:
        if text not in ids:
            near = nearest(text, known)
            yield Finding(
                severity="error",
                code="config.unknown-id",
                message=f"'{key}' names '{text}', which the sheet does not have",
                file="project.toml",
                allowed="" if near else some_ids,
                remedy=f"Did you mean '{near}'?" if near else "Remove it",
            )
