"""PLEXOS-like results: countries from nodes, node regions, collections, totals, months."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from tests.evidence.conftest import INPUTS, Ask, Row, chart, one, pick, search

HEAD = "collection_name,category_name,child_name,property_name,value,unit_name,interval_id"
NODES = "Node,Country,Region\n1_AT,Austria,Linz\n2_AT,Austria,Wien\n1_IT,Italy,Roma\n"


def results(*rows: str) -> str:
    """A file of results."""
    return "\n".join([HEAD, *rows, ""])


def generation(*nodes: tuple[str, str, float], collection: str = "Generator") -> list[str]:
    """Yearly rows of generation by node and category."""
    return [f"{collection},{c},{node} {c},Generation,{v},GWh,1" for node, c, v in nodes]


def test_plexos_total_by_country_is_the_long_tables(ask: Ask, etm: list[Row]) -> None:
    """The files were made so: GWh by node of a year sum to a thousand times the TWh."""
    asked = ask(chart("Generation", source="PLEXOS", collection="Generator"), source="PLEXOS")
    names = {place.name: place.code for place in asked.dataset.known.values()}
    checked = 0
    for year in ("2020", "2021"):
        for name in ("Austria", "Czechia", "Germany", "Greece", "Italy", "Slovakia"):
            fact = one(
                asked.of(names[name]), subject="Total", kind="value", period=year, role="place"
            )
            table = sum(
                r.value
                for r in etm
                if (r.country, r.year, r.metric) == (name, year, "Electricity generation")
            )
            assert (fact.unit, fact.metric) == ("GWh", "Generation")
            assert fact.value == pytest.approx(table * 1000, rel=1e-6)
            checked += 1
    assert checked == 12


def test_country_figure_names_the_rows_of_all_its_nodes(ask: Ask) -> None:
    """Rows of a sum are those of its nodes, in the file of the year."""
    asked = ask(chart("Generation", "Wind", source="PLEXOS", collection="Generator"), source="")
    fact = one(asked.of("AT"), subject="Wind", kind="value", period="2021", role="place")
    with (INPUTS / "plexos_like" / "year_2021.csv").open(encoding="utf-8", newline="") as file:
        rows = {
            number: float(row["value"])
            for number, row in enumerate(csv.DictReader(file), start=2)
            if row["category_name"] == "Wind" and "_AT " in row["child_name"]
        }
    [source] = fact.sources
    assert source.file == "plexos_like/year_2021.csv"
    assert source.rows == tuple(rows)
    assert fact.value == pytest.approx(sum(rows.values()))


def test_node_regions_have_their_values(ask: Ask) -> None:
    """Each node region of the target year, largest first, and they sum to the country."""
    with (INPUTS / "nodal_split.csv").open(encoding="utf-8", newline="") as file:
        region = {row["Node"]: row["Region"] for row in csv.DictReader(file)}
    sums: dict[str, float] = defaultdict(float)
    with (INPUTS / "plexos_like" / "year_2021.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if "_DE " in row["child_name"]:
                sums[region[row["child_name"].split()[0]]] += float(row["value"])
    asked = ask(chart("Generation", source="PLEXOS", collection="Generator"), source="PLEXOS")
    facts = pick(asked.of("DE"), role="node", subject="Total")
    assert [f.place for f in facts] == [
        f"{name}, Germany" for name in sorted(sums, key=lambda name: -sums[name])
    ]
    for fact in facts:
        assert fact.value == pytest.approx(sums[fact.place.removesuffix(", Germany")])
        assert fact.period == "2021"
    country = one(asked.of("DE"), subject="Total", kind="value", period="2021", role="place")
    assert sum(f.value for f in facts) == pytest.approx(country.value)


def test_collections_are_never_mixed(ask: Ask) -> None:
    """Node repeats the sum of Generator: without a named collection nothing is taken."""
    rows = [
        *generation(("1_AT", "Gas", 5), ("2_AT", "Gas", 7)),
        *generation(("1_AT", "Gas", 12), collection="Node"),
    ]
    files = {"plexos/year_2021.csv": results(*rows), "nodes.csv": NODES}
    data = {"plexos": "plexos", "nodes": "nodes.csv"}
    named = ask(
        chart("Generation", source="PLEXOS", collection="generator"),
        files=files,
        data=dict(data),
        source="PLEXOS",
    )
    gas = one(named.of("AT"), subject="Gas", kind="value", role="place")
    assert gas.value == 12
    assert gas.sources[0].rows == (2, 3)
    unnamed = ask(
        chart("Generation", source="PLEXOS"), files=files, data=dict(data), source="PLEXOS"
    )
    [finding] = unnamed.findings
    assert (finding.severity, finding.code) == ("error", "sheet.which-collection")
    assert finding.allowed == "Generator, Node"
    assert "collection_name" in finding.remedy
    assert unnamed.of("AT").facts == ()


def test_collection_need_not_be_named_when_one_holds_the_property(ask: Ask) -> None:
    """Price is held by Node alone."""
    rows = [*generation(("1_AT", "Gas", 5)), "Node,-,1_AT,Price,40,EUR/MWh,1"]
    asked = ask(
        chart("Price", source="PLEXOS"),
        files={"plexos/year_2021.csv": results(*rows), "nodes.csv": NODES},
        data={"plexos": "plexos", "nodes": "nodes.csv"},
        source="PLEXOS",
    )
    fact = one(asked.of("AT"), kind="value")
    assert (fact.subject, fact.metric, fact.value, fact.unit) == ("Total", "Price", 40, "EUR/MWh")


def test_total_of_the_data_is_no_answer_to_a_category(ask: Ask) -> None:
    """A property that has a total alone is not used where categories are named."""
    rows = [
        "Generator,Gas,1_AT Gas,Generation,5,GWh,1",
        "Market,-,1_AT,Sales,9,GWh,1",
        "Market,-,1_AT,Purchases,3,GWh,1",
    ]
    asked = ask(
        chart("Sales", "Gas", source="PLEXOS", collection="Market"),
        files={"plexos/year_2021.csv": results(*rows), "nodes.csv": NODES},
        data={"plexos": "plexos", "nodes": "nodes.csv"},
        source="PLEXOS",
    )
    assert [f.code for f in asked.findings] == ["sheet.no-category"]
    assert asked.of("AT").facts == ()


def test_total_beside_its_parts_is_not_counted_twice(ask: Ask) -> None:
    """A category `-` beside others is their sum, and is left out."""
    rows = [*generation(("1_AT", "Gas", 5), ("1_AT", "Wind", 2)), *generation(("1_AT", "-", 7))]
    asked = ask(
        chart("Generation", source="PLEXOS", collection="Generator"),
        files={"plexos/year_2021.csv": results(*rows), "nodes.csv": NODES},
        data={"plexos": "plexos", "nodes": "nodes.csv"},
        source="PLEXOS",
    )
    evidence = asked.of("AT")
    assert one(evidence, subject="Total", kind="value", role="place").value == 7
    assert {f.subject for f in evidence.facts} == {"Total", "Gas", "Wind"}


def test_months_are_periods_when_asked_for(ask: Ask) -> None:
    """Period_type Month gives months; base and target are the same month of their years."""
    files = {
        f"plexos/year_{year}.csv": results(
            *(
                f"Generator,Gas,{node} Gas,Generation,{year - 2000 + month},GWh,{month}"
                for month in range(1, 13)
                for node in ("1_AT", "2_AT")
            )
        )
        for year in (2020, 2021)
    }
    asked = ask(
        chart("Generation", source="PLEXOS", period_type="Month"),
        files={**files, "nodes.csv": NODES},
        data={"plexos": "plexos", "nodes": "nodes.csv"},
        source="PLEXOS",
    )
    evidence = asked.of("AT")
    values = {f.period: f.value for f in pick(evidence, kind="value", role="place")}
    assert values == {
        f"{year}-{month:02d}": 2 * (year - 2000 + month)
        for year in (2020, 2021)
        for month in range(1, 13)
    }
    assert evidence.facts[0].period == "2021-12"
    changes = pick(evidence, kind="change", role="place")
    assert {(change.period, change.value) for change in changes} == {
        ("2020-12\N{EN DASH}2021-12", 2),
        ("2021-11\N{EN DASH}2021-12", 2),
    }


def test_year_is_the_sum_of_its_months(ask: Ask) -> None:
    """Without Period_type Month, twelve months make a year and eleven do not."""
    months = [f"Generator,Gas,1_AT Gas,Generation,{month},GWh,{month}" for month in range(1, 13)]
    files = {
        "plexos/year_2020.csv": results(*months[:11]),
        "plexos/year_2021.csv": results(*months),
        "nodes.csv": NODES,
    }
    asked = ask(
        chart("Generation", source="PLEXOS"),
        files=files,
        data={"plexos": "plexos", "nodes": "nodes.csv"},
        source="PLEXOS",
    )
    assert {f.period: f.value for f in pick(asked.of("AT"), kind="value")} == {"2021": 78}


def test_months_that_the_data_do_not_hold_are_said(ask: Ask) -> None:
    """Months of a yearly table are a gap, not an empty section without a word."""
    evidence = ask(chart("Electricity generation", "Wind", period_type="Month")).of("AT")
    assert evidence.facts == ()
    assert [gap.interval for gap in evidence.gaps] == ["monthly"]


def test_search_at_the_regions_level_gives_the_regions_figures(ask: Ask) -> None:
    """In a country's section they are the region's, and stand where the region's facts stand."""
    asked = ask(
        chart("Electricity generation", "Wind"),
        search("Electricity generation", "Solar", level="EU"),
    )
    solar = [f for f in asked.of("AT").facts if f.subject == "Solar"]
    assert solar
    assert not [f for f in solar if f.place == "Austria" or f.role == "place"]
    region = [f for f in solar if f.place == "EU"]
    assert {f.role for f in region} == {"region"}
    assert {f.period for f in region if f.is_value} == {
        "2017",
        "2018",
        "2019",
        "2020",
        "2021",
    }
