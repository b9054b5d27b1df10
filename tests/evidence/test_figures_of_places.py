"""Values, totals, shares, changes and ranks, against sums made of the file's own rows."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from factbook.data.series import SourceRows
from factbook.evidence.facts import Fact
from factbook.evidence.gaps import Gap
from factbook.evidence.sums import merge_sources
from factbook.evidence.wording import sentence
from tests.evidence.conftest import HEAD, INPUTS, Ask, Row, chart, one, pick, read_rows, search

GENERATION = "Electricity generation"
NAMES = {
    "AT": "Austria",
    "CZ": "Czechia",
    "DE": "Germany",
    "GR": "Greece",
    "IT": "Italy",
    "SK": "Slovakia",
}
"""Members of EU27 in the data; Switzerland and the United Kingdom are not members."""


def total(rows: Iterable[Row], country: str, year: str, metric: str = GENERATION) -> float:
    """Sum over all categories, straight from the rows."""
    return sum(r.value for r in rows if (r.country, r.year, r.metric) == (country, year, metric))


def numbers(fact: Fact, file: str = "etm_long.csv") -> tuple[int, ...]:
    """Row numbers of a fact in its only file."""
    [source] = merge_sources([fact.sources])
    assert source.file == file
    return source.rows


def test_value_is_the_row_itself_and_points_to_it(ask: Ask, etm: list[Row]) -> None:
    """Every single category's value stands in the very row that the fact names."""
    evidence = ask(chart(GENERATION)).of("AT")
    by_number = {row.number: row for row in etm}
    facts = [f for f in pick(evidence, kind="value", role="place") if f.subject != "Total"]
    assert len(facts) == 10 * 5
    for fact in facts:
        [number] = numbers(fact)
        row = by_number[number]
        assert (row.country, row.subject, row.year, row.value, row.metric, row.unit) == (
            fact.place,
            fact.subject,
            fact.period,
            fact.value,
            fact.metric,
            fact.unit,
        )


@pytest.mark.parametrize("code", NAMES)
def test_total_is_the_sum_of_all_categories(ask: Ask, etm: list[Row], code: str) -> None:
    """The total of each year is the sum of the rows, and names them all."""
    evidence = ask(chart(GENERATION)).of(code)
    for year in ("2017", "2018", "2019", "2020", "2021"):
        fact = one(evidence, subject="Total", period=year, kind="value", role="place")
        assert fact.value == pytest.approx(total(etm, NAMES[code], year), rel=1e-11)
        assert fact.unit == "TWh"
        assert numbers(fact) == tuple(
            r.number
            for r in etm
            if (r.country, r.year, r.metric) == (NAMES[code], year, GENERATION)
        )


def test_total_covers_categories_that_are_not_selected(ask: Ask, etm: list[Row]) -> None:
    """A selection has its own sum; Total and shares are over all categories all the same."""
    evidence = ask(chart(GENERATION, "Wind, Solar")).of("DE")
    of = {
        r.subject: r.value
        for r in etm
        if (r.country, r.year, r.metric) == ("Germany", "2021", GENERATION)
    }
    selected = one(
        evidence, subject="Total of Wind, Solar", kind="value", period="2021", role="place"
    )
    assert selected.value == pytest.approx(of["Wind"] + of["Solar"])
    share = one(evidence, subject="Total of Wind, Solar", kind="share of category", period="2021")
    whole = total(etm, "Germany", "2021")
    assert share.value == pytest.approx((of["Wind"] + of["Solar"]) / whole * 100)
    total_fact = one(evidence, subject="Total", kind="value", period="2021", role="place")
    assert total_fact.value == pytest.approx(whole)
    assert not pick(evidence, subject="Gas")


def test_selected_categories_come_before_the_sum_over_all(ask: Ask) -> None:
    """What the sheet selects leads; the frame follows."""
    evidence = ask(chart(GENERATION, "Wind, Solar")).of("DE")
    assert [f.subject for f in evidence.facts[:4]] == [
        "Total of Wind, Solar",
        "Wind",
        "Solar",
        "Total",
    ]


def test_share_of_category_is_taken_as_published(ask: Ask, etm: list[Row]) -> None:
    """The data publish shares of single categories: they are not derived anew."""
    evidence = ask(chart(GENERATION)).of("IT")
    published = {
        (r.subject, r.year): r
        for r in etm
        if r.country == "Italy" and r.metric == "Share of generation"
    }
    shares = pick(evidence, kind="share of category", role="place")
    assert len(shares) == 2 * 10
    for share in shares:
        row = published[share.subject, share.period]
        assert (share.value, share.unit) == (row.value, "%")
        assert share.metric == f"{GENERATION} share of category"
        assert numbers(share) == (row.number,)
        assert "published" in sentence(share.derivation)


def test_share_is_taken_by_its_name_though_it_differs(ask: Ask) -> None:
    """A share called after the property is taken even when it is rounded coarsely."""
    rows = [
        "Austria,Wind,2021,10,Heat production,TWh",
        "Austria,Gas,2021,30,Heat production,TWh",
        "Austria,Wind,2021,26,Share of production,%",
    ]
    evidence = ask(chart("Heat production"), rows=rows).of("AT")
    assert one(evidence, subject="Wind", kind="share of category").value == 26
    assert one(evidence, subject="Gas", kind="share of category").value == 75


@pytest.mark.parametrize("name", ["Share of production", "Share of EU heat production"])
def test_share_of_something_else_is_not_taken(ask: Ask, name: str) -> None:
    """A percentage that does not follow from the values is a share of something else."""
    rows = [
        "Austria,Wind,2021,10,Heat production,TWh",
        "Austria,Gas,2021,30,Heat production,TWh",
        f"Austria,Wind,2021,3,{name},%",
        f"Austria,Gas,2021,40,{name},%",
        "Austria,Oil,2021,0,Heat production,TWh",
        f"Austria,Oil,2021,2,{name},%",
    ]
    evidence = ask(chart("Heat production"), rows=rows).of("AT")
    assert one(evidence, subject="Wind", kind="share of category").value == 25


def test_share_of_region_is_value_by_region(ask: Ask, etm: list[Row]) -> None:
    """A member's share of the sum of all members, for base and target."""
    evidence = ask(chart(GENERATION), region={"members": list(NAMES)}).of("CZ")
    for year in ("2017", "2021"):
        region = sum(total(etm, name, year) for name in NAMES.values())
        fact = one(evidence, subject="Total", kind="share of region", period=year, role="place")
        assert fact.value == pytest.approx(total(etm, "Czechia", year) / region * 100)
        assert (fact.metric, fact.unit) == (f"{GENERATION} share of region", "%")


def test_share_of_a_region_that_lacks_members_is_none(ask: Ask) -> None:
    """Eighteen members of the Union have no figures here; the annex says why there is no share."""
    evidence = ask(chart(GENERATION)).of("CZ")
    assert not pick(evidence, kind="share of region")
    [gap] = [gap for gap in evidence.gaps if gap.kind == "no share"]
    assert (gap.place, gap.metric, gap.target, gap.reason) == ("EU", GENERATION, "2021", "members")
    assert "the whole leaves out members without a value" in "".join(evidence.gap_sentences)


def test_country_outside_the_region_has_no_share_of_it(ask: Ask) -> None:
    """The United Kingdom is no part of the Union, and has no share of its figure."""
    evidence = ask(chart(GENERATION)).of("GB")
    assert not pick(evidence, kind="share of region")
    assert pick(evidence, place="EU", kind="value", role="region")


def test_changes_are_between_base_and_target(ask: Ask, etm: list[Row]) -> None:
    """Absolute and relative change of every category, recomputed."""
    evidence = ask(chart(GENERATION)).of("DE")
    at = {
        (r.subject, r.year): r.value
        for r in etm
        if (r.country, r.metric) == ("Germany", GENERATION)
    }
    changes = pick(evidence, kind="change", role="place")
    assert {f.period for f in changes} == {"2017\N{EN DASH}2021"}
    checked = 0
    for fact in changes:
        if fact.subject == "Total":
            continue
        before, after = at[fact.subject, "2017"], at[fact.subject, "2021"]
        assert fact.value == pytest.approx(after - before, abs=1e-9)
        relative = pick(evidence, kind="relative change", role="place", subject=fact.subject)
        assert len(relative) == (before > 0)
        for one_fact in relative:
            assert one_fact.value == pytest.approx((after - before) / before * 100)
            assert one_fact.unit == "%"
        checked += 1
    assert checked == 10


def test_change_compares_only_what_both_years_have(ask: Ask) -> None:
    """A trickle that ends is left out of a total's change, which is named after what it leaves."""
    rows = [
        "Austria,Wind,2015,10,Generation,TWh",
        "Austria,Coal,2015,0.04,Generation,TWh",
        "Austria,Wind,2021,12,Generation,TWh",
    ]
    evidence = ask(chart("Generation"), rows=rows).of("AT")
    assert one(evidence, subject="Total", kind="value", period="2015", role="place").value == 10.04
    change = one(evidence, subject="Total", kind="change", role="place")
    assert change.value == 2
    assert (change.metric, change.base_metric) == (
        "Generation (same categories) change", "Generation",
    )  # fmt: skip
    assert "without Coal" in sentence(change.derivation)


def test_total_that_lacks_what_other_years_have_is_none(ask: Ask) -> None:
    """Of 2022 only wind is in yet: 18 TWh are no total, and the annex says what is missing."""
    rows = [
        f"Austria,{sector},{year},{value},Generation,TWh"
        for year in (2020, 2021)
        for sector, value in (("Wind", 17), ("Coal", 5), ("Hydro", 40))
    ]
    rows.append("Austria,Wind,2022,18,Generation,TWh")
    asked = ask(chart("Generation"), rows=rows, region={"members": ["Austria"]})
    for code, name in (("AT", "Austria"), ("EU", "EU")):
        evidence = asked.of(code)
        totals = pick(evidence, subject="Total", kind="value", place=name)
        assert {fact.period: fact.value for fact in totals} == {"2020": 62, "2021": 62}
        assert Gap(
            "incomplete", name, "Generation", ("Total",), target="2022", members=("Coal", "Hydro")
        ) in evidence.gaps  # fmt: skip
        assert one(evidence, subject="Wind", kind="value", period="2022", place=name).value == 18
        assert not pick(evidence, kind="share of category", period="2022")
    assert (
        "There is no Total of Generation for Austria in 2022: Coal, Hydro have no value there"
        in "".join(asked.of("AT").gap_sentences)
    )


def test_units_of_one_property_are_as_distinct(ask: Ask) -> None:
    """A property with two units gives two totals by two names, and no figure stands under both."""
    rows = [
        *("Austria,Coal,2015,100,Output,TWh", "Austria,Gas,2015,50,Output,TWh"),
        *("Austria,Coal,2021,80,Output,TWh", "Austria,Gas,2021,40,Output,TWh"),
        *("Austria,Oil,2015,4,Output,GWh", "Austria,Peat,2015,2,Output,GWh"),
        *("Austria,Oil,2021,3,Output,GWh", "Austria,Peat,2021,1,Output,GWh"),
    ]
    evidence = ask(chart("Output"), rows=rows).of("AT")
    said = [(f.subject, f.metric, f.period, f.unit, f.role) for f in evidence.facts]
    assert len(said) == len(set(said))
    totals = {
        (f.metric, f.unit): f.value
        for f in pick(evidence, subject="Total", period="2021", kind="value")
    }
    assert totals == {("Output (TWh)", "TWh"): 120.0, ("Output (GWh)", "GWh"): 4.0}


def test_change_of_a_percentage_is_in_percentage_points(ask: Ask) -> None:
    """A share that rises from 20 to 30 % rises by 10 points, not by 50 %."""
    rows = [f"Austria,Wind,{y},{v},Quota,%" for y, v in (("2015", 20), ("2021", 30))]
    evidence = ask(chart("Quota"), rows=rows).of("AT")
    change = one(evidence, kind="change")
    assert (change.value, change.unit) == (10, "percentage points")
    assert not pick(evidence, kind="relative change")


def test_relative_change_needs_a_positive_base(ask: Ask) -> None:
    """Nothing is divided by zero or by a removal."""
    rows = [
        "Austria,A,2015,0,Emissions,Mt",
        "Austria,A,2021,4,Emissions,Mt",
        "Austria,B,2015,-5,Emissions,Mt",
        "Austria,B,2021,-4,Emissions,Mt",
    ]
    evidence = ask(chart("Emissions"), rows=rows).of("AT")
    assert not pick(evidence, kind="relative change")
    assert one(evidence, kind="change", subject="B", role="place").value == 1


def test_rank_is_the_position_among_members_with_a_value(ask: Ask, etm: list[Row]) -> None:
    """One more than the members with a larger value; how many have one is said."""
    asked = ask(chart(GENERATION))
    for code, name in NAMES.items():
        for rank in pick(asked.of(code), kind="rank"):
            if rank.subject == "Total":
                values = [total(etm, other, rank.period) for other in NAMES.values()]
                own = total(etm, name, rank.period)
            else:
                held = {
                    r.country: r.value
                    for r in etm
                    if (r.subject, r.year, r.metric) == (rank.subject, rank.period, GENERATION)
                    and r.country in NAMES.values()
                }
                values, own = list(held.values()), held[name]
            assert rank.value == 1 + sum(round(v, 9) > round(own, 9) for v in values)
            assert rank.among == len(values)
            assert (rank.unit, rank.metric) == ("rank", f"{GENERATION} rank")


def test_rank_of_a_country_outside_is_among_all_places(ask: Ask, etm: list[Row]) -> None:
    """The United Kingdom is ranked among all countries in the data."""
    rank = one(ask(chart(GENERATION)).of("GB"), kind="rank", subject="Total", period="2021")
    totals = [total(etm, name, "2021") for name in (*NAMES.values(), "United Kingdom")]
    assert (rank.value, rank.among) == (1 + sum(t > totals[-1] for t in totals), len(totals))


def test_equal_values_share_a_rank(ask: Ask) -> None:
    """Two countries with the largest value are both first; the next is third."""
    rows = [
        f"{name},Wind,2021,{value},Generation,TWh"
        for name, value in (("Austria", 5), ("Italy", 5), ("France", 3))
    ]
    asked = ask(chart("Generation"), rows=rows)
    ranks = {code: one(asked.of(code), kind="rank").value for code in ("AT", "IT", "FR")}
    assert ranks == {"AT": 1, "IT": 1, "FR": 3}


def test_region_figure_is_the_sum_of_members(ask: Ask, etm: list[Row]) -> None:
    """Generation of the Union in every year equals that of the table's members."""
    evidence = ask(chart(GENERATION)).of("EU")
    for year in ("2017", "2018", "2019", "2020", "2021"):
        fact = one(evidence, place="EU", subject="Total", period=year, kind="value")
        assert fact.value == pytest.approx(sum(total(etm, n, year) for n in NAMES.values()))
        assert fact.role == "place"
    assert any(gap.kind == "members" and "Belgium" in gap.members for gap in evidence.gaps)
    target = one(evidence, place="EU", subject="Total", period="2021", kind="value")
    assert "sum of 6 members of EU" in sentence(target.derivation)
    assert "no value for Belgium" in sentence(target.derivation)


def test_region_figure_is_its_own_row_where_the_data_has_one(ask: Ask, etm: list[Row]) -> None:
    """EU27 has rows of its own for emissions, which are not the sum of its members."""
    metric = "Non-specified | energetic | co2"
    evidence = ask(chart(metric)).of("EU")
    own = {(r.subject, r.year): r for r in etm if r.country == "EU27" and r.metric == metric}
    values = [f for f in pick(evidence, kind="value", role="place") if f.subject != "Total"]
    assert {(f.subject, f.period) for f in values} == set(own)
    for fact in values:
        row = own[fact.subject, fact.period]
        assert (fact.value, numbers(fact)) == (row.value, (row.number,))
        assert "own row" in sentence(fact.derivation)
        members = sum(
            r.value
            for r in etm
            if (r.subject, r.year, r.metric) == (fact.subject, fact.period, metric)
            and r.country in NAMES.values()
        )
        assert fact.value != pytest.approx(members)


def test_region_row_that_ends_early_is_continued_by_members(ask: Ask) -> None:
    """A year without the region's own row is the sum of all members; no change mixes the two."""
    rows = [
        "EU27,Wind,2015,100,Generation,TWh",
        "Austria,Wind,2015,40,Generation,TWh",
        "Austria,Wind,2021,50,Generation,TWh",
        "Italy,Wind,2021,30,Generation,TWh",
    ]
    region = {"name": "EU27", "members": ["Austria", "Italy"]}
    evidence = ask(chart("Generation"), rows=rows, region=region).of("EU27")
    values = {f.period: f.value for f in pick(evidence, kind="value", place="EU27")}
    assert values == {"2015": 100, "2021": 80}
    assert not pick(evidence, kind="change")


def test_region_row_that_ends_early_is_not_continued_by_some_members(ask: Ask) -> None:
    """Two of 27 are no next figure of the whole: it has none, and the gap says so."""
    rows = [
        "EU27,Wind,2015,100,Generation,TWh",
        "Austria,Wind,2021,50,Generation,TWh",
        "Italy,Wind,2021,30,Generation,TWh",
    ]
    evidence = ask(chart("Generation"), rows=rows).of("EU")
    assert {f.period: f.value for f in pick(evidence, kind="value", place="EU")} == {"2015": 100}
    assert Gap("ended", "EU", "Generation", ("Wind",), target="2021", last="2015") in evidence.gaps
    assert not pick(ask(chart("Generation"), rows=rows).of("AT"), kind="share of region")


def test_ratios_are_never_summed(ask: Ask) -> None:
    """Prices have no total, no share and no figure of a region without a row of its own."""
    rows = [
        f"{name},{sector},2021,{value},Price,EUR/MWh"
        for name, value in (("Austria", 5), ("Italy", 7))
        for sector in ("Households", "Industry")
    ]
    asked = ask(chart("Price"), rows=rows, categories=[("Households", "All"), ("Industry", "All")])
    evidence = asked.of("AT")
    assert {f.subject for f in evidence.facts} == {"Households", "Industry"}
    assert {f.kind for f in evidence.facts} == {"value", "rank"}
    assert not pick(evidence, place="EU")
    of_region = asked.of("EU").facts  # its members differ, and it has nothing itself
    assert {(f.role, f.kind) for f in of_region} == {("extreme", "value")}
    assert {(f.place, f.subject, f.value) for f in of_region} == {
        *(("Austria", "Households", 5), ("Austria", "Industry", 5)),
        *(("Italy", "Households", 7), ("Italy", "Industry", 7)),
    }


def test_gap_is_a_gap_and_never_zero(ask: Ask) -> None:
    """A blank value gives no fact; the last year with a value is used, and said."""
    rows = [
        "Austria,Wind,2015,3,Generation,TWh",
        "Austria,Wind,2021,,Generation,TWh",
        "Austria,Gas,2015,2,Generation,TWh",
        "Austria,Gas,2021,4,Generation,TWh",
        "Italy,Gas,2021,:,Generation,TWh",
    ]
    asked = ask(chart("Generation"), rows=rows)
    evidence = asked.of("AT")
    assert not pick(evidence, subject="Wind", period="2021")
    assert not [f for f in evidence.facts if f.value == 0]
    assert Gap("ended", "Austria", "Generation", ("Wind",), target="2021", last="2015") in (
        evidence.gaps
    )
    assert not pick(evidence, subject="Total", period="2021")
    assert "IT" not in asked.dataset.known or not asked.of("IT").facts


def test_place_without_data_has_no_fact_and_says_so(ask: Ask) -> None:
    """A country that no row is about has an empty table, and a sentence on it."""
    evidence = ask(chart(GENERATION), countries={"AT": "Austria", "XK": "Kosovo"}).of("XK")
    assert evidence.facts == ()
    assert evidence.gap_sentences == (
        "The data hold no Electricity generation of Kosovo: Total, Bioenergy, Gas, Hard Coal, "
        "Hydro, Lignite, Nuclear, Other Fossil and 3 more.",
    )


def test_base_and_target_default_to_the_first_and_last_year(ask: Ask) -> None:
    """Derived facts compare the first with the last year of the rows."""
    evidence = ask(chart(GENERATION)).of("AT")
    assert {f.period for f in pick(evidence, kind="change")} == {"2017\N{EN DASH}2021"}
    assert {f.period for f in pick(evidence, kind="rank")} == {"2017", "2021"}


def test_base_and_target_can_be_set(ask: Ask) -> None:
    """The configuration's years replace them; the other years stay values."""
    evidence = ask(chart(GENERATION), data={"base_year": 2018, "target_year": 2020}).of("AT")
    assert {f.period for f in pick(evidence, kind="change")} == {"2018\N{EN DASH}2020"}
    assert {f.period for f in pick(evidence, kind="share of category")} == {"2018", "2020"}
    years = {f.period for f in pick(evidence, subject="Hydro", kind="value", role="place")}
    assert years == {"2017", "2018", "2019", "2020", "2021"}
    assert evidence.facts[0].period == "2020"


def test_series_without_the_years_uses_its_own(ask: Ask) -> None:
    """Base and target apply to a table; a shorter series is compared over its own years."""
    rows = [
        *(f"Austria,Wind,{year},{year},Generation,TWh" for year in (2015, 2018, 2021)),
        *(f"Austria,Gas,{year},1,Generation,TWh" for year in (2016, 2018)),
    ]
    evidence = ask(chart("Generation"), rows=rows, data={"base_year": 2015}).of("AT")
    changes = pick(evidence, kind="change", role="place")
    assert {f.subject: f.period for f in changes if f.subject != "Total"} == {
        "Wind": "2015\N{EN DASH}2021",
        "Gas": "2016\N{EN DASH}2018",
    }
    values = pick(evidence, subject="Gas", kind="value", role="place")
    said = {f.period: sentence(f.derivation) for f in values}
    assert said["2016"].endswith("; first period with a value")
    assert said["2018"].endswith("; last period with a value")


def test_years_default_by_table(ask: Ask) -> None:
    """Two tables with other years have bases and targets of their own."""
    rows = ["Austria,Wind,2015,1,Generation,TWh", "Austria,Wind,2021,2,Generation,TWh"]
    lines = ["Austria,All,1990,5,Population,million", "Austria,All,2000,6,Population,million"]
    other = "\n".join((HEAD, *lines, ""))
    evidence = ask(
        chart("Generation"),
        chart(source="people"),
        rows=rows,
        files={"people.csv": other},
        data={"tables": {"people": {"file": "people.csv"}}},
        source="",
    ).of("AT")
    assert {f.table: f.period for f in pick(evidence, kind="change")} == {
        "ETM": "2015\N{EN DASH}2021",
        "people": "1990\N{EN DASH}2000",
    }


def test_largest_and_smallest_members_are_named(ask: Ask, etm: list[Row]) -> None:
    """The member with the most and the one with the least, in the target year."""
    evidence = ask(chart(GENERATION)).of("AT")
    totals = {name: total(etm, name, "2021") for name in NAMES.values()}
    extremes = pick(evidence, subject="Total", role="extreme")
    assert [f.place for f in extremes] == [
        max(totals, key=lambda name: totals[name]),
        min(totals, key=lambda name: totals[name]),
    ]
    assert [f.value for f in extremes] == [
        pytest.approx(max(totals.values())),
        pytest.approx(min(totals.values())),
    ]


def test_equal_extremes_are_not_named(ask: Ask) -> None:
    """Where several countries have none, no single one has the least."""
    rows = [
        f"{name},Nuclear,2021,{value},Generation,TWh"
        for name, value in (("Austria", 0), ("Italy", 0), ("France", 361))
    ]
    evidence = ask(chart("Generation"), rows=rows).of("AT")
    assert [f.place for f in pick(evidence, role="extreme")] == ["France"]


def test_region_with_rows_of_its_own_leaves_out_nobody(ask: Ask) -> None:
    """Its figure is no sum of members; where a part of it is, the members without are named."""
    own = [f"EU27,{s},2021,10,Generation,TWh" for s in ("Wind", "Gas")]
    rows = [*own, "Austria,Wind,2021,1,Generation,TWh"]
    assert not ask(chart("Generation"), rows=rows).of("EU").gaps
    rows = [*own[:1], "Austria,Gas,2021,1,Generation,TWh"]
    evidence = ask(chart("Generation"), rows=rows).of("EU")
    total_fact = one(evidence, subject="Total", kind="value", place="EU")
    assert total_fact.value == 11
    assert "own rows for EU; sum of 1 member of EU for the rest" in sentence(total_fact.derivation)
    assert [gap.kind for gap in evidence.gaps] == ["members"]
    assert evidence.gaps[0].members[0] == "Belgium"


def test_neighbours_are_those_of_the_borders(ask: Ask, etm: list[Row]) -> None:
    """Values of countries that share a border, in the target year alone."""
    evidence = ask(chart(GENERATION)).of("AT")
    near = pick(evidence, role="neighbour", subject="Total")
    assert [f.place for f in near] == ["Czechia", "Germany", "Italy", "Slovakia"]
    for fact in near:
        assert fact.period == "2021"
        assert fact.value == pytest.approx(total(etm, fact.place, "2021"))


def test_facts_stand_in_order_of_relevance(ask: Ask) -> None:
    """Target, base, changes, shares, rank, region, extremes, nodes, neighbours, other years."""
    evidence = ask(chart("Generation", source="PLEXOS", collection="Generator"), source="").of("AT")
    evidence_etm = ask(
        chart(GENERATION),
        search(GENERATION, "Wind", level="EU"),
        data={"base_year": 2018},
    ).of("AT")
    for table, base, target in ((evidence, "2020", "2021"), (evidence_etm, "2018", "2021")):
        steps = [_step(f, base, target) for f in table.facts if not _is_between(f, base, target)]
        assert steps == sorted(steps)
        assert {0, 1, 2, 3, 4, 5, 6, 8} <= set(steps)
    assert 7 in {_step(f, "2020", "2021") for f in evidence.facts}
    assert 9 in {_step(f, "2018", "2021") for f in evidence_etm.facts}


def _is_between(fact: Fact, base: str, target: str) -> bool:
    """Whether it is another year of the region, which stands with those of the place."""
    return fact.role == "region" and fact.is_value and fact.period not in (base, target)


def _step(fact: Fact, base: str, target: str) -> int:
    if fact.role != "place":
        return {"region": 5, "extreme": 6, "node": 7, "neighbour": 8}[fact.role]
    if fact.is_value:
        return {target: 0, base: 1}.get(fact.period, 9)
    return {"change": 2, "relative change": 2, "rank": 4}.get(fact.kind, 3)


def test_ids_count_all_that_can_be_derived(ask: Ask) -> None:
    """Facts are F1 to Fn in their order, held or not, and each says something of its own."""
    asked = ask(chart(GENERATION), search("", "", level="EU"))
    evidence = asked.builder.everything("1.1.1@AT", asked.sub_task, asked.place("AT"))
    held = asked.of("AT")
    assert [fact for fact in evidence.facts if fact.id in held.by_id] == list(held.facts)
    assert len(held.facts) < len(evidence.facts)
    assert [f.id for f in evidence.facts] == [f"F{n}" for n in range(1, len(evidence.facts) + 1)]
    said = [(f.place, f.subject, f.metric, f.period, f.unit, f.role) for f in evidence.facts]
    assert len(set(said)) == len(said)


def test_evidence_is_the_same_every_time(ask: Ask) -> None:
    """Two builders over the same inputs, and sections in another order, give the same."""
    first, second = ask(chart(GENERATION)), ask(chart(GENERATION))
    codes = ["AT", "IT", "EU", "GB"]
    forward = {code: first.of(code) for code in codes}
    backward = {code: second.of(code) for code in reversed(codes)}
    assert forward == backward


def test_sources_are_rows_of_the_file(ask: Ask) -> None:
    """All rows that any fact names exist, and belong to the property or to its shares."""
    rows = {r.number: r for r in read_rows(INPUTS / "etm_long.csv")}
    for fact in ask(chart(GENERATION)).of("DE").facts:
        assert fact.sources
        assert fact.sources == tuple(SourceRows("etm_long.csv", s.rows) for s in fact.sources)
        metrics = {rows[number].metric for number in numbers(fact)}
        assert metrics <= {GENERATION, "Share of generation"}
