"""``factbook init``: a project with a draft sheet from tables."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from factbook.cli.boundary import exit_code_of
from factbook.cli.console import PlainConsole
from factbook.cli.findings import count_line, print_findings
from factbook.data.cleaning import listing, plural
from factbook.errors import printable
from factbook.init.guess import Guess, Said
from factbook.init.project import Draft, init_project

_MOST_SHOWN = 12


def make_project(tables: Sequence[Path], folder: Path | None, name: str, said: Said) -> int:
    """Make a project and say what was guessed; return the exit code.

    Args:
        tables: Files with tables.
        folder: Folder to make; one called like the report when None.
        name: Name of the report; that of the first table when empty.
        said: What the user says of the columns.
    """

    def work() -> int:
        _show(init_project(tables, folder, name, said))
        return 0

    return exit_code_of(work, consequence="No project was made")


def _show(draft: Draft) -> None:
    own = [found for found in draft.notes if found.code == "data.init"]
    findings = (*own, *draft.project.findings)
    print_findings(findings, PlainConsole(stderr=True))
    console = PlainConsole()
    for line in _lines(draft):
        console.print(printable(line), soft_wrap=True, markup=False, highlight=False)
    if findings:
        console.print(f"{count_line(findings)}.", markup=False, highlight=False)
    folder = shlex.quote(str(draft.folder))
    for text in ("Look at its guesses in project.toml and prompt_sheet.xlsx, then:",
                 f"  factbook check {folder}", f"  factbook run {folder}"):  # fmt: skip
        console.print(text, soft_wrap=True, markup=False, highlight=False)


def _lines(draft: Draft) -> Iterator[str]:
    for guess in draft.guesses:
        yield f"{guess.opened.grid.file}: {'; '.join(_roles(guess))}"
    plan = draft.plan
    places = draft.project.dataset.countries
    yield (
        f"places: {plan.kind.words}; region {plan.region} ({plan.why}); sections for "
        f"{listing((place.name for place in places), _MOST_SHOWN)}"
    )
    for one in draft.measures:
        units = listing(measure.unit or "no unit" for measure in one.measures)
        how = f"a section for {plan.region}" if one.has_region else f"none for {plan.region}"
        yield f"measure: {one.name} ({units}): {how}"
    if draft.left_out:
        yield f"without a chapter: {listing((one.name for one in draft.left_out), _MOST_SHOWN)}"
    outline = draft.project.outline
    yield (
        f"{draft.folder}: {plural(len(outline.to_write), 'chapter')}, "
        f"{plural(len(outline.sections_to_write), 'section')}"
    )


def _roles(guess: Guess) -> Iterator[str]:
    for role in ("place", "period", "value", "measure", "category", "unit"):
        heading = str(getattr(guess, role))
        if heading:
            why = guess.reasons.get(role, "")
            yield f"{role} is '{heading}'" + (f" ({why})" if why else "")
    if guess.periods:
        yield f"periods are in columns, from '{guess.periods[0]}' to '{guess.periods[-1]}'"
    if guess.values:
        yield f"figures are in {listing(map(repr, guess.values), _MOST_SHOWN)}"
    if guess.dimensions:
        yield f"dimensions are {listing(map(repr, guess.dimensions))}"
