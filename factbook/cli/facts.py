"""``factbook facts``: what code found for sections before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from factbook.cli.boundary import exit_code_of, print_json_list
from factbook.cli.console import PlainConsole
from factbook.cli.fact_lines import one_line, print_facts, say_line
from factbook.cli.facts_json import in_words, section_body
from factbook.cli.findings import print_findings
from factbook.config.findings import Findings
from factbook.config.project_config import ProjectConfig
from factbook.data.cleaning import plural
from factbook.errors import ConfigError
from factbook.evidence.facts import Evidence, Extent
from factbook.evidence.finding import DataFinding
from factbook.findings.why import why, why_none
from factbook.project.project import Project
from factbook.project.section_evidence import evidence_of
from factbook.runs.opening import project_of
from factbook.runs.ref import RunRef
from factbook.sheet.outline import SectionSpec
from factbook.sheet.section_ids import no_such_section

COLUMNS = ("section", "of", "findings", "facts", "score", "the strongest")
"""Columns of the overview."""

_EXTENTS: Mapping[Extent, str] = {
    "all": "all that can be derived",
    "selected": "what the sheet selects, and the leading of the rest",
    "part": "the first of them, by limits.evidence_facts",
}


def show_facts(
    folder: Path, settings: tuple[str, ...], section_id: str | None, *, as_json: bool
) -> int:
    """Print findings and facts, and return the exit code. Nothing is written or called.

    Args:
        folder: The project folder.
        settings: ``--set`` assignments.
        section_id: The section; None for all that a run would write.
        as_json: Whether to print JSON for machines.
    """

    def work() -> int:
        ref = RunRef(project=str(folder), assignments=settings, may_raise_limits=True)
        project = project_of(ref)
        specs = _specs(project, section_id)
        found = evidence_of(project, specs)
        config = project.config
        if as_json:
            bodies = (section_body(spec, evidence, config) for spec, evidence in found)
            print_json_list(_head(project), "sections", bodies)
            return 0
        print_findings(project.findings, PlainConsole(stderr=True))
        console = PlainConsole()
        if section_id is None:
            print_overview(project.name, specs, found, config.findings, console)
        else:
            for spec, evidence in found:
                print_section(spec, evidence, config, console)
        return 0

    return exit_code_of(work, consequence="Nothing was derived", as_json=as_json)


def _specs(project: Project, section_id: str | None) -> dict[str, SectionSpec]:
    """The sections that are asked for; any of the whole report when one is named.

    Raises:
        ConfigError: There is no such section.
    """
    if section_id is None:
        return {spec.id: spec for spec in project.outline.sections_to_write}
    every = {spec.id: spec for spec in project.whole.sections}
    if section_id not in every:
        where, remedy = str(project.folder), "factbook facts PROJECT lists all sections"
        raise ConfigError([no_such_section(section_id, every, where=where, remedy=remedy)])
    return {section_id: every[section_id]}


def _head(project: Project) -> dict[str, Any]:
    """What stands before the sections: the warnings of the inputs, and the thresholds."""
    weights = project.config.findings
    return {
        "ok": True,
        "findings": [finding.model_dump(mode="json") for finding in project.findings],
        "project": project.name,
        "least": weights.least,
        "headline": weights.headline,
    }


def print_overview(
    name: str,
    specs: Mapping[str, SectionSpec],
    found: Iterable[tuple[SectionSpec, Evidence]],
    weights: Findings,
    console: Console,
) -> None:
    """Print a line for each section: how much was found, and the strongest of it.

    Args:
        name: Name of the project.
        specs: The sections in the order in which they are listed.
        found: The sections with their evidence, in any order.
        weights: ``[findings]``.
        console: Where to print.
    """
    rows = {spec.id: _row(spec, evidence, weights) for spec, evidence in found}
    ordered = [rows[section_id] for section_id in specs]
    if console.is_terminal:
        console.print(_overview_table(ordered))
    else:
        for section_id, of, findings, facts, score, strongest in ordered:
            counted = f"{plural(int(findings), 'finding')}, {plural(int(facts), 'fact')}"
            scored = f"; {score} " if score else "; "
            say_line(console, f"{section_id} {of}: {counted}{scored}{strongest}")
    counted = plural(sum(int(row[2]) for row in ordered), "finding")
    say_line(
        console,
        f"{name}: {counted} in {plural(len(ordered), 'section')}. Scores: a headline from "
        f"{weights.headline:g}, told from {weights.least:g}. Add a section's id to see all of it.",
    )


def _row(spec: SectionSpec, evidence: Evidence, weights: Findings) -> tuple[str, ...]:
    """A section in the order of `COLUMNS`."""
    strongest = max(evidence.findings, key=lambda one: one.score, default=None)
    told = _heading(strongest, evidence) if strongest else why_none(evidence, weights)
    elsewhere = f"; told in {strongest.told_in}" if strongest and strongest.told_in else ""
    return (
        *(spec.id, f"{spec.title}, {spec.place.name}"),
        *(str(len(evidence.findings)), str(len(evidence.facts))),
        *(f"{strongest.score:.2f}" if strongest else "", f"{told}{elsewhere}"),
    )


def _overview_table(rows: Iterable[tuple[str, ...]]) -> Table:
    table = Table(show_edge=False)
    for name, ratio in zip(COLUMNS, (2, 4, None, None, None, 6), strict=True):
        numeric = name in ("findings", "facts", "score")
        table.add_column(
            name,
            ratio=ratio,
            overflow="fold",
            no_wrap=numeric,
            justify="right" if numeric else "left",
        )
    for row in rows:
        table.add_row(*(Text(one_line(cell)) for cell in row))
    return table


def print_section(
    spec: SectionSpec, evidence: Evidence, config: ProjectConfig, console: Console
) -> None:
    """Print a section: its findings, the strongest first, then its facts.

    Args:
        spec: The section.
        evidence: Its evidence.
        config: The configuration: what makes a finding worth saying, the kind of places.
        console: Where to print.
    """
    weights = config.findings
    say_line(console, f"{spec.id} {spec.title}, {spec.place.name}", style="bold")
    counted = f"{plural(len(evidence.findings), 'finding')}, {plural(len(evidence.facts), 'fact')}"
    extent = f" ({_EXTENTS[evidence.extent]})" if evidence.facts else ""
    say_line(
        console,
        f"{counted}{extent}. Scores: a headline from {weights.headline:g}, told from "
        f"{weights.least:g}.",
    )
    if nothing := why_none(evidence, weights):
        beside = " beside its level" if any(one.is_lead for one in evidence.findings) else ""
        say_line(console, f"Nothing to tell{beside}: {nothing}.")
    said = in_words(spec, evidence, config)
    for number, finding in enumerate(evidence.findings, start=1):
        console.print()
        told = "; ".join(chain([f"{finding.score:.2f}"], _where_told(finding, weights)))
        head = f"{number}. {_heading(finding, evidence)}: {told}"
        say_line(console, head, style="bold")
        if words := said[number - 1]:
            say_line(console, words, 3)
        _print_why(finding, weights, console)
        facts = ((role, evidence.by_id[fact_id]) for role, fact_id in finding.facts.items())
        print_facts(facts, console, indent=5)
    if evidence.facts:
        console.print()
        say_line(console, "Facts", style="bold")
        print_facts((("", fact) for fact in evidence.facts), console)
    if evidence.gap_sentences:
        console.print()
        say_line(console, "Missing", style="bold")
        for gap in evidence.gap_sentences:
            say_line(console, gap, 2)


def _print_why(finding: DataFinding, weights: Findings, console: Console) -> None:
    """The words of a finding that no fact of it says, and what its score is made of."""
    words = ", ".join(f"{role} {word}" for role, word in finding.words.items())
    if words:
        say_line(console, f"words: {words}", 3)
    reasons = why(finding, weights)
    for part, value in finding.strength._asdict().items():
        say_line(console, f"{part} {value:.2f}: {reasons[part]}", 3)
    say_line(console, f"score: {reasons['score']}", 3)


def _where_told(finding: DataFinding, weights: Findings) -> Iterator[str]:
    """What becomes of a finding, as far as that is decided."""
    if finding.told_in:
        yield f"told in {finding.told_in}"
    elif finding.is_lead:
        yield "the section begins with it"
    elif finding.score < weights.least:
        yield "not told, below findings.least"
    if finding.untold:
        yield f"told enough elsewhere: {', '.join(finding.untold)}"


def _heading(finding: DataFinding, evidence: Evidence) -> str:
    """What a finding is, and of what: ``crossing, passed: Wind, Coal, 2019``."""
    kind = " ".join(filter(None, (finding.kind, finding.direction)))
    form = f" ({finding.form})" if finding.form else ""
    facts = [evidence.by_id[fact_id] for fact_id in finding.facts.values()]
    of = dict.fromkeys(chain((fact.subject for fact in facts), finding.periods))
    return f"{kind}{form}: {', '.join(of)}"
