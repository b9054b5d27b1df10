"""The status of figures, read from wherever publishers write it."""

from __future__ import annotations

from factbook.data.dataset import DataSet
from factbook.errors import Finding
from tests.data.conftest import Load

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT"
ETM = {"data": {"etm": "etm.csv"}}


def statuses(dataset: DataSet, table: str = "ETM", subject: str = "Gas") -> dict[str, str]:
    """Period → flags of Austria's figures."""
    found = dataset.tables[table]
    [metric] = found.metrics()
    series = found.series("AT", metric, subject, found.units(metric)[0])
    assert series is not None
    return {period: point.status for period, point in series.points.items()}


def sentences(dataset: DataSet, kind: str) -> list[str]:
    """Sentences of a kind of cleaning."""
    return [one.sentence for one in dataset.cleanings if one.kind == kind]


def codes(findings: tuple[Finding, ...]) -> list[str]:
    """Codes of findings."""
    return [finding.code for finding in findings]


def test_flags_behind_numbers_are_kept_with_their_figures(load: Load) -> None:
    """A flag is no part of the number; the worst stands first, and a flagged gap is a gap."""
    cells = {2017: "1.5", 2018: "12.3 p", 2019: "1,234.5ep", 2020: ": u", 2021: "7 [p] b"}
    rows = "".join(f'Austria,Gas,{year},"{cell}",G,TWh\n' for year, cell in cells.items())
    dataset, findings = load({"etm.csv": f"{HEADER}\n{rows}"}, **ETM)
    assert statuses(dataset) == {"2017": "", "2018": "p", "2019": "e p", "2021": "b p"}
    (told,) = sentences(dataset, "flags")
    assert told.startswith("4 cells of ETM with flags: 3 p (provisional), ")
    assert not findings


def test_columns_of_flags_are_read_where_the_file_or_the_user_names_them(load: Load) -> None:
    """SDMX's names are known; others are named in project.toml; labels become flags."""
    rows = (
        "Austria,Gas,2019,1,G,TWh,A,F\nAustria,Gas,2020,2,G,TWh,P,F\n"
        "Austria,Gas,2021,3,G,TWh,E,C\nAustria,Gas,2022,4,G,TWh,Estimated value,\n"
    )
    known, _ = load({"etm.csv": f"{HEADER},OBS_STATUS,CONF_STATUS\n{rows}"}, **ETM)
    assert statuses(known) == {"2019": "", "2020": "P", "2022": "e"}
    assert "1 number of ETM that a flag says not to show" in sentences(known, "hidden-figures")[0]
    table = {"file": "own.csv", "columns": {"STATUS": "Note", "CONFIDENTIALITY": "Secret"}}
    named, _ = load({"own.csv": f"{HEADER},Note,Secret\n{rows}"}, data={"tables": {"own": table}})
    assert statuses(named, "own") == statuses(known)


def test_marks_on_headings_and_years_are_flags_of_their_values(load: Load) -> None:
    """``2021 p`` over a column flags all of it; so does a YEAR that is written so."""
    wide = "COUNTRY,SECTOR,PROPERTY,UNIT,2019,2020*,2021 p\nAustria,Gas,G,TWh,1,2 e,3\n"
    table = {"file": "w.csv", "years_in_columns": True}
    dataset, _ = load({"w.csv": wide}, data={"tables": {"w": table}})
    assert statuses(dataset, "w") == {"2019": "", "2020": "e *", "2021": "p"}
    long = f"{HEADER}\nAustria,Gas,2020-Q4,1,G,TWh\nAustria,Gas,2021-Q1 p,1,G,TWh\n"
    dataset, _ = load({"etm.csv": long}, **ETM)
    series = dataset.tables["ETM"].series("AT", "G", "Gas", "TWh", frequency="quarter")
    assert series is not None
    assert series.points["2021-Q1"].status == "p"


def test_unknown_flags_are_kept_and_a_warning_names_the_setting(load: Load) -> None:
    """Neither an error nor dropped; ``[flags]`` explains them, and other words for known ones."""
    text = f"{HEADER},OBS_STATUS\nAustria,Gas,2020,1,G,TWh,yy\nAustria,Gas,2021,2,G,TWh,k\n"
    dataset, findings = load({"etm.csv": text}, **ETM)
    assert set(statuses(dataset).values()) == {"yy", "k"}
    (warning,) = findings
    assert (warning.severity, warning.code) == ("warning", "data.unknown-flags")
    assert "[flags]" in warning.remedy
    assert warning.cells == ("row 2",)
    flags = {"yy": "preliminary", "k": "read with care"}
    dataset, findings = load({"etm.csv": text}, flags=flags, **ETM)
    assert not findings
    assert dataset.flags.words_of("yy") == "preliminary"


def test_colon_in_a_column_of_flags_is_a_gap_that_is_explained(load: Load) -> None:
    """As Eurostat writes what is not available: no warning asks what it means."""
    text = f"{HEADER},OBS_STATUS\nAustria,Gas,2020,1,G,TWh,\nAustria,Gas,2021,,G,TWh,:\n"
    dataset, findings = load({"etm.csv": text}, **ETM)
    assert not findings
    assert statuses(dataset) == {"2020": ""}
    assert "1 : (not available)" in " ".join(one.sentence for one in dataset.cleanings)


def test_sums_have_the_flags_of_their_parts(load: Load) -> None:
    """A year of months is provisional when one of them is."""
    rows = "".join(
        f"Austria,Gas,2021-{m:02},1{' p' if m == 12 else ''},G,TWh\n" for m in range(1, 13)
    )
    dataset, _ = load({"etm.csv": f"{HEADER}\n{rows}"}, **ETM)
    assert statuses(dataset) == {"2021": "p"}


def test_table_without_flags_has_none_to_ask_for(load: Load) -> None:
    """Most tables: nothing is kept for them, and no cleaning speaks of flags."""
    dataset, _ = load({"etm.csv": f"{HEADER}\nAustria,Gas,2020,1,G,TWh\n"}, **ETM)
    assert not dataset.tables["ETM"].is_flagged
    assert not dataset.cleanings


def test_names_of_measures_are_no_flags(load: Load) -> None:
    """A column of figures called ``Load e`` is one measure; only headings of periods have marks."""
    table = {
        "file": "m.csv",
        "values": {"Load e": {"unit": "GWh"}, "Peak p": {"unit": "GW"}},
        "constants": {"YEAR": "2021", "SECTOR": "Gas"},
    }
    text = "COUNTRY,Load e,Peak p\nAustria,1,2 e\n"
    dataset, _ = load({"m.csv": text}, data={"tables": {"own": table}})
    found = dataset.tables["own"]
    points = {
        metric: series.points["2021"].status
        for metric, unit in (("Load e", "GWh"), ("Peak p", "GW"))
        if (series := found.series("AT", metric, "Gas", unit))
    }
    assert points == {"Load e": "", "Peak p": "e"}
