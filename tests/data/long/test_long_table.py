import pytest

from factbook.errors import Finding
from tests.data.conftest import INPUTS, Load, Refuse

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ETM = {"data": {"etm": "etm.csv"}}


def _row(
    country: str = "France", sector: str = "Gas", year: object = 2015, value: object = 1,
    metric: str = "Generation", unit: str = "TWh",
) -> str:  # fmt: skip
    return f"{country},{sector},{year},{value},{metric},{unit}\n"


def _codes(findings: list[Finding] | tuple[Finding, ...]) -> list[str]:
    return [finding.code.removeprefix("data.") for finding in findings]


def test_text_among_numbers_is_refused_with_its_rows(refuse: Refuse) -> None:
    """Words in VALUE are listed with their rows; gaps and flags are none of them."""
    content = (INPUTS / "21_text_in_numeric.csv").read_bytes()
    (finding,) = refuse({"etm.csv": content}, **ETM)
    assert finding.cells == ("row 30", "row 44", "row 51")
    assert "12.3 b" not in finding.message
    assert "bad_cells" in finding.remedy


def test_text_among_numbers_may_be_gaps(load: Load) -> None:
    """With bad_cells = "gap" they are gaps like blank cells: counted, and never zero."""
    content = (INPUTS / "21_text_in_numeric.csv").read_bytes()
    dataset, warnings = load({"etm.csv": content}, data={"etm": "etm.csv", "bad_cells": "gap"})
    table = dataset.tables["ETM"]
    lignite = table.series("FR", "Electricity generation", "Lignite", "TWh")
    assert lignite is not None
    assert lignite.points["2011"].status == "b"  # written 12.3 b
    assert lignite.points["2012"].value == 0.0
    gas = table.series("FR", "Electricity generation", "Gas", "TWh")
    assert gas is not None
    assert gas.points["2012"].value == 1234.5  # written 1,234.5, which is nothing else
    counts = {cleaning.kind: cleaning.count for cleaning in dataset.cleanings}
    assert counts == {"flags": 1, "gaps": 4, "bad-cells": 3, "thousands-separators": 1}
    assert _codes(warnings) == ["bad-cells"]


def test_exact_duplicates_are_dropped_and_counted(load: Load) -> None:
    """A repeated row counts once, also when the number is written differently."""
    text = HEADER + _row(value="12.50") + _row(value="12.5") + _row(year=2016)
    dataset, warnings = load({"etm.csv": text}, **ETM)
    series = dataset.tables["ETM"].series("FR", "Generation", "Gas", "TWh")
    assert series is not None
    assert series.points["2015"].value == 12.5
    assert series.points["2015"].sources[0].rows == (2,)
    (cleaning,) = dataset.cleanings
    assert (cleaning.kind, cleaning.count, cleaning.rows[0].rows) == ("duplicates", 1, (3,))
    assert not warnings


def test_two_values_for_one_figure_are_refused(refuse: Refuse) -> None:
    """Both rows of a contradiction are named."""
    text = HEADER + _row(value=1) + _row(year=2016) + _row(value=2)
    (finding,) = refuse({"etm.csv": text}, **ETM)
    assert finding.code == "data.two-values"
    assert finding.cells == ("row 2", "row 4")
    assert "1 (row 2), 2 (row 4)" in finding.message


def test_many_contradictions_are_one_finding(refuse: Refuse) -> None:
    """A table that is wrong throughout gives one finding with a count, not thousands."""
    rows = "".join(_row(year=year, value=v) for year in range(1000, 2500) for v in (1, 2))
    (finding,) = refuse({"etm.csv": HEADER + rows}, **ETM)
    assert finding.message.startswith("1,500 figures with two values")
    assert len(str(finding)) < 1000


def test_two_names_of_one_place_are_refused(refuse: Refuse, load: Load) -> None:
    """Great Britain beside United Kingdom: both are named, and the remedy works."""
    content = (INPUTS / "etm_long.csv").read_bytes()
    findings = refuse({"etm.csv": content}, **ETM)
    (finding,) = [f for f in findings if f.severity == "error"]
    assert "'Great Britain' and 'United Kingdom' both mean GB" in finding.message
    assert 'drop = ["Great Britain"]' in finding.remedy
    dataset, _ = load({"etm.csv": content}, **ETM, places={"drop": ["great britain "]})
    assert dataset.known["GB"].name == "United Kingdom"
    assert "dropped-places" in [cleaning.kind for cleaning in dataset.cleanings]


def test_all_problems_of_a_table_come_at_once(refuse: Refuse) -> None:
    """Years, blanks, numbers and names are checked together, each with its rows."""
    text = (
        HEADER
        + _row(year=15)
        + _row(sector="")
        + _row(value="inf", year=2016)
        + _row("Atlantis")
        + _row("Grmany")
        + _row("Atlantis", year=2016)
        + _row(unit="", year=2017)
    )
    findings = refuse({"etm.csv": text}, **ETM)
    assert _codes(findings) == [
        "blank-cells", "blank-cells", "bad-year", "bad-cells", "unknown-place",
    ]  # fmt: skip
    assert [finding.cells[0] for finding in findings] == [
        "row 3", "row 8", "row 2", "row 4", "row 5",
    ]  # fmt: skip
    assert "'Grmany' (perhaps Germany)" in findings[-1].message
    assert findings[-1].message.count("'Atlantis'") == 1


def test_missing_columns_are_named_with_what_was_found(refuse: Refuse) -> None:
    """A misspelt column is named beside the one that is like it."""
    text = "COUNTRY,SECTR,YEAR,VALUE,PROPERTY\nFrance,Gas,2015,1,Generation\n"
    (finding,) = refuse({"etm.csv": text}, **ETM)
    assert "'SECTOR', 'UNIT'" in finding.message
    assert "'SECTR' should be 'SECTOR'" in finding.remedy


def test_headings_match_ignoring_case_and_blanks(load: Load) -> None:
    """Headings and labels are trimmed; labels that differ in case are one."""
    text = (
        " Country ,sector,Year\xa0,VALUE,Property,unit\n"
        " France\xa0,Gas ,2015,1,Generation,TWh\nfrance,GAS,2016.0,2,generation,TWh\n"
    )
    dataset, warnings = load({"etm.csv": text}, **ETM)
    table = dataset.tables["ETM"]
    series = table.series("FR", "Generation", "Gas", "TWh")
    assert series is not None
    assert list(series.points) == ["2015", "2016"]
    assert table.metrics() == ("Generation",)
    assert table.subjects("Generation") == ("Gas",)
    assert not warnings


def test_places_that_are_groups_are_left_out(load: Load) -> None:
    """World and OECD are never places; a warning lists them once."""
    text = HEADER + _row() + _row("World", value=9) + _row("OECD Europe") + _row("World", year=2016)
    dataset, warnings = load({"etm.csv": text}, **ETM)
    assert [place.code for place in dataset.countries] == ["FR"]
    assert _codes(warnings) == ["aggregates"]
    assert "OECD Europe, World" in warnings[0].message


def test_namibia_is_not_missing(load: Load) -> None:
    """NA in COUNTRY is Namibia's code."""
    dataset, _ = load({"etm.csv": HEADER + _row("NA", value=3)}, **ETM)
    assert [(place.code, place.name) for place in dataset.countries] == [("NA", "Namibia")]


def test_own_table_with_renamed_columns_and_years(load: Load) -> None:
    """A wide table is read by the names of its columns, units and origin by configuration."""
    text = "geo;siec;2015;2016;2017 \nAT;Gas;1,5;:;3\nEL;Gas;;12,25;4\n"
    table = {
        "file": "w.csv",
        "columns": {"COUNTRY": "geo", "sector": "siec"},
        "years_in_columns": True,
        "unit": "EUR/MWh",
        "origin": "Publisher, title",
    }
    dataset, warnings = load({"w.csv": text}, data={"tables": {"gas_prices": table}})
    found = dataset.table("Gas_Prices")
    assert found is not None
    assert found.origin == "Publisher, title"
    series = found.series("GR", "gas prices", "Gas", "EUR/MWh")
    assert series is not None
    assert {y: (p.value, p.sources[0].rows) for y, p in series.points.items()} == {
        "2016": (12.25, (3,)),
        "2017": (4.0, (3,)),
    }
    assert [(c.kind, c.count) for c in dataset.cleanings] == [("gaps", 2), ("format", 1)]
    assert _codes(warnings) == ["no-column"]
    assert [place.name for place in dataset.countries] == ["Austria", "Greece"]


def test_decimal_commas_are_decided_for_the_whole_file(load: Load) -> None:
    """One column of a wide table proves the decimal comma for the others."""
    table = {"file": "w.csv", "years_in_columns": True}
    text = "COUNTRY;SECTOR;PROPERTY;UNIT;2015;2016\nAT;Gas;G;TWh;1,234;0,5\n"
    dataset, _ = load({"w.csv": text}, data={"tables": {"w": table}})
    series = dataset.tables["w"].series("AT", "G", "Gas", "TWh")
    assert series is not None
    assert series.points["2015"].value == 1.234


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ({"file": "w.csv", "columns": {"COUNTRI": "geo"}}, "unknown-column"),
        ({"file": "w.csv", "years_in_columns": True}, "missing-column"),
        ({"file": "w.csv", "columns": {"SECTOR": "sect"}}, "missing-column"),
    ],
)
def test_wrong_table_configuration_is_refused(
    refuse: Refuse, table: dict[str, object], code: str
) -> None:
    """Unknown keys, absent year columns and columns that are not there are errors."""
    findings = refuse({"w.csv": HEADER + _row()}, data={"tables": {"w": table}})
    assert code in _codes(findings)


def test_unit_that_contradicts_the_column_is_refused(refuse: Refuse, load: Load) -> None:
    """A unit beside a column UNIT fills its blanks; it never changes what stands there."""
    table = {"data": {"tables": {"w": {"file": "w.csv", "unit": "GWh"}}}}
    [finding] = refuse({"w.csv": HEADER + _row()}, **table)
    assert (finding.severity, finding.code) == ("error", "data.unit-twice")
    assert "[data.tables.w] unit is 'GWh', but column UNIT has 'TWh'" in finding.message
    assert finding.cells == ("row 2",)
    assert load({"w.csv": HEADER + _row(unit="gwh")}, **table)[1] == ()
    dataset, (warning,) = load({"w.csv": HEADER + _row() + _row(unit="", metric="X")}, **table)
    assert (warning.severity, warning.code) == ("warning", "data.unit-twice")
    assert dataset.tables["w"].series("FR", "X", "Gas", "GWh") is not None
    table["data"]["tables"]["w"]["unit"] = "1"
    dataset, findings = load({"w.csv": HEADER + _row() + _row(unit="", metric="X")}, **table)
    assert findings == ()
    assert dataset.tables["w"].series("FR", "X", "Gas", "") is not None


def test_table_without_any_figure_is_refused_with_the_reason(refuse: Refuse) -> None:
    """A table of gaps, or of places that are left out, is named; the sheet is not blamed."""
    text = HEADER + _row(value=":") + _row("Spain", value="")
    [finding] = refuse({"etm.csv": text}, **ETM)
    assert (finding.code, finding.file) == ("data.no-figures", "etm.csv")
    assert "ETM has no figures left: none of its 2 cells has a value" in finding.message
    [finding] = refuse({"etm.csv": HEADER + _row()}, **ETM, places={"drop": ["France"]})
    assert finding.code == "data.no-figures"
    assert "places that are left out: France" in finding.message
    found = refuse({"etm.csv": HEADER + _row("World")}, **ETM)
    assert _codes(found) == ["aggregates", "no-figures"]


def test_missing_columns_are_remedied_where_they_are_wrong(refuse: Refuse) -> None:
    """The remedy has the table's own name, and the message names what [data.tables] sets."""
    table = {"file": "w.csv", "columns": {"COUNTRY": "Countri"}}
    [finding] = refuse({"w.csv": HEADER + _row()}, data={"tables": {"w": table}})
    assert "no column 'Countri' (set for COUNTRY)" in finding.message
    assert 'columns = { COUNTRY = "COUNTRY" } under [data.tables.w]' in finding.remedy
    wide = "COUNTRY,SECTOR,PROPERTY,UNIT,2019\nAT,Gas,G,TWh,1\n"
    [finding] = refuse({"w.csv": wide}, data={"tables": {"w": {"file": "w.csv"}}})
    assert finding.code == "data.missing-column"
    assert "years_in_columns = true under [data.tables.w]" in finding.remedy


def test_two_tables_of_one_name_are_refused(refuse: Refuse) -> None:
    """A table of the user's may not be called like another."""
    findings = refuse(
        {"etm.csv": HEADER + _row()},
        data={"etm": "etm.csv", "tables": {"etm": {"file": "etm.csv"}}},
    )
    assert _codes(findings) == ["table-twice"]


def test_two_names_in_different_years_are_reported(load: Load) -> None:
    """Great Britain until 2020 and United Kingdom from 2021 are joined with a warning."""
    text = HEADER + _row("Great Britain", year=2020) + _row("United Kingdom", year=2021, value=2)
    _, (warning,) = load({"etm.csv": text}, **ETM)
    assert (warning.severity, warning.code) == ("warning", "data.joined-names")
    assert "'Great Britain' and 'United Kingdom' both mean GB" in warning.message
    assert "read as one place" in warning.message
    assert warning.cells == ("row 2", "row 3")
    assert 'drop = ["Great Britain"]' in warning.remedy
    assert "rename" in warning.remedy


def test_names_that_are_meant_to_be_one_are_not_reported(load: Load) -> None:
    """Renaming one to the other, spelling, and equal values for all shared figures are fine."""
    renamed = HEADER + _row("Great Britain", year=2020) + _row("United Kingdom", year=2021)
    places = {"rename": {"Great Britain": "united kingdom"}}
    assert load({"etm.csv": renamed}, **ETM, places=places)[1] == ()
    spelt = HEADER + _row("FRANCE", year=2020) + _row(" France", year=2021)
    assert load({"etm.csv": spelt}, **ETM)[1] == ()
    equal = HEADER + _row("Great Britain") + _row("United Kingdom")
    assert load({"etm.csv": equal}, **ETM)[1] == ()


def test_region_row_that_no_table_has_is_refused(refuse: Refuse) -> None:
    """The region's figures would be sums where its own were meant."""
    text = HEADER + _row() + _row("Europe", value=9)
    findings = refuse({"etm.csv": text}, **ETM, region={"row": "Europa"})
    [error] = [f for f in findings if f.severity == "error"]
    assert error.code == "data.region-row"
    assert error.remedy == "Did you mean 'Europe'?"


@pytest.mark.parametrize("heading", ["quantity", "units", "Unit value"])
def test_heading_of_another_column_is_no_misspelt_unit(load: Load, heading: str) -> None:
    """A heading that VALUE has taken is not asked for as UNIT, however alike the two are."""
    text = f"COUNTRY,SECTOR,YEAR,{heading},PROPERTY\nFrance,Gas,2015,7,Generation\n"
    table = {"file": "w.csv", "unit": "TWh", "columns": {"VALUE": heading}}
    dataset, _ = load({"w.csv": text}, data={"tables": {"w": table}})
    series = dataset.tables["w"].series("FR", "Generation", "Gas", "TWh")
    assert series is not None
    assert series.points["2015"].value == 7


def test_misspelt_unit_is_still_refused(refuse: Refuse) -> None:
    """With `unit` set, a free heading like UNIT is an error: it may hold other units."""
    text = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNITS\nFrance,Gas,2015,7,Generation,GWh\n"
    table = {"file": "w.csv", "unit": "TWh"}
    [finding] = refuse({"w.csv": text}, data={"tables": {"w": table}})
    assert finding.code == "data.missing-column"
    assert "'UNITS' should be 'UNIT'" in finding.remedy


@pytest.mark.parametrize("column", ["country", "sector", "metric", "unit"])
def test_names_without_an_end_are_refused(refuse: Refuse, column: str) -> None:
    """A cell of megabytes is not a name: it is reported with row and length, and never matched."""
    text = HEADER + _row() + _row(**{column: "x" * 100_000})
    [finding] = [f for f in refuse({"etm.csv": text}, **ETM) if f.code == "data.long-cell"]
    assert "has 100,000" in finding.message
    assert finding.cells == ("row 3",)
    assert "500" in finding.allowed
    assert len(str(finding)) < 500


def test_long_years_are_cut_in_messages(refuse: Refuse) -> None:
    """A message shows the beginning of a cell that is no year."""
    [finding] = refuse({"etm.csv": HEADER + _row(year="9" * 100_000)}, **ETM)
    assert finding.code == "data.bad-year"
    assert len(finding.message) < 200


def test_columns_of_places_and_categories_are_stacked(load: Load) -> None:
    """Each column says its place and category; neither needs a column of its own."""
    names = {"A gas": ("Austria", "Gas"), "A coal": ("Austria", "Coal"), "F gas": ("France", "Gas")}
    table = {
        "file": "t.csv",
        "columns": {"YEAR": "year"},
        "values": {
            heading: {"measure": "Generation", "unit": "TWh", "place": place, "category": category}
            for heading, (place, category) in names.items()
        },
    }
    dataset, _ = load(
        {"t.csv": "year,A gas,A coal,F gas\n2020,1,2,3\n2021,4,5,6\n"},
        data={"tables": {"t": table}},
    )
    found = dataset.tables["t"]
    values = {
        (code, subject): [point.value for point in series.points.values()]
        for code in ("AT", "FR")
        for subject in ("Gas", "Coal")
        if (series := found.series(code, "Generation", subject, "TWh"))
    }
    assert values == {("AT", "Gas"): [1, 4], ("AT", "Coal"): [2, 5], ("FR", "Gas"): [3, 6]}
