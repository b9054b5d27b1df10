"""What is said before any evidence is computed of sections in which no figure will stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factbook.errors import Finding
from factbook.evidence.build import EvidenceBuilder
from factbook.evidence.coverage import Coverage
from factbook.project.project import Project, open_project
from factbook.sheet.models import Category, Chart, PromptSheet, Search
from tests.evidence.conftest import Ask, Asked, chart, search

ROWS = [
    "Austria,Wind,2021,30,Generation,TWh",
    "Austria,Gas,2021,10,Generation,TWh",
    "France,Wind,2021,40,Generation,TWh",
    "Austria,Wind,2021,75,Wind share,%",
    "Malta,Gas,2021,9,Imports,TWh",
]


def told(asked: Asked, level: str = "country", source: str = "ETM") -> tuple[Finding, ...]:
    """Findings for the sub-task at a level."""
    changed = asked.sub_task.model_copy(update={"geographic_level": level, "input": source})
    blocks, _ = asked.builder._selector.blocks(changed)
    return tuple(Coverage(asked.dataset, "sheet.xlsx").without_facts([(changed, blocks)]))


def told_of_two(asked: Asked, level: str) -> tuple[Finding, ...]:
    """Findings for two sub-tasks that select the same."""
    first = asked.sub_task.model_copy(update={"geographic_level": level})
    blocks, _ = asked.builder._selector.blocks(first)
    both = [(first, blocks), (first.model_copy(update={"id": "1.1.2", "row": 3}), blocks)]
    return tuple(Coverage(asked.dataset).without_facts(both))


@pytest.mark.parametrize(
    "entry",
    [
        chart("Generation", "Wind"),
        chart("Generation", "Gas"),
        chart("Wind share"),
        chart("Imports"),
        chart(""),
        search("Wind share", level="EU"),
        search("Generation", "Gas", level="EU"),
    ],
)
@pytest.mark.parametrize("level", ["country", "EU"])
def test_coverage_agrees_with_the_evidence(ask: Ask, entry: Chart | Search, level: str) -> None:
    """A place is named just when the evidence of its section would be empty."""
    asked = ask(entry, rows=ROWS)
    asked = Asked(
        asked.dataset,
        asked.builder,
        asked.sub_task.model_copy(update={"geographic_level": level}),
        asked.config,
        asked.sheet,
    )
    blocks, _ = asked.builder._selector.blocks(asked.sub_task)
    without = Coverage(asked.dataset)._without_any(blocks)
    codes = [place.code for place in (*asked.dataset.countries, asked.dataset.region)]
    assert without == {code for code in codes if not asked.of(code).facts}


def test_ratio_of_the_region_is_told_with_the_reason(ask: Ask) -> None:
    """A ratio is never summed, so that the region's section would be empty."""
    [finding] = told(ask(chart("Wind share"), rows=ROWS), "EU")
    assert (finding.severity, finding.code) == ("warning", "sheet.no-facts")
    assert (finding.file, finding.sheet, finding.cells) == ("sheet.xlsx", "Sub Tasks", ("row 2",))
    assert "'1.1.1' selects nothing that EU has a figure of" in finding.message
    assert "Wind share does not add up over places" in finding.message
    assert "Geographic Level" in finding.remedy
    assert len(told_of_two(ask(chart("Wind share"), rows=ROWS), "EU")) == 1
    own = [*ROWS, "EU,Wind,2021,60,Wind share,%"]
    assert told(ask(chart("Wind share"), rows=own), "EU") == ()


def test_countries_without_figures_in_a_sub_task_are_named(ask: Ask) -> None:
    """Malta has data, and none of what the sub-task selects; with it all are told of at once."""
    sheet_rows = ask(chart("Generation"), rows=ROWS)
    other = sheet_rows.sub_task.model_copy(update={"id": "1.1.2", "row": 3})
    blocks, _ = sheet_rows.builder._selector.blocks(sheet_rows.sub_task)
    everything = [(sheet_rows.sub_task, blocks), (other, blocks)]
    [finding] = Coverage(sheet_rows.dataset).without_facts(everything)
    assert "no sub-task selects anything that Malta has a figure of" in finding.message
    imports, _ = ask(chart("Imports"), rows=ROWS).builder._selector.blocks(sheet_rows.sub_task)
    mixed = [*everything, (other.model_copy(update={"id": "1.1.3", "row": 4}), imports)]
    [malta, others] = Coverage(sheet_rows.dataset).without_facts(mixed)
    assert "sub-tasks '1.1.1', '1.1.2' select nothing that Malta has a figure of" in malta.message
    assert malta.cells == ("row 2", "row 3")
    assert "'1.1.3' selects nothing that Austria, France have a figure of" in others.message
    assert others.cells == ("row 4",)


def test_selection_that_no_country_has_is_told_once(ask: Ask) -> None:
    """Months of a table that has years for them: every section would be empty."""
    rows = ["Austria,Wind,2021,30,Generation,TWh", "World,Gas,2021,9,Imports,TWh"]
    [finding] = told(ask(chart("Generation", period_type="Month"), rows=rows))
    assert "any country of the report has a figure of" in finding.message


def test_categories_that_no_table_has_are_told(ask: Ask) -> None:
    """A misspelt category would be missing from its group's total."""
    dataset = ask(rows=ROWS).dataset
    sheet = PromptSheet(
        objectives=(),
        tasks=(),
        sub_tasks=(),
        categories=(
            Category(row=2, name=" WIND ", group="Renewables"),
            Category(row=3, name="Gass", group="Fossil"),
            Category(row=4, name="Xyzzy", group="Fossil"),
            Category(row=5, name="Plugh", group="Other"),
            Category(row=6, name="A note without a group"),
            Category(row=7, name="", group="Told as an empty cell"),
        ),
        columns={"All Categories": {"category_name": 0}},
    )
    near, far = Coverage(dataset, "sheet.xlsx").unknown_categories(sheet)
    assert (near.severity, near.code) == ("warning", "sheet.unknown-category")
    assert near.message == "no table has a category 'Gass', which the totals of 'Fossil' leave out"
    assert (near.sheet, near.cells) == ("All Categories", ("A3",))
    assert near.remedy.startswith("Write 'Gas'")
    assert far.message.startswith("no table has the categories 'Xyzzy', 'Plugh', which")
    assert far.cells == ("A4", "A5")


def test_examples_have_full_evidence(make_project: Callable[..., Path]) -> None:
    """In the example no section is empty, and nothing is said."""
    project: Project = open_project(make_project())
    assert project.findings == ()
    assert all(
        project.builder.build(section.id, section.sub_task, section.place).facts
        for section in project.outline.sections
        if section.sub_task
    )


def test_coverage_computes_no_evidence(ask: Ask) -> None:
    """Checking thousands of sections takes no measure of any."""
    asked = ask(chart("Wind share"), rows=ROWS)
    sheet = PromptSheet(
        objectives=(),
        tasks=(),
        sub_tasks=(asked.sub_task.model_copy(update={"geographic_level": "EU"}),),
        charts=(chart("Wind share"),),
    )
    builder = EvidenceBuilder(sheet, asked.dataset, asked.config)
    [finding] = builder.coverage_findings(sheet)
    assert finding.code == "sheet.no-facts"
    assert builder._plans == {}
