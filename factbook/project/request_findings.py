"""Requests of the sheet that nobody will fulfil: the data do not answer, or the writer cannot."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from factbook.errors import Finding
from factbook.evidence.build import Found
from factbook.evidence.facts import Fact
from factbook.findings.request import ASPECTS, briefs_of, read_request
from factbook.project.project import Project
from factbook.sheet.models import SubTask
from factbook.sheet.outline import SectionSpec

_NEEDS_A_MODEL: Mapping[str, re.Pattern[str]] = {
    "causes": re.compile(
        r"\b(?:why|reasons? (?:for|behind)|causes? of|caused|drivers? (?:of|behind)|explain\w*)\b",
        re.IGNORECASE,
    ),
    "policy": re.compile(
        r"\b(?:polic(?:y|ies)|legislation|laws?|regulations?|government (?:plans?|targets?))\b",
        re.IGNORECASE,
    ),
    "an outlook": re.compile(
        r"\b(?:outlook|forecasts?|prospects?|is expected|are expected|in (?:the )?future)\b",
        re.IGNORECASE,
    ),
    "background": re.compile(r"\b(?:history of|background on|news|public debate)\b", re.IGNORECASE),
}
"""What a brief may ask for that no figure says → how it does so."""

_WHY: Mapping[str, str] = {
    "change": "no figure of it can be compared over time",
    "turn": "no series of years has one that stands out, and in months none is looked for",
    "share": "nothing of it adds up to a total of several categories",
    "largest": "there are not several categories or members to set against each other",
    "comparison": "no figure of the region or of other places stands beside it",
    "rank": "too few places have a figure, or its rank among them says nothing",
    "members": "no figures of the region's members stand beside it",
    "neighbours": "no figures of neighbours are in the data; see [data] borders",
    "nodes": "no figures of node regions are in the data; see [data] nodes",
    "scenario": "the data have no reference scenario to compare with",
}
_NAMES: Mapping[str, str] = {
    "change": "changes over time",
    "turn": "turns, highs or lows",
    "share": "shares",
    "largest": "the largest",
    "comparison": "a comparison",
    "rank": "ranks",
    "members": "members of the region",
    "neighbours": "neighbours",
    "nodes": "node regions",
    "scenario": "scenarios",
}


_LOOKED_AT = 3
"""Sections of a sub-task whose facts are looked at; those of others are of the same sort."""

_ANSWERS: Mapping[str, Callable[[Fact], bool]] = {
    "change": lambda fact: "change" in fact.kind,
    "turn": lambda _: False,
    "share": lambda fact: fact.kind == "share of category",
    "largest": lambda fact: fact.kind == "share of category" or fact.role == "extreme",
    "comparison": lambda fact: fact.role == "region",
    "rank": lambda fact: fact.kind == "rank",
    "members": lambda fact: fact.role == "extreme",
    "neighbours": lambda fact: fact.role == "neighbour",
    "nodes": lambda fact: fact.role == "node",
    "scenario": lambda fact: "reference" in fact.kind,
}
"""Aspect → whether a fact is one that answers it, if no finding does."""

_OF_COUNTRIES = frozenset({"comparison", "rank", "neighbours", "nodes"})
"""Aspects under which a country is seen, not a region."""


def unmet_requests(project: Project) -> tuple[Finding, ...]:
    """What sub-tasks ask for and no section of them will tell, as warnings.

    All findings of the report are computed for it, which takes as long as its evidence.

    Args:
        project: The opened project.
    """
    sections: dict[str, list[SectionSpec]] = {}
    for spec in project.whole.sections:
        if spec.sub_task is not None:
            sections.setdefault(spec.sub_task.id, []).append(spec)
    briefs = briefs_of(project.sheet, project.config)
    return tuple(
        finding
        for sub_task in project.sheet.sub_tasks
        if sub_task.id in sections
        for finding in _unmet(project, sub_task, briefs[sub_task.id], sections[sub_task.id])
    )


def _unmet(
    project: Project, sub_task: SubTask, brief: str, sections: Sequence[SectionSpec]
) -> Iterator[Finding]:
    """The requests of one sub-task."""
    kinds = {one.finding({}).kind for s in sections for one in _found(project, sub_task, s)}
    facts = [fact for spec in sections[:_LOOKED_AT] for fact in _facts(project, sub_task, spec)]
    if not facts:
        return  # which has a finding of its own
    is_of_region = sections[0].place.kind == "region"
    asked_for = read_request(brief).aspects - (_OF_COUNTRIES if is_of_region else set())
    for aspect in sorted(asked_for):
        if kinds.isdisjoint(ASPECTS[aspect][1]) and not any(map(_ANSWERS[aspect], facts)):
            yield _finding(
                project,
                sub_task,
                f"asks for {_NAMES[aspect]}, and no section of it will tell of that: "
                f"{_WHY[aspect]}",
                "Leave it out of the brief, or select figures that answer it",
            )
    if project.config.provider_in_use != "offline":
        return
    for name, pattern in _NEEDS_A_MODEL.items():
        asked = pattern.search(brief)
        if asked is not None:
            yield _finding(
                project,
                sub_task,
                f"asks for {name} ('{asked.group()}'), which no figure says and the offline "
                "writer does not tell",
                'Leave it out of the brief, or let a model write: provider = "openai"',
            )


def _found(project: Project, sub_task: SubTask, spec: SectionSpec) -> Sequence[Found]:
    return project.builder.found(sub_task, spec.place)


def _facts(project: Project, sub_task: SubTask, spec: SectionSpec) -> tuple[Fact, ...]:
    """The facts of a section, which its table shows or its text may give."""
    return project.builder.build(spec.id, sub_task, spec.place).facts


def _finding(project: Project, sub_task: SubTask, message: str, remedy: str) -> Finding:
    return Finding(
        severity="warning",
        code="sheet.request-unmet",
        message=f"sub-task {sub_task.id}: {message}",
        file=project.config.prompt_sheet,
        sheet="Sub Tasks",
        cells=project.sheet.cells("Sub Tasks", "Description", [sub_task]),
        remedy=remedy,
    )
