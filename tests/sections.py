"""Facts, sections, records and jobs that several tests are about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from factbook.config.project_config import ProjectConfig
from factbook.data.series import Place, SourceRows
from factbook.evidence.derivation import VALUE
from factbook.evidence.facts import Evidence, Fact
from factbook.sheet.graph import section_graph
from factbook.sheet.models import CrossReference, Objective, PromptSheet, SubTask, Task
from factbook.sheet.outline import OutlineMaker, SectionSpec
from factbook.writing.record import SectionRecord, Status

AUSTRIA = Place("AT", "Austria")
FRANCE = Place("FR", "France")
GREECE = Place("GR", "Greece")
EU = Place("EU", "EU", "region")
COUNTRIES = (AUSTRIA, FRANCE, GREECE)


def make_fact(number: int = 1, **others: Any) -> Fact:
    """Wind power of Austria in 2021, unless said otherwise."""
    values: dict[str, Any] = {
        "id": f"F{number}",
        "place": "Austria",
        "subject": "Wind",
        "metric": "Generation",
        "period": "2021",
        "value": 6.48,
        "unit": "TWh",
        "kind": "value",
        "role": "place",
        "table": "ETM",
        "derivation": VALUE,
        "sources": (SourceRows("etm.csv", (2,)),),
    }
    return Fact(**(values | others))


def make_evidence(*facts: Fact, section_id: str = "1.1.1@AT", **others: Any) -> Evidence:
    """Evidence of a section in Austria."""
    return Evidence(section_id=section_id, place="Austria", facts=facts, **others)


def make_record(
    section_id: str = "1.1.1@AT",
    status: Status = "written",
    source_text: str = "Wind gave {F1}.",
    **others: Any,
) -> SectionRecord:
    """A record of a section with one fact."""
    values: dict[str, Any] = {
        "facts": (make_fact(),),
        "figures": ("F1",),
        "origins": {"ETM": "Ember"},
        "key": "k" * 64,
        "key_parts": {"evidence": "e" * 64},
        "evidence_id": "e" * 64,
    }
    values |= others
    return SectionRecord(section_id=section_id, status=status, source_text=source_text, **values)


def make_sheet(
    sub_tasks: Mapping[str, str] | None = None,
    titles: Mapping[str, str] = {},
    edges: Mapping[str, str] = {},
    **others: Any,
) -> PromptSheet:
    """A sheet of sub-tasks by id, each with its level; chapters and tasks follow from the ids.

    Args:
        sub_tasks: Sub-task id → ``country`` or the region's name.
        titles: Objective id → title, also of chapters without sub-tasks, in this order.
        edges: Sub-task id → the sub-task that it refers to.
        others: Other sheets.
    """
    levels = sub_tasks or {
        "1.1.1": "country",
        "1.1.2": "EU",
        "1.2.1": "country",
        "2.1.1": "country",
    }
    objectives = dict.fromkeys(row_id.split(".")[0] for row_id in levels)
    known = titles or {one: f"Chapter {one}" for one in objectives}
    tasks = dict.fromkeys(row_id.rpartition(".")[0] for row_id in levels)
    return PromptSheet(
        objectives=tuple(Objective(id=one, title=title) for one, title in known.items()),
        tasks=tuple(
            Task(id=one, objective_id=one.split(".")[0], title=f"Part {one}") for one in tasks
        ),
        sub_tasks=tuple(
            SubTask(
                id=one, task_id=one.rpartition(".")[0], title=f"On {one}", geographic_level=level
            )
            for one, level in levels.items()
        ),
        cross_references=tuple(CrossReference(id=a, copy_of=b) for a, b in edges.items()),
        **others,
    )


def make_outline(sheet: PromptSheet | None = None, **config: Any) -> OutlineMaker:
    """The maker of outlines of a sheet for three countries and the Union."""
    sheet = sheet or make_sheet()
    return OutlineMaker(sheet, section_graph(sheet), COUNTRIES, EU, ProjectConfig(**config))


def make_spec(section_id: str = "1.1.1@AT", **config: Any) -> SectionSpec:
    """A section of the sheet."""
    return next(s for s in make_outline(**config).whole().sections if s.id == section_id)
