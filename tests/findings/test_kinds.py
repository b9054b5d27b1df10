"""Each kind is found in a series that has it, and in none that only looks like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from factbook.findings.find import Finder
from factbook.findings.request import read_request
from factbook.findings.score import LEFT_OVER
from tests.findings.worlds import (
    INTENSITY,
    PER_KWH,
    PLACES,
    REGION,
    World,
    rows_of,
    world,
)

FLAG = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT,OBS_STATUS"
RISING = [100, 103, 107, 109, 114, 118, 121, 126, 129, 133, 138, 141]
FALLING = [141, 138, 134, 129, 126, 121, 117, 114, 110, 106, 103, 99]
UNEVEN = [100, 104, 99, 102, 97, 101, 105, 98, 103, 100, 99, 102]
FLAT = [100.0] * 12


def _one(folder: Path, values: Sequence[object], **options: object) -> World:
    """A world of one place and one series."""
    return world(folder, rows_of({("Austria", "Total"): values}), **options)  # type: ignore[arg-type]


def _kinds(of: World, place: str = "Austria", least: float = 8.0) -> set[tuple[str, str]]:
    return {(f.kind, f.form) for f in of.found(place) if f.score >= least}


OVER_TIME: Mapping[tuple[str, str], Sequence[object]] = {
    ("multiple", "more than doubled"): [40, 43, 47, 52, 55, 61, 66, 70, 74, 81, 86, 92],
    ("streak", "all"): RISING,
    ("streak", "since"): [120, 110, 118, 100, 105, 111, 118, 124, 131, 137, 144, 152],
    ("turn", "peak"): [100, 112, 125, 139, 150, 163, 176, 160, 143, 131, 117, 100],
    ("turn", "trough"): [176, 160, 149, 131, 117, 100, 88, 103, 118, 131, 142, 160],
    ("record", "ever"): [100, 103, 99, 101, 98, 102, 100, 97, 101, 103, 99, 131],
    ("record", "since"): [100, 140, 99, 101, 98, 102, 100, 97, 101, 103, 99, 131],
    ("reversal", ""): [100, 104, 108, 112, 117, 121, 125, 129, 134, 138, 142, 110],
    ("jump", ""): [100, 101, 100, 102, 101, 103, 102, 101, 103, 102, 141, 143],
    ("absence", "ended"): [50, 48, 45, 40, 33, 27, 20, 12, 5, 0, 0, 0],
    ("absence", "began"): [0, 0, 0, 0, 3, 7, 12, 20, 26, 33, 41, 50],
}
"""Kind and form → a series that has it."""


@pytest.mark.parametrize("wanted", OVER_TIME)
def test_kind_is_found_in_a_series_that_has_it(wanted: tuple[str, str], tmp_path: Path) -> None:
    """Whether it is told alone or beside what tells the same better."""
    told = _kinds(_one(tmp_path, OVER_TIME[wanted]))
    same = {("streak", "all")} if wanted[0] == "multiple" else set()
    assert told & {wanted, *same}, told


NOTHING: Mapping[str, Sequence[object]] = {
    "constant": FLAT,
    "uneven": UNEVEN,
    "all zeros": [0] * 12,
    "copied forward": [90, 96, 103, 109, 114, 121, 126, 131, 138, 143, 143, 143],
    "a zero that is a gap": [100, 102, 99, 101, 0, 100, 98, 103, 101, 99, 102, 100],
    "a zero at the end": [100, 102, 99, 101, 98, 100, 98, 103, 101, 99, 102, 0],
    "a gap before the end": [60, 70, 80, 90, 100, 110, 120, 130, 140, None, 150, 151],
    "one year": [100],
    "two years": [100, 101],
}
"""What series without a story are like."""


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_is_made_of_nothing(name: str, tmp_path: Path) -> None:
    """No kind but the level is told of it; and that is told, or why not."""
    found = _one(tmp_path, NOTHING[name]).found("Austria")
    assert {f.kind for f in found} <= {"level", "zero"}
    assert found


def test_negative_values_make_no_percentage(tmp_path: Path) -> None:
    """A balance that changes its sign is told in absolute terms."""
    evidence = _one(tmp_path, [-20, -15, -9, -4, 2, 7, 11, 16, 21, 25, 30, 36]).evidence("Austria")
    kinds = {evidence.by_id[one].kind for f in evidence.findings for one in f.facts.values()}
    assert "relative change" not in kinds
    assert "multiple" not in {f.kind for f in evidence.findings}


@pytest.mark.parametrize(("flag", "at"), [("b", 8), ("p", 11), ("u", 11)])
def test_nothing_is_told_across_a_flag(flag: str, at: int, tmp_path: Path) -> None:
    """No trend across a break, none that rests on a provisional or unreliable last year.

    After a break the level is compared with the first year that it can be compared with.
    """
    values: list[object] = [f"{v}," for v in RISING]
    values[at] = f"{RISING[at]},{flag}"
    told = _one(tmp_path, values, head=FLAG).found("Austria")
    assert {f.kind for f in told} <= {"level"}
    since = [f.words["since"] for f in told if f.form not in ("only", "course")]
    assert all(flag == "b" and period >= str(2010 + at) for period in since)


def _parts(**categories: Sequence[float]) -> dict[tuple[str, str], Sequence[object]]:
    return {("Austria", name): values for name, values in categories.items()}


def test_crossing_says_whether_it_lasted(tmp_path: Path) -> None:
    """Passed, and fell back behind."""
    wind = [20, 26, 33, 41, 48, 56, 63, 70, 78, 85, 92, 99]
    coal = [90, 87, 85, 81, 78, 74, 71, 67, 64, 60, 57, 53]
    of = world(tmp_path, rows_of(_parts(Wind=wind, Coal=coal, Hydro=UNEVEN)))
    [told] = of.found("Austria", "crossing", "Wind", form="passed")
    assert told.words["since"] == "2017"
    wind[10:] = [50, 48]
    wind[7:10] = [78, 85, 90]
    of = world(tmp_path, rows_of(_parts(Wind=wind, Coal=coal, Hydro=UNEVEN)))
    [told] = of.found("Austria", "crossing", "Wind", form="fell back")
    assert (told.words["first"], told.words["since"]) == ("2017", "2020")


def test_largest_mover_and_what_replaced_it_are_told(tmp_path: Path) -> None:
    """The fall of one, the rise of another, and no total that moved."""
    of = world(tmp_path, rows_of(_parts(Gas=RISING, Coal=FALLING, Hydro=UNEVEN, Oil=FLAT)))
    assert {f.form for f in of.found("Austria", "contribution")} >= {"largest"}
    assert of.found("Austria", "substitution")


def test_selection_has_no_largest_mover(tmp_path: Path) -> None:
    """Where a total holds more than the categories, none of these moved most of all."""
    total = [
        g + c + h + 500 + 30 * i
        for i, (g, c, h) in enumerate(zip(RISING, FALLING, UNEVEN, strict=True))
    ]
    of = world(tmp_path, rows_of(_parts(Gas=RISING, Coal=FALLING, Hydro=UNEVEN, Total=total)))
    assert not of.found("Austria", "contribution", form="largest")
    assert not of.found("Austria", "substitution")
    assert not of.found("Austria", "leader")


def test_threshold_is_told_once_of_what_is_above_and_below(tmp_path: Path) -> None:
    """Low carbon above a half is fossil below it."""
    of = world(
        tmp_path,
        rows_of(_parts(Wind=RISING, Hydro=FLAT, Coal=[v * 1.6 for v in FALLING], Gas=[50.0] * 12)),
        categories=[("Wind", "Low"), ("Hydro", "Low"), ("Coal", "High"), ("Gas", "High")],
    )
    told = [f for f in of.found("Austria", "threshold") if f.words["part"] == "half"]
    assert len(told) == 1


def test_group_that_equals_another_is_told_once(tmp_path: Path) -> None:
    """Renewables are low carbon where there is no nuclear power."""
    table = _parts(Wind=RISING, Hydro=UNEVEN, Coal=FALLING, Nuclear=[0] * 12)
    groups = [("Wind", "Renewables"), ("Hydro", "Renewables"), ("Nuclear", "Nuclear power")]
    low = {"groups": {"Low carbon": ["Renewables", "Nuclear"]}}
    (tmp_path / "a").mkdir()
    evidence = world(tmp_path / "a", rows_of(table), categories=groups).evidence("Austria")
    subjects = {f.subject for f in evidence.facts}
    assert "Renewables" in subjects
    config = world(tmp_path, rows_of(table), categories=groups, **low).evidence("Austria")
    told = [
        (f.kind, f.form, f.direction, f.periods)
        for f in config.findings
        if {config.by_id[one].subject for one in f.facts.values()} & {"Renewables", "Low carbon"}
        and f.kind != "level"
    ]
    assert told
    assert len(told) == len(set(told))


def test_measure_that_does_not_add_has_no_parts(tmp_path: Path) -> None:
    """No share, mover or makeup of intensities."""
    rows = rows_of(_parts(Gas=RISING, Coal=FALLING, Hydro=UNEVEN), metric=INTENSITY, unit=PER_KWH)
    told = {f.kind for f in world(tmp_path, rows).found("Austria")}
    assert told.isdisjoint({"contribution", "substitution", "makeup", "threshold", "members"})


def _places(
    count: int, of: Sequence[float], **others: Sequence[float]
) -> dict[tuple[str, str], Sequence[object]]:
    table: dict[tuple[str, str], Sequence[object]] = {
        (place, "Total"): [round(v * (1 + at / 10), 1) for v in of]
        for at, place in enumerate(PLACES[:count])
    }
    return table | {(place, "Total"): values for place, values in others.items()}


def test_rank_needs_more_than_three_places(tmp_path: Path) -> None:
    """First of twelve is told, of what does not add; first of three is not."""
    for count, is_told in ((12, True), (3, False)):
        table = _places(count, UNEVEN, Austria=[v * 3 for v in UNEVEN])
        rows = rows_of(table, metric=INTENSITY, unit=PER_KWH)
        told = world(tmp_path, rows).found("Austria", "rank")
        assert bool(told) == is_told
        assert not told or (told[0].form, told[0].direction) == ("first", "up")


def test_quarter_of_few_places_has_a_rank_and_the_middle_none(tmp_path: Path) -> None:
    """The third of twelve stands third; the sixth between two others."""
    rows = rows_of(_places(12, UNEVEN), metric=INTENSITY, unit=PER_KWH)
    of = world(tmp_path, rows)
    forms = [one.form for place in (9, 6) for one in of.found(PLACES[place], "rank")]
    assert forms == ["near", "between"]


@pytest.mark.parametrize(
    ("subject", "is_left_over"),
    [
        ("Other", True),
        ("All other causes", True),
        ("Not stated", True),
        ("Other renewables", False),
        ("Other services", False),
    ],
)
def test_what_is_left_over_is_told_from_a_category(subject: str, *, is_left_over: bool) -> None:
    """What is in no other category leads no text; a category called other does."""
    assert bool(LEFT_OVER.search(subject)) is is_left_over


@pytest.mark.parametrize(
    ("brief", "aspect"),
    [
        ("Say where the place stands among the others.", "rank"),
        ("Say which cantons have most and least.", "members"),
        ("When was the low, and has it recovered?", "turn"),
    ],
)
def test_brief_is_read_as_analysts_write_it(brief: str, aspect: str) -> None:
    """In the words of `factbook init`, and for places that are no countries."""
    assert aspect in read_request(brief).aspects


@pytest.mark.parametrize("brief", ["The low-carbon share.", "Material recovery of waste."])
def test_no_turn_is_read_where_none_is_asked_for(brief: str) -> None:
    """Low carbon is no low, and what is recovered has not recovered."""
    assert "turn" not in read_request(brief).aspects


def test_rank_of_an_amount_is_that_of_a_large_place(tmp_path: Path) -> None:
    """A country that has the most of everything is first in nothing worth telling."""
    table = {
        (place, kind): [v * (2 if place == "Austria" else 1 + at / 20) for v in UNEVEN]
        for at, place in enumerate(PLACES[:12])
        for kind in ("Wind", "Coal", "Hydro")
    }
    assert not world(tmp_path, rows_of(table)).found("Austria", "rank")
    table |= {("Austria", kind): UNEVEN for kind in ("Coal", "Hydro")}
    table["Austria", "Wind"] = [v * 9 for v in UNEVEN]
    assert world(tmp_path, rows_of(table)).found("Austria", "rank", "Wind")


def test_exceptions_are_named_and_are_exceptions(tmp_path: Path) -> None:
    """All but one rose; that one is named, and told so itself."""
    of = world(tmp_path, rows_of(_places(14, RISING, Finland=FALLING)))
    [told] = of.found(REGION, "exception")
    assert (told.form, told.direction, told.words["place1"]) == ("but", "up", "Finland")
    [own] = of.found("Finland", "exception")
    assert (own.form, own.direction) == ("own", "down")


def test_missing_member_makes_no_change_of_the_region(tmp_path: Path) -> None:
    """A sum that lacks a member in one year rose for no reason."""
    table = _places(8, UNEVEN)
    table["Belgium", "Total"] = [None] * 6 + UNEVEN[6:]
    told = world(tmp_path, rows_of(table)).found(REGION)
    assert {f.kind for f in told}.isdisjoint({"multiple", "streak", "jump", "record", "turn"})


def test_figure_that_may_change_ranks_nobody(tmp_path: Path) -> None:
    """One provisional value of a member: no ranking, no exception."""
    table = {
        key: [f"{v}," if at < 11 or key[0] != "Belgium" else f"{v},p" for at, v in enumerate(vs)]
        for key, vs in _places(14, RISING, Finland=FALLING).items()
    }
    of = world(tmp_path, rows_of(table), head=FLAG)
    assert not of.found(REGION, "exception")
    assert not of.found(REGION, "members")


def test_nothing_is_told_across_a_provisional_year(tmp_path: Path) -> None:
    """A trend does not go through a figure that may yet change; it begins after it."""
    values = [f"{v},{'p' if at == 6 else ''}" for at, v in enumerate(RISING)]
    told = _one(tmp_path, values, head=FLAG).found("Austria")
    streaks = [f for f in told if f.kind in ("streak", "record", "turn", "jump", "pace")]
    assert all(min(f.periods) > "2016" for f in streaks)


def test_region_that_gains_a_member_has_no_trend_through_it(tmp_path: Path) -> None:
    """A sum over five members and then over six rises, and nothing has risen."""
    places = PLACES[:6]
    table = {
        (place, "Total"): [
            None if place == PLACES[5] and at < 11 else v for at, v in enumerate(one)
        ]
        for number, place in enumerate(places)
        for one in [[v + number for v in UNEVEN]]
    }
    told = world(tmp_path, rows_of(table)).found(REGION)
    assert {f.kind for f in told} <= {"level", "members"}


def test_last_values_that_were_copied_are_no_end_of_a_rise(tmp_path: Path) -> None:
    """Cells filled downwards say nothing of their years, and nothing rests on them."""
    values = [90, 96, 103, 109, 114, 121, 126, 131, 150, 190, 190, 190]
    assert _kinds(_one(tmp_path, values)) <= {("level", one) for one in ("rose", "only", "flat")}


def test_members_that_are_a_part_of_the_region_rank_nobody(tmp_path: Path) -> None:
    """Where they make up six sevenths of the region, a larger one may be missing."""
    table = {
        (place, "Total"): [v * (9 - number) ** 2 for v in UNEVEN]
        for number, place in enumerate(PLACES[:8])
    }
    assert world(tmp_path, rows_of(table)).found(REGION, "members")
    table[REGION, "Total"] = [v * 330 for v in UNEVEN]
    assert not world(tmp_path, rows_of(table)).found(REGION, "members")


def _neighbours(folder: Path, *values: str) -> list[str]:
    """Forms of what is told of Austria's neighbours; their figures and flags are given."""
    names = ("Germany", "Czechia", "Hungary", "Italy")
    (folder / "borders.csv").write_text(
        "\n".join(["Country,Neighbour", *(f"Austria,{name}" for name in names), ""])
    )
    table: dict[tuple[str, str], list[object]] = {("Austria", "Total"): ["50,"]}
    table |= {(name, "Total"): [value] for name, value in zip(names, values, strict=True)}
    of = world(folder, rows_of(table), head=FLAG, data={"borders": "borders.csv"})
    return [f.form for f in of.found("Austria", "neighbours")]


@pytest.mark.parametrize(
    ("values", "form"),
    [
        (("60,", "70,", "80,", ""), "all above"),
        (("60,", "70,", "80,", "0,"), "above"),
        (("60,", "70,", "40,", "0,"), "some below"),
        (("60,", "70,", "80,", "40,"), "below"),
        (("60,", "70,", "30,", "20,p"), "some below"),
        (("50,", "50,", "50,", "50,"), ""),
        (("60,", "70,", "80,", "40,p"), "above"),
        (("60,", "70,", "40,p", "40,p"), "above"),
        (("60,", "70,", "80,", "40,d"), "above"),
        (("60,p", "70,p", "80,", "40,p"), ""),
    ],
)
def test_neighbours_are_all_only_where_all_can_be_compared(
    values: tuple[str, ...], form: str, tmp_path: Path
) -> None:
    """One with nothing has less; one whose figure may change, or differs, is none of them."""
    assert _neighbours(tmp_path, *values) == ([form] if form else [])


def test_rise_in_all_members_is_none_where_one_cannot_be_compared(tmp_path: Path) -> None:
    """A member whose series has a break has figures, and nobody knows whether it rose."""
    table = {
        (place, "Total"): [f"{v + number}," for v in RISING]
        for number, place in enumerate(PLACES[:8])
    }
    rising = world(tmp_path, rows_of(table), head=FLAG)
    assert rising.found(REGION, "exception", form="all")
    without = {**table, (PLACES[9], "Total"): [f"{0.0}," for _ in RISING]}
    some = world(tmp_path, rows_of(without), head=FLAG)
    assert some.found(REGION, "exception", form="any")
    assert not some.found(REGION, "exception", form="all")
    table[PLACES[3], "Total"][7] = "60,b"
    broken = world(tmp_path, rows_of(table), head=FLAG)
    assert not broken.found(REGION, "exception")


def test_series_that_turned_twice_is_told_by_its_last_turn(tmp_path: Path) -> None:
    """Alone, "risen from a low" would hide that it has been falling since."""
    values = (120, 112, 104, 98, 92, 99, 107, 116, 125, 119, 112, 104)
    found = _one(tmp_path, values)
    [turn] = [one for one in found.found("Austria") if one.kind == "turn"]
    facts = {fact.id: fact.value for fact in found.evidence("Austria").facts}
    assert turn.form == "peak"
    assert [facts[turn.facts[role]] for role in ("before", "top")] == [92, 125]


def test_series_begins_after_a_slip(tmp_path: Path) -> None:
    """Rows of another place, or a point that slipped, are no peak."""
    values = (101, 103, 104, 1060, 1075, 1081, 108, 109, 111, 112, 113, 114)
    assert not {kind for kind, _ in _kinds(_one(tmp_path, values))} & {"turn", "jump", "record"}


def test_next_of_a_selection_is_not_the_next_of_all(tmp_path: Path) -> None:
    """Of a section on coal, oil and gas nobody reads that gas came next, where hydro did."""
    parts = _parts(Coal=[75.0] * 12, Oil=[2.0] * 12, Gas=[3.0] * 12, Hydro=[20.0] * 12)
    of = world(tmp_path, rows_of(parts))
    [told] = of.found("Austria", "makeup")
    assert of.evidence("Austria").by_id[told.facts["next"]].subject == "Hydro"
    of = world(tmp_path, rows_of(parts), selected=("Coal", "Oil", "Gas"))
    [told] = of.found("Austria", "makeup")
    assert "next" not in told.facts


def test_part_of_what_was_cut_up_is_not_next(tmp_path: Path) -> None:
    """Hard coal and lignite are more than gas together, and are coal to who reads it."""
    parts = _parts(Wind=[60.0] * 12, Lignite=[9.0] * 12, Gas=[14.0] * 12)
    parts |= {("Austria", "Hard coal"): [13.0] * 12, ("Austria", "Oil"): [4.0] * 12}
    [told] = world(tmp_path, rows_of(parts)).found("Austria", "makeup")
    assert "next" not in told.facts


GROWING = [20, 26, 33, 41, 48, 56, 63, 70, 78, 85, 92, 99]
SHRINKING = [90, 87, 85, 81, 78, 74, 71, 67, 64, 60, 57, 53]


def test_groups_that_overlap_do_not_pass_each_other(tmp_path: Path) -> None:
    """What both hold is on neither side; only their other parts can pass each other."""
    parts = _parts(Wind=GROWING, Hydro=UNEVEN, Coal=SHRINKING, Gas=FLAT)
    of = world(
        tmp_path,
        rows_of(parts),
        groups={"One": ["Wind", "Hydro"], "Other": ["Hydro", "Coal"]},
    )
    pairs = [
        {of.evidence("Austria").by_id[one].subject for one in f.facts.values()}
        for f in of.found("Austria", "crossing")
    ]
    assert pairs
    assert {"One", "Other"} not in pairs


def test_largest_mover_of_a_selection_is_not_that_of_all(tmp_path: Path) -> None:
    """Coal fell most of three categories, and oil, which the section is not about, of all."""
    parts = _parts(Gas=FLAT, Coal=SHRINKING, Hydro=UNEVEN, Oil=[v * 3 for v in SHRINKING])
    of = world(tmp_path, rows_of(parts), selected=("Gas", "Coal", "Hydro"))
    assert not of.found("Austria", "contribution", form="largest")
    assert world(tmp_path, rows_of(parts)).found("Austria", "contribution", "Oil")


def test_nothing_is_most_of_a_total_that_a_part_is_taken_from(tmp_path: Path) -> None:
    """Of 60, 50 and -10 no share is a part of a whole."""
    parts = _parts(Wind=[60.0] * 12, Hydro=[20.0] * 12, Gas=[15.0] * 12, Storage=[-10.0] * 12)
    assert not world(tmp_path, rows_of(parts)).found("Austria", "makeup")


def test_rank_change_is_among_the_same_places(tmp_path: Path) -> None:
    """Who is fourth of eight and was first of six has not lost three ranks."""
    table = {
        (place, "Total"): [v * (1 + 0.3 * number) for v in UNEVEN]
        for number, place in enumerate(PLACES[:8])
    }
    table[PLACES[0], "Total"] = [v * 4 for v in FALLING]
    for place in PLACES[6:8]:
        table[place, "Total"] = [None, None, None, *[v * 9 for v in UNEVEN[3:]]]  # type: ignore[list-item]
    rows = rows_of(table, metric=INTENSITY, unit=PER_KWH)
    assert not world(tmp_path, rows).found(PLACES[0], "rank change")


def test_places_that_are_level_have_no_first(tmp_path: Path) -> None:
    """Two with the highest value are both first, and neither is."""
    table = {
        (place, "Total"): [v + 10.0 * number for v in UNEVEN]
        for number, place in enumerate(PLACES[:12])
    }
    table[PLACES[10], "Total"] = table[PLACES[11], "Total"]
    of = world(tmp_path, rows_of(table, metric=INTENSITY, unit=PER_KWH))
    assert not of.found(PLACES[11], "rank", form="first")


def test_small_base_makes_no_multiple(tmp_path: Path) -> None:
    """A hundred times almost nothing is told in absolute terms."""
    of = _one(tmp_path, [1, 9, 5, 17, 12, 34, 26, 55, 45, 77, 66, 99])
    evidence = of.evidence("Austria")
    assert evidence.findings
    assert "multiple" not in {f.kind for f in evidence.findings}
    told = {evidence.by_id[one].kind for f in evidence.findings for one in f.facts.values()}
    assert "relative change" not in told


def _degrees(folder: Path, values: Sequence[object]) -> World:
    """A world of a measure whose zero is not nothing."""
    rows = rows_of({("Austria", "Total"): values}, metric="Temperature", unit="°C")
    return world(folder, rows)


def test_degrees_neither_double_nor_end(tmp_path: Path) -> None:
    """Ten degrees are not twice as warm as five, and zero degrees are a temperature."""
    warmer = [5, 6.1, 5.6, 7.2, 6.5, 8.3, 7.7, 9.2, 8.8, 10.4, 9.9, 11]
    assert _one(tmp_path, warmer).found("Austria", "multiple")
    assert not _degrees(tmp_path, warmer).found("Austria", "multiple")
    colder = [9, 8.4, 7.7, 7.1, 6.2, 5.5, 4.1, 3, 1.2, 0, 0, 0]
    assert not _degrees(tmp_path, colder).found("Austria", "absence")


def test_what_sections_share_does_not_depend_on_which_came_first(tmp_path: Path) -> None:
    """The same quantities may be what one section is about and only frame another."""
    rows = list(rows_of(_parts(Coal=SHRINKING, Gas=GROWING)))

    def sizes(*, after_another: bool) -> list[float]:
        of = world(tmp_path, rows)
        asked = of.builder._plan(of.sub_task)
        framed = [replace(one, standing=2 if one.standing == 0 else 0) for one in asked]
        finder = Finder(of.builder._deriver, of.config.findings, lambda _: "")
        if after_another:
            finder.find(asked, of.sub_task, of.places[0])
        return [one.candidate.size for one in finder.find(framed, of.sub_task, of.places[0])]

    assert sizes(after_another=True) == sizes(after_another=False)


def test_nothing_moved_most_where_a_larger_move_cannot_be_followed(tmp_path: Path) -> None:
    """Gas has a break, and its figures differ by more than those of coal."""
    values = {"Coal": [90 - 3 * n for n in range(12)], "Gas": [20 + 5 * n for n in range(12)]}
    values |= {"Wind": [10 + n for n in range(12)], "Hydro": [30] * 12}
    table = {("Austria", part): [f"{v}," for v in listed] for part, listed in values.items()}
    [told] = world(tmp_path, rows_of(table), head=FLAG).found("Austria", "contribution", "Gas")
    assert told.form in ("largest", "explains")
    table["Austria", "Gas"][5] += "b"
    of = world(tmp_path, rows_of(table), head=FLAG)
    assert not of.found("Austria", "contribution", form="largest")


def test_members_are_not_ranked_where_one_lacks_a_part(tmp_path: Path) -> None:
    """Of the largest one has no total in the last year, as its gas is missing."""
    table = {
        (place, part): [v * (8 - n) ** 2 for v in listed]
        for n, place in enumerate(PLACES[:8])
        for part, listed in (("Coal", UNEVEN), ("Gas", RISING))
    }
    assert world(tmp_path, rows_of(table)).found(REGION, "members", "Total")
    table[PLACES[7], "Gas"] = [*table[PLACES[7], "Gas"][:-1], None]  # type: ignore[list-item]
    of = world(tmp_path, rows_of(table))
    for place in of.places:
        assert not of.found(place.name, "members", "Total")
        assert not of.found(place.name, "rank", "Total")


def test_change_of_almost_nothing_is_told_in_its_unit(tmp_path: Path) -> None:
    """From 0.1 over 50 to 0.13: thirty per cent of nothing worth naming."""
    values = [0.1, 3, 12, 25, 38, 50, 44, 30, 18, 9, 2, 0.13]
    of = _one(tmp_path, values)
    evidence = of.evidence("Austria")
    told = {evidence.by_id[name].kind for f in evidence.findings for name in f.facts.values()}
    assert "relative change" not in told
