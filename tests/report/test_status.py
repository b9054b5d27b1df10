"""Flags on the page: in tables, under them and in the text, of a whole report of real figures."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from openpyxl import Workbook

from factbook.report.figure_table import figure_tables
from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from factbook.writing.model.materials import evidence_csv
from factbook.writing.offline.status_words import with_status_words
from tests.sections import make_evidence, make_fact, make_record

WASTE = Path(__file__).parents[1] / "inputs" / "sources" / "eurostat_env_wasmun.tsv"
P = {"p": "provisional"}


def test_cells_show_flags_and_the_note_says_what_they_mean() -> None:
    """Flags of facts that the table does not show are not explained."""
    record = make_record(
        facts=(make_fact(1, status="p"), make_fact(2, period="2015"), make_fact(3, status="e")),
        figures=("F1", "F2"),
        flags={"e": "estimated", **P},
    )
    (table,) = figure_tables(record, "Austria")
    assert table.rows == (("Wind", "6.48", "6.48 p"),)
    assert table.note == "Source: Ember. p = provisional"


def test_status_is_said_once_a_series() -> None:
    """At its first figure, in brackets or inside them; what is new of a later one is added."""
    facts = (
        make_fact(1, status="p"),
        make_fact(2, status="p", period="2020"),
        make_fact(3, status="e p", period="2019"),
        make_fact(4, status="p", kind="share of region", metric="Generation share of region"),
        make_fact(5, status="p", subject="Gas"),
        make_fact(6),
    )
    evidence = make_evidence(*facts, flags={"e": "estimated", **P})
    text = "{F1}, {F2}, {F3}, {F4}, gas ({F5}), {F6}."
    assert with_status_words(text, evidence) == (
        "{F1} (provisional), {F2}, {F3} (estimated), {F4}, gas ({F5}, provisional), {F6}."
    )


def test_evidence_of_models_has_a_column_of_flags_only_if_there_are_some() -> None:
    """The header of a table without them is what it was."""
    assert evidence_csv([make_fact()]).splitlines()[0].endswith(",value,unit")
    head, one, other = evidence_csv([make_fact(), make_fact(2, status="b p")]).splitlines()
    assert head.endswith(",value,unit,status")
    assert (one[-5:], other[-8:]) == (",TWh,", ",TWh,b p")


SHEETS = {
    "Objectives": [["ID", "Title"], ["1", "Municipal waste"]],
    "Tasks": [["ID", "Objective ID", "Title"], ["1.1", "1", "Waste"]],
    "Sub Tasks": [
        ["ID", "Task_section_id", "Title", "Description", "Input", "Geographic Level"],
        ["1.1.1", "1.1", "Waste", "How much", "waste", "country"],
    ],
}
PROJECT = """
project_name = "Waste"
outputs = ["csv", "md", "html", "docx", "pdf"]
region = { name = "EU", members = "EU27", row = "EU27_2020" }
countries = { AT = "Austria", BE = "Belgium", DE = "Germany" }
[data.tables.waste]
file = "waste.tsv"
origin = "Eurostat"
columns = { PROPERTY = "wst_oper" }
"""


def write_report(folder: Path, table: str) -> Path:
    """Run a project with a table of Eurostat; the folder of its report."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in SHEETS.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "prompt_sheet.xlsx")
    (folder / "project.toml").write_text(PROJECT)
    (folder / "waste.tsv").write_text(table)
    end = start_run(RunRef(project=str(folder)))
    assert end.state == "Completed", end.message
    return folder / "out" / "waste"


@pytest.fixture(scope="module")
def waste(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on real figures with flags."""
    return write_report(tmp_path_factory.mktemp("waste"), WASTE.read_text(encoding="utf-8"))


def test_report_shows_explains_and_words_flags(waste: Path) -> None:
    """Belgium's provisional year, Germany's imputed ones; the annex counts them by meaning."""
    text = (waste / "waste.md").read_text(encoding="utf-8")
    belgium = text.split("##### Belgium")[1].split("#####")[0]
    assert "8,295 p" in belgium
    assert "p = provisional*" in belgium
    assert belgium.count("(provisional)") == 1  # one series alone is told: the other is provisional
    assert "i = imputed by Eurostat or another receiving agency" in text
    assert "101 cells of waste.tsv with flags: 55 e (estimated), " in text
    html = (waste / "waste.html").read_text(encoding="utf-8")
    assert "8,295 p" in html
    assert "p = provisional" in html


def test_report_compares_nothing_across_a_break(waste: Path) -> None:
    """Austria's series broke in 2020: no change of it anywhere, and the evidence says why."""
    text = (waste / "waste.md").read_text(encoding="utf-8")
    austria = text.split("##### Austria")[1].split("#####")[0]
    assert "Change" not in austria
    assert "the series has a break between them" in austria
    assert not [word for word in ("increase", "rose", "grew", "climbed") if word in austria]
    evidence = (waste / "evidence" / "1.1.1@AT.json").read_text(encoding="utf-8")
    assert "is given across 2020: break in the series" in evidence


def test_confidential_figure_is_nowhere_in_the_report(tmp_path: Path) -> None:
    """Of a complete region one member's figure is secret: neither it nor what gives it away."""
    members = {"AT": 1111, "BE": 2222, "DE": 4444}
    total = sum(members.values())
    head = "freq,wst_oper,unit,geo\\TIME_PERIOD\t2019 \t2020 \n"
    rows = "".join(
        f"A,GEN,THS_T,{code}\t{value} \t{': c' if code == 'DE' else value + 1}\n"
        for code, value in {**members, "EU27_2020": total}.items()
    )
    folder = write_report(tmp_path, head + rows)
    secret, whole = members["DE"] + 1, total + 1
    for path in folder.rglob("*"):
        if path.suffix in (".md", ".csv", ".json", ".html"):
            numbers = path.read_text(encoding="utf-8").replace(",", "").replace("\xa0", " ")
            found = set(re.findall(r"(?<![0-9a-f])\d+(?![0-9a-f])", numbers))  # no digits of hashes
            assert found.isdisjoint({f"{secret}", f"{whole}"}), path
    text = (folder / "waste.md").read_text(encoding="utf-8")
    assert "1 figure of waste.tsv withheld" in text
    assert "1 c (confidential)" in text
