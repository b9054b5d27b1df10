import pytest

from tests.data.conftest import Load, Refuse

WIDE = {"data": {"tables": {"w": {"file": "w.csv", "years_in_columns": True}}}}
KEYS = "COUNTRY,SECTOR,PROPERTY,UNIT"


def test_years_with_marks_are_read(load: Load) -> None:
    """No year of a wide table is lost for a mark, and the annex says that there were some."""
    text = f"{KEYS},2019,2020*,2021 p,2022-12-31\nAT,Coal,G,TWh,1,2,3,4\n"
    dataset, warnings = load({"w.csv": text}, **WIDE)
    series = dataset.tables["w"].series("AT", "G", "Coal", "TWh")
    assert series is not None
    assert {year: point.value for year, point in series.points.items()} == {
        "2019": 1, "2020": 2, "2021": 3, "2022": 4,
    }  # fmt: skip
    assert [c.sentence for c in dataset.cleanings] == [
        "2 cells of w.csv with flags: 1 * (see the publisher's note), 1 p (provisional)",
        "1 file read with headings such as '2020*' as years: w.csv",
    ]
    assert not warnings


def test_year_that_would_be_missing_is_refused(refuse: Refuse) -> None:
    """A column of figures whose heading has a year, and is none, is never left out in silence."""
    text = f"{KEYS},2019,2020 TWh,F2021\nAT,Coal,G,TWh,1,2,:\nFR,Coal,G,TWh,1,2,3\n"
    [finding] = refuse({"w.csv": text}, **WIDE)
    assert (finding.severity, finding.code) == ("error", "data.unread-years")
    assert "'2020 TWh', 'F2021'" in finding.message


def test_columns_beside_the_years_are_reported_when_they_hold_figures(load: Load) -> None:
    """A change between two years is left out with a warning, codes and flags without one."""
    text = (
        f"{KEYS},NUTS 2016,2019,2019 flag,2020,Change 2019-2020\n"
        "AT,Coal,G,TWh,AT11,1,e,2,1\nFR,Coal,G,TWh,FR10,1,,2,1\n"
    )
    dataset, (warning,) = load({"w.csv": text}, **WIDE)
    assert (warning.severity, warning.code) == ("warning", "data.unread-years")
    assert "'Change 2019-2020'" in warning.message
    assert "NUTS" not in warning.message
    assert "flag" not in warning.message
    assert len(dataset.tables["w"]) == 4


@pytest.mark.parametrize("headings", ["2020,2020*", "2020-01-01,2020-02-01", "2020,Y2020"])
def test_two_columns_of_a_year_are_refused(refuse: Refuse, headings: str) -> None:
    """Months, or a year with and without its mark, are not the figures of one year."""
    findings = refuse({"w.csv": f"{KEYS},{headings}\nAT,Coal,G,TWh,1,1\n"}, **WIDE)
    assert "data.year-twice" in {finding.code for finding in findings}
    assert all(f"'{text}'" in findings[0].message for text in headings.split(","))


def test_column_that_tells_rows_apart_is_named(refuse: Refuse) -> None:
    """Scenarios in a column that is not read are no reason to delete rows; each row stands once."""
    text = f"{KEYS},SCENARIO,2019,2020\nAT,Coal,G,TWh,Low,1,2\nAT,Coal,G,TWh,High,2,3\n"
    [finding] = refuse({"w.csv": text}, **WIDE)
    assert finding.code == "data.two-values"
    assert finding.cells == ("row 2", "row 3")
    assert "differ in column 'SCENARIO' ('Low', 'High'), which is not read" in finding.remedy
    assert "Keep one row of each" not in finding.remedy


def test_misnamed_column_of_subjects_is_named(refuse: Refuse) -> None:
    """A table whose subjects stand under another heading is told what to set."""
    text = "COUNTRY,Fuel,YEAR,VALUE,PROPERTY,UNIT\nAT,Coal,2020,1,G,TWh\nAT,Gas,2020,2,G,TWh\n"
    found = {f.code: f for f in refuse({"w.csv": text}, data={"tables": {"w": {"file": "w.csv"}}})}
    assert "columns not read: 'Fuel'" in found["data.no-column"].message
    assert 'columns = { SECTOR = "Fuel" }' in found["data.two-values"].remedy


def test_dimensions_are_no_unread_columns(load: Load) -> None:
    """A table that says what tells its figures apart lacks no categories."""
    text = "geo,sex,YEAR,VALUE,UNIT\nAustria,Men,2020,4,persons\nAustria,Women,2020,5,persons\n"
    source = {"file": "t.csv", "columns": {"COUNTRY": "geo"}, "dimensions": {"sex": {"each": True}}}
    _, warnings = load({"t.csv": text}, data={"tables": {"people": source}})
    [warning] = [found for found in warnings if found.code == "data.no-column"]
    assert "no column PROPERTY" in warning.message
    assert "not read" not in warning.message
