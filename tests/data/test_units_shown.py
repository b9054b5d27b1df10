"""``[measures.NAME] unit``: figures are converted on reading; two scales are told of."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.config.load import load_config
from factbook.data.dataset import DataSet, load_dataset
from factbook.errors import DataError, Finding

HEAD = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
TABLES = """
[data.tables.one]
file = "one.csv"
[data.tables.two]
file = "two.csv"
"""


def load(folder: Path, toml: str) -> tuple[DataSet, tuple[Finding, ...]]:
    """Two tables of one quantity: in TWh, and in GWh."""
    (folder / "one.csv").write_text(HEAD + "Austria,Wind,2021,6.5,Electricity generation,TWh\n")
    (folder / "two.csv").write_text(HEAD + "Austria,Wind,2021,6480.3,Generation,GWh\n")
    text = f'[region]\nname = "EU"\nmembers = ["Austria"]\n{TABLES}{toml}'
    (folder / "project.toml").write_text(text)
    return load_dataset(folder, load_config(folder))


def test_figures_are_in_the_unit_that_is_set(tmp_path: Path) -> None:
    """The annex says so, and nothing is told in two scales any more."""
    dataset, findings = load(tmp_path, '[measures.generation]\nunit = "TWh"\n')
    series = dataset.tables["two"].series("AT", "Generation", "Wind", "TWh", "")
    assert series is not None
    assert series.points["2021"].value == 6.4803
    assert [c.sentence for c in dataset.cleanings] == [
        "1 figure of Generation converted from GWh to TWh"
    ]
    assert not [f for f in findings if f.code == "data.two-scales"]


def test_two_scales_are_a_warning_that_names_the_setting(tmp_path: Path) -> None:
    """61.8 TWh here and 61,800 GWh there read like two quantities."""
    _, findings = load(tmp_path, "")
    [finding] = [f for f in findings if f.code == "data.two-scales"]
    assert finding.severity == "warning"
    assert 'unit = "TWh" under [measures."Generation"]' in finding.remedy


def test_unit_without_a_known_factor_is_an_error(tmp_path: Path) -> None:
    """Physics is the project's to say: by scale."""
    with pytest.raises(DataError) as caught:
        load(tmp_path, '[measures.Generation]\nunit = "PJ"\n')
    [finding] = [f for f in caught.value.findings if f.code == "data.no-conversion"]
    assert finding.cells == ("row 2",)
    assert "Add scale" in finding.remedy


def test_factor_of_the_project_is_applied(tmp_path: Path) -> None:
    """Known conversions are for prefixes only."""
    dataset, _ = load(tmp_path, '[measures.Generation]\nunit = "PJ"\nscale = 0.0036\n')
    series = dataset.tables["two"].series("AT", "Generation", "Wind", "PJ", "")
    assert series is not None
    assert series.points["2021"].value == pytest.approx(23.32908)
