"""What is said of measures of all fields, read in a whole report: wages, °C, indices, counts."""

from __future__ import annotations

import re

import pytest

from factbook.runs.ref import RunRef
from factbook.runs.start import start_run
from tests.many_measures import write_project


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The prose of the report, without tables and headings."""
    folder = write_project(tmp_path_factory.mktemp("measures"), 'outputs = ["md"]\n')
    end = start_run(RunRef(project=str(folder)))
    assert end.state == "Completed", end.message
    [path] = (folder / "out").glob("*/*.md")
    lines = path.read_text(encoding="utf-8").splitlines()
    prose = "\n".join(line for line in lines if line[:1] not in ("|", "#", "<", "*", "-", " "))
    return prose.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    "wrong",
    [
        r"total (?:minimum|GDP|life|average|mean|Gini|fertility|unemployment|population)",
        r"\d 2015=100|\d 0-100|\d number\b",
        r"[Tt]emperature[^.]*%",
        r"[Pp]rice index for \w+[^.]*%",
        r"\bslightly by [1-9][\d.]* percentage points",
        r"(?:accounted for|contributed|represented)[^.]*(?:wage|rate|intensity|temperature|capita)",
        r"first of all from|largest contributions to[^.]*(?:wage|rate|temperature|capita)",
        r"(?:^|\. )\w+ ranked 1st of 4 members of Four for the (?:unemployment|price)[^.,]*\.",
        r"(?<![\d.,])1 (?:years|persons|percentage points)\b",
        r"\bby \N{MINUS SIGN}",
        r"[a-z,] (?:Minimum wage|Motor vehicles|Life expectancy)\b",
        r"the table figures",
        r"the largest motor vehicles",
    ],
)
def test_nothing_is_said_that_a_measure_forbids(report: str, wrong: str) -> None:
    """Neither totals of what does not add, nor per cent of degrees, nor internal names."""
    assert re.findall(f"[^.\n]*(?:{wrong})[^.\n]*", report) == []


@pytest.mark.parametrize(
    "right",
    [
        "[Tt]he minimum wage in Austria",
        "number of motor vehicles",
        r"\(2015=100\)",
        "Gini coefficient",
        r"0\.\d °C higher|by 0\.\d °C",
        "percentage points",
    ],
)
def test_what_may_be_said_is_said(report: str, right: str) -> None:
    """The rules leave the rest as it was."""
    assert re.search(right, report)
