"""Whole reports of tables with further dimensions as published, by configuration alone."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.runs.table_reports import facts_of, report, text_of, values_of

SOURCES = Path(__file__).parent.parent / "inputs" / "sources"
DASH = "\N{EN DASH}"


def _people() -> dict[tuple[str, str], float]:
    """Age and sex → thousand persons of Canada in 2012, by the file's labels."""
    body = json.loads((SOURCES / "statcan_population.json").read_text(encoding="utf-8"))
    labels = {name: body["dimension"][name]["category"]["label"] for name in ("age", "sex")}
    ages = [labels["age"][code] for code in body["dimension"]["age"]["category"]["index"]]
    sexes = [labels["sex"][code] for code in body["dimension"]["sex"]["category"]["index"]]
    keys = product(ages, ("POP", "PERCENT"), sexes)
    return {
        (age, sex): value
        for (age, concept, sex), value in zip(keys, body["value"], strict=True)
        if concept == "POP"
    }


@pytest.mark.parametrize("has_total", [True, False])
def test_sexes_and_ages_under_one_total(tmp_path: Path, has_total: bool) -> None:
    """Statistics Canada's table, both dimensions read: 59 figures, and nobody counted twice.

    Without the total row it is the sum of one breakdown, which differs from it by roundings.
    """
    drop = "" if has_total else 'categories = { drop = ["Total"] }\n'
    toml = f"""
outputs = ["csv", "md"]
region = {{ name = "World", members = "all" }}
{drop}[data.tables.people]
file = "statcan_population.json"
[data.tables.people.dimensions]
age = {{ each = true }}
sex = {{ each = true }}
"""
    file = SOURCES / "statcan_population.json"
    end = report(tmp_path / "p", toml, file, "people", [("population", "Year")])
    facts = facts_of(end, "1.1.1@CA")
    people = _people()
    own = people["total", "total"]
    told = values_of(facts, "Total", "population")["2012"]
    sums = [
        sum(v for (age, sex), v in people.items() if (age == "total", sex == "total") == kind)
        for kind in ((False, False), (True, False), (False, True))
    ]
    if has_total:
        assert told == own
    else:
        assert any(told == pytest.approx(value) for value in sums)
    for (age, sex), value in people.items():
        name = ", ".join(text for text in (age, sex) if text != "total")
        found = values_of(facts, name, "population")
        if name and found:
            assert found == {"2012": value}
            share = values_of(facts, name, "population share of category")
            assert share.get("2012", 0) == pytest.approx(100 * value / told)
    assert values_of(facts, "male", "population") == {"2012": people["total", "male"]}
    if has_total:
        assert "| Total" in text_of(end)
        assert "34,881" in text_of(end)


def _scenario(
    facts: Sequence[Mapping[str, Any]], subject: str, metric: str, scenario: str
) -> dict[str, float]:
    """Period → value of a scenario's facts."""
    own = [fact for fact in facts if fact.get("scenario") == scenario]
    return values_of(own, subject, metric)


def test_scenarios_of_two_models(tmp_path: Path) -> None:
    """An extract in IAMC's format: each scenario for itself, none added, each against the first."""
    toml = """
outputs = ["csv", "md"]
places = { kind = "free" }
region = { name = "All", members = "all" }
[data.tables.pathways]
file = "iamc_two_scenarios.csv"
[data.tables.pathways.dimensions.model]
default = "test_model"
[data.tables.pathways.dimensions.scenario]
reference = "test_scenario"
"""
    file = SOURCES / "iamc_two_scenarios.csv"
    end = report(tmp_path / "s", toml, file, "pathways", [("Primary Energy", "Year")])
    table = pd.read_csv(file).set_index(["model", "scenario", "variable"]).loc["test_model"]
    [place] = [p.stem for p in (end.folder / "evidence").glob("1.1.1@*.json")]
    facts = facts_of(end, place)
    for scenario in ("test_scenario", "test_scenario1"):
        total = _scenario(facts, "Total", f"Primary Energy ({scenario})", scenario)
        assert total["2015"] == table.loc[scenario, "Primary Energy"]["2015"]
        coal = {
            period: value
            for fact in facts
            if fact.get("scenario") == scenario and fact["subject"].endswith("Coal")
            if (period := fact["period"]) == "2015" and fact["unit"].startswith("EJ")
            if (value := fact["value"]) is not None and fact["kind"] == "value"
        }
        assert coal == {"2015": table.loc[scenario, "Primary Energy|Coal"]["2015"]}
    [difference] = [
        fact["value"]
        for fact in facts
        if fact["kind"] == "difference to reference"
        and (fact["subject"], fact["period"], fact["role"]) == ("Total", "2015", "place")
    ]
    assert difference == 8 - 10
    values = {fact["value"] for fact in facts if fact["unit"].startswith("EJ")}
    assert 18 not in values  # of both scenarios
    assert "test_scenario1" in text_of(end)


def test_equal_places_have_no_rank_in_the_text(tmp_path: Path) -> None:
    """Of two that are largest alike none is said to be the first."""
    file = tmp_path / "wind.csv"
    places = ("Austria", "Germany", "Spain", "France", "Italy", "Poland", "Sweden", "Norway")
    rows = [
        f"{place},Wind,{year},{max(5 - at // 2, 1)},Generation,TWh"
        for at, place in enumerate(places)
        for year in (2019, 2022)
    ]
    file.write_text("COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n" + "\n".join(rows) + "\n")
    toml = 'outputs = ["md"]\nregion = { name = "World", members = "all" }\n'
    toml += '[data.tables.wind]\nfile = "wind.csv"\n'
    end = report(tmp_path / "project", toml, file, "wind", [("Generation", "Year")])
    text = text_of(end)
    assert "1st of" not in text
    assert "of all members" not in text


def test_sum_of_some_members_is_not_told_as_the_regions(tmp_path: Path) -> None:
    """Two of the EU's 27 members have figures: 9 million persons are those two's, not the EU's."""
    file = tmp_path / "people.csv"
    rows = [
        f"{place},Total,{year},{value + (year - 2019) / 10},Population,million persons"
        for place, value in (("Austria", 9), ("Spain", 47))
        for year in (2019, 2022)
    ]
    file.write_text("COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n" + "\n".join(rows) + "\n")
    toml = 'outputs = ["md"]\n[data.tables.people]\nfile = "people.csv"\n'
    end = report(tmp_path / "project", toml, file, "people", [("Population", "Year")])
    chapter, _, _ = text_of(end).partition("## Conclusion")
    for told in ("the EU's population", "Across the EU", "the EU as a whole", "The EU recorded"):
        assert told not in chapter
