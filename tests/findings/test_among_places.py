"""What is found of a place among the others: distance, gap, outlier, spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tests.findings.worlds import (
    GENERATION,
    INTENSITY,
    PER_KWH,
    PLACES,
    REGION,
    TWH,
    World,
    rows_of,
    world,
)

FLAT = [100.0, 101, 99, 100, 102, 100, 99, 101, 100, 98, 101, 100]
UP = [100 + 5 * n for n in range(12)]
DOWN = [100 - 5 * n for n in range(12)]


def _intensities(folder: Path, austria: Sequence[float], others: Sequence[float]) -> World:
    """Austria beside eleven places that differ by up to a tenth, and a region with rows."""
    table = {
        (place, "Total"): [round(v * (1 + n / 100), 2) for v in others]
        for n, place in enumerate(PLACES[1:12])
    }
    table |= {("Austria", "Total"): list(austria), (REGION, "Total"): list(others)}
    return world(folder, rows_of(table, metric=INTENSITY, unit=PER_KWH), data={"base_year": 2010})


def _values(of: World, kind: str, form: str | None = None) -> list[tuple[str, str, list[float]]]:
    evidence = of.evidence("Austria")
    return [
        (one.form, one.direction, [evidence.by_id[name].value for name in one.facts.values()])
        for one in of.found("Austria", kind, form=form)
    ]


def test_distance_from_the_region_is_told(tmp_path: Path) -> None:
    """Half as much again as the region, all along."""
    of = _intensities(tmp_path, [v * 1.5 for v in FLAT], FLAT)
    assert _values(of, "distance", "level") == [("level", "up", [150.0, 100.0])]


@pytest.mark.parametrize(("slope", "form"), [(9.0, "wider"), (-9.0, "closer")])
def test_distance_that_widens_or_closes_is_told(slope: float, form: str, tmp_path: Path) -> None:
    """Its figures are the differences in both years."""
    start = 20.0 if slope > 0 else 125.0
    gaps = [start + slope * n + (n % 3) for n in range(12)]
    of = _intensities(tmp_path, [v + g for v, g in zip(FLAT, gaps, strict=True)], FLAT)
    assert _values(of, "gap change") == [
        (form, "up", [pytest.approx(gaps[-1]), pytest.approx(gaps[0])])
    ]


def test_gap_that_hardly_changes_is_no_change_of_it(tmp_path: Path) -> None:
    """From 60 to 82, by less than a third, it neither widens nor closes."""
    own = [v + 60 + 2 * n for n, v in enumerate(FLAT)]
    assert not _values(_intensities(tmp_path, own, FLAT), "gap change")


def test_place_that_goes_against_the_region_is_told(tmp_path: Path) -> None:
    """It fell where the region rose."""
    [(form, direction, values)] = _values(_intensities(tmp_path, DOWN, UP), "distance", "against")
    assert (form, direction) == ("against", "down")
    assert values == [pytest.approx(-55.0), pytest.approx(55.0)]


def test_outlier_is_told_and_the_largest_of_many_is_none(tmp_path: Path) -> None:
    """Four times the others, and a tenth above them."""
    far = _intensities(tmp_path, [v * 4 for v in FLAT], FLAT)
    assert [(f, d) for f, d, _ in _values(far, "outlier")] == [("", "up")]
    assert not _values(_intensities(tmp_path, [v * 1.12 for v in FLAT], FLAT), "outlier")


@pytest.mark.parametrize(("last", "form"), [(0.3, "closer"), (3.0, "wider"), (1.12, None)])
def test_places_that_converge_or_diverge_are_told(
    last: float, form: str | None, tmp_path: Path
) -> None:
    """Of a region with a figure of its own: its members are closer together, or further apart."""
    factors = [last ** (at / 11) for at in range(12)]
    table: dict[tuple[str, str], Sequence[object]] = {
        (place, "Total"): [100 + (n - 5.5) * 6 * f + (n * 7 + at) % 3 / 5 for at, f in each]
        for n, place in enumerate(PLACES[:12])
        for each in [list(enumerate(factors))]
    }
    table[REGION, "Total"] = FLAT
    of = world(tmp_path, rows_of(table, metric=INTENSITY, unit=PER_KWH), data={"base_year": 2010})
    assert [one.form for one in of.found(REGION, "spread")] == ([form] if form else [])


@pytest.mark.parametrize(("late", "form"), [(8.0, "faster"), (1.2, "slower"), (3.0, None)])
def test_change_of_pace_is_told(late: float, form: str | None, tmp_path: Path) -> None:
    """By three a year until 2015, then by more, by less or as before; with a year of no rise."""
    values = [100.0]
    for n in range(11):
        values.append(values[-1] + (3.0 if n < 5 else late) * (1 + (n % 3) / 20))
        if n == 9:
            values[-1] = values[-2] - 0.1
    rows = rows_of({("Austria", "Total"): values}, metric=GENERATION, unit=TWH)
    of = world(tmp_path, rows, data={"base_year": 2015})
    assert [one.form for one in of.found("Austria", "pace")] == ([form] if form else [])


@pytest.mark.parametrize(
    ("values", "is_new"),
    [
        ([620, 655, 690, 720, 710, 800, 835, 870, 860, 950, 985, 1030], True),
        ([1010, 655, 690, 720, 710, 800, 835, 870, 860, 950, 985, 1030], False),
        ([620, 700, 780, 830, 900, 960, 1030, 1040, 1020, 1050, 1040, 1060], False),
    ],
)
def test_level_reached_for_the_first_time_is_told(
    values: Sequence[float], is_new: bool, tmp_path: Path
) -> None:
    """A thousand in the last year, if there never were as many before, nor for years now."""
    of = world(tmp_path, rows_of({("Austria", "Total"): values}))
    assert [one.periods[-1] for one in of.found("Austria", "milestone")] == ["2021"] * is_new


RATES = {
    (place, "Total"): [10.0 + at * (2 + 0.1 * (11 - year)) + year % 2 * 0.1 for year in range(12)]
    for at, place in enumerate(PLACES[:8])
}
"""Rates of eight members that come closer; the region has none of its own."""


def test_region_without_a_rate_of_its_own_is_told_by_its_members(tmp_path: Path) -> None:
    """It begins with who is highest and lowest, and says whether they came closer."""
    of = world(tmp_path, rows_of(RATES, metric="Unemployment rate", unit="%"))
    evidence = of.evidence(REGION)
    [span] = of.found(REGION, "members", form="range")
    assert span.is_lead
    ends = [evidence.by_id[span.facts[role]] for role in ("first", "last")]
    assert [(one.place, one.value) for one in ends] == [(PLACES[7], 24.1), (PLACES[0], 10.1)]
    assert of.found(REGION, "spread", form="closer")
    assert {fact.kind for fact in evidence.facts if fact.place == REGION} <= {"count"}


def test_range_says_that_members_lack_a_figure(tmp_path: Path) -> None:
    """Who lacks one might be the highest; whether they came closer is not known."""
    rates = {**RATES, (PLACES[7], "Total"): [24.0] * 11 + [None]}
    of = world(tmp_path, rows_of(rates, metric="Unemployment rate", unit="%"))
    [span] = of.found(REGION, "members", form="range")
    among = of.evidence(REGION).by_id[span.facts["first"]].derivation.among
    assert among is not None
    assert (among.size, among.is_some) == (7, True)
    assert not of.found(REGION, "spread")


@pytest.mark.parametrize(
    ("members", "has_own", "ranges"), [(3, False, 1), (3, True, 0), (8, True, 1)]
)
def test_few_members_have_a_range_where_there_is_nothing_else(
    members: int, has_own: bool, ranges: int, tmp_path: Path
) -> None:
    """Of three, who is first says little beside the region's own figure."""
    rates = {(place, "Total"): RATES[place, "Total"] for place in PLACES[:members]}
    own = {(REGION, "Total"): [15.0] * 12} if has_own else {}
    of = world(tmp_path, rows_of({**rates, **own}, metric="Unemployment rate", unit="%"))
    assert len(of.found(REGION, "members", form="range")) == ranges


def test_region_of_amounts_has_no_range(tmp_path: Path) -> None:
    """It has a sum, with which it begins."""
    of = world(tmp_path, rows_of({key: [int(v) for v in row] for key, row in RATES.items()}))
    assert not of.found(REGION, "members", form="range")
    assert [one.kind for one in of.found(REGION) if one.is_lead] == ["level"]


FLAGGED = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT,OBS_STATUS"
RATE = {"metric": "Unemployment rate", "unit": "%"}


def _last(values: Sequence[float], flags: Mapping[str, str]) -> dict[tuple[str, str], list[object]]:
    """Members with a value each, the same in all years; a flag for some of them by name."""
    return {
        (place, "Total"): [f"{value},{flags.get(place, '')}"] * 12
        for place, value in zip(PLACES, values, strict=False)
    }


ENDS: dict[str, tuple[list[float], dict[str, str], dict[str, float]]] = {
    "negative": ([-1, -2, -3, -4, -5, -6], {}, {"first": -1, "last": -6}),
    "highest shared": ([9, 9, 7, 6, 5, 4], {}, {"last": 4}),
    "lowest shared": ([9, 8, 7, 6, 0, 0], {}, {"first": 9}),
    "both shared": ([9, 9, 7, 6, 4, 4], {}, {}),
    "all equal": ([5, 5, 5, 5, 5, 5], {}, {}),
    "provisional": ([9, 8, 7, 6, 5, 4], {PLACES[2]: "p"}, {"first": 9, "last": 4}),
}
"""Values of members, their flags, and the ends that the region's section names."""


@pytest.mark.parametrize("name", ENDS)
def test_range_names_the_ends_that_one_member_has(name: str, tmp_path: Path) -> None:
    """Below zero too, and with figures that may change, as the section has nothing else."""
    values, flags, expected = ENDS[name]
    rows = rows_of(_last(values, flags), **RATE)
    of = world(tmp_path, rows, head=FLAGGED)
    evidence = of.evidence(REGION)
    told = {
        role: evidence.by_id[fact].value
        for one in of.found(REGION, "members", form="range")
        for role, fact in one.facts.items()
    }
    assert told == expected


def test_region_tells_of_categories_and_of_what_nearly_all_members_did(tmp_path: Path) -> None:
    """Without a total, and without a figure of its own to compare them with."""
    table = {
        (place, subject): [10 + at * size + (0.4 if at else -0.4) * year for year in range(12)]
        for at, place in enumerate(PLACES[:8])
        for subject, size in (("Diesel", 1), ("Petrol", 2))
    }
    of = world(tmp_path, rows_of(table, **RATE))
    evidence = of.evidence(REGION)
    ranges = of.found(REGION, "members", form="range")
    assert {evidence.by_id[one.facts["first"]].subject for one in ranges} == {"Diesel", "Petrol"}
    [common] = of.found(REGION, "exception", form="but")[:1]
    assert evidence.by_id[common.facts["count"]].value == 7
    assert common.words["place1"] == PLACES[0]


def test_members_come_no_closer_across_a_break(tmp_path: Path) -> None:
    """Their values before it are of something else."""
    table = {key: [f"{v}," for v in row] for key, row in RATES.items()}
    of = world(tmp_path, rows_of(table, **RATE), head=FLAGGED)
    assert of.found(REGION, "spread")
    broken = {key: [*row[:6], f"{row[6]}b", *row[7:]] for key, row in table.items()}
    (tmp_path / "broken").mkdir()
    of = world(tmp_path / "broken", rows_of(broken, **RATE), head=FLAGGED)
    assert of.found(REGION, "members", form="range")
    assert not of.found(REGION, "spread")
