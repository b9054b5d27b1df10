"""Categories that are sums of others: found by value, name and hierarchy, never by chance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from factbook.data.categories.aggregates import composition
from factbook.data.categories.composition import Composition

ROOT = Path(__file__).parents[3]
INPUTS = ROOT / "tests" / "inputs" / "data"
LEAVES = ("Hard", "Lignite", "Gas", "Oil", "Nuclear", "Wind", "Solar", "Hydro")
SUMS = {
    "Brown and black": ("Hard", "Lignite"),
    "Thermal plants": ("Hard", "Lignite", "Gas"),
    "Burnt": ("Hard", "Lignite", "Gas", "Oil"),
    "Weather": ("Wind", "Solar"),
    "Green": ("Wind", "Solar", "Hydro"),
    "Everything": LEAVES,
}
Columns = dict[str, NDArray[np.float64]]


def _series(
    rng: np.random.Generator, names: Sequence[str], places: int, years: int, mean: float = 600
) -> Columns:
    """Random walks of several places, of different sizes and mixes."""
    shape = (len(names), places, years)
    size = rng.lognormal(np.log(mean), 1, shape[:1])[:, None, None]
    size = size * rng.lognormal(0, 1, (1, places, 1)) * rng.lognormal(0, 0.7, (*shape[:2], 1))
    walks = size * np.exp(rng.normal(0, 0.05, shape).cumsum(axis=2))
    return dict(zip(names, walks.reshape(len(names), -1), strict=True))


def _composed(
    columns: Mapping[str, NDArray[np.float64]],
    places: int,
    gaps: float = 0,
    parents: Mapping[str, str] | None = None,
    metric: str = "",
    members: Mapping[str, tuple[str, ...]] | None = None,
) -> Composition:
    """The composition of columns, in rows of place, year, category; some rows left out."""
    frame = pd.DataFrame(columns)
    years = len(frame) // places
    frame["place"] = np.repeat([f"P{number}" for number in range(places)], years)
    frame["year"] = np.tile(np.arange(2000, 2000 + years), places)
    rows = frame.melt(["place", "year"], var_name="category").dropna()
    if gaps:
        rows = rows[np.random.default_rng(9).random(len(rows)) >= gaps]
    return composition(rows["place"], rows["year"], rows["category"], rows["value"],
                       parents=parents, metric=metric, members=members)  # fmt: skip


def _mix(seed: int, decimals: int, *, signed: bool = False) -> Columns:
    """Eight fuels of eight places in fifteen years, and six sums of them, rounded."""
    columns = _series(np.random.default_rng(seed), LEAVES, 8, 15)
    if signed:
        columns |= {name: -columns[name] for name in ("Gas", "Hydro")}
    columns |= {name: sum(columns[part] for part in parts) for name, parts in SUMS.items()}
    return {name: np.round(column, decimals) for name, column in columns.items()}


@pytest.mark.parametrize("decimals", [0, 1, 2])
@pytest.mark.parametrize("gaps", [0, 0.05])
@pytest.mark.parametrize("signed", [False, True])
def test_sums_of_sums_are_found_by_value(decimals: int, gaps: float, signed: bool) -> None:
    """A total, sums of some, sums in sums and sums that overlap; whatever is rounded or missing."""
    for seed in range(3):
        found = _composed(_mix(seed, decimals, signed=signed), 8, gaps)
        assert {one.subject for one in found.aggregates} == set(SUMS)
        for name, parts in SUMS.items():
            assert found.leaves(name) == set(parts)
        assert (found.total, found.summands) == ("Everything", LEAVES)
        assert (found.conflicts, found.balances, found.is_bounded) == ((), (), False)


def test_parts_are_the_largest_sums_inside() -> None:
    """What is read is the hierarchy, not its leaves; each sum stands after those inside it."""
    found = _composed(_mix(1, 1), 8)
    parts = {one.subject: one.parts for one in found.aggregates}
    assert parts["Everything"] == ("Nuclear", "Burnt", "Green")
    assert parts["Thermal plants"] == ("Gas", "Brown and black")
    seen = [one.subject for one in found.aggregates]
    assert seen.index("Weather") < seen.index("Green") < seen.index("Everything")
    assert {one.keys for one in found.aggregates} == {120}
    assert {one.how for one in found.aggregates} == {"value"}


def test_statistical_differences_are_let_pass_where_many_keys_agree() -> None:
    """Three in a thousand off, in 120 keys; in two keys that is no proof."""
    columns = _mix(1, 1)
    noise = np.random.default_rng(2).uniform(-0.003, 0.003, 120)
    columns["Burnt"] = columns["Burnt"] * (1 + noise)
    columns = {name: columns[name] for name in (*LEAVES, "Burnt")}
    assert _composed(columns, 8).leaves("Burnt") == set(SUMS["Burnt"])
    few = {name: column[:2] for name, column in columns.items()}
    assert _composed(few, 1).aggregates == ()


@pytest.mark.parametrize("with_total", [True, False])
def test_two_breakdowns_are_never_added_to_each_other(with_total: bool) -> None:
    """Sex and age side by side: one breakdown under the total; without the total, a conflict."""
    rng = np.random.default_rng(5)
    ages = _series(rng, ("0-14", "15-64", "65+"), 6, 10)
    ages = {name: np.round(column) for name, column in ages.items()}
    people = sum(ages.values())
    women = np.round(people * rng.uniform(0.48, 0.53, 60))
    columns = {"Male": people - women, "Female": women, **ages}
    found = _composed({"Both": people, **columns} if with_total else columns, 6)
    if with_total:
        assert found.total == "Both"
        assert {frozenset(one.parts) for one in found.aggregates} == {
            frozenset(("Male", "Female")), frozenset(ages),
        }  # fmt: skip
        assert set(found.summands) in ({"Male", "Female"}, set(ages))
        assert found.conflicts == ()
        assert found.addends(["Male", "Both", "0-14"]) == ("Both",)
        assert set(found.addends(list(columns))) == set(found.summands)
        assert found.addends(["0-14", "15-64", "65+"]) == ("0-14", "15-64", "65+")
        assert found.addends(["Male", "Female"]) == ("Male", "Female")
    else:
        (conflict,) = found.conflicts
        assert {conflict.subject, *conflict.parts} == set(columns)
        assert "two breakdowns of one total" in conflict.finding("Population (persons)").message


EMBER = {
    "Coal": ("Hard Coal", "Lignite"),
    "Gas and Other Fossil": ("Gas", "Other Fossil"),
    "Hydro, Bioenergy and Other Renewables": ("Hydro", "Bioenergy", "Other Renewables"),
    "Wind and Solar": ("Wind", "Solar"),
    "Fossil": ("Hard Coal", "Lignite", "Gas", "Other Fossil"),
    "Renewables": ("Hydro", "Bioenergy", "Other Renewables", "Wind", "Solar"),
    "Clean": ("Hydro", "Bioenergy", "Other Renewables", "Wind", "Solar", "Nuclear"),
}


def _example() -> pd.DataFrame:
    """Ember's generation by fuel, as the example project has it: keys in rows, fuels in columns."""
    rows = pd.read_csv(ROOT / "examples" / "europe-electricity" / "etm.csv")
    rows = rows[rows["PROPERTY"] == "Electricity generation"]
    return rows.pivot_table("VALUE", ["COUNTRY", "YEAR"], "SECTOR", aggfunc="sum")


def _of_keys(wide: pd.DataFrame) -> Composition:
    rows = wide.rename_axis(["place", "year"]).reset_index().melt(["place", "year"]).dropna()
    return composition(rows["place"], rows["year"], rows.iloc[:, 2], rows["value"],
                       metric="Electricity generation")  # fmt: skip


def test_publishers_labels_give_the_publishers_total() -> None:
    """Ember's aggregates beside its fuels: the total is used, and what it adds are the fuels."""
    fuels = _example()
    wide = fuels.assign(
        **{name: fuels[list(parts)].sum(axis=1).round(2) for name, parts in EMBER.items()},
        **{"Total Generation": fuels.sum(axis=1).round(2)},
    )
    found = _of_keys(wide)
    assert found.total == "Total Generation"
    assert set(found.summands) == set(fuels.columns)
    for name, parts in EMBER.items():
        assert found.leaves(name) == set(parts)
    how = {one.subject: one.how for one in found.aggregates}
    assert (how["Coal"], how["Wind and Solar"], how["Fossil"]) == ("value", "name", "name")
    assert found.conflicts == ()


def test_codes_are_no_hindrance() -> None:
    """Eurostat's SIEC: the figures say what few of the names do."""
    fuels = _example().rename(
        columns={"Hard Coal": "C0110", "Lignite": "C0220", "Gas": "G3000", "Other Fossil": "X9900",
                 "Nuclear": "N900H", "Hydro": "RA100", "Wind": "RA300", "Solar": "RA420",
                 "Bioenergy": "R5110", "Other Renewables": "RA200"}
    )  # fmt: skip
    sums = {
        "C0000X0350-0370": ["C0110", "C0220"],
        "RA000": ["RA100", "RA200", "RA300", "RA420", "R5110"],
        "FE": ["C0110", "C0220", "G3000", "X9900"],
        "TOTAL": list(fuels.columns),
    }
    found = _of_keys(
        fuels.assign(**{code: fuels[parts].sum(axis=1).round(2) for code, parts in sums.items()})
    )
    assert (found.total, set(found.summands)) == ("TOTAL", set(fuels.columns))
    assert {code: found.leaves(code) for code in sums} == {k: set(v) for k, v in sums.items()}


@pytest.mark.parametrize("name", ["europe-electricity/etm.csv", "world-energy-mix/electricity.csv"])
def test_examples_hold_no_aggregates(name: str) -> None:
    """Real tables of fuels alone: all of them are added, as ever."""
    rows = pd.read_csv(ROOT / "examples" / name)
    rows.columns = [column.lower() for column in rows.columns]
    rows = rows.rename(columns={"country_name": "country", "source": "sector", "figure": "value",
                                "indicator": "property"})  # fmt: skip
    for _, kind in rows.groupby(["property", "unit"], sort=True, observed=True, dropna=False):
        found = composition(kind["country"], kind["year"], kind["sector"], kind["value"])
        assert found == Composition(summands=tuple(kind["sector"].unique()))


def _of_scenarios(variable: str, *left_out: str) -> Composition:
    """A variable of IAMC's format with those below it, in three regions and two years."""
    wide = pd.read_csv(INPUTS / "iamc_pyam.csv")
    wide = wide[wide["Variable"].str.startswith(variable) & ~wide["Variable"].isin(left_out)]
    rows = wide.melt(["Model", "Scenario", "Region", "Variable", "Unit"], var_name="year")
    return composition(rows["Region"], rows["year"], rows["Variable"], rows["value"])


def test_parent_is_the_total_of_its_children() -> None:
    """A few small integers would prove nothing by value; the names say what holds what."""
    found = _of_scenarios("Primary Energy")
    (one,) = found.aggregates
    assert (one.subject, one.how, one.is_open) == ("Primary Energy", "hierarchy", False)
    assert (found.total, found.conflicts) == ("Primary Energy", ())
    assert found.summands == ("Primary Energy|Coal", "Primary Energy|Wind")


def test_parent_that_is_more_than_its_children_is_kept() -> None:
    """Where a child has no row, nothing is added to the whole."""
    found = _of_scenarios("Emissions|CO2", "Emissions|CO2|AFOLU")
    (one,) = found.aggregates
    assert (one.subject, one.how, one.is_open) == ("Emissions|CO2", "hierarchy", True)
    assert (found.total, found.summands) == ("Emissions|CO2", ("Emissions|CO2",))
    children = ["Emissions|CO2|Bunkers", "Emissions|CO2|Energy"]
    assert found.addends([*children, "Emissions|CO2"]) == ("Emissions|CO2",)
    assert found.addends(children) == tuple(children)


@pytest.mark.parametrize("of_codes", [False, True])
def test_hierarchy_is_verified_by_value(of_codes: bool) -> None:
    """By bars in names, or by a code list; a parent smaller than its children is a conflict."""
    columns = _series(np.random.default_rng(4), ("E|Coal|w/ CCS", "E|Coal|w/o CCS", "E|Gas"), 1, 2)
    columns["E|Coal"] = columns["E|Coal|w/ CCS"] + columns["E|Coal|w/o CCS"]
    columns["E"] = columns["E|Coal"] + columns["E|Gas"]
    parents = None
    if of_codes:
        columns = {name.replace("|", "_"): column for name, column in columns.items()}
        parents = {name: name.rpartition("_")[0] for name in columns if "_" in name}
    found = _composed(columns, 1, parents=parents)
    assert {one.how for one in found.aggregates} == {"hierarchy"}
    assert found.total == "E"
    assert len(found.summands) == 3
    columns["E"] = columns["E"] / 2
    (conflict,) = _composed(columns, 1, parents=parents).conflicts
    assert (conflict.subject, conflict.misfits) == ("E", 2)


def test_circles_of_a_code_list_end() -> None:
    """A parent of its own parent: the search ends, and the figures decide."""
    columns = _series(np.random.default_rng(4), ("A", "B", "C"), 3, 5)
    found = _composed(columns, 3, parents={"A": "B", "B": "A", "C": "C"})
    assert set(found.addends(["A", "B", "C"])) <= {"A", "B", "C"}
    assert found.summands


def test_named_sum_that_differs_is_a_conflict() -> None:
    """With examples of keys and values, and what decides it."""
    columns = _mix(1, 1)
    names = ("Wind", "Solar", "Hydro", "Nuclear")
    columns = {name: columns[name] for name in names}
    columns["Wind and solar"] = (columns["Wind"] + columns["Solar"]).round(1)
    columns["Wind and solar"][7] += 100
    (conflict,) = _composed(columns, 8).conflicts
    assert (conflict.subject, conflict.parts) == ("Wind and solar", ("Wind", "Solar"))
    assert (conflict.keys, conflict.misfits) == (120, 1)
    finding = conflict.finding("Generation (TWh) in ETM", "etm.csv", [3])
    assert (finding.severity, finding.cells) == ("error", ("row 3",))
    assert "differs in 1 of 120 places and periods: P0 2007: " in finding.message
    assert "[groups]" in finding.remedy


@pytest.mark.parametrize("name", ["Total", "Fossil"])
def test_word_for_a_sum_that_differs_everywhere_is_a_conflict(name: str) -> None:
    """A total, or a list's word beside what the list says it holds."""
    columns = _series(np.random.default_rng(3), ("Coal", "Gas", "Wind"), 3, 5)
    columns[name] = 1.3 * (columns["Coal"] + columns["Gas"])
    (conflict,) = _composed(columns, 3).conflicts
    assert (conflict.subject, conflict.misfits) == (name, 15)
    alone = {"Wind": columns["Wind"], "Hydro": columns["Gas"], "Fossil": columns["Coal"]}
    assert _composed(alone, 3) == Composition(summands=("Wind", "Hydro", "Fossil"))


def test_sum_with_a_few_errors_is_a_conflict() -> None:
    """A sum by value that differs in 2 of 120 keys is no category like the others."""
    columns = {name: column for name, column in _mix(1, 1).items() if name in (*LEAVES, "Burnt")}
    columns["Burnt"][[3, 50]] *= 1.5
    (conflict,) = _composed(columns, 8).conflicts
    assert (conflict.subject, conflict.misfits) == ("Burnt", 2)
    assert set(conflict.parts) == set(SUMS["Burnt"])


def test_name_needs_less_proof_than_values() -> None:
    """One key, one year: Wind and Solar is believed, Weather is not."""
    values = {"Wind": [31.2], "Solar": [12.9], "Coal": [88.0]}
    columns = {name: np.array(column) for name, column in values.items()}
    total = columns["Wind"] + columns["Solar"]
    assert _composed({**columns, "Wind & Solar": total}, 1).leaves("Wind & Solar") == {
        "Wind", "Solar",
    }  # fmt: skip
    assert _composed({**columns, "Weather": total}, 1).aggregates == ()


def test_balance_is_no_total() -> None:
    """Production is use and exports in every key, and none of it is left out."""
    columns = _series(np.random.default_rng(3), ("Use", "Exports", "Coal"), 5, 10)
    columns["Production"] = columns["Use"] + columns["Exports"]
    found = _composed(columns, 5)
    assert (found.aggregates, found.conflicts) == ((), ())
    assert [(one.subject, set(one.parts)) for one in found.balances] == [
        ("Production", {"Use", "Exports"})
    ]
    assert "Production" in found.summands


def test_aggregate_that_stands_alone_is_the_figure_of_its_place() -> None:
    """Where its parts have no rows it is added; where they have, they are, or the total is."""
    columns = _mix(1, 1)
    for part in ("Hard", "Lignite"):
        columns[part][:15] = np.nan
    found = _composed({name: columns[name] for name in (*LEAVES, "Brown and black")}, 8)
    assert found.leaves("Brown and black") == {"Hard", "Lignite"}
    assert found.addends(["Gas", "Brown and black"]) == ("Gas", "Brown and black")
    assert found.addends(["Gas", "Hard", "Brown and black"]) == ("Gas", "Brown and black")
    assert found.addends(["Gas", "Hard", "Lignite"]) == ("Gas", "Hard", "Lignite")


def _unrelated(seed: int) -> tuple[Columns, int]:
    """A table without aggregates: walks, small integers, constants, one mix, mostly zeros."""
    rng = np.random.default_rng(seed)
    places, years = int(rng.integers(1, 7)), int(rng.integers(1, 13))
    names = [f"c{number}" for number in range(int(rng.integers(2, 13)))]
    keys, kind = places * years, seed % 6
    columns = _series(rng, names, places, years, mean=20)
    if kind == 1:
        columns = {name: column * rng.choice([-1, 1]) for name, column in columns.items()}
    elif kind == 2:
        columns = {name: rng.integers(0, 10, keys).astype(float) for name in names}
    elif kind == 3:
        columns = {name: np.full(keys, float(rng.integers(1, 1000))) for name in names}
    elif kind == 4:
        mix, sizes = rng.lognormal(0, 1, len(names)), rng.lognormal(3, 1, keys)
        columns = {name: share * sizes for name, share in zip(names, mix, strict=True)}
    elif kind == 5:
        columns = {
            name: np.where(rng.random(keys) < 0.7, 0.0, rng.integers(1, 100, keys))
            for name in names
        }
    decimals = int(rng.integers(0, 3))
    return {name: np.round(column, decimals) for name, column in columns.items()}, places


def _assert_nothing_found(seeds: range) -> None:
    for seed in seeds:
        columns, places = _unrelated(seed)
        found = _composed(columns, places, 0.1 * (seed % 2))
        assert (found.aggregates, found.conflicts, found.balances) == ((), (), ()), seed
        assert found.total == ""


def test_coincidences_do_not_count() -> None:
    """Few keys, zeros, small integers, constant series, one mix in many sizes."""
    _assert_nothing_found(range(30))


@pytest.mark.slow
def test_coincidences_do_not_count_in_hundreds_of_tables() -> None:
    """The same, with other figures."""
    _assert_nothing_found(range(30, 900))


@pytest.mark.slow
def test_sums_are_found_in_hundreds_of_tables() -> None:
    """None is overlooked, with gaps, negative values and roundings."""
    for seed in range(10, 210):
        found = _composed(_mix(seed, seed % 3, signed=seed % 2 == 1), 8, 0.05 * (seed % 4 == 0))
        assert (found.total, found.summands) == ("Everything", LEAVES), seed
        assert {one.subject for one in found.aggregates} == set(SUMS), seed


@pytest.mark.parametrize("kind", ["equal", "powers", "many"])
def test_search_without_an_end_is_given_up(kind: str) -> None:
    """Each selection of equal columns fits, and 2⁵⁰ of powers may; the composition says so."""
    if kind == "equal":
        columns = {f"c{number}": np.arange(1.0, 21) for number in range(60)}
    elif kind == "powers":
        columns = {f"c{number}": np.full(20, 1.1 ** (number % 50)) for number in range(60)}
    else:
        columns = {f"c{number}": np.arange(1.0, 3) + number for number in range(500)}
    found = _composed(columns, 2)
    assert found.is_bounded
    assert (found.aggregates, found.summands) == ((), tuple(columns))


def test_breakdowns_that_lack_some_are_not_added_to_each_other() -> None:
    """Neither sexes nor ages are all people: where the total has no row, one of them is taken."""
    rng = np.random.default_rng(5)
    ages = _series(rng, ("0-14", "15-64", "65+"), 6, 10)
    people = sum(ages.values()) * 1.03
    women = people * rng.uniform(0.44, 0.5, 60)
    columns = {"Women": women, "Men": people * 0.97 - women, **ages, "Total": people}
    members = {name: (name, "") if name[-1] == "n" else ("", name) for name in columns}
    found = _composed(columns, 6, members={**members, "Total": ("", "")})
    assert (found.total, found.conflicts) == ("Total", ())
    assert {one.is_open for one in found.aggregates} == {True}
    assert found.addends(["Women", "Men", *ages]) in (("Women", "Men"), tuple(ages))
    assert found.addends(["Women", "0-14"]) in (("Women",), ("0-14",))
    assert found.addends(list(columns)) == ("Total",)


def test_nothing_comes_of_nothing() -> None:
    """No rows, gaps alone, one category: no aggregates, no warnings."""
    assert composition([], [], [], []) == Composition()
    assert composition(["A"], [2020], ["Coal"], [np.nan]).aggregates == ()
    assert composition(["A"], [2020], ["Coal"], [1.0]) == Composition(summands=("Coal",))


def test_what_is_not_proven_is_a_doubt() -> None:
    """Two keys with many digits; below that, two small integers, it is not even told."""
    columns = {"Wind": np.array([31.27, 45.1]), "Solar": np.array([12.92, 11.03])}
    columns |= {"Coal": np.array([88.01, 7.77]), "Weather": columns["Wind"] + columns["Solar"]}
    found = _composed(columns, 2)
    assert found.aggregates == ()
    assert [(one.subject, one.parts, one.keys) for one in found.doubts] == [
        ("Weather", ("Wind", "Solar"), 2)
    ]
    assert "Weather" in found.summands
    few = {"Coal": [2.0], "Gas": [3.0], "Wind": [4.0], "Thermal": [5.0]}
    found = _composed({name: np.array(column) for name, column in few.items()}, 1)
    assert (found.aggregates, found.doubts) == ((), ())


def test_years_without_news_prove_nothing() -> None:
    """Two places whose figures hardly move are two keys, however many years there are."""
    years = np.arange(12)
    steps = 0.1 * np.stack([years % 2, years % 3 == 0]).astype(float)
    wind = np.concatenate([3.1 + steps[0], 8.4 + steps[1]])
    solar = np.concatenate([7.2 + steps[1], 2.3 + steps[0]])
    columns = {"Wind": wind, "Solar": solar, "Coal": wind * 0.3, "Weather": wind + solar}
    columns = {name: np.round(column, 1) for name, column in columns.items()}
    assert _composed(columns, 2).aggregates == ()


def test_total_proves_the_sums_inside_it() -> None:
    """However round the figures: what stands for others in one of its breakdowns is their sum."""
    for seed in (2, 26):
        columns = _series(np.random.default_rng(seed), LEAVES, 5, 10, mean=20)
        columns |= {name: sum(columns[part] for part in parts) for name, parts in SUMS.items()}
        found = _composed({name: np.round(column) for name, column in columns.items()}, 5)
        assert (found.total, found.summands) == ("Everything", LEAVES)
