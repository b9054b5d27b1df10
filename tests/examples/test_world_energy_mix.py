"""The example on tables of one's own: its figures, and what a report says of them."""

import csv
import os
import shutil
import subprocess
import sys
import tomllib
from collections import defaultdict
from pathlib import Path

import pytest

from factbook.evidence.facts import Evidence, Fact
from factbook.project.project import Project, open_project
from factbook.sheet.prompt_sheet import read_prompt_sheet
from factbook.writing.shape import read_shape

EXAMPLES = Path(__file__).parents[2] / "examples"
FOLDER = EXAMPLES / "world-energy-mix"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
CONFIG = tomllib.loads((FOLDER / "project.toml").read_text(encoding="utf-8"))
NAMES = list(CONFIG["countries"].values())
REGION = "Sample group"
RENEWABLES = {"Hydro", "Wind", "Solar", "Bioenergy", "Other renewables"}
FOSSIL = {"Coal", "Gas", "Oil"}
GENERATION = "Electricity generation"
INTENSITY = "Carbon intensity"
PER_HEAD = "Electricity generation per head"
EMISSIONS = "CO2 emissions per head"
FACTBOOK = Path(sys.executable).with_name("factbook")


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


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


@pytest.fixture(scope="module")
def twh() -> dict[str, dict[str, float]]:
    """Country, and the region → source → TWh, read with nothing but csv."""
    figures: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in _rows("electricity.csv"):
        if row["indicator"] == GENERATION:
            figures[row["country_name"]][row["source"]] = float(row["figure"])
            figures[REGION][row["source"]] += float(row["figure"])
    return figures


def _one(
    evidence: Evidence, subject: str, metric: str, period: str, kind: str = "value", place: str = ""
) -> Fact:
    place = place or evidence.place
    sought = (place, subject, metric, period, kind)
    (fact,) = (
        f
        for f in evidence.facts
        if (f.place, f.subject, f.metric, f.period, f.measured_kind) == sought
    )
    return fact


def _ratios(metric: str) -> dict[str, float]:
    return {
        row["country_name"]: float(row["figure"])
        for row in _rows("electricity.csv")
        if row["indicator"] == metric
    }


def test_project_is_without_findings(project):
    """An example to copy has no errors, and no warnings either."""
    assert project.findings == ()


def test_tables_are_the_users_own_ones():
    """Renamed columns, years as columns, an origin each; neither PLEXOS nor nodes nor borders."""
    tables = CONFIG["data"]["tables"]

    assert CONFIG["data"].keys() == {"tables"}
    assert tables.keys() == {"electricity", "emissions"}
    assert all(table["columns"] and table["origin"] for table in tables.values())
    assert tables["emissions"]["years_in_columns"] is True
    assert tables["emissions"]["unit"] == "t/head"


def test_sections_are_those_of_twelve_countries_and_the_region(project, evidence):
    """Every section of the sheet has facts of its own place."""
    places = {section.place.name for section in project.outline.sections}

    assert len(NAMES) == 12
    assert places == {*NAMES, REGION}
    assert {s.objective_id for s in project.sheet.tasks} == {"1", "2", "3"}
    for section_id, found in evidence.items():
        assert any(f.place == found.place and f.is_value for f in found.facts), section_id


@pytest.mark.parametrize(("code", "name"), [*CONFIG["countries"].items(), (REGION, REGION)])
def test_totals_groups_and_shares_are_those_of_the_file(code, name, evidence, twh):
    """Total, groups, groups of groups and their shares, recomputed from the file."""
    sub_task = "1.1.2" if name == REGION else "1.1.1"
    found = evidence[f"{sub_task}@{code}"]
    total = sum(twh[name].values())
    groups = {
        "Renewables": sum(twh[name][source] for source in RENEWABLES),
        "Fossil": sum(twh[name][source] for source in FOSSIL),
        "Low carbon": sum(twh[name][source] for source in RENEWABLES | {"Nuclear"}),
    }

    assert len(twh[name]) == 9
    assert _one(found, "Total", GENERATION, "2023").value == pytest.approx(total)
    for source, value in (*twh[name].items(), *groups.items()):
        fact = _one(found, source, GENERATION, "2023")
        assert (fact.value, fact.unit) == (pytest.approx(value), "TWh")
        if not value:
            continue
        metric, kind = f"{GENERATION} share of category", "share of category"
        share = _one(found, source, metric, "2023", kind)
        assert share.value == pytest.approx(100 * value / total)


@pytest.mark.parametrize(
    ("sub_task", "metric", "subject", "unit"),
    [("2.2.1", INTENSITY, "Electricity", "g CO2/kWh"), ("3.1.1", PER_HEAD, "Total", "kWh/head")],
)
def test_ratios_are_the_published_ones_and_ranked(sub_task, metric, subject, unit, evidence):
    """Ratios of the countries are those of the file; ranks are among the twelve."""
    published = _ratios(metric)
    order = sorted(published, key=published.__getitem__, reverse=True)

    for code, name in CONFIG["countries"].items():
        found = evidence[f"{sub_task}@{code}"]
        rank = _one(found, subject, f"{metric} rank", "2023", "rank")
        fact = _one(found, subject, metric, "2023")
        assert (fact.value, fact.unit) == (published[name], unit)
        assert (rank.value, rank.among) == (order.index(name) + 1, 12)


def test_wide_table_gives_every_year_and_the_change(evidence):
    """Years come from the headings, the unit from the configuration."""
    for row in _rows("emissions.csv"):
        code = next(c for c, name in CONFIG["countries"].items() if name == row["country"])
        found = evidence[f"3.2.1@{code}"]
        for year in ("1990", "1995", "2000", "2005", "2010"):
            fact = _one(found, "Total", EMISSIONS, year)
            assert (fact.value, fact.unit) == (float(row[year]), "t/head")
        change = _one(found, "Total", f"{EMISSIONS} change", "1990–2010", "change")
        assert change.value == pytest.approx(float(row["2010"]) - float(row["1990"]))


def test_ratios_are_never_summed(evidence):
    """No section has a figure of the region for a ratio, nor a share in one."""
    for found in evidence.values():
        for fact in found.facts:
            if fact.metric.startswith((INTENSITY, PER_HEAD, EMISSIONS)):
                assert fact.place != REGION
                assert "share" not in fact.kind


def test_sources_add_up_to_the_published_total(twh):
    """TWh divided by what a head has is a population of the size that the country has."""
    millions = {
        name: 1000 * sum(twh[name].values()) / kwh for name, kwh in _ratios(PER_HEAD).items()
    }

    assert millions["United States"] == pytest.approx(340, rel=0.02)
    assert millions["Kenya"] == pytest.approx(55, rel=0.02)
    assert millions["China"] == pytest.approx(1425, rel=0.02)


def test_guidelines_of_every_sub_task_state_a_length():
    """Word ranges and paragraphs are understood in both columns."""
    sheet, findings = read_prompt_sheet(FOLDER / "prompt_sheet.xlsx")
    assert sheet is not None

    assert findings == ()
    assert [g.id for g in sheet.guidelines] == [s.id for s in sheet.sub_tasks]
    for guideline in sheet.guidelines:
        for text in (guideline.standard, guideline.advanced):
            shape = read_shape(text)
            assert shape.max_words, text
            assert shape.paragraphs, text


def test_readme_states_origin_and_licence_of_every_file():
    """No figures without attribution beside them."""
    for path in FOLDER.glob("*.csv"):
        assert path.name in README
    for holder in ("Our World in Data", "Code Carbon NGO", "Bokeh Contributors"):
        assert holder in README
    for licence in ("MIT", "CC BY 4.0", "public domain"):
        assert licence in README


@pytest.mark.slow
def test_run_writes_every_section_and_names_the_origin(tmp_path):
    """From a shell: exit 0, no figure that is not supported, the origin under each table."""
    folder = tmp_path / "world-energy-mix"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("out"))
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT")}
    cache = os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    done = subprocess.run(
        [str(FACTBOOK), "run", str(folder)],
        env={**kept, "HOME": str(tmp_path), "XDG_CACHE_HOME": cache},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    out = folder / "out" / "electricity-around-the-world"
    report = (out / "electricity-around-the-world.md").read_text(encoding="utf-8")
    with (out / "checks.csv").open(encoding="utf-8", newline="") as file:
        checks = list(csv.DictReader(file))
    assert {check["verdict"] for check in checks} == {"supported"}
    assert {check["section"].split("@")[0] for check in checks} >= {"1.1.1", "2.2.1", "3.2.1"}
    # A table under each section: one sub-task reads `emissions`, all others `electricity`.
    origins = {name: table["origin"] for name, table in CONFIG["data"]["tables"].items()}
    assert report.count(f"*Source: {origins['emissions']}*") == len(NAMES)
    assert report.count(f"*Source: {origins['electricity']}*") == 5 * len(NAMES) + 3
    assert "no figures" not in report
    assert "nan" not in report.casefold().split()
