"""Several regions in one project."""

from __future__ import annotations

from typing import Any

import pytest

from factbook.config.load import make_config
from factbook.errors import ConfigError
from tests.data.conftest import Load, Refuse

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ETM = {"data": {"etm": "etm.csv"}}
ROWS = HEADER + "".join(
    f"{name},Gas,{year},{value},G,TWh\n"
    for name, value in (("Austria", 1), ("Brazil", 2), ("Chile", 4), ("Spain", 8), ("Latin", 7))
    for year in (2019, 2020)
)
REGIONS: dict[str, Any] = {
    "Europe": {"members": "Europe"},
    "Latin America": {"members": ["Brazil", "CL"], "row": "Latin"},
    "Iberia and Chile": {"members": "ES, Chile"},
}


def test_regions_have_members_and_rows(load: Load) -> None:
    """The first is the main one; a country may belong to several."""
    data, warnings = load({"etm.csv": ROWS}, **ETM, regions=REGIONS)
    assert [place.name for place in data.regions] == list(REGIONS)
    assert data.region.name == "Europe"
    codes = {name: {p.code for p in places} for name, places in data.members_of.items()}
    assert codes["Latin America"] == {"BR", "CL"}
    assert codes["Iberia and Chile"] == {"ES", "CL"}
    assert {"AT", "ES", "GB"} <= codes["Europe"]
    assert {p.code for p in data.countries} == {"AT", "BR", "CL", "ES"}
    assert data.tables["ETM"].has_data("Latin America")
    [warning] = warnings
    assert warning.code == "data.region-sum"
    assert "Latin America's own figures differ" in warning.message


def test_data_are_seen_from_a_section_s_region(load: Load) -> None:
    """Its members are the members; a country sees the main region."""
    data, _ = load({"etm.csv": ROWS}, **ETM, regions=REGIONS)
    other = data.regions[2]
    seen = data.seen_from(other)
    assert (seen.region, {p.code for p in seen.members}) == (other, {"ES", "CL"})
    assert data.seen_from(data.known["AT"]) is data
    assert data.seen_from(data.region) is data


def test_region_of_its_own_table_comes_first(load: Load) -> None:
    """[region] is the main one, those of [regions] are others."""
    region = {"name": "All of it", "members": "all"}
    data, _ = load({"etm.csv": ROWS}, **ETM, region=region, regions=REGIONS)
    assert [place.name for place in data.regions] == ["All of it", *REGIONS]
    assert len(data.members) == 4


def test_regions_that_cannot_be_are_refused(refuse: Refuse) -> None:
    """Unknown members, a row that is not there, a name twice and a country's name, all at once."""
    regions = {
        "Europe": {"members": "Europe"},
        "Chile": {"members": ["Chile"]},
        "South": {"members": ["Brazil", "Chlie"]},
        "Other": {"members": ["Brazil"], "row": "Lattin"},
        "SOUTH": {"members": ["Chile"]},
    }
    findings = refuse({"etm.csv": ROWS.replace("Latin", "Brazil2")}, **ETM, regions=regions)
    told = {f.code: f for f in findings if f.severity == "error"}
    assert "[regions.Chile] has the name of a country, CL" in told["data.region-name"].message
    assert "[regions.SOUTH] has the name or the row" in told["data.region-twice"].message
    assert "[regions.South] members has 'Chlie'" in told["data.region-members"].message
    assert told["data.region-members"].remedy == "Did you mean 'Chile'?"
    findings = refuse(
        {"etm.csv": ROWS}, **ETM, regions={"Other": {"members": "all", "row": "Latim"}}
    )
    told = {f.code: f for f in findings if f.severity == "error"}
    assert "data.unknown-place" in told
    assert "[regions.Other] row is 'Latim'" in told["data.region-row"].message
    assert told["data.region-row"].remedy == "Did you mean 'Latin'?"


def test_a_region_in_both_tables_is_refused_unless_it_is_the_same() -> None:
    """The whole configuration of a project can be read again."""
    both = {"region": {"name": "EU"}, "regions": {"EU": {"members": "EU28"}}}
    with pytest.raises(ConfigError, match="each region once; 'EU'"):
        make_config(both)
    config = make_config({"regions": REGIONS})
    again = make_config(config.model_dump(mode="json"))
    assert again == config
    assert [region.name for region in again.all_regions] == list(REGIONS)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("countries", "EU"), ("us-states", "United States"), ("nuts", "EU"), ("free", "All places")],
)
def test_each_kind_has_a_main_region(kind: str, name: str) -> None:
    """A project without [region] has that of its kind of places."""
    assert make_config({"places": {"kind": kind}}).region.name == name
    assert make_config({"places": {"kind": kind}, "region": {"name": "X"}}).region.name == "X"


def test_list_of_places_goes_with_kinds_that_have_none() -> None:
    """Countries and states are known."""
    with pytest.raises(ConfigError, match="file goes with kind = 'free' or 'nuts'"):
        make_config({"places": {"file": "places.csv"}})
