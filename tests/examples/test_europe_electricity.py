"""The example that `make report` runs: its sheet, its figures and what it says of them."""

import csv
import tomllib
from collections import Counter, defaultdict
from pathlib import Path

import openpyxl
import pytest

from factbook.sheet.prompt_sheet import read_prompt_sheet
from factbook.writing.shape import read_shape

EXAMPLES = Path(__file__).parents[2] / "examples"
PROJECT = EXAMPLES / "europe-electricity"
README = (PROJECT / "README.md").read_text(encoding="utf-8")
CONFIG = tomllib.loads((PROJECT / "project.toml").read_text(encoding="utf-8"))
ROUNDING_TWH = 0.001
"""The figures of up to 15 nodes are rounded, each to a kWh at best."""


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def etm() -> dict[tuple[str, int], float]:
    """TWh by country and year."""
    totals: dict[tuple[str, int], float] = defaultdict(float)
    for row in _rows(PROJECT / "etm.csv"):
        if row["UNIT"] == "TWh":
            totals[row["COUNTRY"], int(row["YEAR"])] += float(row["VALUE"])
    return totals


@pytest.fixture(scope="module")
def plexos() -> dict[tuple[str, str, int], float]:
    """TWh by collection, country and year."""
    country = {row["Node"]: row["Country"] for row in _rows(PROJECT / "nodes.csv")}
    totals: dict[tuple[str, str, int], float] = defaultdict(float)
    for path in sorted((PROJECT / "plexos").glob("year_*.csv")):
        year = int(path.stem.removeprefix("year_"))
        for row in _rows(path):
            node = row["child_name"].split(" ")[0]
            key = (row["collection_name"], country[node], year)
            totals[key] += float(row["value"]) / 1000
    return totals


@pytest.mark.parametrize("collection", ["Generator", "Node"])
def test_plexos_like_totals_equal_the_etm_like_ones(collection, etm, plexos):
    """Each country's nodes add up to the national figure of the same year, none left out."""
    nodes = {key[1:]: value for key, value in plexos.items() if key[0] == collection}
    national = {key: value for key, value in etm.items() if 2015 <= key[1] <= 2021}

    assert nodes.keys() == national.keys()
    assert nodes == pytest.approx(national, abs=ROUNDING_TWH)


def test_region_has_all_its_members_in_base_and_target_year(etm):
    """A sum over the EU that lacks a member would be a wrong figure."""
    from country_converter import CountryConverter

    converter = CountryConverter()
    members = set(converter.EU27.name_short)
    for year in (CONFIG["data"]["base_year"], CONFIG["data"]["target_year"]):
        names = sorted(place for place, at in etm if at == year)
        assert members <= set(converter.convert(names, to="name_short"))


def test_sheet_is_without_findings():
    """A sheet to copy has nothing that the reader would complain of."""
    sheet, findings = read_prompt_sheet(PROJECT / "prompt_sheet.xlsx")

    assert sheet is not None
    assert findings == ()


def test_sheet_shows_what_a_sheet_can_do():
    """Three chapters of two tasks, both levels, references inside and across chapters."""
    sheet, _ = read_prompt_sheet(PROJECT / "prompt_sheet.xlsx")
    assert sheet is not None

    tasks = Counter(task.objective_id for task in sheet.tasks)
    ids = {sub_task.id for sub_task in sheet.sub_tasks}
    edges = {(ref.id[0], ref.copy_of[0]) for ref in sheet.cross_references if ref.copy_of in ids}
    assert list(tasks.values()) == [2, 2, 2]
    assert set(Counter(s.task_id for s in sheet.sub_tasks).values()) == {2}
    assert {s.geographic_level for s in sheet.sub_tasks} == {"country", "EU"}
    assert edges == {("1", "1"), ("3", "1")}
    assert {chart.source for chart in sheet.charts} == {"ETM", "PLEXOS"}
    assert {search.source for search in sheet.searches} == {
        "ETM",
        "PLEXOS",
        "Internet Search",
        "LLM Call",
    }
    assert {category.group for category in sheet.categories} > {"Renewables", "Fossil", "Nuclear"}


def test_guidelines_of_every_sub_task_state_a_length():
    """Word ranges stand in digits and in number words, and all of them are understood."""
    sheet, _ = read_prompt_sheet(PROJECT / "prompt_sheet.xlsx")
    assert sheet is not None

    assert [g.id for g in sheet.guidelines] == [s.id for s in sheet.sub_tasks]
    for guideline in sheet.guidelines:
        for text in (guideline.standard, guideline.advanced):
            shape = read_shape(text)
            assert shape.max_words, text
            assert shape.paragraphs, text


def test_ids_are_text_cells():
    """Ids and the empty cells below them are formatted as text, so that Excel keeps 1.10."""
    book = openpyxl.load_workbook(PROJECT / "prompt_sheet.xlsx")

    for name in ("Objectives", "Tasks", "Sub Tasks", "Text Guidelines", "Cross Reference"):
        sheet = book[name]
        assert sheet.freeze_panes == "A2"
        assert sheet.column_dimensions["A"].width > 10
        for (cell,) in sheet["A2" : f"A{sheet.max_row}"]:
            assert (cell.data_type, cell.number_format) == ("s", "@"), f"{name} {cell.coordinate}"


def test_readme_states_origin_and_licence_of_every_file():
    """No figures without attribution beside them."""
    for name in ("etm.csv", "plexos/", "nodes.csv", "borders.csv"):
        assert name in README
    for holder in ("Ember", "Quintel", "openENTRANCE", "ARDECO", "geodatasource.com"):
        assert holder in README
    for licence in ("CC BY 4.0", "CC BY-SA 4.0", "MIT", "Apache-2.0"):
        assert licence in README
    assert "Not model output" in README


def test_one_of_two_britains_is_dropped_and_said_so():
    """The data hold Great Britain beside the United Kingdom; the example drops one."""
    names = {row["COUNTRY"] for row in _rows(PROJECT / "etm.csv")}

    assert {"Great Britain", "United Kingdom"} <= names
    assert CONFIG["places"]["drop"] == ["Great Britain"]
    assert "Great Britain is dropped" in README
