"""SDMX-CSV and Eurostat's TSV, written for these tests in the form that is published."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from factbook.data.sources.formats import format_of
from tests.data.conftest import Load, Refuse
from tests.data.sources.conftest import Read, cells

HEADER = "DATAFLOW,LAST UPDATE,freq,siec,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"
START = "ESTAT:NRG_BAL_C(1.0),06/06/24 23:00:00,A"
TABLE: dict[str, Any] = {"data": {"tables": {"supply": {"file": "t.csv"}}}}
TSV = (
    "freq,siec,unit,geo\\TIME_PERIOD\t2019 \t2020 \n"
    "A,C0000,TJ,AT\t12.5 \t13 p\nA,O4000,TJ,AT\t: \t14 e\n"
)


def _rows(*rows: str) -> str:
    return HEADER + "".join(f"{START},{row},\n" for row in rows)


def test_columns_of_eurostat_are_known_by_name(read: Read) -> None:
    """Each column has its role; those with one member are named as constants."""
    text = _rows("C0000,TJ,AT,2020,1.5,", "O4000,TJ,AT,2020,2,p", "C0000,TJ,EL,2020,:,")
    grid, notes = read("t.csv", text)
    assert grid is not None
    roles = grid.roles
    assert roles is not None
    assert roles.columns == {
        "COUNTRY": "geo", "SECTOR": "siec", "YEAR": "TIME_PERIOD", "VALUE": "OBS_VALUE",
        "UNIT": "unit", "STATUS": "OBS_FLAG", "CONFIDENTIALITY": "CONF_STATUS",
    }  # fmt: skip
    assert (roles.status, roles.confidentiality) == ("OBS_FLAG", "CONF_STATUS")
    assert roles.dimensions == ("siec", "geo")
    assert roles.constants == {"freq": "A", "unit": "TJ"}
    assert cells(grid, "OBS_FLAG") == ["", "p", ""]
    assert grid.rows.tolist() == [2, 3, 4]
    assert "one member in all rows: freq = A, unit = TJ" in notes.formats["t.csv"]


def test_eurostat_file_is_a_table_without_settings(load: Load) -> None:
    """Its figures are read by their roles, and there is no warning about columns."""
    text = _rows("C0000,TJ,AT,2020,1.5,", "O4000,TJ,AT,2020,2,p", "C0000,TJ,EL,2020,3,")
    dataset, warnings = load({"t.csv": text}, **TABLE)
    series = dataset.tables["supply"].series("AT", "supply", "O4000", "TJ")
    assert series is not None
    assert (series.points["2020"].value, series.points["2020"].sources[0].rows) == (2.0, (3,))
    assert not warnings


def test_unread_dimension_is_refused_also_where_values_agree(refuse: Refuse) -> None:
    """Two members of equal values are no duplicates; nothing is dropped or added."""
    header = HEADER.replace("siec", "siec,currency")
    row = f"{START},C0000,%s,TJ,%s,2020,1,,\n"
    text = header + row % ("LOW", "AT") + row % ("HIGH", "AT") + row % ("LOW", "EL")
    [finding] = refuse({"t.csv": text}, **TABLE)
    assert finding.code == "data.dimension"
    assert "column 'currency' ('LOW', 'HIGH'), and none of its members is" in finding.message


def test_two_breakdowns_are_left_to_the_user(refuse: Refuse, load: Load) -> None:
    """Which of two dimensions is the category is never guessed; a setting decides."""
    header = HEADER.replace("siec", "siec,operator")
    text = header + "".join(
        f"{START},{siec},{flow},TJ,AT,2020,{value},,\n"
        for siec, flow, value in (("C0000", "GEP", 1), ("O4000", "GEP", 2), ("C0000", "IMP", 3))
    )
    findings = refuse({"t.csv": text}, **TABLE)
    assert {finding.code for finding in findings} == {"data.dimension"}
    assert ["'siec' ('C0000', 'O4000')" in f.message for f in findings] == [True, False]
    assert ["'operator' ('GEP', 'IMP')" in f.message for f in findings] == [False, True]
    columns = {"SECTOR": "siec", "PROPERTY": "operator"}
    table = {"file": "t.csv", "columns": columns}
    dataset, _ = load({"t.csv": text}, data={"tables": {"supply": table}})
    assert dataset.tables["supply"].series("AT", "IMP", "C0000", "TJ") is not None


def test_flows_of_a_balance_are_measures(load: Load) -> None:
    """Production and imports are different things to measure; their fuels are the categories."""
    header = HEADER.replace("siec", "siec,nrg_bal")
    text = header + "".join(
        f"{START},{siec},{flow},TJ,AT,2020,{value},,\n"
        for siec, flow, value in (("C0000", "GEP", 1), ("O4000", "GEP", 2), ("C0000", "IMP", 3))
    )
    [table] = load({"t.csv": text}, **TABLE)[0].tables.values()
    assert table.metrics() == ("GEP", "IMP")
    assert table.subjects("GEP") == ("C0000", "O4000")


def test_setting_replaces_a_proposed_category(refuse: Refuse) -> None:
    """A column that loses its role by a setting is then unread, and refused."""
    text = _rows("C0000,TJ,AT,2020,1.5,", "O4000,TJ,AT,2020,2,p")
    table = {"file": "t.csv", "columns": {"SECTOR": "freq"}}
    [finding] = refuse({"t.csv": text}, data={"tables": {"supply": table}})
    assert "'siec' ('C0000', 'O4000')" in finding.message


def test_labels_in_cells_are_told_from_codes(read: Read, load: Load) -> None:
    """With labels=both, codes stay in the cells and labels in the roles; reports use the words."""
    text = (
        "STRUCTURE[;],STRUCTURE_ID,ACTION,FREQ: Frequency,REF_AREA: Area,SEX: Sex,"
        "TIME_PERIOD: Time,OBS_VALUE: Value,UNIT_MEASURE: Unit\n"
        "dataflow,X:Y(1.0): Z,I,A: Annual,AT: Austria,F: Women: all ages,2020,4.5,PS: Persons\n"
        "dataflow,X:Y(1.0): Z,I,A: Annual,AT: Austria,M: Men,2020,4.4,PS: Persons\n"
    )
    grid, _ = read("t.csv", text)
    assert grid is not None
    assert grid.roles is not None
    assert grid.roles.labels["SEX: Sex"] == {"F": "Women: all ages", "M": "Men"}
    assert cells(grid, "REF_AREA: Area") == ["AT", "AT"]
    dataset, _ = load({"t.csv": text}, **TABLE)
    assert dataset.tables["supply"].series("AT", "supply", "Men", "PS") is not None


def test_labels_in_columns_beside_codes(read: Read) -> None:
    """Eurostat and the OECD write a column of labels to the right of each column of codes."""
    text = (
        "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,freq,Time frequency,sex,Sex,geo,"
        "Geopolitical entity (reporting),TIME_PERIOD,Time,OBS_VALUE,Observation value,OBS_FLAG,"
        "Observation status (Flag) V2 structure\n"
        'dataflow,ESTAT:A(1.0),"Aid",A,Annual,F,Females,AT,Austria,2020,,1.5,,p,provisional\n'
        'dataflow,ESTAT:A(1.0),"Aid",A,Annual,M,Males,AT,Austria,2020,,2.5,,,\n'
    )
    grid, _ = read("t.csv", text)
    assert grid is not None
    roles = grid.roles
    assert roles is not None
    assert roles.labels["sex"] == {"F": "Females", "M": "Males"}
    assert roles.labels["OBS_FLAG"] == {"p": "provisional"}
    assert roles.dimensions == ("sex",)
    assert roles.category == "sex"


def test_multiplier_is_applied_exactly_and_said(read: Read) -> None:
    """1.1 with UNIT_MULT 6 is 1.1 million; a gap stays one; the annex says it."""
    text = (
        "DATAFLOW,REF_AREA,TIME_PERIOD,OBS_VALUE,UNIT_MULT\n"
        "A:B(1),AT,2020,1.1,6\nA:B(1),BE,2020,7,0\nA:B(1),DE,2020,,6\nA:B(1),FR,2020,9,\n"
        "A:B(1),IT,2020,12.3 p,3\n"
    )
    grid, notes = read("t.csv", text)
    assert grid is not None
    assert cells(grid, "OBS_VALUE") == ["1.1e6", "7", "", "9", "12.3 p"]
    assert "values multiplied by ten to the power of UNIT_MULT" in notes.formats["t.csv"]
    grid, notes = read("t.csv", text.replace(",6\n", ",lots\n"))
    assert [finding.code for finding in notes.findings] == ["data.unit-multiplier"]
    assert notes.findings[0].cells == ("row 2", "row 4")


def test_rows_that_delete_are_no_figures(read: Read) -> None:
    """A file of changes is refused, as it is no whole table."""
    text = (
        "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,TIME_PERIOD,OBS_VALUE\n"
        "dataflow,A:B(1),R,AT,2020,1\ndataflow,A:B(1),D,AT,2021,2\n"
    )
    _, notes = read("t.csv", text)
    [finding] = notes.findings
    assert (finding.code, finding.cells) == ("data.deleted-rows", ("row 3",))


def test_flags_of_a_wide_file_stay_in_its_cells(read: Read) -> None:
    """Eurostat's TSV, also compressed, keeps ``13 p`` as it is written, in its row."""
    for name, content in (("t.tsv", TSV.encode()), ("t.tsv.gz", gzip.compress(TSV.encode()))):
        grid, _ = read(name, content)
        assert grid is not None
        roles = grid.roles
        assert roles is not None
        assert roles.periods_in_columns
        assert (roles.place, roles.category, roles.unit) == ("geo", "siec", "unit")
        assert [text.strip() for text in map(str, cells(grid, "2020"))] == ["13 p", "14 e"]
        assert grid.rows.tolist() == [2, 3]


def test_months_of_a_wide_file_are_values(read: Read) -> None:
    """Columns of months and quarters are cells of values too, not labels."""
    grid, _ = read("t.tsv", TSV.replace("2019 ", "2020-01 ").replace("2020 \n", "2020-Q1 \n"))
    assert grid is not None
    assert grid.columns["2020-01"].dtype == object
    assert grid.columns["2020-Q1"].dtype == object


def test_bomb_of_gzip_is_bounded(read: Read) -> None:
    """A megabyte that unpacks to a gigabyte is refused at the limit, in one step."""
    content = gzip.compress(b"0" * 50_000_000)
    _, notes = read("t.tsv.gz", content, limits={"max_data_mb": 1})
    [finding] = notes.findings
    assert finding.code == "data.too-large"
    assert "limits.max_data_mb" in finding.allowed


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(TSV.encode())[:-9], "cut off"),
        (gzip.compress(TSV.encode()) + b"rest", "incorrect header"),
        (gzip.compress(b"") * 100_001, "more than 100,000 files"),
    ],
    ids=["cut off", "bytes behind", "files without end"],
)
def test_damaged_gzip_is_a_finding(read: Read, content: bytes, words: str) -> None:
    """What is cut off, followed by something else, or made of countless files is refused."""
    _, notes = read("t.tsv.gz", content)
    [finding] = notes.findings
    assert finding.code == "data.damaged-file"
    assert words in finding.message


def test_gzip_of_several_files_is_one(read: Read) -> None:
    """Compressed files one after another are read as one text, as gzip does."""
    lines = TSV.encode().splitlines(keepends=True)
    grid, _ = read("t.tsv.gz", b"".join(gzip.compress(line) for line in lines))
    assert grid is not None
    assert cells(grid, "siec") == ["C0000", "O4000"]


def test_table_of_ones_own_has_no_roles(read: Read) -> None:
    """Headings of no format give no roles, and ``format`` can say so of any other."""
    grid, _ = read("t.csv", "COUNTRY,SECTOR,YEAR,VALUE,UNIT\nAT,Gas,2020,1,TWh\n")
    assert grid is not None
    assert grid.roles is None
    grid, _ = read("t.csv", _rows("C0000,TJ,AT,2020,1,"), format="text")
    assert grid is not None
    assert grid.roles is None


def test_format_that_the_file_has_not_is_refused(read: Read) -> None:
    """A wrong ``format`` is named with the columns that it needs."""
    _, notes = read("t.csv", "a,b\n1,2\n", format="iamc")
    [finding] = notes.findings
    assert finding.code == "data.wrong-format"
    assert "Variable" in finding.allowed


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("a.csv", HEADER, "sdmx-csv"),
        ("a.csv", '"Model";"Scenario";"Region";"Variable";"Unit";"2020"\n', "iamc"),
        ("a.tsv", TSV, "eurostat-tsv"),
        ("a.TSV.GZ", TSV, "eurostat-tsv"),
        ("a.csv", "COUNTRY,YEAR,VALUE\n", "text"),
        ("a.txt", "\ufeff <?xml version='1.0'?>", "sdmx-ml"),
        ("a.xml", "", "sdmx-ml"),
        ("a.json", "", "json-stat"),
        ("a.xlsx", "PK", "xlsx"),
        ("a.parquet", "PAR1", "parquet"),
    ],
)
def test_format_is_told_by_name_and_beginning(
    tmp_path: Any, name: str, head: str, expected: str
) -> None:
    """The suffix decides where it names a container, else the first line."""
    assert format_of(tmp_path / name, head.encode()) == expected


def test_misspelt_setting_is_not_replaced_by_a_proposal(refuse: Refuse) -> None:
    """A column that a setting names is looked for, and missed where it is not."""
    text = _rows("C0000,TJ,AT,2020,1.5,", "O4000,TJ,AT,2020,2,p")
    table = {"file": "t.csv", "columns": {"SECTOR": "sieck"}}
    [finding] = refuse({"t.csv": text}, data={"tables": {"supply": table}})
    assert finding.code == "data.missing-column"
    assert "'sieck' (set for SECTOR)" in finding.message


def test_codes_with_one_label_stay_codes(load: Load) -> None:
    """Two members whose label is the same are not merged into one."""
    text = (
        "DATAFLOW,GEO: Area,SIEC: Product,TIME_PERIOD: Time,OBS_VALUE: Value,UNIT: Unit\n"
        "A:B(1),AT: Austria,C1: Other,2020,1,TJ: Terajoule\n"
        "A:B(1),AT: Austria,C2: Other,2020,2,TJ: Terajoule\n"
    )
    dataset, _ = load({"t.csv": text}, **TABLE)
    table = dataset.tables["supply"]
    assert table.series("AT", "supply", "C1", "TJ") is not None
    assert table.series("AT", "supply", "C2", "TJ") is not None


def test_column_of_words_beside_codes_is_no_dimension(read: Read) -> None:
    """A label for each code is known by a heading that is no id; an id of SDMX is a dimension."""
    text = "geo,%s,TIME_PERIOD,OBS_VALUE,unit\nAT,Austria,2020,1,TJ\nBE,Belgium,2020,2,TJ\n"
    grid, _ = read("t.csv", text % "Geopolitical entity")
    assert grid is not None
    assert grid.roles is not None
    assert grid.roles.dimensions == ("geo",)
    assert grid.roles.labels["geo"] == {"AT": "Austria", "BE": "Belgium"}
    grid, _ = read("t.csv", text % "counterpart")
    assert grid is not None
    assert grid.roles is not None
    assert grid.roles.dimensions == ("geo", "counterpart")
    grid, _ = read("t.csv", (text % "Sub area").replace("Belgium", "Austria"))
    assert grid is not None
    assert grid.roles is not None
    assert "Sub area" in grid.roles.constants
