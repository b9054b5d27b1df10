"""Bounds on what is read of a project's data."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from factbook.config.project_config import Limits
from factbook.data.cleaning import Notes
from factbook.data.grids.formats import read_parquet, read_workbook
from factbook.data.grids.room import MOST_SECONDS
from factbook.files.inputs import MOST_FOLDERS_DEEP
from tests.data.conftest import Load, Refuse

ETM: dict[str, Any] = {"data": {"etm": "etm.csv"}}
HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ROW = "Austria,Wind,2020,1,Generation,TWh\n"
RESULT = (
    "collection_name,category_name,child_name,property_name,value,unit_name,_date\n"
    "Generator,Wind,AT Wind,Generation,1,GWh,2020-01-01\n"
)
PLEXOS: dict[str, Any] = {"data": {"plexos": "results", "node_patterns": {"AT": "AT"}}}


def within(config: dict[str, Any], **limits: int) -> dict[str, Any]:
    """A configuration with limits."""
    return {**config, "limits": Limits(**limits)}


def sparse(path: Path, size_bytes: int) -> None:
    """A file of zeros that takes no space."""
    path.parent.mkdir(exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size_bytes)


@pytest.mark.parametrize("name", ["etm.csv", "etm.parquet", "etm.xlsx"])
def test_file_larger_than_the_memory_is_a_finding(
    tmp_path: Path, refuse: Refuse, name: str
) -> None:
    """It is not read, and the finding has its size and the limit."""
    sparse(tmp_path / name, 60 * 10**9)
    [finding] = refuse({}, data={"etm": name})
    assert finding.code.endswith(".too-large")
    assert "60,000 MB" in finding.message
    assert finding.allowed.startswith("at most ")


def test_file_over_the_limit_names_the_key(refuse: Refuse) -> None:
    """The key that raises the limit stands in the finding, and the limit in its place."""
    content = HEADER + ROW * 40_000
    [finding] = refuse({"etm.csv": content}, **within(ETM, max_data_mb=1))
    assert finding.code == "data.too-large"
    assert finding.message == "the file has 1.4 MB"
    assert finding.allowed == "at most 1 MB of data in all (limits.max_data_mb)"
    assert 'FACTBOOK_LIMITS="max_data_mb=…"' in finding.remedy
    assert "on a command line also with --set limits.max_data_mb=…" in finding.remedy


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ("Austria,Wind {n},2020,1,Generation,TWh", "300"),
        ("Austria,Wind,2020,1,Generation,U{n}", "300"),
        ("Austria,Wind,2020,1,Property {n},TWh", "300"),
        ("Austria,Wind {n},2020,1,Generation,U{n}", "90,000"),
    ],
)
def test_labels_over_the_limit_are_a_finding(refuse: Refuse, row: str, number: str) -> None:
    """A sheet asks for each category in each unit in each place: cells do not bound that."""
    content = HEADER + "".join(row.format(n=n) + "\n" for n in range(300))
    [finding] = refuse({"etm.csv": content}, **within(ETM, max_data_series=200))
    assert finding.code == "data.too-many-series"
    assert finding.message.startswith(f"the table has {number} combinations")
    assert finding.allowed == "at most 200 of all tables (limits.max_data_series)"
    assert "limits.max_data_series=…" in finding.remedy


def wide_file(path: Path, rows: int) -> str:
    """Write a file of five figures a row; gives its name."""
    frame = pd.DataFrame({"COUNTRY": ["Austria"] * rows, "SECTOR": [f"S{n}" for n in range(rows)]})
    frame = frame.assign(**{str(year): range(rows) for year in range(2000, 2005)})
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path, index=False)
    return path.name


@pytest.mark.parametrize("heading", ["SECTOR", "COUNTRY", "COMMENT"])
@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_texts_that_all_differ_are_a_finding(
    tmp_path: Path, refuse: Refuse, heading: str, suffix: str
) -> None:
    """Each takes memory, whichever column it stands in: bytes and cells do not bound that."""
    row = dict(zip(HEADER.strip().split(","), ROW.strip().split(","), strict=True))
    frame = pd.DataFrame([{**row, heading: f"Text {n}"} for n in range(300)])
    frame["VALUE"] = 1.0
    path = tmp_path / f"etm{suffix}"
    frame.to_csv(path, index=False) if suffix == ".csv" else frame.to_parquet(path, index=False)
    [finding] = refuse({}, **within({"data": {"etm": path.name}}, max_data_labels=200))
    assert finding.code == "data.too-many-labels"
    assert finding.allowed == "at most 200 in a file (limits.max_data_labels)"
    assert "limits.max_data_labels=…" in finding.remedy


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_numbers_of_rows_that_nothing_reads_are_left_out(
    tmp_path: Path, load: Load, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    """A database writes them beside its figures: they tell no figure apart, and take no room."""
    for module in ("bounded", "text_columns", "grid_files"):
        monkeypatch.setattr(f"factbook.data.grids.{module}.MOST_LABELS_OF_UNREAD", 200)
    row = dict(zip(HEADER.strip().split(","), ROW.strip().split(","), strict=True))
    frame = pd.DataFrame([{"ID": f"r{n}", **row, "SECTOR": f"S{n % 9}"} for n in range(300)])
    frame = frame.assign(YEAR=[2000 + n // 9 for n in range(300)], VALUE=1.0)
    path = tmp_path / f"etm{suffix}"
    frame.to_csv(path, index=False) if suffix == ".csv" else frame.to_parquet(path, index=False)
    dataset, findings = load({}, **within({"data": {"etm": path.name}}, max_data_labels=300))
    assert findings == ()
    assert len(dataset.tables["ETM"]) == 300
    assert f"1 column of {path.name} with more than 200 different texts, not read: 'ID'" in [
        cleaning.sentence for cleaning in dataset.cleanings
    ]


def test_file_of_texts_that_all_differ_is_not_read_to_its_end(
    refuse: Refuse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As soon as there are too many the rest, which may have no end of them, is left."""
    monkeypatch.setattr("factbook.data.grids.text_grid._CELLS_AT_ONCE", 700)  # 100 rows
    content = HEADER + "".join(ROW.replace("Wind", f"Wind {n}") for n in range(3_000))
    [finding] = refuse({"etm.csv": content}, **within(ETM, max_data_labels=200))
    number = re.search(r"have ([\d,]+) different", finding.message)
    assert number is not None
    assert 200 < int(number[1].replace(",", "")) < 320


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_figures_over_the_limit_are_a_finding(
    tmp_path: Path, load: Load, refuse: Refuse, suffix: str
) -> None:
    """A wide table has many more than rows; those of all tables count together."""
    wide = wide_file(tmp_path / f"wide{suffix}", 100)
    table = {"file": wide, "years_in_columns": True, "unit": "TWh"}
    config = {"data": {"etm": "etm.csv", "tables": {"x": table}}}
    files = {"etm.csv": HEADER + ROW * 100}
    [finding] = refuse(files, **within(config, max_data_figures=599))
    assert finding.code == "data.too-many-figures"
    assert finding.message == "the table has 500 figures or more, after 100 of other files"
    assert finding.allowed == "at most 599 in all (limits.max_data_figures)"
    assert "limits.max_data_figures=…" in finding.remedy
    load(files, **within(config, max_data_figures=600))


def test_labels_of_results_count_with_those_of_tables(tmp_path: Path, refuse: Refuse) -> None:
    """All tables together, in whatever form."""
    results = RESULT.splitlines()
    rows = [results[1].replace("Wind,", f"Wind {n},", 1) for n in range(150)]
    (tmp_path / "results").mkdir()
    etm = HEADER + "".join(ROW.replace("Wind", f"Wind {n}") for n in range(150))
    files = {"etm.csv": etm, "results/one.csv": "\n".join([results[0], *rows])}
    config = {"data": {**PLEXOS["data"], **ETM["data"], "node_patterns": {"AT*": "AT"}}}
    [finding] = refuse(files, **within(config, max_data_series=200))
    assert finding.message.startswith("the table has 150 combinations")
    assert ", after 150 of other tables" in finding.message


def test_files_count_together(refuse: Refuse) -> None:
    """Many files are no way around the limit, nor is one that is read many times."""
    half = HEADER + ROW * 20_000
    tables = {name: {"file": "one.csv"} for name in ("a", "b")}
    found = refuse({"one.csv": half}, **within({"data": {"tables": tables}}, max_data_mb=1))
    assert "the file has 0.7 MB, after 0.7 MB of other data" in [f.message for f in found]


@pytest.mark.parametrize(
    "content",
    [
        HEADER + ROW * 200,
        HEADER + ROW + "," * 1000 + "\n",
        (HEADER + ROW * 200).replace("\n", "\r"),
    ],
    ids=["rows", "columns", "carriage returns"],
)
def test_cells_over_the_limit_are_a_finding(refuse: Refuse, content: str) -> None:
    """Cells take many times their bytes in memory, so they are counted before they are parsed."""
    [finding] = refuse({"etm.csv": content}, **within(ETM, max_data_cells=1000))
    assert finding.code == "data.too-many-cells"
    assert finding.allowed == "at most 1,000 cells of data in all (limits.max_data_cells)"


def test_cells_of_a_workbook_count(tmp_path: Path, refuse: Refuse) -> None:
    """Whatever the format."""
    frame = pd.DataFrame([["Austria", "Wind", 2020, 1, "Generation", "TWh"]] * 200)
    frame.to_excel(tmp_path / "etm.xlsx", index=False, header=HEADER.strip().split(","))
    [finding] = refuse({}, **within({"data": {"etm": "etm.xlsx"}}, max_data_cells=1000))
    assert finding.code == "data.too-many-cells"


def workbook(path: Path, rows: int) -> int:
    """Write a table of distinct texts as a workbook; the bytes of its parts."""
    cells = [["Austria", f"Wind {n}", 2020, 1, "Generation", "TWh"] for n in range(rows)]
    pd.DataFrame(cells).to_excel(path, index=False, header=HEADER.strip().split(","))
    with zipfile.ZipFile(path) as archive:
        return sum(part.file_size for part in archive.infolist())


def test_unpacked_workbooks_count_together(tmp_path: Path, refuse: Refuse) -> None:
    """What a workbook unpacks to is read and parsed, not the bytes that it has as a file."""
    size_bytes = workbook(tmp_path / "one.xlsx", 3000)
    assert (tmp_path / "one.xlsx").stat().st_size < 400_000 < size_bytes < 1_000_000
    tables = {name: {"file": "one.xlsx"} for name in ("a", "b", "c")}
    config = within({"data": {"tables": tables}}, max_data_mb=1)
    found = [f for f in refuse({}, **config) if f.code == "data.too-large"]
    assert found
    assert found[0].message.startswith("the workbook has ")
    assert " of other data" in found[0].message
    assert found[0].allowed == "at most 1 MB of data in all (limits.max_data_mb)"


def test_workbook_that_is_looked_through_for_a_message_counts(
    tmp_path: Path, refuse: Refuse
) -> None:
    """A wrong first sheet has the others read, each time that a table names the workbook."""
    cells = [["Austria", f"Wind {n}", 2020, 1, "Generation", "TWh"] for n in range(3000)]
    with pd.ExcelWriter(tmp_path / "one.xlsx") as book:
        pd.DataFrame([["x"]]).to_excel(book, sheet_name="first", index=False)
        pd.DataFrame(cells).to_excel(book, index=False, header=HEADER.strip().split(","))
    tables = {name: {"file": "one.xlsx"} for name in ("a", "b")}
    found = refuse({}, **within({"data": {"tables": tables}}, max_data_mb=1))
    assert "data.too-large" in {finding.code for finding in found}


def packed(frame: pd.DataFrame) -> bytes:
    """A frame as Parquet, which does not say what kinds of columns it was made of."""
    file = io.BytesIO()
    frame.to_parquet(file, compression="zstd", row_group_size=1000, store_schema=False)
    return file.getvalue()


def test_parquet_that_unpacks_to_more_is_a_finding(refuse: Refuse) -> None:
    """A small file can hold much: its footer says how much."""
    values = pd.DataFrame({"VALUE": [0.0] * 300_000, "COUNTRY": [f"x{n}" for n in range(300_000)]})
    content = packed(values.assign(SECTOR=[" " * 60 + str(n) for n in range(300_000)]))
    config = {"data": {"etm": "etm.parquet"}}
    [size] = refuse({"etm.parquet": content}, **within(config, max_data_mb=4))
    assert (size.code, "unpacks to" in size.message) == ("data.too-large", True)
    [cells] = refuse({"etm.parquet": content}, **within(config, max_data_cells=1000))
    assert cells.message.startswith("the table has 300,000 rows of 3 cells")


def test_small_parquet_of_many_cells_is_a_finding(refuse: Refuse) -> None:
    """A row takes less than a bit if all are alike: some kilobytes are millions of cells."""
    frame = pd.DataFrame([["Austria", "Wind", 2020, 1.0, "Generation", "TWh"]] * 300_000)
    file = io.BytesIO()
    frame.set_axis(HEADER.strip().split(","), axis=1).to_parquet(file)
    content = file.getvalue()
    assert len(content) < 90_000
    [finding] = refuse({"etm.parquet": content}, data={"etm": "etm.parquet"})
    assert finding.code == "data.parquet-bomb"
    assert finding.message.startswith("the table has 300,000 rows of 6 cells in a file of ")
    assert finding.allowed == "at most 20 cells a byte, above 1,000,000 cells"


def test_more_tables_than_the_limit_are_a_finding(refuse: Refuse) -> None:
    """None of them is read, so that none of the files that are missing is named."""
    tables = {f"t{number}": {"file": "t.parquet"} for number in range(101)}
    [finding] = refuse({}, data={"tables": tables})
    assert (finding.code, finding.file) == ("data.too-many-tables", "project.toml")
    assert finding.message == "[data.tables] has 101 tables"
    assert finding.allowed == "at most 100 (limits.max_tables)"
    tables.popitem()
    assert "data.too-many-tables" not in {f.code for f in refuse({}, data={"tables": tables})}


@pytest.mark.parametrize("suffix", ["parquet", "xlsx"])
def test_tables_share_the_seconds_of_unpacking(tmp_path: Path, suffix: str) -> None:
    """What one has taken is gone for the others, which are refused unread."""
    path, notes = tmp_path / f"t.{suffix}", Notes()
    workbook(path, 1) if suffix == "xlsx" else path.write_bytes(packed(pd.DataFrame({"A": [1]})))

    def read() -> object:
        if suffix == "xlsx":
            return read_workbook(path, path.name, None, notes)
        return read_parquet(path, path.name, notes)

    assert read() is not None
    assert 0 < notes.room.seconds_left < MOST_SECONDS
    notes.room.seconds_left = 0
    assert read() is None
    [finding] = notes.findings
    assert (finding.code, finding.file) == ("data.too-slow", path.name)
    assert finding.message == "the workbooks and Parquet files before it took 300 seconds to unpack"


LOAD = """
import resource, sys
from pathlib import Path
from factbook.config.project_config import ProjectConfig
from factbook.data.dataset import load_dataset
from factbook.errors import DataError
import pyarrow.parquet
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    dataset, _ = load_dataset(Path(sys.argv[1]), ProjectConfig(data={"etm": "etm.parquet"}))
    found = len(dataset.tables["ETM"])
except DataError as error:
    found = error.findings[0].code
print(found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def kilobytes_to_load(folder: Path) -> tuple[int | str, int]:
    """Rows of a Parquet file, or the code of its error, and the memory that reading it takes."""
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(folder)], capture_output=True, text=True, check=True
    )
    found, kilobytes = done.stdout.split()
    return int(found) if found.isdigit() else found, int(kilobytes)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view()], ids=str)
def test_text_that_repeats_in_parquet_is_kept_once(tmp_path: Path, kind: pa.DataType) -> None:
    """100 KB in each of 8,000 rows take some bytes a row in a file, and a gigabyte unpacked."""
    write_repeating(tmp_path / "etm.parquet", kind)
    rows, kilobytes = kilobytes_to_load(tmp_path)
    assert rows == 8000
    assert kilobytes < 300_000


@pytest.mark.slow
@pytest.mark.parametrize(
    "kind",
    [pa.binary(), pa.large_binary(), pa.binary(100_000), pa.list_(pa.string())],
    ids=["binary", "large binary", "binary of one length", "list"],
)
def test_repeating_values_without_bound_are_not_read(tmp_path: Path, kind: pa.DataType) -> None:
    """Values of other types than text are not kept once: their columns are refused unread."""
    write_repeating(tmp_path / "etm.parquet", kind)
    found, kilobytes = kilobytes_to_load(tmp_path)
    assert found == "data.column-type"
    assert kilobytes < 100_000


def write_repeating(path: Path, kind: pa.DataType) -> None:
    """A table of 8,000 rows with 100 KB in each, which takes some kilobytes as Parquet."""
    rows = [["Austria", f"Wind {n}", 2020, 1.0, "Generation", "TWh"] for n in range(8000)]
    table = pa.Table.from_pandas(pd.DataFrame(rows, columns=HEADER.strip().split(",")))
    text = "x" * 100_000
    note = pa.scalar([text] if pa.types.is_list(kind) else text.encode(), kind)
    schema = table.schema.append(pa.field("NOTE", kind))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for start in range(0, len(table), 1000):
            part = table.slice(start, 1000)
            notes = pa.array([note] * len(part), kind)
            writer.write_table(part.append_column(schema.field("NOTE"), notes))


@pytest.mark.slow
def test_footer_that_says_less_than_the_file_unpacks_to(tmp_path: Path) -> None:
    """20 KB with 600 MB of distinct text, whose footer says 100 bytes: only a child ends."""
    table = pa.Table.from_pandas(pd.DataFrame({"COUNTRY": ["Austria"] * 10}))
    notes = pa.array(["x" * 60_000_000 + str(n) for n in range(10)])
    file = io.BytesIO()
    pq.write_table(table.append_column("NOTE", notes), file, compression="zstd", store_schema=False)
    content = file.getvalue()
    at = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    said = pq.ParquetFile(file).metadata.row_group(0).column(1).total_uncompressed_size
    as_said = varint(said * 2)  # as Thrift writes a number above 0
    assert content[at:].count(as_said) == 1
    less = content[at:].replace(as_said, varint(200, len(as_said)))
    (tmp_path / "etm.parquet").write_bytes(content[:at] + less)
    found, kilobytes = kilobytes_to_load(tmp_path)
    assert found == "data.parquet-limit"
    assert kilobytes < 100_000


def varint(number: int, length: int = 1) -> bytes:
    """A number in groups of seven bits, the lowest first, in at least so many bytes."""
    groups = []
    while number or len(groups) < length:
        groups.append(number & 127)
        number >>= 7
    return bytes([*(group | 128 for group in groups[:-1]), groups[-1]])


def test_results_in_too_many_files_are_a_finding(refuse: Refuse) -> None:
    """The folder is looked through, and nothing of it is read."""
    files = {f"results/{number}.csv": RESULT for number in range(5)}
    [finding] = refuse(files, **within(PLEXOS, max_data_files=4))
    assert finding.message == "the folder contains 5 CSV files"
    assert finding.allowed == "at most 4 (limits.max_data_files)"


def test_results_in_endless_folders_are_a_finding(tmp_path: Path, refuse: Refuse) -> None:
    """Folders within folders, which Python would follow until its stack is full."""
    (tmp_path / "results").joinpath(*["d"] * (MOST_FOLDERS_DEEP + 2)).mkdir(parents=True)
    [finding] = refuse({}, **PLEXOS)
    assert finding.code == "data.unreadable-folder"
    assert "its folders are more than 32 deep" in finding.message


@pytest.mark.parametrize("name", ["x" * 300 + ".csv", "/".join(["x"] * 3000) + ".csv"])
@pytest.mark.parametrize("key", ["etm", "plexos", "nodes", "borders"])
def test_name_that_is_too_long_is_a_finding(refuse: Refuse, key: str, name: str) -> None:
    """Whatever is to be read under it."""
    found = refuse({"etm.csv": HEADER + ROW}, data={"etm": "etm.csv", "plexos": "r", key: name})
    assert [f for f in found if f.code in ("data.unreadable-file", "data.unreadable-folder")]


@pytest.mark.parametrize("year", ["9" * 5000, "1e999", "99999999999", "-1", "0001-99-99"])
@pytest.mark.parametrize("column", ["YEAR", "VALUE"])
def test_number_without_end_is_a_finding_or_a_number(
    refuse: Refuse, column: str, year: str
) -> None:
    """No cell ends a reader."""
    cells = dict(zip(HEADER.strip().split(","), ROW.strip().split(","), strict=True))
    row = ",".join({**cells, column: year}.values())
    if (column, year) in (("VALUE", "99999999999"), ("VALUE", "-1")):
        return
    found = refuse({"etm.csv": HEADER + row + "\n"}, **ETM)
    assert all(finding.code.startswith("data.") for finding in found)
