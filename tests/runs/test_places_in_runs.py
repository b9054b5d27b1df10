"""Whole reports on several regions, US states, and places of a list."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest

from factbook.errors import SheetError
from factbook.runs.outcome import Outcome
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run

INPUTS = Path(__file__).parent.parent / "inputs" / "data"
REGIONS = """
outputs = ["csv", "md"]
[regions.Europe]
members = "Europe"
[regions."Latin America"]
members = ["Brazil", "Chile"]
row = "Latin"
[regions.Andes]
members = "Chile, Peru"
[data.tables.power]
file = "power.csv"
"""
POWER = "COUNTRY,YEAR,VALUE,UNIT,SECTOR,PROPERTY\n" + "".join(
    f"{name},{year},{value * (year - 2010)},TWh,Gas,Output\n"
    for name, value in (("Austria", 1), ("Spain", 8), ("Brazil", 20), ("Chile", 4), ("Peru", 2))
    for year in (2019, 2020)
) + "Latin,2020,300,TWh,Gas,Output\n"  # fmt: skip


def _project(folder: Path, toml: str, levels: Sequence[str], table: str, **files: str) -> Path:
    """A project with a sub-task for each level, all about everything in a table."""
    folder.mkdir()
    (folder / "project.toml").write_text(toml, encoding="utf-8")
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    book = openpyxl.Workbook()
    titles = "Title", "Description"
    sections = [
        (f"1.1.{at}", "1.1", f"Output {at}", "All of it.", table, level)
        for at, level in enumerate(levels, 1)
    ]
    tabs: dict[str, list[tuple[str, ...]]] = {
        "Objectives": [("ID", *titles), ("1", "Power", "Power.")],
        "Tasks": [("ID", "Objective ID", *titles), ("1.1", "1", "Output", "All.")],
        "Sub Tasks": [("ID", "Task_section_id", *titles, "Input", "Geographic Level"), *sections],
    }
    for name, rows in tabs.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    del book["Sheet"]
    book.save(folder / "prompt_sheet.xlsx")
    return folder


def _run(project: Path) -> Outcome:
    end = start_run(RunRef(project=str(project)))
    assert end.state == "Completed", end.message
    return end


def _facts(end: Outcome, section_id: str) -> dict[tuple[str, str, str], float]:
    """(place, metric, period) → value, of a section's evidence."""
    assert end.folder is not None
    text = (end.folder / "evidence" / f"{section_id}.json").read_text("utf-8")
    return {(f["place"], f["metric"], f["period"]): f["value"] for f in json.loads(text)["facts"]}


def test_three_regions_have_sections_of_their_own(tmp_path: Path) -> None:
    """Their figures are their own rows, else sums of their own members, which are ranked there."""
    levels = ("country", "Europe", "Latin America", "andes")
    end = _run(_project(tmp_path / "three", REGIONS, levels, "power", power=POWER))
    assert _facts(end, "1.1.2@Europe")["Europe", "Output", "2020"] == 90
    latin = _facts(end, "1.1.3@Latin America")
    assert latin["Latin America", "Output", "2020"] == 300
    assert latin["Latin America", "Output", "2019"] == 216
    andes = _facts(end, "1.1.4@Andes")
    assert andes["Andes", "Output", "2020"] == 60
    assert andes["Chile", "Output", "2020"] == 40
    assert not any(place in ("Brazil", "Europe") for place, _, _ in andes)
    austria = _facts(end, "1.1.1@AT")
    assert ("Austria", "Output share of region", "2020") not in austria, "others have no figure"
    assert end.folder is not None
    [report] = end.folder.glob("*.md")
    text = report.read_text(encoding="utf-8")
    assert "Latin America" in text
    andean = text.split("##### Andes")[1].split("#####")[0]
    assert "60\u00a0TWh" in andean
    assert "11.1%" in andean
    conclusions = (end.folder / "objective_conclusion_results.csv").read_text(encoding="utf-8")
    assert "Andes" in conclusions


def test_introduction_of_a_region_names_its_own_sub_tasks(tmp_path: Path) -> None:
    """Not those of another region, which it has no section of."""
    toml = f"add_introduction_to_task = true\n{REGIONS}"
    end = _run(_project(tmp_path / "intro", toml, ("Europe", "Andes"), "power", power=POWER))
    assert end.folder is not None
    for region, own, other in (
        ("Europe", "Output 1", "Output 2"),
        ("Andes", "Output 2", "Output 1"),
    ):
        record = end.folder / "records" / f"1.1#introduction@{region}.json"
        text = json.loads(record.read_text(encoding="utf-8"))["source_text"]
        assert (own in text, other in text) == (True, False)


def test_us_states_are_a_report_by_configuration_alone(tmp_path: Path) -> None:
    """The file as it comes: names in lower case, the country's own row, a rate that never adds."""
    toml = """
outputs = ["csv", "md"]
places = { kind = "us-states" }
region = { name = "United States", members = "all", row = "usa" }
regions = { West = { members = "West" } }
countries = { CA = "California", GA = "", WA = "" }
[data.tables.rates]
file = "rates.csv"
unit = "lb/MWh"
columns = { COUNTRY = "state", YEAR = "year", VALUE = "rate" }
"""
    project = _project(tmp_path / "states", toml, ("state", "United States", "West"), "rates")
    shutil.copy(INPUTS / "us_states_emission_rates.csv", project / "rates.csv")
    end = _run(project)
    georgia = _facts(end, "1.1.1@GA")
    rates = {row.split(",")[0]: float(row.split(",")[2]) for row in _lines(project / "rates.csv")}
    assert georgia["Georgia", "rates", "2023"] == rates["georgia"]
    assert _facts(end, "1.1.2@United States")["United States", "rates", "2023"] == rates["usa"]
    assert not any(place == "West" for place, _, _ in _facts(end, "1.1.3@West"))
    assert end.folder is not None
    text = (end.folder / "states.md").read_text(encoding="utf-8")
    assert re.search(r"Among the members of West, rates ranged from 267\slb/MWh in Wash", text)
    assert not re.search(r"country|countries", text)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()[1:]


def test_places_of_a_list_and_their_groups_are_a_report(tmp_path: Path) -> None:
    """Districts with codes, neighbours and a region above, by configuration alone."""
    toml = """
outputs = ["csv", "md"]
[places]
kind = "free"
file = "districts.csv"
[regions.Bavaria]
members = "Bavaria"
[labels.SECTOR]
H1 = "Heat pumps"
[data.tables.heat]
file = "heat.csv"
"""
    districts = "code,name,parent,neighbours\nM,Munich,Bavaria,D\nD,Dachau,Bavaria,\nF,Frankfurt,,"
    heat = (
        "COUNTRY,YEAR,VALUE,UNIT,SECTOR\nmunich,2020,3,MW,h1\nDachau,2020,2,MW,H1\nF,2020,9,MW,H1\n"
    )
    project = _project(
        tmp_path / "districts", toml, ("place", "Bavaria"), "heat", districts=districts, heat=heat
    )
    end = _run(project)
    assert _facts(end, "1.1.2@Bavaria")["Bavaria", "heat", "2020"] == 5
    munich = _facts(end, "1.1.1@M")
    assert munich["Munich", "heat", "2020"] == 3
    assert munich["Dachau", "heat", "2020"] == 2
    assert end.folder is not None
    rows = (end.folder / "objective_1_results.csv").read_text(encoding="utf-8")
    assert "Heat pumps" in rows or "heat pumps" in rows


def test_a_search_at_another_region_is_refused(tmp_path: Path) -> None:
    """Its figures would be the main region's."""
    project = _project(tmp_path / "search", REGIONS, ("country",), "power", power=POWER)
    book = openpyxl.load_workbook(project / "prompt_sheet.xlsx")
    sheet = book.create_sheet("External Search")
    sheet.append(("ID", "Unique_ID", "Title", "Data Source", "Level"))
    sheet.append(("1.1.1", "s1", "More", "power", "Andes"))
    book.save(project / "prompt_sheet.xlsx")
    with pytest.raises(SheetError, match="Level is 'Andes'. Allowed: country, Europe"):
        start_run(RunRef(project=str(project)))
