"""Sums that are doubtful: members without data, categories that hold others, months alone."""

from __future__ import annotations

from typing import Any

from factbook.errors import Finding
from factbook.sheet.models import PromptSheet
from tests.evidence.conftest import Ask, Asked, chart, one, pick

HEAD = "collection_name,category_name,child_name,property_name,value,unit_name,_date\n"
NODES = "Node,Country,Region\n101,AT,Wien\n"


def _told(asked: Asked) -> list[Finding]:
    sheet = PromptSheet(objectives=(), tasks=(), sub_tasks=(asked.sub_task,))
    return list(asked.builder.coverage_findings(sheet))


def _mix(*extra: tuple[str, int]) -> list[str]:
    """Three categories of two countries in two years, and some that are made of them."""
    rows = []
    for number, (country, year) in enumerate((c, y) for c in ("Austria", "France") for y in (1, 2)):
        values = {"Coal": 5 + number, "Gas": 9 - 2 * number, "Wind": 8 + number**2}
        for name, of_all in extra:
            values[name] = values["Coal"] + values["Gas"] + of_all * values["Wind"]
        rows += [f"{country},{s},202{year},{v},Generation,TWh" for s, v in values.items()]
    return rows


def test_members_without_data_are_all_named(ask: Ask) -> None:
    """One warning a table, with the count; a region with rows of its own is no sum."""
    rows = ["Austria,Coal,2020,5,Generation,TWh", "France,Coal,2020,5,Generation,TWh"]
    region = {"name": "Union", "members": ["Austria", "France", "Malta", "Spain"]}
    [finding] = _told(ask(chart("Generation"), rows=rows, region=region))
    assert (finding.severity, finding.code, finding.file) == (
        "warning", "data.missing-members", "etm.csv",
    )  # fmt: skip
    assert finding.message == (
        "Union: 2 of 4 members have no data in ETM: Malta, Spain. Its sums leave them out"
    )
    rows.append("Union,Coal,2020,9,Generation,TWh")
    assert not _told(ask(chart("Generation"), rows=rows, region=region))
    prices = [row.replace("TWh", "EUR/MWh") for row in rows[:2]]
    told = _told(ask(chart("Generation"), rows=prices, region=region))
    assert "data.missing-members" not in {finding.code for finding in told}


def test_last_year_of_few_members_is_told(ask: Ask) -> None:
    """The region's sum of one member in 2022 looks like a fall; two of four is half of them."""
    region = {"members": ["Austria", "France", "Malta", "Spain"]}
    rows = [
        f"{name},Coal,{year},5,Generation,TWh"
        for name in region["members"]
        for year in (2019, 2020, 2021)
        if year < 2021 or name != "Malta"
    ]
    last = "Austria,Coal,2022,5,Generation,TWh"
    [finding] = _told(ask(chart("Generation"), rows=[*rows, last], region=region))
    assert (finding.severity, finding.code) == ("warning", "data.thin-year")
    assert "1 member has a figure of Generation in 2022" in finding.message
    assert "and 3 in 2021" in finding.message
    assert finding.remedy.startswith("Write target_year = 2021 under [data] in project.toml")
    half = [*rows, last, last.replace("Austria", "Spain")]
    assert not _told(ask(chart("Generation"), rows=half, region=region))
    prices = [row.replace("TWh", "EUR/MWh") for row in (*rows, last)]
    told = _told(ask(chart("Generation"), rows=prices, region=region))
    assert "data.thin-year" not in {finding.code for finding in told}


def test_total_that_holds_others_is_told_as_one(ask: Ask) -> None:
    """Fossil and Burnt are the sum of coal and gas in four figures: by name, by a group."""
    region = {"members": ["Austria", "France"]}
    for name, groups in (("Fossil", {}), ("Burnt", {"burnt": ["Coal", "Gas"]})):
        asked = ask(chart("Generation"), rows=_mix((name, 0)), region=region, groups=groups)
        assert _told(asked) == []
        total = one(asked.of("AT"), subject="Total", kind="value", period="2022", role="place")
        assert total.value == 6 + 7 + 9


def test_total_among_the_categories_of_results_counts_once(ask: Ask) -> None:
    """In PLEXOS results a total is an empty child; as a category it is the total as well."""
    values = {"Coal": 2, "Gas": 3, "Total": 5}
    text = HEAD + "".join(
        f"Generator,{category},101,Generation,{value},GWh,{year}-01-01\n"
        for year in (2020, 2021, 2022)
        for category, value in values.items()
    )
    asked = ask(
        files={"p/year/a.csv": text, "n.csv": NODES},
        source="PLEXOS",
        data={"plexos": "p", "nodes": "n.csv"},
        region={"members": ["Austria"]},
    )
    assert _told(asked) == []
    found = pick(asked.of("AT"), kind="value", period="2022", role="place")
    assert {fact.subject: fact.value for fact in found} == {"Total": 5, "Coal": 2, "Gas": 3}


def test_category_that_is_called_a_sum_and_is_none_is_an_error(ask: Ask) -> None:
    """One figure that is another one, by more than roundings of three whole numbers, is enough."""
    region = {"members": ["Austria", "France"]}
    rows = _mix(("Fossil", 0))
    changed = [rows[3].replace("Fossil,2021,14", "Fossil,2021,17"), *rows[:3], *rows[4:]]
    assert changed[0] != rows[3]
    [finding] = _told(ask(chart("Generation"), rows=changed, region=region))
    assert (finding.severity, finding.code) == ("error", "data.overlap")


def test_months_that_do_not_make_a_year_are_told(ask: Ask) -> None:
    """By name with what would show them; the section's emptiness is not told as well."""
    text = HEAD + "".join(
        f"Generator,Gas,101,{metric},1,{unit},2024-{month:02d}-01\n"
        for month in range(1, 13)
        for metric, unit in (("Capacity", "MW"), ("Generation", "GWh"), ("Price", "EUR/MWh"))
    )
    files = {"p/month/a.csv": text, "n.csv": NODES}
    config: dict[str, Any] = {
        "data": {"plexos": "p", "nodes": "n.csv"},
        "region": {"members": ["Austria"]},
    }
    asked = ask(chart("Capacity", source="PLEXOS"), files=files, source="PLEXOS", **config)
    [finding] = asked.findings
    assert (finding.severity, finding.code) == ("warning", "sheet.other-periods")
    assert "PLEXOS has Capacity (MW) by month alone, which is not added over" in finding.message
    assert finding.remedy.startswith("Write Month as Period_type")
    assert not _told(asked)
    assert asked.of("AT").gap_sentences == ("The data hold no yearly Capacity of Austria: Gas.",)
    asked = ask(files=files, source="PLEXOS", **config)
    [finding] = asked.findings
    assert "Capacity (MW), Price (EUR/MWh) by month alone, which are not" in finding.message
    monthly = chart("Capacity", source="PLEXOS", period_type="Month")
    asked = ask(monthly, files=files, source="PLEXOS", **config)
    assert asked.findings == ()
    assert len(asked.of("AT").facts) >= 12
