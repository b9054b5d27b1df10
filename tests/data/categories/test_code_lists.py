"""Code lists: labels for the codes of categories, measures and units."""

from __future__ import annotations

from factbook.data.series import SourceRows
from tests.data.conftest import Load, Refuse

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ETM = {"data": {"etm": "etm.csv"}}
ROWS = HEADER + "AT,c0000,2020,1,GEP,GWH\nAT,G3000,2020,2,GEP,GWH\nAT,G3000 old,2020,3,GEP,GWH\n"


def test_codes_become_labels_as_whole_cells(load: Load) -> None:
    """In any case; other cells stay, unused codes are no fault, and rows keep their numbers."""
    labels = {
        "SECTOR": {"C0000": "Solid fossil fuels", "G3000": {"label": "Gas", "parent": "FF"},
                   "FF": "Fossil fuels"},
        "PROPERTY": {"GEP": "Gross production"},
        "UNIT": {"GWH": "GWh"},
    }  # fmt: skip
    data, warnings = load({"etm.csv": ROWS}, **ETM, labels=labels)
    table = data.tables["ETM"]
    assert warnings == ()
    assert table.metrics() == ("Gross production",)
    assert table.subjects("Gross production") == ("G3000 old", "Gas", "Solid fossil fuels")
    series = table.series("AT", "Gross production", "Gas", "GWh")
    assert series is not None
    assert series.points["2020"].sources == (SourceRows("etm.csv", (3,)),)
    assert data.parents["SECTOR"] == {"Gas": "Fossil fuels"}


def test_codes_may_stand_in_a_file(load: Load) -> None:
    """Beside those of project.toml; a code without a column is a category's."""
    listed = (
        "column,code,label,parent\n,C0000,Coal,FF\nproperty,GEP,Production,\nSECTOR,FF,Fossil,\n"
    )
    data, _ = load(
        {"etm.csv": ROWS, "codes.csv": listed},
        **ETM,
        labels={"file": "codes.csv", "SECTOR": {"G3000": "Gas"}},
    )
    assert data.tables["ETM"].subjects("Production") == ("Coal", "G3000 old", "Gas")
    assert data.parents["SECTOR"] == {"Coal": "Fossil"}
    assert "codes.csv" in {path.name for path in data.input_files}


def test_lists_with_faults_are_refused_with_all_of_them(refuse: Refuse) -> None:
    """What would add two categories, or lose one."""
    listed = (
        "column,code,label,parent\nSECTOR,A,Coal,\nSECTOR,B,coal,\nSECTOR,C,,\nSECTOR,a,Gas,\n"
        "Sektor,D,Oil,\nSECTOR,E,Wind,Nowhere\nSECTOR,F,Sun,G\nSECTOR,G,Sea,F\n"
    )
    findings = refuse({"etm.csv": ROWS, "codes.csv": listed}, **ETM, labels={"file": "codes.csv"})
    told = {f.code: f.message for f in findings}
    assert told["data.code-column"] == "column is 'Sektor' (row 6)"
    assert "A = 'Coal' (row 2), B = 'coal' (row 3)" in told["data.label-twice"]
    assert "C = '' (row 4)" in told["data.code-blank"]
    assert "A = 'Coal' (row 2), a = 'Gas' (row 5)" in told["data.code-twice"]
    assert "E = 'Wind' (row 7)" in told["data.code-parent"]
    assert "F = 'Sun' (row 8), G = 'Sea' (row 9)" in told["data.code-circle"]


def test_same_code_in_both_places_must_have_one_label(refuse: Refuse) -> None:
    """Each of the two is told where it stands."""
    findings = refuse(
        {"etm.csv": ROWS, "codes.csv": "code,label\nC0000,Coal\n"},
        **ETM,
        labels={"file": "codes.csv", "SECTOR": {"C0000": "Solid fossil fuels"}},
    )
    assert {(f.code, f.file) for f in findings} == {
        ("data.code-twice", "project.toml"), ("data.code-twice", "codes.csv"),
    }  # fmt: skip
