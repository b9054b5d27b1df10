import pickle
from concurrent.futures import ThreadPoolExecutor

import pytest

from factbook.data.dataset import DataSet
from factbook.data.grids.values import shown

from .conftest import Load, Refuse

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
ETM = {"etm": "etm.csv"}


def _row(country: str, value: float = 1, unit: str = "TWh", year: int = 2015) -> str:
    return f"{country},Gas,{year},{value},Generation,{unit}\n"


def test_real_places(europe: DataSet) -> None:
    """Countries stand sorted under the data's names; EU27 is the region's row and no country."""
    assert [place.name for place in europe.countries] == [
        "Austria", "Czechia", "Germany", "Greece", "Italy", "Slovakia", "Switzerland",
        "United Kingdom",
    ]  # fmt: skip
    assert (europe.region.code, europe.region.kind) == ("EU", "region")
    assert len(europe.members) == 27
    assert europe.is_member("GR")
    assert not europe.is_member("GB")
    assert europe.known["HR"].name == "Croatia"
    own = europe.tables["ETM"].series(
        "EU", "Non-specified | energetic | co2", "Buildings", "kton CO2-eq"
    )
    assert own is not None
    assert own.place == "EU"
    assert europe.tables["ETM"].has_data("EU")
    assert not europe.tables["PLEXOS"].has_data("EU")
    codes = europe.tables["ETM"].places(
        "Non-specified | energetic | co2", "Buildings", "kton CO2-eq"
    )
    assert "EU" not in codes
    assert "AT" in codes


def test_region_is_never_a_silent_sum(europe: DataSet) -> None:
    """Without a row of its own the region has no series; summing is evidence's work."""
    assert europe.tables["ETM"].series("EU", "Electricity generation", "Gas", "TWh") is None


def test_neighbours_go_both_ways(europe: DataSet) -> None:
    """A border that the file lists once joins both sides; places are sorted by name."""
    assert [place.code for place in europe.neighbours("AT")] == [
        "CZ", "DE", "HU", "IT", "SK", "SI", "CH",
    ]  # fmt: skip
    assert [place.code for place in europe.neighbours("HU")] == ["AT", "SK"]
    assert europe.neighbours("MT") == ()


def test_tables_are_found_ignoring_case(europe: DataSet) -> None:
    """A sheet may write etm or Plexos."""
    assert europe.table(" etm") is europe.tables["ETM"]
    assert europe.table("Plexos") is europe.tables["PLEXOS"]
    assert europe.table("prices") is None


def test_configured_countries_order_and_name_the_report(load: Load, refuse: Refuse) -> None:
    """[countries] gives order and names, takes UK for GB, and warns of places without data."""
    text = HEADER + _row("United Kingdom") + _row("Greece") + _row("France")
    dataset, (warning,) = load(
        {"etm.csv": text},
        data=ETM,
        countries={"UK": "Britain", "EL": "Hellas", "IS": "Iceland"},
    )
    assert [(p.code, p.name) for p in dataset.countries] == [
        ("GB", "Britain"), ("GR", "Hellas"), ("IS", "Iceland"),
    ]  # fmt: skip
    assert dataset.known["FR"].name == "France"
    assert "Iceland (IS)" in warning.message
    findings = refuse({"etm.csv": text}, data=ETM, countries={"UK": "a", "GB": "b", "ZZ": "Grece"})
    assert [finding.code for finding in findings] == ["data.country-twice", "data.country-code"]


def test_names_of_listed_countries_are_understood(load: Load) -> None:
    """A name that [countries] gives is understood in the data."""
    dataset, _ = load(
        {"etm.csv": HEADER + _row("Helvetia")}, data=ETM, countries={"CH": "Helvetia"}
    )
    assert dataset.tables["ETM"].has_data("CH")


@pytest.mark.parametrize("label", ["EU", "eu27", "Union total"])
def test_own_row_of_the_region(load: Load, label: str) -> None:
    """The region's own row is called as the region, its group, or as [region] row says."""
    text = HEADER + _row("France", 2) + _row(label, 5)
    dataset, warnings = load({"etm.csv": text}, data=ETM, region={"row": "Union total"})
    series = dataset.tables["ETM"].series("EU", "Generation", "Gas", "TWh")
    assert series is not None
    assert series.points["2015"].value == 5.0
    assert [place.code for place in dataset.countries] == ["FR"]
    assert warnings == ()  # of 27 members there is one: the rest may be the others'
    text = HEADER + _row("France", 2) + _row(label, 1)
    _, warnings = load({"etm.csv": text}, data=ETM, region={"row": "Union total"})
    assert [finding.code for finding in warnings] == ["data.region-range", "data.region-sum"]


def test_two_own_rows_that_differ_are_refused(refuse: Refuse) -> None:
    """EU beside EU27 with other values is a contradiction like any."""
    (finding,) = refuse({"etm.csv": HEADER + _row("EU", 5) + _row("EU27", 6)}, data=ETM)
    assert "'EU' and 'EU27' both mean EU" in finding.message


@pytest.mark.parametrize(
    ("own", "unit", "warned"),
    [
        (10.0, "TWh", False),
        (10.04, "TWh", False),
        (10.2, "TWh", True),
        (0.0, "TWh", True),
        (5e-324, "TWh", True),
        (99.0, "%", False),
    ],
)
def test_region_is_checked_against_its_members(
    load: Load, own: float, unit: str, warned: bool
) -> None:
    """More than half a percent between own row and members' sum is reported once; ratios never."""
    rows = [_row(c, v, unit, y) for c, v in (("AT", 4), ("DE", 6), ("FR", 3)) for y in (2015, 2016)]
    text = HEADER + "".join(rows) + _row("EU", own, unit) + _row("EU", 10, unit, 2016)
    _, found = load({"etm.csv": text}, data=ETM, region={"members": ["AT", "Germany"]})
    warnings = [finding for finding in found if finding.code != "data.region-range"]
    assert [finding.code for finding in warnings] == ["data.region-sum"] * warned
    assert (len(found) > len(warnings)) == (warned and own < 4), "less than a member alone"
    if warned:
        assert "in 1 of 2 figures" in warnings[0].message
        assert f"{shown(own)} against 10" in warnings[0].message


def test_members_all_and_lists(load: Load, refuse: Refuse) -> None:
    """Members are all countries of the data, a list of names, codes or groups, or a group."""
    text = HEADER + _row("France") + _row("Norway")

    def members(value: object) -> list[str]:
        dataset, _ = load({"etm.csv": text}, data=ETM, region={"name": "R", "members": value})
        return [place.code for place in dataset.members]

    assert members("all") == ["FR", "NO"]
    assert members(["no", "Deutschland"]) == ["DE", "NO"]
    assert len(members(["EU27", "Norway"])) == 28
    assert len(members("G7")) == 7
    findings = refuse({"etm.csv": text}, data=ETM, region={"members": "EU72"})
    assert findings[0].code == "data.region-members"
    assert "EU27" in findings[0].allowed


def test_renamed_places_are_shown_by_their_new_name(load: Load) -> None:
    """Rename applies first and gives the name shown; a correction without use is reported."""
    text = HEADER + _row("Turkey") + _row("Cote d'Azur")
    dataset, (warning,) = load(
        {"etm.csv": text},
        data=ETM,
        places={"rename": {"Turkey": "Türkiye", "cote d'azur": "FR"}, "drop": ["Turky"]},
    )
    assert [(p.code, p.name) for p in dataset.countries] == [("FR", "France"), ("TR", "Türkiye")]
    assert warning.code == "data.unused-correction"
    assert "'Turkey'" in warning.remedy


def test_codes_in_data_get_names_and_accents_sort_as_letters(load: Load) -> None:
    """A code is shown under its English name, a name as the data have it, Å beside A."""
    text = HEADER + "".join(map(_row, ("ALA", "zambia", "Österreich", "PRT", "Åland Islands")))
    dataset, _ = load({"etm.csv": text.replace("ALA,Gas", "ALA,Oil")}, data=ETM)
    assert [place.name for place in dataset.countries] == [
        "Åland Islands", "Österreich", "Portugal", "Zambia",
    ]  # fmt: skip


def test_borders_with_unknown_names_are_refused(refuse: Refuse) -> None:
    """A misspelt neighbour would be a missing figure."""
    findings = refuse(
        {"etm.csv": HEADER + _row("France"), "b.csv": "Country,Neighbour\nFrance,Spian\nFR,FR\n"},
        data={"etm": "etm.csv", "borders": "b.csv"},
    )
    assert "'Spian' (perhaps Spain)" in findings[0].message
    assert findings[0].cells == ("row 2",)


def test_project_without_data_loads(load: Load) -> None:
    """A report of texts only needs no table."""
    dataset, warnings = load({})
    assert dataset.tables == {}
    assert dataset.countries == ()
    assert not warnings


def test_input_files_are_all_listed(europe: DataSet) -> None:
    """Every file that a figure may come from is an input of the run."""
    assert [path.name for path in europe.input_files] == [
        "borders_europe.csv", "etm_long.csv", "nodal_split.csv", "year_2020.csv", "year_2021.csv",
    ]  # fmt: skip


def test_many_threads_read_the_same_series(europe: DataSet) -> None:
    """A series is built once, whoever asks for it first."""
    table = europe.tables["ETM"]

    def ask(_: int) -> object:
        return table.series("DE", "Electricity generation", "Solar", "TWh")

    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(ask, range(200)))
    assert len({id(series) for series in found}) == 1


def test_data_can_be_sent_to_another_process(europe: DataSet) -> None:
    """A worker elsewhere gets the same figures."""
    other: DataSet = pickle.loads(pickle.dumps(europe))  # noqa: S301 - our own bytes
    key = ("DE", "Electricity generation", "Solar", "TWh")
    assert other.tables["ETM"].series(*key) == europe.tables["ETM"].series(*key)


def test_every_cleaning_says_how_much_and_where(load: Load) -> None:
    """Each sentence carries its count and its table or file, so that none hides another."""
    header = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
    row = "Austria,Gas,2015,1,Generation,TWh\n"
    dirt = "EU28,Gas,2015,9,Generation,TWh\nAustria,Coal,2015,:,Generation,TWh\n,,,,,\n"
    many = 'Austria,Oil,2015,"1,234.5",Generation,TWh\nAustria,Wind,2015,?,Generation,TWh\n'
    text = header + row + row + dirt + many
    dataset, _ = load(
        {"a.csv": text, "b.csv": text},
        data={"etm": "a.csv", "tables": {"other": {"file": "b.csv"}}, "bad_cells": "gap"},
    )
    kinds = {"duplicates", "aggregates", "gaps", "empty-rows", "bad-cells", "thousands-separators"}
    for name, file in (("ETM", "a.csv"), ("other", "b.csv")):
        found = {c.kind: c for c in dataset.cleanings if c.table == name}
        assert set(found) == kinds
        for cleaning in found.values():
            assert cleaning.sentence.startswith(f"{cleaning.count} ")
            assert name in cleaning.sentence or file in cleaning.sentence
    sentences = [cleaning.sentence for cleaning in dataset.cleanings]
    assert len(set(sentences)) == len(sentences)


def test_places_of_every_manner_of_writing(load: Load, refuse: Refuse) -> None:
    """Codes, lower case and local names are countries, groups are listed, misspellings once."""
    header = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"

    def text(*names: str) -> str:
        rows = [f'"{name}",Gas,{year},1,G,TWh\n' for name in names for year in (2015, 2016)]
        return header + "".join(rows)

    good = ("NA", "deutschland", "Österreich", "EL", "france", "Korea, Rep.")
    groups = ("EU27", "EU28", "World", "OECD", "Euro area", "Europe", "High income", "WLD")
    dataset, warnings = load(
        {"etm.csv": text(*good, *groups)},
        data={"etm": "etm.csv"},
        region={"name": "Somewhere", "members": "all"},
    )
    assert {p.code for p in dataset.countries} == {"NA", "DE", "AT", "GR", "FR", "KR"}
    assert [p.name for p in dataset.countries if p.code in ("NA", "FR")] == ["France", "Namibia"]
    (aggregates,) = [c for c in dataset.cleanings if c.kind == "aggregates"]
    assert aggregates.count == 2 * len(groups)
    assert all(group in aggregates.sentence for group in groups)
    assert [finding.code for finding in warnings] == ["data.aggregates"]
    findings = refuse({"etm.csv": text("Belguim", "Atlantis", "Spain")}, data={"etm": "etm.csv"})
    (unknown,) = [finding for finding in findings if finding.code == "data.unknown-place"]
    assert unknown.message.count("Belguim") == 1
    assert "perhaps Belgium" in unknown.message
    assert unknown.cells == ("row 2", "row 4")
    corrected, _ = load(
        {"etm.csv": text("Belguim", "Atlantis", "Spain")},
        data={"etm": "etm.csv"},
        places={"rename": {"belguim": "Belgium"}, "drop": ["Atlantis"]},
    )
    assert [p.name for p in corrected.countries] == ["Belgium", "Spain"]
