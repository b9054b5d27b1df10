"""Kinds of places: US states, NUTS regions, lists, and every name in the data."""

from __future__ import annotations

import pytest

from factbook.data.places.open_places import code_of
from factbook.data.places.place_list import us_states
from tests.data.conftest import Load, Refuse

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ETM = {"data": {"etm": "etm.csv"}}
DISTRICTS = """code,name,parent,neighbours,aliases
BY,Bavaria,,,Bayern
M,Munich,Bavaria,Dachau;A,München;Muenchen
A,Augsburg,BY,,
D,Dachau,by,,
F,Frankfurt,Hesse,,Frankfurt am Main
"""


def _rows(*names: str) -> str:
    return HEADER + "".join(f"{name},Gas,2020,{at},G,TWh\n" for at, name in enumerate(names, 5))


def test_us_states_have_the_borders_that_they_have() -> None:
    """107, as in Knuth's graph of the 48 states and the District (contiguous-usa.dat)."""
    states = us_states()
    borders = {frozenset((one, other)) for one, near in states.borders.items() for other in near}
    assert len(borders) == 107
    assert {code for pair in borders for code in pair} == set(states.names) - {
        *("AK", "HI", "AS", "GU", "MP", "PR", "VI")
    }
    sizes = {group: len(states.members(group) or ()) for group in states.groups}
    assert sizes == {"Northeast": 9, "Midwest": 12, "South": 17, "West": 13, "Territories": 5}


def test_georgia_is_a_state_among_states_and_a_country_among_countries(load: Load) -> None:
    """Names are looked up within the kind in use."""
    files = {"etm.csv": _rows("Georgia", "tx", "Washington D.C.")}
    data, _ = load(files, **ETM, places={"kind": "us-states"})
    assert {(p.code, p.name) for p in data.countries} == {
        ("GA", "Georgia"), ("TX", "Texas"), ("DC", "Washington D.C."),
    }  # fmt: skip
    assert data.region.name == "United States"
    assert [p.code for p in data.members] == ["GA", "TX", "DC"]
    assert {p.code for p in data.neighbours("GA")} == {"AL", "FL", "NC", "SC", "TN"}
    data, _ = load({"etm.csv": _rows("Georgia")}, **ETM)
    assert [(p.code, p.name) for p in data.countries] == [("GE", "Georgia")]


def test_total_of_the_states_is_the_region_s_own(load: Load) -> None:
    """Other groups and countries are left out with a warning that says states."""
    files = {"etm.csv": _rows("Texas", "Ohio", "United States", "Midwest", "Canada")}
    data, warnings = load(files, **ETM, places={"kind": "us-states"})
    assert {p.code for p in data.countries} == {"TX", "OH"}
    assert data.tables["ETM"].has_data("United States")
    assert warnings[0].message == "2 rows of groups of states are left out: Canada, Midwest"


def test_slip_of_a_state_is_remedied_with_a_state(refuse: Refuse) -> None:
    """Never with a country."""
    [finding] = refuse({"etm.csv": _rows("Indianna", "Indja")}, **ETM, places={"kind": "us-states"})
    assert '"Indianna" = "Indiana"' in finding.remedy
    assert "neither a state nor a group of states" in finding.message
    assert '"India"' not in finding.remedy


def test_nuts_regions_of_one_level_are_places(load: Load) -> None:
    """Other levels, countries and what is in no region are left out, so that nothing adds twice."""
    names = ("AT13", "at31", "AT1", "AT", "AT130", "ATZZ", "EL30", "EU27_2020")
    data, [warning] = load({"etm.csv": _rows(*names)}, **ETM, places={"kind": "nuts"})
    assert [p.code for p in data.countries] == ["AT13", "AT31", "EL30"]
    assert [p.code for p in data.members] == ["AT13", "AT31", "EL30"]
    assert data.tables["ETM"].has_data("EU") is False
    assert "groups of regions" in warning.message
    data, _ = load({"etm.csv": _rows(*names)}, **ETM, places={"kind": "nuts", "level": 3})
    assert [p.code for p in data.countries] == ["AT130"]


def test_nuts_regions_have_names_and_groups(load: Load) -> None:
    """Names come from a list; a country, and a region above, are groups of the regions in it."""
    listed = "code,name\nAT1,East Austria\nAT13,Vienna\nAT31,Upper Austria\nAT130,Vienna city\n"
    data, _ = load(
        {"etm.csv": _rows("Vienna", "AT31", "EL30"), "nuts.csv": listed},
        **ETM,
        places={"kind": "nuts", "file": "nuts.csv"},
        regions={
            "All": {"members": "all"},
            "Austria's": {"members": "Austria"},
            "East": {"members": "East Austria"},
            "Greek": {"members": ["EL"]},
        },
    )
    assert [(p.code, p.name) for p in data.countries] == [
        ("EL30", "EL30"), ("AT31", "Upper Austria"), ("AT13", "Vienna"),
    ]  # fmt: skip
    members = {name: [p.code for p in own] for name, own in data.members_of.items()}
    assert members["Austria's"] == ["AT31", "AT13"]
    assert members["East"] == ["AT13"]
    assert members["Greek"] == ["EL30"]


def test_list_of_places_has_codes_aliases_parents_and_neighbours(load: Load) -> None:
    """A place that others have as their parent is a group, by name, code and alias."""
    data, [warning] = load(
        {"etm.csv": _rows("München", "Augsburg", "d", "Frankfurt am Main", "Bayern"),
         "places.csv": DISTRICTS},
        **ETM,
        places={"kind": "free", "file": "places.csv"},
        regions={"All": {"members": "all"}, "South": {"members": "BY"}, "H": {"members": "hesse"}},
    )  # fmt: skip
    assert {p.code: p.name for p in data.countries} == {
        "A": "Augsburg", "D": "Dachau", "F": "Frankfurt am Main", "M": "München",
    }  # fmt: skip
    assert [p.code for p in data.neighbours("M")] == ["A", "D"]
    assert [p.code for p in data.neighbours("A")] == ["M"]
    assert [p.code for p in data.members_of["South"]] == ["A", "D", "M"]
    assert [p.code for p in data.members_of["H"]] == ["F"]
    assert warning.message == "1 row of groups of places is left out: Bayern"


def test_list_with_faults_is_refused_with_all_of_them(refuse: Refuse) -> None:
    """Codes, repetitions, neighbours and circles of parents are told at once."""
    listed = """code,name,parent,neighbours,aliases
A/B,One,,,
X,Two,,Nowhere;One,
X,Three,,,
Y,,,,
P,Four,Five,,
Q,Five,Four,,one
"""
    findings = refuse(
        {"etm.csv": _rows("One"), "places.csv": listed},
        **ETM,
        places={"kind": "free", "file": "places.csv"},
    )
    told = {f.code: f.message for f in findings}
    assert set(told) == {
        *("data.place-row", "data.place-twice", "data.place-neighbour", "data.place-parents"),
    }
    assert "'One' (row 2), 'Y' (row 5)" in told["data.place-row"]
    assert "'Two' (row 3), 'Three' (row 4)" in told["data.place-twice"]
    assert "'One' (row 2)" in told["data.place-twice"]
    assert "(Nowhere)" in told["data.place-neighbour"]
    assert told["data.place-parents"].endswith("'Four' (row 6), 'Five' (row 7)")


def test_without_a_list_every_name_is_a_place(load: Load) -> None:
    """Whatever it is called, but for the sum of all."""
    names = ("Plant 1", "São Paulo", "Germany", "Total", "World", "plant  1\u200b")
    rows = HEADER + "".join(f"{n},Gas,{2015 + i},5,G,TWh\n" for i, n in enumerate(names))
    data, [warning] = load({"etm.csv": rows}, **ETM, places={"kind": "free"})
    assert {p.code: p.name for p in data.countries} == {
        "plant-1": "Plant 1", "sao-paulo": "São Paulo", "germany": "Germany", "world": "World",
    }  # fmt: skip
    assert data.region.name == "All places"
    assert len(data.members) == 4
    assert "left out: Total" in warning.message


def test_totals_of_categories_are_found_among_free_places_too(load: Load) -> None:
    """A free place is no region, whose own total may stand beside its parts."""
    rows = "".join(
        f"Plant {place},{subject},{year},{value},G,TWh\n"
        for place in (1, 2)
        for year in (2019, 2020)
        for subject, value in (("Gas", 1), ("Coal", 2), ("Oil", 4), ("Total", 7))
    )
    data, _ = load({"etm.csv": HEADER + rows}, **ETM, places={"kind": "free"})
    assert data.tables["ETM"].subjects("G") == ("Coal", "Gas", "Oil")
    found = data.tables["ETM"].composition("G", "TWh")
    assert (found.total, set(found.parts("-"))) == ("-", {"Coal", "Gas", "Oil"})


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("São Paulo", "sao-paulo"), ("AT Wind 1", "at-wind-1"), ("Côte-d'Or", "cote-d-or"),
        ("陕西", "shan-xi-704933"), ("山西", "shan-xi-4ccea2"), ("!?", ""), ("@/../x", "x"),
    ],
)  # fmt: skip
def test_codes_are_safe_and_stay_the_same(name: str, code: str) -> None:
    """Two names of another script that are transliterated alike have codes of their own."""
    assert code_of(name) == code


def test_names_with_one_code_are_refused(refuse: Refuse) -> None:
    """They are likely one place; if not, a list gives each its own."""
    files = {"etm.csv": _rows("Sao Paulo", "São Paulo")}
    findings = refuse(files, **ETM, places={"kind": "free"})
    [finding] = [one for one in findings if one.code == "data.places-alike"]
    assert "'Sao Paulo' and 'São Paulo' have the same code, sao-paulo" in finding.message


def test_codes_may_be_given_without_a_list(load: Load) -> None:
    """[countries] names them, and the places of the report."""
    data, _ = load(
        {"etm.csv": _rows("Bavaria", "Hesse")}, **ETM, places={"kind": "free"},
        countries={"by": "Bavaria"},
    )  # fmt: skip
    assert [(p.code, p.name) for p in data.countries] == [("by", "Bavaria")]
    assert set(data.known) == {"by", "hesse"}
