"""``factbook explain``: a figure of a report, its fact, its derivation, its source rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from factbook.cli.boundary import exit_code_of, print_json
from factbook.cli.console import PlainConsole
from factbook.cli.fact_lines import about, one_line, say_line
from factbook.cli.facts_json import fact_body
from factbook.data.cleaning import listing, plural
from factbook.errors import ConfigError, Finding
from factbook.explain.explanation import ExplainedRun, Explanation, KnownOperand
from factbook.explain.figure_name import FigureName, figure_named
from factbook.explain.occurrences import Occurrence
from factbook.explain.sources import Source

MOST_EXPLAINED = 3
"""Facts that are explained at once; when a figure is of more, they are listed only."""

MOST_LISTED = 60
"""Places of a figure that are listed; ``--json`` has all."""

_ROWS_NAMED = 12


def show_figure(run: Path, figure: str, project: Path | None, *, as_json: bool) -> int:
    """Print where a figure stands and what it comes from, and return the exit code.

    Args:
        run: The run folder.
        figure: What the figure is called; see `figure_named`.
        project: The project folder; None to look for it.
        as_json: Whether to print JSON for machines.
    """

    def work() -> int:
        if project is not None and not project.is_dir():
            raise ConfigError([_no_folder(project)])
        opened = ExplainedRun(run, project)
        name = figure_named(figure, opened.content.sections, opened.where)
        found = opened.find(name)
        of_facts = _by_fact(name, found)
        explained = [
            opened.explanation(section_id, fact_id, told)
            for (section_id, fact_id), told in of_facts.items()
            if len(of_facts) <= MOST_EXPLAINED
        ]
        if as_json:
            print_json(_body(opened, figure, found, explained))
        elif explained:
            print_explanations(explained, PlainConsole())
        else:
            print_list(opened, found, len(of_facts), PlainConsole())
        return 0

    return exit_code_of(work, as_json=as_json)


def _by_fact(
    name: FigureName, found: Iterable[Occurrence]
) -> dict[tuple[str, str], list[Occurrence]]:
    """Section and fact → where it stands; a fact that was named need not stand anywhere."""
    of_facts: dict[tuple[str, str], list[Occurrence]] = {}
    if name.fact_id:
        of_facts[name.section_id, name.fact_id] = []
    for one in found:
        of_facts.setdefault((one.section_id, one.fact_id), []).append(one)
    return of_facts


def print_list(run: ExplainedRun, found: list[Occurrence], facts: int, console: Console) -> None:
    """Print where a figure stands: a line a place, with what explains it.

    Args:
        run: The run.
        found: The places.
        facts: Of how many facts they are.
        console: Where to print.
    """
    say_line(console, f"{plural(len(found), 'place')}, of {plural(facts, 'fact')}", style="bold")
    for one in found[:MOST_LISTED]:
        section = run.content.sections[one.section_id]
        named = ", ".join(filter(None, (section.title, section.place)))
        say_line(console, f"{one.section_id}/{one.fact_id} {one.shown} ({named}; {one.where})")
        say_line(console, one.words, 4)
    if len(found) > MOST_LISTED:
        say_line(console, f"and {len(found) - MOST_LISTED:,} more; --json has all")
    first = f"{found[0].section_id}/{found[0].fact_id}"
    say_line(console, f"Name one of them to have it explained: factbook explain RUN '{first}'")


def print_explanations(explained: Iterable[Explanation], console: Console) -> None:
    """Print figures explained, one after another."""
    for number, one in enumerate(explained):
        if number:
            console.print()
        _print_explanation(one, console)


def _print_explanation(one: Explanation, console: Console) -> None:
    fact, section = one.fact, one.section
    shown = list(dict.fromkeys(told.shown for told in one.occurrences))
    title = ", ".join(filter(None, (section.title, section.place)))
    head = f"{section.section_id}/{fact.id}: {', '.join(shown) or 'told nowhere'}"
    say_line(console, head, style="bold")
    say_line(console, f"Section: {section.section_id} {title}", 2)
    for told in one.occurrences:
        say_line(console, f"In the {told.where}: {told.words}", 2)
    if not one.occurrences:
        say_line(console, "It stands in no text, headline or table of the section.", 2)
    say_line(console, f"Fact: {about(fact)}, {fact.period}", 2)
    say_line(console, f"Value: {fact.value!r} {fact.unit}".rstrip(), 2)
    for code, meaning in one.flags.items():
        say_line(console, f"Flag: {code}{f', {meaning}' if meaning else ''}", 2)
    how = one.derivation or "it is not known: an earlier version has kept nothing"
    say_line(console, f"Derived: {how}", 2)
    for operand in one.operands:
        say_line(console, _operand(operand), 4)
    origin = f", {one.origin}" if one.origin else ""
    say_line(console, f"Table: {fact.table}{origin}", 2)
    if not one.sources:
        say_line(console, "Rows: they are not known.", 2)
    for source in one.sources:
        _print_source(source, console)


def _operand(one: KnownOperand) -> str:
    """What a figure was derived from: ``Wind, Generation, Austria, 2015: 4.8 TWh (F12)``."""
    operand = one.operand
    scenario = f" ({operand.scenario})" if operand.scenario else ""
    named = ", ".join(filter(None, (operand.subject, operand.metric, operand.place)))
    value = "not held in this evidence" if one.value is None else f"{one.value!r} {operand.unit}"
    how = "; ".join(filter(None, (one.fact_id, one.derivation)))
    return f"{named}{scenario}, {operand.period}: {value.rstrip()}{f' ({how})' if how else ''}"


def _print_source(source: Source, console: Console) -> None:
    rows = listing(map(str, source.rows), _ROWS_NAMED)
    told = f": {source.told}" if source.told else ""
    noun = "row" if len(source.rows) == 1 else "rows"
    say_line(console, f"Rows: {source.file}, {noun} {rows}{told}", 2)
    cells = source.cells
    if cells is None:
        return
    if console.is_terminal:
        table = Table(show_edge=False, box=None, padding=(0, 2, 0, 0))
        for heading in ("    row", *cells.headings):
            table.add_column(Text(one_line(heading)), overflow="fold")
        for number, row in cells.rows:
            table.add_row(*(Text(one_line(cell)) for cell in (f"    {number}", *row)))
        console.print(table)
    else:
        for number, row in cells.rows:
            pairs = zip(cells.headings, row, strict=True)
            say_line(console, f"row {number}: {', '.join(f'{h} = {c}' for h, c in pairs)}", 4)
    if not cells.rows:
        say_line(console, "These rows are not in the file.", 4)
    more = (len(source.rows) - len(cells.rows), "row"), (cells.columns_left_out, "column")
    left = [
        f"{count:,} more {noun}{'' if count == 1 else 's'}" for count, noun in more if count > 0
    ]
    if left:
        say_line(console, f"and {', '.join(left)}", 4)


def _body(
    run: ExplainedRun,
    figure: str,
    found: Iterable[Occurrence],
    explained: Iterable[Explanation],
) -> Mapping[str, Any]:
    """The same for machines."""
    info = run.content.info
    return {
        "ok": True,
        "run": {"folder": info.folder, "project": info.project, "finished": info.finished},
        "figure": figure,
        "found": [asdict(one) for one in found],
        "explained": [_explanation_body(one) for one in explained],
    }


def _explanation_body(one: Explanation) -> dict[str, Any]:
    section = one.section
    return {
        "section": section.section_id,
        "title": section.title,
        "chapter": section.chapter,
        "place": section.place,
        "fact": fact_body(one.fact),
        "found": [asdict(told) for told in one.occurrences],
        "operands": [
            {
                **operand.operand._asdict(),
                "value": operand.value,
                "fact": operand.fact_id,
                "derivation": operand.derivation,
            }
            for operand in one.operands
        ],
        "flags": dict(one.flags),
        "origin": one.origin,
        "sources": [_source_body(source) for source in one.sources],
    }


def _source_body(source: Source) -> dict[str, Any]:
    cells = source.cells
    return {
        "file": source.file,
        "rows": list(source.rows),
        "state": source.state,
        "told": source.told,
        "headings": list(cells.headings) if cells else [],
        "cells": [{"row": number, "cells": list(row)} for number, row in cells.rows]
        if cells
        else [],
    }


def _no_folder(project: Path) -> Finding:
    return Finding(
        severity="error",
        code="config.no-project",
        message="there is no such folder",
        file=str(project),
        remedy="Name the project of the run with --project, or leave it out",
    )
