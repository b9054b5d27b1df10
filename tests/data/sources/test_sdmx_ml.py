"""SDMX-ML: published files, and hostile ones."""

from __future__ import annotations

import pytest

from factbook.data.sources import sdmx_ml
from tests.data.conftest import Load
from tests.data.sources.conftest import INPUTS, Read, cells

OPEN = (
    '<m:StructureSpecificData xmlns:m="urn:m"><m:Header><m:Structure '
    'dimensionAtObservation="TIME_PERIOD"/></m:Header>'
)
CLOSE = "</m:StructureSpecificData>"
FORMS = ("flat", "flat_ss", "ts")


def _message(data: str) -> str:
    return f"{OPEN}<m:DataSet>{data}</m:DataSet>{CLOSE}"


def test_series_of_eurostat(read: Read, load: Load) -> None:
    """A published file is read by its roles; a row is an observation, counted from 1."""
    grid, notes = read("eurostat_nrg_bal_s.xml")
    assert grid is not None
    roles = grid.roles
    assert roles is not None
    assert (roles.place, roles.period, roles.unit) == ("geo", "TIME_PERIOD", "unit")
    assert roles.constants["nrg_bal"] == "AFC"
    assert (len(grid.rows), grid.rows[0]) == (33, 1)
    assert cells(grid, "OBS_VALUE")[:2] == ["6644.088", "3816.945"]
    assert "its observations as rows, numbered from 1" in notes.formats["eurostat_nrg_bal_s.xml"]
    content = (INPUTS / "eurostat_nrg_bal_s.xml").read_bytes()
    dataset, _ = load({"a.xml": content}, data={"tables": {"coal": {"file": "a.xml"}}})
    series = dataset.tables["coal"].series("AL", "coal", "Total", "GWh")
    assert series is not None
    assert series.points["1991"].value == 3816.945
    assert series.points["1991"].sources[0].rows == (2,)


@pytest.mark.parametrize("form", FORMS)
def test_forms_of_one_data_set_are_equal(read: Read, form: str) -> None:
    """Flat and by series, generic and structure-specific: the same figures and units."""
    grid, notes = read(f"ecb_exr_rg_{form}.xml")
    assert grid is not None
    assert not notes.findings
    found = zip(
        *(cells(grid, name) for name in ("CURRENCY", "TIME_PERIOD", "OBS_VALUE", "UNIT_MEASURE")),
        strict=True,
    )
    expected = {
        ("CHF", "2010-08", "1.3413", "CHF"), ("CHF", "2010-09", "1.3089", "CHF"),
        ("CHF", "2010-10", "1.3452", "CHF"), ("GBP", "2010-08", "0.82363", "GBP"),
        ("GBP", "2010-09", "0.83987", "GBP"), ("GBP", "2010-10", "0.87637", "GBP"),
        ("JPY", "2010-08", "110.04", "JPY"), ("JPY", "2010-09", "110.26", "JPY"),
        ("JPY", "2010-10", "113.67", "JPY"), ("USD", "2010-08", "1.2894", "USD"),
        ("USD", "2010-09", "1.3067", "USD"), ("USD", "2010-10", "1.3898", "USD"),
    }  # fmt: skip
    assert set(found) == expected
    assert grid.roles is not None
    assert set(grid.roles.dimensions) == {"CURRENCY", "UNIT_MEASURE"}


def test_dimension_at_the_observation_may_be_another_one(read: Read) -> None:
    """Series of one month across currencies: the currency stands at the observation."""
    grid, _ = read("ecb_exr_rg_xs.xml")
    assert grid is not None
    assert len(grid.rows) == 12
    assert cells(grid, "CURRENCY")[4:8] == ["CHF", "GBP", "JPY", "USD"]
    assert cells(grid, "TIME_PERIOD")[4:8] == ["2010-09"] * 4
    assert cells(grid, "OBS_VALUE")[4:8] == ["1.3809", "0.83987", "110.26", "1.3067"]
    assert cells(grid, "UNIT_MEASURE")[4:8] == ["CHF", "GBP", "JPY", "USD"]


def test_group_and_data_set_say_the_multiplier(read: Read) -> None:
    """What a group says holds for its series, what the set says for the others."""
    text = (
        f'{OPEN}<m:DataSet UNIT_MULT="3">'
        '<Group GEO="AT" UNIT_MULT="6" UNHEARD="x"/>'
        '<Series GEO="AT"><Obs TIME_PERIOD="2020" OBS_VALUE="1.5"/></Series>'
        '<Series GEO="BE"><Obs TIME_PERIOD="2020" OBS_VALUE="2"/></Series>'
        '<Series GEO="DE" UNIT_MULT="0"><Obs TIME_PERIOD="2020" OBS_VALUE="3"/></Series>'
        f"</m:DataSet>{CLOSE}"
    )
    grid, _ = read("a.xml", text)
    assert grid is not None
    assert cells(grid, "OBS_VALUE") == ["1.5e6", "2e3", "3"]
    assert grid.roles is not None
    assert grid.roles.dimensions == ("GEO",)


def test_attribute_of_an_observation_is_no_dimension(read: Read) -> None:
    """Notes on figures differ, and tell no figures apart; blank where there is none."""
    text = _message(
        '<Series GEO="AT"><Obs TIME_PERIOD="2020" OBS_VALUE="1" NOTE_X="a" OBS_STATUS="E"/>'
        '<Obs TIME_PERIOD="2021" OBS_VALUE="2"/></Series>'
    )
    grid, _ = read("a.xml", text)
    assert grid is not None
    assert grid.roles is not None
    assert grid.roles.dimensions == ()
    assert cells(grid, "NOTE_X") == ["a", ""]
    assert cells(grid, "OBS_STATUS") == ["E", ""]


def test_time_of_sdmx_2_0_is_a_text(read: Read) -> None:
    """In the older version the period is the text of an element."""
    text = (
        '<m:GenericData xmlns:m="urn:m" xmlns:g="urn:g"><m:DataSet><g:Series><g:SeriesKey>'
        '<g:Value concept="GEO" value="AT"/></g:SeriesKey><g:Obs><g:Time>2020</g:Time>'
        '<g:ObsValue value="4.5"/></g:Obs></g:Series></m:DataSet></m:GenericData>'
    )
    grid, _ = read("a.xml", text)
    assert grid is not None
    assert (cells(grid, "TIME_PERIOD"), cells(grid, "OBS_VALUE")) == (["2020"], ["4.5"])


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "doctype", "DOCTYPE"),
        ('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "doctype", "DOCTYPE"),
        (_message("<a>" * 70 + "</a>" * 70), "deep-xml", "64 deep"),
        (_message("<Series"), "damaged-file", "not well-formed"),
        (_message(""), "damaged-file", "no observations"),
        ("<Structure/>", "damaged-file", "outermost element is Structure"),
        ("<?xml version='1.0' encoding='utf-99'?><a/>", "damaged-file", "encoding"),
        ("", "damaged-file", "no element found"),
    ],
)
def test_what_is_no_data_is_a_finding(read: Read, content: str, code: str, words: str) -> None:
    """Declarations, depth and damage are each refused with their reason."""
    grid, notes = read("a.xml", content)
    assert grid is None
    [finding] = notes.findings
    assert finding.code == f"data.{code}"
    assert words in finding.message + finding.allowed


def test_footer_says_why_there_is_no_data(read: Read) -> None:
    """Eurostat answers large queries with a message that has only a footer."""
    text = (
        f'{OPEN}<f:Footer xmlns:f="urn:f"><f:Message><c:Text xmlns:c="urn:c">Due to the large '
        f"query</c:Text></f:Message></f:Footer>{CLOSE}"
    )
    _, notes = read("a.xml", text)
    assert "its footer says: Due to the large query" in notes.findings[0].message


def test_costs_of_an_element_are_bounded(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a tag nor the number of names can grow with the file."""
    many = " ".join(f'a{number}=""' for number in range(60_000))
    _, notes = read("a.xml", _message(f"<Series {many}/>"))
    assert [f.code for f in notes.findings] == ["data.too-many-names"]
    monkeypatch.setattr(sdmx_ml, "_MOST_TAG_BYTES", 300_000)
    _, notes = read("a.xml", _message(f'<Series a="{"x" * 700_000}"/>'))
    assert [f.code for f in notes.findings] == ["data.long-tag"]


def test_cells_are_bounded_while_they_are_read(read: Read) -> None:
    """Each observation with a name of its own makes a square of cells: refused on the way."""
    rows = "".join(f'<Obs TIME_PERIOD="2020" OBS_VALUE="1" n{i}="1"/>' for i in range(2_000))
    _, notes = read(
        "a.xml", _message(f"<Series>{rows}</Series>"), limits={"max_data_cells": 100_000}
    )
    [finding] = notes.findings
    assert finding.code == "data.too-many-cells"
    assert "limits.max_data_cells" in finding.allowed
