"""Whole reports of a monthly, a quarterly and an hourly table, by configuration alone."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run

SERIES = Path(__file__).parent.parent / "inputs" / "series"
DASH = "\N{EN DASH}"


def _report(
    folder: Path,
    toml: str,
    file: str,
    table: str,
    charts: Sequence[tuple[str, str]],
    files: Mapping[str, str] = {},
) -> Outcome:
    """A report with a sub-task for each property and Period_type, of every place."""
    folder.mkdir()
    (folder / "project.toml").write_text(toml, encoding="utf-8")
    shutil.copy(SERIES / file, folder / file)
    for name, content in files.items():
        (folder / name).write_text(content, encoding="utf-8")
    titles = "Title", "Description"
    ids = [f"1.1.{at}" for at in range(1, len(charts) + 1)]
    tabs: dict[str, list[tuple[str, ...]]] = {
        "Objectives": [("ID", *titles), ("1", "Series", "Series.")],
        "Tasks": [("ID", "Objective ID", *titles), ("1.1", "1", "Series", "All.")],
        "Sub Tasks": [
            ("ID", "Task_section_id", *titles, "Input", "Geographic Level"),
            *((one, "1.1", f"Part {one}", "All.", table, "country") for one in ids),
        ],
        "Default Charts": [
            ("sub_task_id", "Image", "property_list", "Period_type"),
            *((one, table, *chart) for one, chart in zip(ids, charts, strict=True)),
        ],
    }
    book = openpyxl.Workbook()
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(folder / "prompt_sheet.xlsx")
    end = start_run(RunRef(project=str(folder)))
    assert end.state == "Completed", end.message
    return end


def _facts(end: Outcome, section_id: str) -> list[dict[str, Any]]:
    assert end.folder is not None
    text = (end.folder / "evidence" / f"{section_id}.json").read_text("utf-8")
    facts: list[dict[str, Any]] = json.loads(text)["facts"]
    return facts


def _values(facts: Sequence[Mapping[str, Any]], subject: str, metric: str) -> dict[str, float]:
    """Period → value of the place's own facts."""
    return {
        fact["period"]: fact["value"]
        for fact in facts
        if (fact["subject"], fact["metric"], fact["role"]) == (subject, metric, "place")
    }


def _text(end: Outcome) -> str:
    assert end.folder is not None
    [report] = end.folder.glob("*.md")
    return report.read_text(encoding="utf-8")


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
    end = _report(tmp_path / "m", toml, "us_employment_monthly.csv", "employment", charts)
    frame = pd.read_csv(SERIES / "us_employment_monthly.csv")
    totals = frame.groupby("month")["thousands"].sum()
    facts = _facts(end, "1.1.1@US")
    values = _values(facts, "Total", "employment")
    assert values["2015-12"] == pytest.approx(totals["2015-12-01"])
    changes = _values(facts, "Total", "employment relative change")
    for base in ("2014-12", "2015-11"):
        expected = (totals["2015-12-01"] / totals[f"{base}-01"] - 1) * 100
        assert changes[f"{base}{DASH}2015-12"] == pytest.approx(expected)
    assert not [fact for fact in facts if "year to date" in fact["kind"]]
    assert not _facts(end, "1.1.2@US")
    text = _text(end)
    assert "December 2015" in text
    assert "| Nov 2015 " in text
    assert "the month before" in text


def test_a_quarterly_table(tmp_path: Path) -> None:
    """Product, consumption, a rate and an index: none is added, each is told on two bases."""
    toml = """
outputs = ["csv", "md"]
region = { name = "World", members = "all" }
[data.tables.macro]
file = "us_macro_quarterly.csv"
"""
    charts = [("Real GDP, Unemployment rate, Consumer price index", "Quarter")]
    end = _report(tmp_path / "q", toml, "us_macro_quarterly.csv", "macro", charts)
    frame = pd.read_csv(SERIES / "us_macro_quarterly.csv").set_index(["PROPERTY", "YEAR"])["VALUE"]
    facts = _facts(end, "1.1.1@US")
    rate = _values(facts, "Total", "Unemployment rate")
    assert rate["2009-Q3"] == frame["Unemployment rate", "2009-Q3"]
    points = _values(facts, "Total", "Unemployment rate change")
    assert points[f"2009-Q2{DASH}2009-Q3"] == pytest.approx(9.6 - 9.2)
    gdp = frame["Real GDP"]
    change = _values(facts, "Total", "Real GDP relative change")[f"2008-Q3{DASH}2009-Q3"]
    assert change == pytest.approx((gdp["2009-Q3"] / gdp["2008-Q3"] - 1) * 100)
    assert not [fact for fact in facts if "year to date" in fact["kind"]]
    text = _text(end)
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
    end = _report(tmp_path / "h", toml, file, "temperature", charts, places)
    frame = pd.read_csv(SERIES / "us_temperatures_hourly.csv.gz")
    seattle = frame[frame["city"] == "Seattle"]
    by_month = seattle.groupby(seattle["date"].str[:7])["temp"]
    facts = _facts(end, "1.1.1@sea")
    assert _values(facts, "Total", "temperature, mean")["2010-07"] == pytest.approx(
        by_month.mean()["2010/07"]
    )
    hours = _values(facts, "Total", "temperature, hours above 70 °F")
    assert hours["2010-07"] == (by_month.apply(lambda temps: (temps > 70).sum()))["2010/07"]
    assert "2010-03" not in hours  # an hour is missing
    year = _facts(end, "1.1.2@sea")
    assert _values(year, "Total", "temperature, maximum") == {"2010": seattle["temp"].max()}
    assert _values(year, "Total", "temperature, mean") == {
        "2010": pytest.approx(seattle["temp"].mean())
    }
    text = _text(end)
    assert "maximum temperature" in text
    assert "temperature, maximum in" not in text
