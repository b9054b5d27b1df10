"""What the sheet's entries select, and what is said of entries that select nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config.project_config import ProjectConfig
from factbook.data.dataset import load_dataset
from factbook.evidence.facts import Evidence
from factbook.evidence.selection import Selector
from factbook.sheet.models import Category, PromptSheet
from tests.evidence.conftest import HEAD, Ask, chart, one, pick, search
from tests.growth import Work, assert_in_proportion

FUELS = ["Gas", "Hydro", "Solar", "Wind"]
VALUES = {"Gas": 10, "Hydro": 40, "Solar": 20, "Wind": 30}
ROWS = [f"Austria,{fuel},2021,{VALUES[fuel]},Generation,TWh" for fuel in FUELS]
GROUPS = [("Wind", "Renewables"), ("Solar", "Renewables"), ("Hydro", "Renewables")]


def subjects(evidence: Evidence) -> set[str]:
    """All subjects of a table of evidence."""
    return {fact.subject for fact in evidence.facts}


def value_of(evidence: Evidence, subject: str, metric: str = "Generation") -> float:
    """The place's value of a subject in 2021."""
    fact = one(evidence, subject=subject, metric=metric, kind="value", role="place", period="2021")
    return fact.value


def test_names_are_matched_without_regard_to_case_and_blanks(ask: Ask) -> None:
    """A sheet is typed by hand."""
    asked = ask(chart("  generation ", "WIND,  solar"), rows=ROWS)
    assert asked.findings == ()
    assert {"Wind", "Solar"} <= subjects(asked.of("AT"))


@pytest.mark.parametrize(
    ("entry", "code", "near"),
    [
        (chart("Generatoin"), "sheet.no-property", "Did you mean 'Generation'?"),
        (chart("Generation", "Wnd"), "sheet.no-category", "Did you mean 'Wind'?"),
        (chart("Generation", source="ETN"), "sheet.no-table", "Did you mean 'ETM'?"),
    ],
)
def test_unknown_name_is_an_error_with_the_nearest(
    ask: Ask, entry: object, code: str, near: str
) -> None:
    """A misspelt name would silently leave figures out."""
    asked = ask(entry, rows=ROWS, source="")  # type: ignore[arg-type]
    [finding] = asked.findings
    assert (finding.severity, finding.code, finding.remedy) == ("error", code, near)
    assert (finding.sheet, finding.cells) == ("Default Charts", ("row 2",))
    assert "1.1.1" in finding.message


def test_all_unknown_names_are_reported_at_once(ask: Ask) -> None:
    """One error for each name, of charts and of searches."""
    asked = ask(chart("Generation", "Wnd, Hydrro"), search("Xyz"), rows=ROWS)
    assert len(asked.findings) == 3
    assert {finding.sheet for finding in asked.findings} == {"Default Charts", "External Search"}


def test_input_limits_charts_and_not_searches(ask: Ask) -> None:
    """A chart of another table than Input is left out; a data search gives facts all the same."""
    other = "\n".join((HEAD, "Austria,Coal,2021,3,Imports,Mt", "Austria,Oil,2021,4,Imports,Mt", ""))
    config = {"data": {"tables": {"trade": {"file": "trade.csv"}}}}
    files = {"trade.csv": other}
    limited = ask(
        chart("Generation"),
        chart("Imports", source="trade"),
        rows=ROWS,
        files=files,
        data=dict(config["data"]),
    )
    assert {f.table for f in limited.of("AT").facts} == {"ETM"}
    searched = ask(
        chart("Generation"),
        search("Imports", source="trade"),
        rows=ROWS,
        files=files,
        data=dict(config["data"]),
    )
    assert {f.table for f in searched.of("AT").facts} == {"ETM", "trade"}


def test_text_only_gives_no_facts(ask: Ask) -> None:
    """Not even a data search does."""
    asked = ask(chart("Generation"), search("Generation"), rows=ROWS, source="Text only")
    assert asked.of("AT").facts == ()


def test_input_without_entries_takes_its_whole_table(ask: Ask) -> None:
    """A sub-task without charts and searches tells of all of its table."""
    assert {"Total", *FUELS} == subjects(ask(rows=ROWS).of("AT"))


@pytest.mark.parametrize("source", ["Internet Search", "LLM Call"])
def test_searches_of_text_select_no_rows(ask: Ask, source: str) -> None:
    """They give notes and pages, never facts."""
    asked = ask(chart("Generation", "Wind"), search("", source=source), rows=ROWS)
    assert asked.findings == ()
    assert subjects(asked.of("AT")) == {"Wind", "Total"}


def test_same_rows_asked_for_twice_are_told_once(ask: Ask) -> None:
    """Two entries on one property are one selection."""
    asked = ask(chart("Generation", "Wind"), search("Generation", "Solar, Wind"), rows=ROWS)
    evidence = asked.of("AT")
    assert value_of(evidence, "Total of Wind, Solar") == 50
    assert len(pick(evidence, subject="Wind", kind="value", role="place")) == 1


def test_groups_give_totals_and_shares(ask: Ask) -> None:
    """A group sums all its categories in the table, selected or not."""
    evidence = ask(chart("Generation", "Wind, Gas"), rows=ROWS, categories=GROUPS).of("AT")
    assert value_of(evidence, "Renewables") == 90
    share = one(evidence, subject="Renewables", kind="share of category")
    assert (share.value, share.unit) == (90, "%")


def test_group_without_a_selected_category_is_left_out(ask: Ask) -> None:
    """What is not asked for is not told."""
    evidence = ask(chart("Generation", "Gas"), rows=ROWS, categories=GROUPS).of("AT")
    assert "Renewables" not in subjects(evidence)


def test_groups_of_the_configuration_may_name_groups_of_the_sheet(ask: Ask) -> None:
    """Low carbon is Renewables and one category more, whatever their case."""
    evidence = ask(
        chart("Generation"),
        rows=[*ROWS, "Austria,Nuclear,2021,100,Generation,TWh"],
        categories=GROUPS,
        groups={"Low carbon": ["renewables", "NUCLEAR"]},
    ).of("AT")
    assert value_of(evidence, "Low carbon") == 190
    assert one(evidence, subject="Low carbon", kind="share of category").value == 95
    assert value_of(evidence, "Renewables") == 90


def test_group_with_one_category_in_the_table_has_its_value(ask: Ask) -> None:
    """It is called by its own name; a group called as its only category is that category."""
    groups = [("Gas", "Fossil"), ("Coal", "Fossil"), ("Hydro", "hydro")]
    evidence = ask(chart("Generation"), rows=ROWS, categories=groups).of("AT")
    assert value_of(evidence, "Fossil") == 10
    assert subjects(evidence) == {"Total", *FUELS, "Fossil"}


def test_group_called_as_another_category_is_as_distinct(ask: Ask) -> None:
    """Two figures never stand under one name."""
    groups = [("Gas", "Solar"), ("Hydro", "Solar")]
    evidence = ask(chart("Generation"), rows=ROWS, categories=groups).of("AT")
    assert value_of(evidence, "Solar") == 20
    assert value_of(evidence, "Solar together") == 50


def test_group_called_as_the_total_is_told_once(ask: Ask) -> None:
    """It says what the total holds; told beside it, the total would have two values."""
    rows = [*ROWS, "Austria,All generation,2021,100,Generation,TWh"]
    groups = {"All generation": ["Gas", "Coal", "Hydro"]}
    evidence = ask(chart("Generation"), rows=rows, groups=groups).of("AT")
    assert value_of(evidence, "Total") == 100
    assert "All generation" not in subjects(evidence)


def test_properties_listed_together_are_not_added(ask: Ask) -> None:
    """Two measures are two things, also in one unit: each is told by itself."""
    rows = [
        "Austria,Industry,2021,5,CO2,Mt",
        "Austria,Transport,2021,7,CO2,Mt",
        "Austria,Industry,2021,1,Methane,Mt",
        "Austria,Farming,2021,2,Methane,Mt",
    ]
    evidence = ask(chart("CO2, Methane"), rows=rows).of("AT")
    totals = {f.metric: f.value for f in pick(evidence, subject="Total", kind="value")}
    assert totals == {"CO2": 12, "Methane": 3}
    assert {fact.base_metric for fact in evidence.facts} == {"CO2", "Methane"}


def test_units_of_one_property_are_kept_apart(ask: Ask) -> None:
    """A total adds one unit, and a category in another unit is no gap."""
    rows = [
        "Austria,Gas,2021,5,Use,TWh",
        "Austria,Oil,2021,1,Use,TWh",
        "Austria,Heat,2021,9,Use,PJ",
    ]
    evidence = ask(chart("Use"), rows=rows).of("AT")
    totals = {f.unit: f.value for f in pick(evidence, subject="Total", kind="value", role="place")}
    assert totals["TWh"] == 6
    assert not [gap for gap in evidence.gaps if gap.kind == "absent"]
    heat = one(evidence, subject="Heat", kind="value", role="place")
    assert (heat.value, heat.unit) == (9, "PJ")


def test_collection_of_a_long_table_is_not_looked_for(ask: Ask) -> None:
    """Long tables have no collections: what stands in the cell has no effect, and is told."""
    asked = ask(chart("Generation", collection="Generator"), rows=ROWS)
    [finding] = asked.findings
    assert (finding.severity, finding.code) == ("warning", "sheet.unused-collection")
    assert "'Generator' has no effect" in finding.message
    assert value_of(asked.of("AT"), "Gas") == 10


def test_total_named_among_categories_asks_for_all(ask: Ask) -> None:
    """The table's own total is left out beside its parts; their sum is what is asked for."""
    rows = [*ROWS, "Austria,Total,2021,100,Generation,TWh"]
    asked = ask(chart("Generation", "Total"), rows=rows)
    assert asked.findings == ()
    assert value_of(asked.of("AT"), "Total") == 100
    rows.append("Austria,Total,2021,7,Imports,TWh")
    evidence = ask(chart("Generation, Imports", "Total"), rows=rows).of("AT")
    assert value_of(evidence, "Total") == 100
    assert value_of(evidence, "Total", "Imports") == 7


def test_sub_task_that_selects_nothing_is_told(ask: Ask) -> None:
    """No chart, no data search, no Input: a warning, but none where text alone is meant."""
    [finding] = ask(search("", source="LLM Call"), rows=ROWS, source="").findings
    assert (finding.severity, finding.code) == ("warning", "sheet.selects-nothing")
    assert "sub-task 1.1.1 selects no rows: it will hold no figures" in finding.message
    assert (finding.sheet, finding.cells) == ("Sub Tasks", ("row 2",))
    assert ask(rows=ROWS, source="Text only").findings == ()
    assert ask(rows=ROWS, source="ETM").findings == ()
    assert ask(chart("Generation"), rows=ROWS, source="").findings == ()


def test_months_of_a_table_without_months_are_told(ask: Ask) -> None:
    """Period_type Month would silently give nothing."""
    [finding] = ask(chart("Generation", period_type="Month"), rows=ROWS).findings
    assert (finding.severity, finding.code) == ("warning", "sheet.no-periods")
    assert "ETM has no months" in finding.message
    assert (finding.sheet, finding.cells) == ("Default Charts", ("row 2",))


def test_findings_name_the_file_of_the_sheet(ask: Ask) -> None:
    """Whoever reads them knows which file to open."""
    asked = ask(chart("Generatoin"), rows=ROWS)
    sheet = PromptSheet(
        objectives=(), tasks=(), sub_tasks=(asked.sub_task,), charts=(chart("Generatoin"),)
    )
    _, [finding] = Selector(sheet, asked.dataset, "prompts.xlsx").blocks(asked.sub_task)
    assert finding.file == "prompts.xlsx"


def test_property_without_the_named_categories_is_told(ask: Ask) -> None:
    """Of two properties the one that has none of the categories gives nothing, which is said."""
    rows = [*ROWS, "Austria,Oil,2021,4,Imports,Mt", "Austria,Coal,2021,5,Imports,Mt"]
    asked = ask(chart("Generation, Imports", "Wind, Solar"), rows=rows)
    [finding] = asked.findings
    assert (finding.severity, finding.code) == ("warning", "sheet.no-rows")
    assert "Imports has none of the categories Wind, Solar" in finding.message
    assert finding.allowed == "Coal, Oil"
    assert finding.cells == ("row 2",)


def test_group_named_as_a_category_gets_its_categories(ask: Ask) -> None:
    """A list holds categories; who names a group is told which they are."""
    [finding] = ask(chart("Generation", "renewables"), rows=ROWS, categories=GROUPS).findings
    assert (finding.severity, finding.code) == ("error", "sheet.no-category")
    assert finding.remedy.endswith("list its categories: Wind, Solar, Hydro")


def test_names_between_semicolons_get_the_remedy(ask: Ask) -> None:
    """Lists have commas; the nearest single category would be no help."""
    [finding] = ask(chart("Generation", "Wind; Solar"), rows=ROWS).findings
    assert (finding.severity, finding.code) == ("error", "sheet.no-category")
    assert finding.remedy == "Put commas between names"
    assert "Solar" in finding.allowed


def test_misspelt_group_named_as_a_category_is_told_by_its_group(ask: Ask) -> None:
    """A name that is no category's but nearly a group's; each of its categories once."""
    groups = (
        ("Wind", "Renewables"),
        ("wind", "Renewables"),
        ("Solar", "Renewables"),
    )
    [finding] = ask(chart("Generation", "Renewabels"), rows=ROWS, categories=groups).findings
    assert finding.remedy == (
        "Did you mean the group 'Renewables'? List its categories: Wind, Solar"
    )


def test_wrong_property_hides_no_wrong_category(ask: Ask) -> None:
    """Both are told at once, the category by what any property of the table has."""
    found = ask(chart("Generatoin", "Wnid"), rows=ROWS).findings
    assert [finding.code for finding in found] == ["sheet.no-property", "sheet.no-category"]
    assert found[1].remedy == "Did you mean 'Wind'?"


@pytest.mark.slow
def test_time_of_a_large_group_grows_in_proportion() -> None:
    """A category is compared with those before it by a look-up."""

    def selecting(count: int) -> Work:
        categories = tuple(
            Category(name=f"Name {number}", group="Group") for number in range(count)
        )
        sheet = PromptSheet(objectives=(), tasks=(), sub_tasks=(), categories=categories)
        dataset = load_dataset(Path(), ProjectConfig())
        return lambda: Selector(sheet, dataset)

    assert_in_proportion(selecting, 1000)
