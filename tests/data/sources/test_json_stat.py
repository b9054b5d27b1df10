"""JSON-stat: a published sample, cubes written for these tests, and hostile ones."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from factbook.data.sources import json_stat
from tests.data.conftest import Load
from tests.data.sources.conftest import Read, cells

CUBE: dict[str, Any] = {
    "version": "2.0", "class": "dataset", "id": ["metric", "time", "geo", "sex"],
    "size": [1, 2, 2, 2], "role": {"time": ["time"], "geo": ["geo"], "metric": ["metric"]},
    "dimension": {
        "metric": {"category": {"index": ["pop"], "label": {"pop": "Population"},
                                "unit": {"pop": {"base": "persons", "multiplier": 3}}}},
        "time": {"category": {"index": {"2021": 1, "2020": 0}}},
        "geo": {"category": {"index": ["040", "056"],
                             "label": {"040": "Austria", "056": "Belgium"}}},
        "sex": {"category": {"index": ["F", "T"], "label": {"F": "Women", "T": "Total"},
                             "child": {"T": ["F"]}}},
    },
    "value": [1.5, 2, 3, 4, 5, 6, 7, None], "status": {"1": "p"},
}  # fmt: skip


def _cube(**changes: Any) -> str:
    return json.dumps(copy.deepcopy(CUBE) | changes)


def test_published_sample_is_read_by_its_roles(read: Read) -> None:
    """The last dimension varies fastest; a status per value stands beside it."""
    grid, notes = read("oecd_unemployment.json")
    assert grid is not None
    roles = grid.roles
    assert roles is not None
    assert not notes.findings
    assert (roles.place, roles.period, roles.value) == ("area", "year", "OBS_VALUE")
    assert roles.labels["area"]["AU"] == "Australia"
    assert (len(grid.rows), grid.rows[0]) == (432, 1)
    found = list(
        zip(*(cells(grid, n) for n in ("area", "year", "OBS_VALUE", "OBS_STATUS")), strict=True)
    )
    assert found[0] == ("AU", "2003", 5.943826289, "")
    assert found[10] == ("AU", "2013", 5.50415003, "e")
    assert found[12] == ("AT", "2003", 4.278559338, "")


def test_cube_is_a_table_in_words(read: Read, load: Load) -> None:
    """Numbers of an office become names, codes of categories labels, and thousands units."""
    grid, notes = read("a.json", _cube())
    assert grid is not None
    roles = grid.roles
    assert roles is not None
    assert cells(grid, "time") == ["2020"] * 4 + ["2021"] * 4
    assert cells(grid, "OBS_VALUE")[:2] == [1500.0, 2000.0]
    assert cells(grid, "UNIT_MEASURE") == ["persons"] * 8
    assert cells(grid, "OBS_STATUS")[:2] == ["", "p"]
    assert roles.parents == {"sex": {"F": "T"}}
    assert "values multiplied by ten to the power of UNIT_MULT" in notes.formats["a.json"]
    dataset, _ = load({"a.json": _cube()}, data={"tables": {"people": {"file": "a.json"}}})
    series = dataset.tables["people"].series("BE", "Population", "Women", "persons")
    assert series is not None
    assert series.points["2021"].value == 7000.0
    assert series.points["2021"].sources[0].rows == (7,)


def test_sparse_values_are_rows_of_their_own(read: Read) -> None:
    """Positions that an object leaves out are no rows; others keep their place in the cube."""
    grid, _ = read("a.json", _cube(value={"7": 9, "2": 5}, status={"7": "e"}))
    assert grid is not None
    assert cells(grid, "OBS_VALUE") == [9000.0, 5000.0]
    assert cells(grid, "geo") == ["056", "056"]
    assert cells(grid, "time") == ["2021", "2020"]
    assert cells(grid, "OBS_STATUS") == ["e", ""]


def test_status_may_be_one_for_all(read: Read) -> None:
    """A status as a text, or a list of one, is that of all values."""
    for status in ("e", ["e"]):
        grid, _ = read("a.json", _cube(status=status))
        assert grid is not None
        assert cells(grid, "OBS_STATUS") == ["e"] * 8


def test_older_files_are_bundles(read: Read) -> None:
    """Version 1 has the set under a name, with ids, sizes and roles among the dimensions."""
    older = copy.deepcopy(CUBE)
    for name in ("id", "size", "role"):
        older["dimension"][name] = older.pop(name)
    older["dimension"]["size"] = [str(size) for size in older["dimension"]["size"]]
    grid, _ = read("a.json", json.dumps({"dataset": older}))
    assert grid is not None
    assert grid.roles is not None
    assert (grid.roles.place, len(grid.rows)) == ("geo", 8)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("{", "can't be read as JSON-stat"),
        ("[1]", "no object"),
        ('{"a": 1}', "0 data sets"),
        (_cube(size=[1, 2, 2, 3]), "'sex' has 2 codes, but its size is 3"),
        (_cube(size=[1, 2, 2]), "same length"),
        (_cube(id=["metric", "time", "geo", "geo"]), "twice"),
        (_cube(value=[1, 2]), "`value` has 2 items, but the sizes make 8"),
        (_cube(value={"8": 1}), "position '8' of 8"),
        (_cube(value={"-1": 1}), "position '-1'"),
        (_cube(value={"²": 1}), "position '²'"),
        (_cube(value=[[1]] * 8), "no number"),
        (_cube(status=["e", "p"]), "`status` has 2 items"),
        (_cube(dimension={}), "no `category`"),
        (_cube(dimension=[]), "no object"),
    ],
)
def test_what_is_no_cube_is_a_finding(read: Read, content: str, words: str) -> None:
    """Each contradiction is named, and nothing is read."""
    grid, notes = read("a.json", content)
    assert grid is None
    [finding] = notes.findings
    assert finding.code == "data.damaged-file"
    assert words in finding.message


def test_indices_must_count_from_zero(read: Read) -> None:
    """Codes without a place, or two at one, are refused."""
    for index in ({"F": 0, "T": 2}, {"F": 0, "T": 0}, {"F": "x", "T": 0}, ["F", "F"]):
        cube = copy.deepcopy(CUBE)
        cube["dimension"]["sex"]["category"]["index"] = index
        grid, notes = read("a.json", json.dumps(cube))
        assert grid is None
        assert "dimension 'sex'" in notes.findings[0].message


def test_size_is_bounded_before_it_is_parsed(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither values nor containers can be more than what may be read."""
    _, notes = read("a.json", _cube(), limits={"max_data_cells": 20})
    assert [f.code for f in notes.findings] == ["data.too-many-cells"]
    monkeypatch.setattr(json_stat, "_MOST_CONTAINERS", 20)
    _, notes = read("a.json", _cube(extension=[[]] * 30))
    assert "lists and objects" in notes.findings[0].message
