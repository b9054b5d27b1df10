"""The example municipal-waste: a file of Eurostat's as it comes, by configuration alone."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from factbook.evidence.facts import Evidence, Fact
from factbook.project.project import Project, open_project
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDER = EXAMPLES / "municipal-waste"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
CODES = {"GEN": "Municipal waste generated", "DSP_I_RCV_E": "Municipal waste incinerated"}
SUB_TASKS = {"GEN": "1.1", "DSP_I_RCV_E": "2.1"}
COUNTRIES = ("AT", "BE", "CZ", "DE", "ES", "FR", "NL", "PL", "SE")
REGION = "EU27_2020"
FIRST = "2010"


class Cell(NamedTuple):
    """A cell of the file."""

    value: float | None
    flags: str


def _cells() -> dict[tuple[str, str], dict[str, Cell]]:
    """Operation and place → year → cell, read with nothing but text functions."""
    head, *lines = (FOLDER / "env_wasmun.tsv").read_text(encoding="utf-8").splitlines()
    years = [text.strip() for text in head.split("\t")[1:]]
    found: dict[tuple[str, str], dict[str, Cell]] = {}
    for line in lines:
        key, *cells = line.split("\t")
        _, operation, _, place = key.split(",")
        found[operation, place] = {}
        for year, text in zip(years, cells, strict=True):
            number, flags = re.fullmatch(r"([\d.]+|:)\s*([a-z]*)\s*", text).groups()
            found[operation, place][year] = Cell(None if number == ":" else float(number), flags)
    return found


CELLS = _cells()


@pytest.fixture(scope="module")
def project() -> Project:
    """The example, opened as a run opens it."""
    return open_project(FOLDER)


@pytest.fixture(scope="module")
def evidence(project: Project) -> dict[str, Evidence]:
    """Section id → evidence, of all sections of the sheet."""
    return {
        section.id: project.builder.build(section.id, section.sub_task, section.place)
        for section in project.outline.sections
        if section.sub_task is not None
    }


def _of(evidence: dict[str, Evidence], operation: str, place: str) -> Evidence:
    part = "2@EU" if place == REGION else f"1@{place}"
    return evidence[f"{SUB_TASKS[operation]}.{part}"]


def _own(found: Evidence, kind: str) -> list[Fact]:
    return [f for f in found.facts if f.place == found.place and f.measured_kind == kind]


def test_project_is_without_findings(project):
    """An example to copy has no errors, and no warnings either."""
    assert project.findings == ()


@pytest.mark.parametrize("place", [*COUNTRIES, REGION])
@pytest.mark.parametrize("operation", CODES)
def test_figures_and_flags_are_those_of_the_file(operation, place, evidence):
    """Each value with its flags; a gap is no fact, and the last year is the last with a value."""
    cells = CELLS[operation, place]
    values = _own(_of(evidence, operation, place), "value")
    last = max(year for year, cell in cells.items() if cell.value is not None)

    assert {FIRST, last} <= {fact.period for fact in values}
    for fact in values:
        cell = cells[fact.period]
        assert (fact.metric, fact.unit) == (CODES[operation], "thousand tonnes")
        assert fact.value == cell.value
        assert sorted(fact.status.split()) == sorted(cell.flags)


@pytest.mark.parametrize("place", [*COUNTRIES, REGION])
@pytest.mark.parametrize("operation", CODES)
def test_no_change_is_told_across_a_break(operation, place, evidence):
    """Where no figure after the first year has the flag b, the change is that of the file."""
    cells = CELLS[operation, place]
    changes = _own(_of(evidence, operation, place), "change")
    for fact in changes:
        first, last = fact.period.split("\N{EN DASH}")
        between = [cell for year, cell in cells.items() if first < year <= last]
        assert not any("b" in cell.flags for cell in between)
        assert fact.value == cells[last].value - cells[first].value
    is_broken = any("b" in cell.flags for cell in cells.values())
    gaps = {gap.kind for gap in _of(evidence, operation, place).gaps}

    assert bool(changes) != is_broken
    assert ("break" in gaps) == is_broken


def test_ranks_and_shares_are_among_what_the_file_has(evidence):
    """Of nine countries of 27; the share is of the Union's own figure."""
    for operation in CODES:
        year = {place: cells["2024"].value for (o, place), cells in CELLS.items() if o == operation}
        order = sorted((v for p, v in year.items() if p != REGION and v), reverse=True)
        for place in COUNTRIES:
            found = _of(evidence, operation, place)
            ranks = [f for f in _own(found, "rank") if f.period == "2024"]
            shares = [f for f in _own(found, "share of region") if f.period == "2024"]
            if year[place] is None:
                assert not ranks
                assert not shares
                continue
            assert (ranks[0].value, ranks[0].among) == (order.index(year[place]) + 1, len(order))
            assert ranks[0].derivation.among.is_some
            assert shares[0].value == pytest.approx(100 * year[place] / year[REGION])


def test_readme_states_origin_and_licence():
    """No figures without attribution beside them."""
    for words in ("env_wasmun.tsv", "Eurostat", "CC BY 4.0", "2026-09-19"):
        assert words in README


def test_report_names_gaps_breaks_and_flags(tmp_path):
    """All sections are written; what cannot be said stands in the annex, with the reason."""
    outcome = start_run(RunRef(project=str(FOLDER), out=str(tmp_path)))
    assert outcome.exit_code == 0
    name = "municipal-waste-in-europe"
    report = (tmp_path / name / f"{name}.md").read_text(encoding="utf-8")
    annex = report.split("## About the data")[1]

    for country, year in (("Austria", 2020), ("Czechia", 2017), ("Poland", 2013)):
        broken = f"For {country} no change of Municipal waste generated is given across {year}"
        assert f"{broken}: break in the series." in annex
    assert "For Austria there is no value of Municipal waste incinerated in 2024" in annex
    assert "e = estimated, p = provisional" in report
    austria = report.split("##### Austria")[1].split("#####")[0]
    assert "2020 and 2023" in austria, "what can be compared begins after the break"
    assert "nan" not in report.casefold().split()
