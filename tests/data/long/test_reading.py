import datetime as dt
import io
import os
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from factbook.data.cleaning import Notes
from factbook.data.grids.formats import read_parquet
from factbook.data.grids.grid_files import Wanted, typed_grid
from tests.data.conftest import INPUTS, Load, Refuse

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ROW = "France,Gas,2015,12.5,Generation,TWh\n"
ETM = {"data": {"etm": "etm.csv"}}


def _gas(load: Load, content: str | bytes) -> dict[str, float]:
    dataset, _ = load({"etm.csv": content}, **ETM)
    series = dataset.tables["ETM"].series("FR", "Generation", "Gas", "TWh")
    return {year: point.value for year, point in series.points.items()} if series else {}


@pytest.mark.parametrize("name", ["18_semicolon_decimal_comma.csv", "19_utf16.csv"])
def test_real_encodings_and_separators(load: Load, name: str) -> None:
    """A semicolon file with decimal commas and a UTF-16 file give the same right figures."""
    dataset, warnings = load({"etm.csv": (INPUTS / name).read_bytes()}, **ETM)
    series = dataset.tables["ETM"].series("FR", "Electricity generation", "Hydro", "TWh")
    assert series is not None
    assert series.points["2010"].value == 62.71
    assert series.points["2010"].sources[0].rows == (5,)
    assert [place.code for place in dataset.countries] == ["FR", "DE", "GR", "PL", "ES"]
    assert not warnings


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_is_read_with_and_without_its_mark(load: Load, encoding: str) -> None:
    """Every Unicode encoding gives the same table."""
    text = HEADER + ROW + "Türkiye,Gas,2015,1,Generation,TWh\n"
    dataset, warnings = load({"etm.csv": text.encode(encoding)}, **ETM)
    assert [place.name for place in dataset.countries] == ["France", "Türkiye"]
    assert not warnings


def test_old_encoding_is_read_with_a_warning(load: Load) -> None:
    """A file of Windows-1252 is read, and the warning says so."""
    text = HEADER + "Türkiye,Gas,2015,1,Generation,TWh\n"
    dataset, warnings = load({"etm.csv": text.encode("cp1252")}, **ETM)
    assert dataset.countries[0].name == "Türkiye"
    assert [finding.code for finding in warnings] == ["data.encoding"]


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_separators_are_detected(load: Load, separator: str) -> None:
    """Semicolons, tabs and bars work like commas, with decimal points as well."""
    assert _gas(load, (HEADER + ROW).replace(",", separator)) == {"2015": 12.5}


def test_excel_hint_and_lines_above_the_header(load: Load) -> None:
    """A sep= line is passed over silently, other lines above the header with a warning."""
    assert _gas(load, "sep=;\n" + (HEADER + ROW).replace(",", ";")) == {"2015": 12.5}
    dataset, warnings = load({"etm.csv": "My figures\n\n" + HEADER + ROW}, **ETM)
    series = dataset.tables["ETM"].series("FR", "Generation", "Gas", "TWh")
    assert series is not None
    assert series.points["2015"].sources[0].rows == (4,)
    assert [finding.code for finding in warnings] == ["data.header-row"]


def test_rows_are_counted_as_a_spreadsheet_does(load: Load) -> None:
    """Blank lines and quoted line breaks count as the rows that a person sees."""
    text = HEADER + "\n" + 'France,"Gas\nand oil",2014,1,Generation,TWh\n' + ROW
    dataset, _ = load({"etm.csv": text}, **ETM)
    series = dataset.tables["ETM"].series("FR", "Generation", "Gas", "TWh")
    assert series is not None
    assert series.points["2015"].sources[0].rows == (4,)
    assert [(c.kind, c.count, c.rows[0].rows) for c in dataset.cleanings] == [
        ("empty-rows", 1, (2,))
    ]


def test_unquoted_decimal_comma_is_refused_with_its_rows(refuse: Refuse) -> None:
    """12,5 between commas would shift the columns: the rows are named, nothing is read."""
    text = HEADER + ROW + ROW.replace("12.5", "12,5").replace("2015", "2016")
    (finding,) = refuse({"etm.csv": text}, **ETM)
    assert finding.code == "data.row-width"
    assert finding.cells == ("row 3",)
    assert "decimal comma" in finding.remedy


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "data.empty-file"),
        (b"\n\n", "data.empty-file"),
        (HEADER.encode(), "data.empty-file"),
        ((HEADER + '"France,Gas\n').encode(), "data.damaged-file"),
        (bytes(range(256)) * 4, "data.not-text"),
        (b"PK\x03\x04" + bytes(40), "data.not-text"),
    ],
)
def test_files_that_are_no_tables_are_refused(refuse: Refuse, content: bytes, code: str) -> None:
    """Empty, damaged and binary files end with one finding each."""
    findings = refuse({"etm.csv": content}, **ETM)
    assert code in [finding.code for finding in findings]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no pipes in folders")
def test_pipe_is_refused_as_what_it_is(tmp_path: Path, refuse: Refuse) -> None:
    """A pipe exists, and is never read: it might never end."""
    os.mkfifo(tmp_path / "etm.csv")
    [finding] = refuse({}, **ETM)
    assert finding.code == "data.missing-file"
    assert "pipe" in finding.message


def test_composite_column_of_eurostat_is_split(load: Load, refuse: Refuse) -> None:
    """Eurostat's own files are read: dimensions before the years, in rows as they stand."""
    text = (
        "freq,siec,unit,geo\\TIME_PERIOD\t2019 \t2020 \n"
        "A,C0000,TJ,AT\t12.5 \t13 \nA,C0000,TJ,EL\t: \t14 e\nA,C0000,TJ,EU27_2020\t5 \t6 \n"
    )
    table = {
        "file": "t.tsv",
        "columns": {"COUNTRY": "geo", "SECTOR": "siec"},
        "years_in_columns": True,
    }
    [finding] = [
        f
        for f in refuse({"t.tsv": text.replace("14 e", "14 kt")}, data={"tables": {"w": table}})
        if f.severity == "error"
    ]
    assert finding.code == "data.bad-cells"
    assert "'14 kt' (row 3, column 2020)" in finding.message
    dataset, _ = load({"t.tsv": text}, data={"tables": {"w": table}})
    series = dataset.tables["w"].series("AT", "w", "C0000", "TJ")
    assert series is not None
    assert {y: (p.value, p.sources[0].rows) for y, p in series.points.items()} == {
        "2019": (12.5, (2,)),
        "2020": (13.0, (2,)),
    }
    assert dataset.tables["w"].series("GR", "w", "C0000", "TJ") is not None
    places = {
        "file": "t.tsv",
        "columns": {"COUNTRY": "geo"},
        "years_in_columns": True,
        "unit": "TJ",
    }
    short = "geo\\TIME_PERIOD\t2019 \nAT\t3 \n"
    dataset, _ = load({"t.tsv": short}, data={"tables": {"w": places}})
    assert dataset.tables["w"].series("AT", "w", "Total", "TJ") is not None
    bare = {"file": "t.tsv"}
    dataset, _ = load({"t.tsv": text.replace(" e", "")}, data={"tables": {"w": bare}})
    assert dataset.tables["w"].series("AT", "w", "Total", "TJ") is not None


def test_points_in_a_table_with_semicolons_are_refused_in_doubt(refuse: Refuse, load: Load) -> None:
    """1.234 alone may be a thousand where commas are decimals, as 1,234 may be elsewhere."""
    text = (HEADER + ROW.replace("12.5", "1.234")).replace(",", ";")
    [finding] = refuse({"etm.csv": text}, **ETM)
    assert (finding.code, finding.cells) == ("data.bad-cells", ("row 2",))
    assert "'1.234' in a table with semicolons" in finding.allowed
    assert "save the table with commas" in finding.remedy
    assert _gas(load, text.replace(";", ",")) == {"2015": 1.234}
    assert _gas(load, text + ROW.replace("2015", "2016").replace(",", ";")) == {
        "2015": 1.234,
        "2016": 12.5,
    }


def test_all_missing_files_are_named_at_once(refuse: Refuse) -> None:
    """Every configured file that is not there is named, with the nearest that is."""
    findings = refuse(
        {"nodes_split.csv": "Node,Country\n"},
        data={"etm": "a.csv", "plexos": "plexos", "nodes": "node_split.csv", "borders": "b.csv"},
    )
    assert [finding.file for finding in findings] == ["a.csv", "node_split.csv", "plexos", "b.csv"]
    assert "nodes_split.csv" in findings[1].remedy


def test_wrong_kind_of_file_is_refused(refuse: Refuse) -> None:
    """A suffix that is no table's is refused with those that are."""
    (finding,) = refuse({"etm.docx": b"x"}, data={"etm": "etm.docx"})
    assert finding.code == "data.file-type"
    assert ".xlsx" in finding.allowed


def test_column_twice_is_refused(refuse: Refuse) -> None:
    """Two columns of one name leave open which is meant."""
    text = "COUNTRY,SECTOR,YEAR,VALUE,value,PROPERTY,UNIT\nFrance,Gas,2015,1,2,G,TWh\n"
    (finding,) = refuse({"etm.csv": text}, **ETM)
    assert finding.code == "data.column-twice"


def _workbook(frames: dict[str, pd.DataFrame]) -> bytes:
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="xlsxwriter") as writer:
        for name, frame in frames.items():
            frame.to_excel(writer, sheet_name=name, index=False)
    return buffer.getvalue()


def test_workbook_is_read_by_sheet(load: Load, refuse: Refuse) -> None:
    """A sheet is found by name ignoring case; numbers stay numbers; a wrong name is refused."""
    frame = pd.DataFrame(
        {"geo": ["AT", "AT"], "siec": ["Gas", "Gas"], 2015: [1.5, None], "2016": [2, 3]}
    )
    content = _workbook({"Notes": pd.DataFrame({"x": [1]}), "Prices": frame.iloc[:1]})
    table = {
        "file": "p.xlsx",
        "sheet": "prices",
        "columns": {"COUNTRY": "geo", "SECTOR": "siec"},
        "years_in_columns": True,
        "unit": "EUR/MWh",
    }
    dataset, _ = load({"p.xlsx": content}, data={"tables": {"prices": table}})
    series = dataset.tables["prices"].series("AT", "prices", "Gas", "EUR/MWh")
    assert series is not None
    assert {year: point.value for year, point in series.points.items()} == {
        "2015": 1.5,
        "2016": 2.0,
    }
    (finding,) = refuse(
        {"p.xlsx": content}, data={"tables": {"prices": {**table, "sheet": "Price"}}}
    )
    assert finding.code == "data.missing-sheet"
    assert "Prices" in finding.remedy


def test_cover_sheet_is_named_with_the_sheet_that_fits(refuse: Refuse) -> None:
    """Without `sheet` the first one is read: a table in another one is pointed at."""
    content = _workbook({"Info": pd.DataFrame({"hello": []}), "Data": _LONG.iloc[:1]})
    [finding] = refuse({"t.xlsx": content}, data={"tables": {"w": {"file": "t.xlsx"}}})
    assert (finding.code, finding.sheet) == ("data.missing-column", "Info")
    assert 'set sheet = "Data"' in finding.remedy
    empty = _workbook({"Info": pd.DataFrame(), "Data": _LONG.iloc[:1]})
    [finding] = refuse({"t.xlsx": empty}, data={"etm": "t.xlsx"})
    assert finding.code == "data.empty-file"
    assert 'set sheet = "Data"' in finding.remedy


def test_cells_in_percent_are_read_as_they_are_shown(load: Load) -> None:
    """0.45 in a cell of format 0% is 45 where the unit is %, and 0.45 where it is none."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet("Data")
    sheet.write_row(0, 0, HEADER.strip().split(","))
    formats = {"0%": "%", "0.0 %": "percent", "0.00": "%", '0.00"%"': "%", "0.000%": "share"}
    for row, (shown, unit) in enumerate(formats.items(), 1):
        sheet.write_row(row, 0, ("Austria", f"S{row}", 2020, "", "Share", unit))
        sheet.write_number(row, 3, 0.07, book.add_format({"num_format": shown}))
    book.close()
    dataset, warnings = load({"t.xlsx": buffer.getvalue()}, data={"etm": "t.xlsx"})
    table = dataset.tables["ETM"]
    found = [
        series.points["2020"].value
        for row, unit in enumerate(formats.values(), 1)
        if (series := table.series("AT", "Share", f"S{row}", unit))
    ]
    assert found == [7.0, 7.0, 0.07, 0.07, 0.07]
    assert [c.sentence for c in dataset.cleanings] == [
        "1 file read with cells in percent as Excel shows them: t.xlsx"
    ]
    assert not warnings


def test_dates_above_columns_of_a_workbook_are_years(load: Load) -> None:
    """A header cell that Excel holds as a date is the year it was typed for."""
    frame = pd.DataFrame({"COUNTRY": ["AT"], "SECTOR": "Gas", "PROPERTY": "G", "UNIT": "TWh"})
    frame = frame.assign(**{"2019": 1}).assign(x=2).rename(columns={"x": dt.datetime(2020, 1, 1)})
    table = {"file": "t.xlsx", "years_in_columns": True}
    dataset, _ = load({"t.xlsx": _workbook({"a": frame})}, data={"tables": {"w": table}})
    series = dataset.tables["w"].series("AT", "G", "Gas", "TWh")
    assert series is not None
    assert {year: point.value for year, point in series.points.items()} == {"2019": 1, "2020": 2}


def test_workbook_that_is_none_is_refused(refuse: Refuse) -> None:
    """Bytes that are no workbook never reach the engine."""
    (finding,) = refuse({"p.xlsx": b"no zip at all"}, data={"etm": "p.xlsx"})
    assert finding.file == "p.xlsx"


def test_typed_columns_keep_their_numbers() -> None:
    """A typed frame gives texts for keys, with years as people write them, and numbers."""
    frame = pd.DataFrame({"COUNTRY": ["AT", None], "YEAR": [2015.0, 2016.0], "VALUE": [1, 2]})
    grid = typed_grid(frame, "t", Wanted(frozenset({"country", "year"}), lambda t: t == "VALUE"))
    assert grid.columns["YEAR"].tolist() == ["2015", "2016"]
    assert grid.columns["COUNTRY"].tolist() == ["AT", ""]
    assert grid.columns["VALUE"].tolist() == [1, 2]
    assert grid.rows.tolist() == [2, 3]


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    """A file that is no Parquet, or the missing engine for it, is one finding."""
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1 but not really")
    notes = Notes()
    assert read_parquet(path, "t.parquet", notes) is None
    assert notes.errors == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HEADER + ROW, ""),
        ("\ufeff" + HEADER + ROW, ""),
        ((HEADER + ROW).encode("utf-16"), "1 file read with encoding UTF-16: etm.csv"),
        ((HEADER + ROW).encode("utf-16-be"), "1 file read with encoding UTF-16: etm.csv"),
        ((HEADER + ROW).replace(",", "\t"), "1 file read with tabs between cells: etm.csv"),
        (
            (HEADER + ROW).replace(",", ";").replace("12.5", "12,5").encode("utf-16"),
            "1 file read with encoding UTF-16, semicolons between cells, decimal commas: etm.csv",
        ),
        (
            (HEADER + ROW.replace("Gas", "Kohle für Öfen")).encode("cp1252"),
            "1 file read with encoding Windows-1252: etm.csv",
        ),
    ],
)
def test_how_a_file_was_read_is_reported(load: Load, content: str | bytes, sentence: str) -> None:
    """Encoding, separator and decimal comma are said, where they are not the usual ones."""
    dataset, _ = load({"etm.csv": content}, **ETM)
    assert [c.sentence for c in dataset.cleanings] == ([sentence] if sentence else [])


def test_files_read_alike_are_reported_together(load: Load) -> None:
    """One cleaning names all files of a kind, node tables and results of PLEXOS among them."""
    result = "collection_name;category_name;child_name;property_name;value;unit_name;_date\n"
    row = "Generator;Gas;101_1;Generation;1,5;GWh;2020-01-01\n"
    dataset, _ = load(
        {
            "p/a.csv": result + row,
            "p/b.csv": result + row.replace("2020", "2021"),
            "n.csv": "Node;Country\n101;AT\n",
        },
        data={"plexos": "p", "nodes": "n.csv"},
    )
    found = {c.sentence: (c.kind, c.count) for c in dataset.cleanings}
    assert found == {
        "1 file read with semicolons between cells: n.csv": ("format", 1),
        "2 files read with semicolons between cells, decimal commas: p/a.csv, p/b.csv": (
            "format",
            2,
        ),
    }


def test_thousands_separators_are_reported_and_doubtful_ones_refused(
    load: Load, refuse: Refuse
) -> None:
    """Grouped numbers are counted with an example; 1,234 alone is refused with the remedy."""
    row = 'France,Gas,2015,"1,234",Generation,TWh\n'
    dataset, _ = load({"etm.csv": HEADER + row + ROW.replace("2015", "2016")}, **ETM)
    (cleaning,) = dataset.cleanings
    assert (cleaning.kind, cleaning.count) == ("thousands-separators", 1)
    assert "'1,234' as 1234" in cleaning.sentence
    assert cleaning.rows[0].rows == (2,)
    (finding,) = refuse({"etm.csv": HEADER + row}, **ETM)
    assert finding.code == "data.bad-cells"
    assert finding.cells == ("row 2",)
    assert "thousands" in finding.allowed


def test_bounds_beside_numbers_are_refused_with_their_rows(refuse: Refuse) -> None:
    """Bounds, numbers in brackets and units are listed, each with its row."""
    texts = ("12.3 GWh", "12.3bn", "<0.1", "(12)")
    rows = "".join(f"France,Gas,{2010 + i},{text},G,TWh\n" for i, text in enumerate(texts))
    (finding,) = refuse({"etm.csv": HEADER + rows}, **ETM)
    assert finding.cells == ("row 2", "row 3", "row 4", "row 5")
    assert all(f"'{text}' (row {i + 2})" in finding.message for i, text in enumerate(texts))


def _parquet(frame: pd.DataFrame, *, index: bool = False) -> bytes:
    buffer = io.BytesIO()
    frame.to_parquet(buffer, engine="pyarrow", index=index)
    return buffer.getvalue()


_LONG = pd.DataFrame(
    {
        "COUNTRY": ["Austria", "NA", "Austria"],
        "SECTOR": pd.Categorical(["Gas", "Gas", "Gas"]),
        "YEAR": [2015, 2015, 2016],
        "VALUE": [1.5, 2.0, None],
        "PROPERTY": ["Generation"] * 3,
        "UNIT": ["TWh"] * 3,
    }
)


def test_parquet_with_years_in_rows(load: Load) -> None:
    """A Parquet file is a table like any: NA is Namibia, and a null is a gap."""
    for content in (_parquet(_LONG), _parquet(_LONG.set_index(["COUNTRY", "YEAR"]), index=True)):
        dataset, warnings = load({"t.parquet": content}, data={"etm": "t.parquet"})
        table = dataset.tables["ETM"]
        austria = table.series("AT", "Generation", "Gas", "TWh")
        namibia = table.series("NA", "Generation", "Gas", "TWh")
        assert austria is not None
        assert namibia is not None
        assert {year: point.value for year, point in austria.points.items()} == {"2015": 1.5}
        assert austria.points["2015"].sources[0].rows == (2,)
        assert namibia.points["2015"].value == 2.0
        assert [(c.kind, c.count) for c in dataset.cleanings] == [("gaps", 1)]
        assert not warnings


def test_parquet_with_years_in_columns(load: Load) -> None:
    """Years may head the columns, of whole numbers and of fractions."""
    frame = pd.DataFrame(
        {"geo": ["AT", "DE"], "siec": ["Gas", "Gas"], "2015": [1, 2], "2016": [1.25, None]}
    )
    table = {
        "file": "t.parquet",
        "columns": {"COUNTRY": "geo", "SECTOR": "siec"},
        "years_in_columns": True,
        "unit": "EUR/MWh",
        "origin": "An office, prices",
    }
    dataset, _ = load({"t.parquet": _parquet(frame)}, data={"tables": {"prices": table}})
    series = dataset.tables["prices"].series("AT", "prices", "Gas", "EUR/MWh")
    assert series is not None
    assert {y: p.value for y, p in series.points.items()} == {"2015": 1.0, "2016": 1.25}
    assert dataset.tables["prices"].origin == "An office, prices"


def test_parquet_of_other_types_is_refused(refuse: Refuse) -> None:
    """Truth values are no figures."""
    frame = _LONG.assign(VALUE=[True, False, True])
    findings = refuse({"t.parquet": _parquet(frame)}, data={"etm": "t.parquet"})
    assert "data.bad-cells" in {finding.code for finding in findings}
    (finding,) = refuse(
        {"t.parquet": _parquet(_LONG.assign(VALUE=[[1, 2], [3], []]))}, data={"etm": "t.parquet"}
    )
    assert (finding.code, finding.allowed) == (
        "data.column-type",
        "numbers, texts, dates and truth values",
    )
    (finding,) = refuse({"t.parquet": _parquet(_LONG.assign(value=1))}, data={"etm": "t.parquet"})
    assert finding.code == "data.column-twice"


def test_workbook_numbers_do_not_decide_what_a_comma_means(load: Load, refuse: Refuse) -> None:
    """12.5 as a number of a worksheet has no mark: '1,234' beside it is doubtful, '1,5' is not."""
    frame = pd.DataFrame(
        {
            "COUNTRY": ["AT", "AT"], "SECTOR": "Gas", "YEAR": [2015, 2016],
            "VALUE": [12.5, "1,234"], "PROPERTY": "Generation", "UNIT": "TWh",
        }
    )  # fmt: skip
    (finding,) = refuse({"t.xlsx": _workbook({"a": frame})}, data={"etm": "t.xlsx"})
    assert finding.cells == ("row 3",)
    frame["VALUE"] = [12.5, "1,5"]
    dataset, _ = load({"t.xlsx": _workbook({"a": frame})}, data={"etm": "t.xlsx"})
    series = dataset.tables["ETM"].series("AT", "Generation", "Gas", "TWh")
    assert series is not None
    assert [point.value for point in series.points.values()] == [12.5, 1.5]


def test_several_tables_of_several_kinds_stand_side_by_side(load: Load) -> None:
    """Sheets of one workbook and a TSV are tables; units come by column, or by configuration."""
    rows = {"COUNTRY": ["AT"], "SECTOR": ["Gas"], "YEAR": [2015], "VALUE": [3]}
    book = _workbook(
        {
            "Prices": pd.DataFrame({**rows, "UNIT": ["EUR/MWh"]}),
            "Stocks": pd.DataFrame({**rows, "VALUE": [4]}),
        }
    )
    tsv = "COUNTRY\tYEAR\tVALUE\tUNIT\nAT\t2015\t8.9\tmillion\nAT\t2016\t9\t\n"
    dataset, _ = load(
        {"b.xlsx": book, "people.tsv": tsv},
        data={
            "tables": {
                "prices": {"file": "b.xlsx", "sheet": "Prices"},
                "stocks": {"file": "b.xlsx", "sheet": "stocks", "unit": "PJ"},
                "people": {"file": "people.tsv", "unit": "million"},
            }
        },
    )
    assert list(dataset.tables) == ["prices", "stocks", "people"]
    wanted = (("prices", "Gas", "EUR/MWh", 3), ("stocks", "Gas", "PJ", 4),
              ("people", "Total", "million", 8.9))  # fmt: skip
    for name, subject, unit, value in wanted:
        series = dataset.tables[name].series("AT", name, subject, unit)
        assert series is not None
        assert series.points["2015"].value == value
    people = dataset.tables["people"].series("AT", "people", "Total", "million")
    assert people is not None
    assert list(people.points) == ["2015", "2016"]


def test_parquet_without_its_package_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where pyarrow is not installed, the error names the extra."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    path = tmp_path / "t.parquet"
    path.write_bytes(b"PAR1")
    notes = Notes()
    assert read_parquet(path, "t.parquet", notes) is None
    assert [finding.code for finding in notes.findings] == ["data.no-parquet"]
    assert "parquet" in notes.findings[0].remedy


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (HEADER.strip() + "," + "x," * 20_000 + "\n" + ROW, "data.too-many-columns"),
        ("y" * 200_000 + "\n" + ROW, "data.long-cell"),
    ],
)
def test_absurd_headers_are_refused_at_once(refuse: Refuse, content: str, code: str) -> None:
    """A header of thousands of columns, or a cell without an end, is named and not parsed."""
    assert code in {finding.code for finding in refuse({"etm.csv": content}, **ETM)}


def test_numbers_beyond_all_figures_are_bad_cells(refuse: Refuse) -> None:
    """Values whose sum no float can hold are listed with their row."""
    content = HEADER + ROW + "France,Gas,2016,1e308,Generation,TWh\n"
    found = refuse({"etm.csv": content}, **ETM)
    assert [f.cells for f in found if f.code == "data.bad-cells"] == [("row 3",)]


_KEPT = '{{"index_columns": ["YEAR"], "columns": [], "column_indexes": [{}]}}'
_TYPE = (
    '{{"index_columns": [], "column_indexes": [], "columns": [{{"name": "VALUE", '
    '"field_name": "VALUE", "pandas_type": "{0}", "numpy_type": "{0}", "metadata": null}}]}}'
)


@pytest.mark.parametrize(
    "notes_of_pandas",
    [
        "{}",
        '{"columns": 1}',
        "[" * 100_000,
        _KEPT.format(""),
        _KEPT.format('{"name": null, "pandas_type": "decimal", "numpy_type": "x[" }'),
        _TYPE.format("datetime64[" + "(" * 300),
    ],
)
def test_notes_of_pandas_are_not_read(load: Load, notes_of_pandas: str) -> None:
    """A sender writes them: they neither change a table nor end the program."""
    content = io.BytesIO()
    table = pa.Table.from_pandas(_LONG, preserve_index=False)
    pq.write_table(table.replace_schema_metadata({"pandas": notes_of_pandas}), content)
    dataset, _ = load({"t.parquet": content.getvalue()}, data={"etm": "t.parquet"})
    plain, _ = load({"p.parquet": _parquet(_LONG)}, data={"etm": "p.parquet"})
    assert len(dataset.tables["ETM"]) == len(plain.tables["ETM"]) > 0


@pytest.mark.parametrize("name", ["pandas.period", "pandas.interval", "another"])
def test_notes_of_a_column_are_not_read(load: Load, name: str) -> None:
    """They name types whose code would read further notes, JSON of any depth among them."""
    table = pa.Table.from_pandas(_LONG, preserve_index=False)
    notes = {"ARROW:extension:name": name, "ARROW:extension:metadata": "[" * 100_000}
    at = table.schema.get_field_index("YEAR")
    noted = table.schema.set(at, table.schema.field(at).with_metadata(notes))
    content = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(table.columns, schema=noted), content)
    dataset, _ = load({"t.parquet": content.getvalue()}, data={"etm": "t.parquet"})
    assert len(dataset.tables["ETM"]) > 0


def test_row_numbers_of_pandas_are_no_column(tmp_path: Path) -> None:
    """An index without a name is left out, one with a name is a column."""
    content = _parquet(_LONG.set_index(pd.Index(range(5, 5 + len(_LONG)))), index=True)
    assert b"__index_level_0__" in content
    (tmp_path / "t.parquet").write_bytes(content)
    frame = read_parquet(tmp_path / "t.parquet", "t.parquet", Notes())
    assert frame is not None
    assert list(frame.columns) == list(_LONG.columns)


@pytest.mark.parametrize("file", ["t.csv", "t.parquet"])
def test_column_for_labels_and_for_values_is_refused(refuse: Refuse, file: str) -> None:
    """A column of figures can't be that of subjects too, in a typed file or in text."""
    frame = pd.DataFrame({"COUNTRY": ["AT"], "2015": [1.5], "PROPERTY": ["G"], "UNIT": ["TWh"]})
    content = _parquet(frame) if file == "t.parquet" else frame.to_csv(index=False)
    table = {"file": file, "columns": {"SECTOR": "2015"}, "years_in_columns": True}
    (finding,) = refuse({file: content}, data={"tables": {"prices": table}})
    assert (finding.code, finding.file) == ("data.column-for-two", file)
    assert "'2015'" in finding.message


def test_both_separators_in_one_cell_leave_no_doubt(load: Load) -> None:
    """1,234.5 among decimal points is 1234.5, and the annex gets its row and what was read."""
    rows = "".join(
        f'France,Gas,{year},"{value}",Generation,TWh\n'
        for year, value in ((2015, "12.5"), (2016, "1,234.5"), (2017, "7"), (2018, "2,345.25"))
    )
    dataset, findings = load({"etm.csv": HEADER + rows}, **ETM)
    series = dataset.tables["ETM"].series("FR", "Generation", "Gas", "TWh")
    assert series is not None
    values = {year: point.value for year, point in series.points.items()}
    assert values == {"2015": 12.5, "2016": 1234.5, "2017": 7, "2018": 2345.25}
    assert findings == ()
    [cleaning] = dataset.cleanings
    assert (cleaning.kind, cleaning.count) == ("thousands-separators", 2)
    assert "'1,234.5' as 1234.5" in cleaning.sentence
    assert [(source.file, source.rows) for source in cleaning.rows] == [("etm.csv", (3, 5))]


@pytest.mark.parametrize("others", [("7", "900"), ("12,5", "12.5"), ("1.234", "7")])
def test_a_comma_that_may_be_decimal_is_refused(refuse: Refuse, others: tuple[str, str]) -> None:
    """1,234 beside cells that leave it open, or contradict each other, is never 1234."""
    rows = "".join(
        f'France,Gas,{year},"{value}",Generation,TWh\n'
        for year, value in enumerate(("1,234", *others), start=2015)
    )
    [finding] = refuse({"etm.csv": HEADER + rows}, **ETM)
    assert finding.code == "data.bad-cells"
    assert "'1,234' (row 2)" in finding.message
    assert finding.cells[0] == "row 2"
    assert "show whether commas" in finding.allowed
