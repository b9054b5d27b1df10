"""What is noted of each input file, and how a report names it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from factbook.data.cleaning import Notes
from factbook.data.grids.grid import Wanted
from factbook.data.grids.grid_files import read_grid
from factbook.data.grids.input_file import InputFile
from factbook.data.grids.vintages import short_vintage, vintage_in_words
from tests.data.conftest import Load

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ROW = "France,Gas,2015,2,Generation,TWh\n"
SOURCES = Path(__file__).parents[2] / "inputs" / "sources"
FILE = InputFile("a/x.csv", "t", "0123456789abcdef" * 4, 10, "2026-01-01T00:00:00+00:00", "", 2)


def test_each_file_has_checksum_size_time_and_rows(load: Load, tmp_path: Path) -> None:
    """Of what was read, by the name that the project gives it."""
    path = tmp_path / "etm.csv"
    path.write_text(HEADER + ROW)
    os.utime(path, (1_700_000_000, 1_700_000_000))
    dataset, _ = load({}, data={"etm": "etm.csv"})
    assert dataset.inputs == (
        InputFile(
            file="etm.csv",
            table="ETM",
            sha256=hashlib.sha256((HEADER + ROW).encode()).hexdigest(),
            size_bytes=len(HEADER + ROW),
            modified="2023-11-14T22:13:20+00:00",
            published="",
            rows=1,
        ),
    )


def test_project_names_editions(load: Load) -> None:
    """`vintage` of a table, `vintages` of the others; files come in order of their names."""
    tables = {"prices": {"file": "b.csv", "vintage": "2026-10 edition"}}
    dataset, _ = load(
        {"z.csv": HEADER + ROW, "b.csv": HEADER + ROW},
        data={"etm": "z.csv", "vintages": {"ETM": "model of May"}, "tables": tables},
    )
    assert [(one.file, one.table, one.published) for one in dataset.inputs] == [
        ("b.csv", "prices", "2026-10 edition"),
        ("z.csv", "ETM", "model of May"),
    ]


def test_files_state_their_edition(load: Load) -> None:
    """A column LAST UPDATE, the header of SDMX-ML, `updated` of JSON-stat."""
    text = (
        "DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE\n"
        "X,06/06/24 23:00:00,A,TJ,AT,2020,1\n"
    )
    columns = {"SECTOR": "freq", "PROPERTY": "DATAFLOW"}
    dataset, _ = load(
        {"t.csv": text}, data={"tables": {"t": {"file": "t.csv", "columns": columns}}}
    )
    assert dataset.inputs[0].published == "06/06/24 23:00:00"
    notes = Notes()
    for name in ("oecd_unemployment.json", "eurostat_nrg_bal_s.xml", "ecb_exr_rg_ts.xml"):
        read_grid(SOURCES / name, name, Wanted(frozenset(), lambda _: False, format=""), notes)
    assert {name: one.published for name, one in notes.inputs.items()} == {
        "oecd_unemployment.json": "2012-11-27",
        "eurostat_nrg_bal_s.xml": "2024-12-20T10:54:02.827Z",
        "ecb_exr_rg_ts.xml": "2010-01-04T16:21:49+01:00",
    }


def test_column_that_says_several_times_says_nothing(load: Load) -> None:
    """Two times in one file are no edition."""
    header = HEADER.replace("UNIT", "UNIT,Last update")
    rows = ROW.replace("TWh", "TWh,2020") + ROW.replace("2015", "2016").replace("TWh", "TWh,2021")
    dataset, _ = load({"etm.csv": header + rows}, data={"etm": "etm.csv"})
    assert dataset.inputs[0].published == ""


def test_reports_name_edition_file_and_checksum() -> None:
    """Nothing of it depends on when and where a file was written."""
    assert vintage_in_words([FILE]) == "a/x.csv, SHA-256 0123456789ab…"
    other = replace(FILE, file="a/y.csv", published="2026", modified="2000")
    assert vintage_in_words([other]) == "2026; a/y.csv, SHA-256 0123456789ab…"
    both = vintage_in_words([FILE, other])
    digest = hashlib.sha256((FILE.sha256 * 2).encode()).hexdigest()
    assert both == f"2026; 2 files in a, SHA-256 {digest[:12]}…"


def test_edition_of_a_file_is_one_short_line() -> None:
    """It stands in reports and on terminals, and comes from strangers."""
    assert short_vintage("2020\n\x1b[31m 05" + "x" * 1000) == "2020 [31m 05" + "x" * 67
