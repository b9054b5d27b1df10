"""The evidence of a run's sections: that of a generated one is made of what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from factbook.data.series import Place
from factbook.evidence.build import FACTS_OF_A_SECTION, FINDINGS_OF_A_SECTION
from factbook.evidence.facts import Evidence
from factbook.findings.plan import Entry, Plan
from factbook.project.project import Project
from factbook.sheet.outline import Outline, SectionSpec


def evidence_of(
    project: Project, specs: Mapping[str, SectionSpec]
) -> Iterator[tuple[SectionSpec, Evidence]]:
    """The evidence of a run's sections, computed one by one, upstream sections first.

    Generated sections come last: theirs is made of the leading facts of the sections that they
    are about, selected or not, so that nothing is computed twice and not everything stays in
    memory.

    Args:
        project: The opened project.
        specs: Section id → section, of those that the run writes.
    """
    of_task = _of_task(project.whole)
    parts = {name: _about(spec, of_task) for name, spec in specs.items()}
    needed = {name for names in parts.values() for name in names}
    leading: dict[str, Evidence] = {}
    plan = plan_of(project)
    for chapter in project.whole.in_order_of_edges():
        for spec in chapter.in_order_of_edges():
            if spec.sub_task is not None and (spec.id in specs or spec.id in needed):
                evidence = project.builder.build(spec.id, spec.sub_task, spec.place)
                told = plan.applied(spec.id, evidence.findings)
                evidence = evidence.model_copy(update={"findings": told})
                if spec.id in specs:
                    yield spec, evidence
                leading[spec.id] = evidence.leading(FACTS_OF_A_SECTION, FINDINGS_OF_A_SECTION)
    for name, spec in specs.items():
        if spec.sub_task is None:
            of_parts = [leading[part] for part in parts[name]]
            yield spec, project.builder.combine(name, spec.place, of_parts)


def plan_of(project: Project) -> Plan:
    """Which section of the whole report tells what, whatever of it a run writes.

    Sections come in the order of their ids: that of the rows of the sheet changes no text.
    """
    builder = project.builder
    return Plan(
        Entry(spec.id, spec.place, builder.selected(spec.sub_task) or 1, found)
        for spec in sorted(project.whole.sections, key=lambda one: one.id)
        if spec.sub_task is not None
        for found in [builder.found(spec.sub_task, spec.place)]
    )


def everything_of(project: Project, spec: SectionSpec, evidence: Evidence) -> Evidence:
    """All that can be derived for a section, by which an edit of it is judged.

    A figure that an edit states may be one that the section's evidence does not hold any more: that
    it is gone from the data can be said only when it cannot be derived.

    Args:
        project: The opened project.
        spec: The section.
        evidence: Its evidence.
    """
    if evidence.extent == "all" or spec.sub_task is None:
        return evidence
    every = project.builder.everything(spec.id, spec.sub_task, spec.place)
    return every.model_copy(update={"findings": evidence.findings})


def _of_task(whole: Outline) -> dict[tuple[str, Place], list[str]]:
    """Ids of the sections that the sheet gives a task, for each place."""
    found: dict[tuple[str, Place], list[str]] = {}
    for spec in whole.sections:
        if spec.sub_task is not None:
            found.setdefault((spec.sub_task.task_id, spec.place), []).append(spec.id)
    return found


def _about(spec: SectionSpec, of_task: Mapping[tuple[str, Place], list[str]]) -> tuple[str, ...]:
    """The sections that a generated section is about; of others none."""
    if spec.kind == "conclusion":
        return spec.upstream
    if spec.task is None or spec.sub_task is not None:
        return ()
    return tuple(of_task[spec.task.id, spec.place])
