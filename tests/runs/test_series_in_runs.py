"""Whole reports of a monthly, a quarterly and an hourly table, by configuration alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.runs.table_reports import facts_of, report, text_of, values_of

SERIES = Path(__file__).parent.parent / "inputs" / "series"
DASH = "\N{EN DASH}"


def test_a_monthly_table(tmp_path: Path) -> None:
    """Employment of the United States by supersector: a level, never added over months."""
    toml = """
outputs = ["csv", "md"]
region = { name = "World", members = "all" }
[data.tables.employment]
file = "us_employment_monthly.csv"
unit = "thousand persons"
columns = { COUNTRY = "place", SECTOR = "supersector", YEAR = "month", VALUE = "thousands" }
"""
    charts = [("", "Month"), ("", "Year")]
    end = report(tmp_path / "m", toml, SERIES / "us_employment_monthly.csv", "employment", charts)
    frame = pd.read_csv(SERIES / "us_employment_monthly.csv")
    totals = frame.groupby("month")["thousands"].sum()
    facts = facts_of(end, "1.1.1@US")
    values = values_of(facts, "Total", "employment")
    assert values["2015-12"] == pytest.approx(totals["2015-12-01"])
    changes = values_of(facts, "Total", "employment relative change")
    for base in ("2014-12", "2015-11"):
        expected = (totals["2015-12-01"] / totals[f"{base}-01"] - 1) * 100
        assert changes[f"{base}{DASH}2015-12"] == pytest.approx(expected)
    assert not [fact for fact in facts if "year to date" in fact["kind"]]
    assert not facts_of(end, "1.1.2@US")
    text = text_of(end)
    assert "December 2015" in text
    assert "| Nov 2015 " in text
    assert "and little changed from the month before" in text


def test_a_quarterly_table(tmp_path: Path) -> None:
    """Product, consumption, a rate and an index: none is added, each is told on two bases."""
    toml = """
outputs = ["csv", "md"]
region = { name = "World", members = "all" }
[data.tables.macro]
file = "us_macro_quarterly.csv"
"""
    charts = [("Real GDP, Unemployment rate, Consumer price index", "Quarter")]
    end = report(tmp_path / "q", toml, SERIES / "us_macro_quarterly.csv", "macro", charts)
    frame = pd.read_csv(SERIES / "us_macro_quarterly.csv").set_index(["PROPERTY", "YEAR"])["VALUE"]
    facts = facts_of(end, "1.1.1@US")
    rate = values_of(facts, "Total", "Unemployment rate")
    assert rate["2009-Q3"] == frame["Unemployment rate", "2009-Q3"]
    points = values_of(facts, "Total", "Unemployment rate change")
    assert points[f"2009-Q2{DASH}2009-Q3"] == pytest.approx(9.6 - 9.2)
    gdp = frame["Real GDP"]
    change = values_of(facts, "Total", "Real GDP relative change")[f"2008-Q3{DASH}2009-Q3"]
    assert change == pytest.approx((gdp["2009-Q3"] / gdp["2008-Q3"] - 1) * 100)
    assert not [fact for fact in facts if "year to date" in fact["kind"]]
    text = text_of(end)
    assert "the third quarter of 2009" in text
    assert "the quarter before" in text
    assert "| Q3 2009 " in text


def test_an_hourly_table(tmp_path: Path) -> None:
    """Temperatures of two cities, made into means, maxima and hours above a bound."""
    toml = """
outputs = ["csv", "md"]
region = { name = "Both", members = "all" }
places = { kind = "free", file = "places.csv" }
[data.tables.temperature]
file = "us_temperatures_hourly.csv.gz"
unit = "°F"
columns = { COUNTRY = "city", YEAR = "date", VALUE = "temp" }
[measures.temperature]
hourly = ["mean", "max", "hours above 70"]
"""
    charts = [("temperature", "Month"), ("temperature, maximum, mean", "Year")]
    places = {"places.csv": "code,name\nsea,Seattle\nsfo,San Francisco\n"}
    file = "us_temperatures_hourly.csv.gz"
    end = report(tmp_path / "h", toml, SERIES / file, "temperature", charts, places)
    frame = pd.read_csv(SERIES / "us_temperatures_hourly.csv.gz")
    seattle = frame[frame["city"] == "Seattle"]
    by_month = seattle.groupby(seattle["date"].str[:7])["temp"]
    facts = facts_of(end, "1.1.1@sea")
    assert values_of(facts, "Total", "temperature, mean")["2010-07"] == pytest.approx(
        by_month.mean()["2010/07"]
    )
    hours = values_of(facts, "Total", "temperature, hours above 70 °F")
    assert hours["2010-07"] == (by_month.apply(lambda temps: (temps > 70).sum()))["2010/07"]
    assert "2010-03" not in hours  # an hour is missing
    year = facts_of(end, "1.1.2@sea")
    assert values_of(year, "Total", "temperature, maximum") == {"2010": seattle["temp"].max()}
    assert values_of(year, "Total", "temperature, mean") == {
        "2010": pytest.approx(seattle["temp"].mean())
    }
    text = text_of(end)
    assert "maximum temperature" in text
    assert "temperature, maximum in" not in text
