"""Categories that hold others, in six shapes: no aggregate ever stands in a sum with its parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest

from factbook.errors import Finding
from factbook.evidence.gaps import Gap
from factbook.sheet.models import PromptSheet
from tests.evidence.conftest import Ask, Asked, chart, one, pick

PLACES = {"AT": "Austria", "FR": "France", "DE": "Germany"}
YEARS = range(2016, 2022)
REGION = {"members": list(PLACES.values())}
LEAVES = ("Hard coal", "Lignite", "Gas", "Nuclear", "Hydro", "Wind", "Solar")
Sums = Mapping[str, Sequence[str]]
COAL, BURNT = ("Hard coal", "Lignite"), ("Hard coal", "Lignite", "Gas")
SHAPES: Mapping[str, Sums] = {
    "grand total": {"Everything": LEAVES},
    "partial": {"Thermal plants": BURNT},
    "nested": {
        "Coal (all)": COAL, "Thermal plants": BURNT, "Weather": ("Hydro", "Wind", "Solar"),
        "Everything": LEAVES,
    },
    "overlapping": {
        "Weather": ("Wind", "Solar", "Hydro"), "No carbon": ("Nuclear", "Wind", "Solar", "Hydro"),
        "Wind and Solar": ("Wind", "Solar"),
    },
}  # fmt: skip


def _figures(leaves: Sequence[str] = LEAVES) -> dict[tuple[str, int], dict[str, float]]:
    """Place and year → figure of each leaf, with one decimal."""
    random = np.random.default_rng(7)
    return {
        (place, year): {leaf: round(float(random.uniform(2, 90)), 1) for leaf in leaves}
        for place in PLACES.values()
        for year in YEARS
    }


def _rows(
    figures: Mapping[tuple[str, int], Mapping[str, float]], sums: Sums, metric: str = "Generation"
) -> list[str]:
    return [
        f'{place},"{name}",{year},{value:.1f},{metric},TWh'
        for (place, year), own in figures.items()
        for name, value in (
            *own.items(),
            *((name, sum(own[part] for part in parts)) for name, parts in sums.items()),
        )
    ]


def _told(asked: Asked) -> list[Finding]:
    sheet = PromptSheet(objectives=(), tasks=(), sub_tasks=(asked.sub_task,))
    return list(asked.builder.coverage_findings(sheet))


@pytest.mark.parametrize("shape", SHAPES)
def test_aggregates_never_reach_a_sum(ask: Ask, shape: str) -> None:
    """Total, shares and the region are those of the parts; aggregates are told beside them."""
    figures, sums = _figures(), SHAPES[shape]
    asked = ask(chart("Generation"), rows=_rows(figures, sums), region=REGION)
    assert _told(asked) == []
    for code, place in {**PLACES, "EU": "EU"}.items():
        evidence = asked.of(code)
        here = [figures[p, 2021] for p in PLACES.values() if place in (p, "EU")]
        total = sum(sum(own.values()) for own in here)
        fact = one(evidence, subject="Total", kind="value", period="2021", place=place)
        assert fact.value == pytest.approx(total)
        shares = pick(evidence, kind="share of category", period="2021", place=place)
        of_leaf = {f.subject: f.value for f in shares if f.subject in LEAVES}
        assert sum(of_leaf.values()) == pytest.approx(100, abs=0.2)
        for name, parts in sums.items():
            value = sum(own[part] for own in here for part in parts)
            if len(parts) < len(LEAVES):
                told = one(evidence, subject=name, kind="value", period="2021", place=place)
                assert told.value == pytest.approx(value)
                assert set(asked.dataset.tables["ETM"].composition("Generation", "TWh").leaves(
                    name)) == set(parts)  # fmt: skip
                assert told.derivation.holds
                assert one(evidence, subject=name, kind="share of category", period="2021",
                           place=place).value == pytest.approx(value / total * 100)  # fmt: skip


def test_two_breakdowns_of_one_total_are_added_once(ask: Ask) -> None:
    """Sex and age under one total: the total. Without it nobody knows, and it is an error."""
    random = np.random.default_rng(3)
    rows = []
    for place in PLACES.values():
        for year in YEARS:
            young, middle, old = (int(random.integers(10_000, 90_000)) for _ in range(3))
            total = young + middle + old
            men = int(total * random.uniform(0.45, 0.55))
            values = {"Total": total, "Male": men, "Female": total - men, "0-14": young,
                      "15-64": middle, "65+": old}  # fmt: skip
            rows += [f"{place},{n},{year},{v},Population,persons" for n, v in values.items()]
    asked = ask(chart("Population"), rows=rows, region=REGION)
    assert _told(asked) == []
    of_row = {tuple(row.split(",")[:3]): float(row.split(",")[3]) for row in rows}
    fact = one(asked.of("AT"), subject="Total", kind="value", period="2021", place="Austria")
    assert fact.value == of_row["Austria", "Total", "2021"]
    of_region = one(asked.of("EU"), subject="Total", kind="value", period="2021", place="EU")
    assert of_region.value == sum(of_row[p, "Total", "2021"] for p in PLACES.values())
    without = [row for row in rows if ",Total," not in row]
    asked = ask(chart("Population"), rows=without, region=REGION)
    [finding] = _told(asked)
    assert (finding.severity, finding.code) == ("error", "data.overlap")
    assert "two breakdowns of one total that is not there" in finding.message
    assert "[categories] drop" in finding.remedy
    assert not pick(asked.of("AT"), subject="Total")


def test_hierarchy_by_name_is_added_once(ask: Ask) -> None:
    """As in IAMC: a parent is more than its named children, and never added to them."""
    parts = {"Energy|Coal": 10.0, "Energy|Coal|w/ CCS": 4.0, "Energy|Gas": 7.0, "Energy": 20.0}
    rows = [
        f"{place},{name},{year},{value * (1 + number)},Primary energy,EJ"
        for number, (place, year) in enumerate((p, y) for p in PLACES.values() for y in YEARS)
        for name, value in parts.items()
    ]
    asked = ask(chart("Primary energy"), rows=rows, region=REGION)
    assert _told(asked) == []
    fact = one(asked.of("AT"), subject="Total", kind="value", period="2016", place="Austria")
    assert fact.value == 20


@pytest.mark.parametrize("missing", ["", "Total Generation"])
def test_labels_of_ember_give_the_own_total(ask: Ask, missing: str) -> None:
    """Sixteen categories, seven of which hold others: Austria's total is its own, or the sum."""
    leaves = ("Bioenergy", "Coal", "Gas", "Hydro", "Nuclear", "Other Fossil", "Other Renewables",
              "Solar", "Wind")  # fmt: skip
    renewable = ("Bioenergy", "Hydro", "Other Renewables", "Solar", "Wind")
    sums = {
        "Fossil": ("Coal", "Gas", "Other Fossil"), "Gas and Other Fossil": ("Gas", "Other Fossil"),
        "Renewables": renewable, "Clean": (*renewable, "Nuclear"),
        "Hydro, Bioenergy and Other Renewables": ("Hydro", "Bioenergy", "Other Renewables"),
        "Wind and Solar": ("Wind", "Solar"), "Total Generation": leaves,
    }  # fmt: skip
    figures = _figures(leaves)
    rows = _rows(figures, sums, "Electricity generation")
    rows = [row for row in rows if not missing or missing not in row]
    asked = ask(chart("Electricity generation"), rows=rows, region=REGION)
    assert _told(asked) == []
    fact = one(asked.of("AT"), subject="Total", kind="value", period="2021", place="Austria")
    assert fact.value == pytest.approx(sum(figures["Austria", 2021].values()))


def test_codes_of_eurostat_give_the_own_total(ask: Ask) -> None:
    """SIEC codes of fuels, with the sums that stand beside them."""
    leaves = ("C0000X0350-0370", "G3000", "O4000XBIO", "RA100", "RA300", "RA420", "N9000")
    sums = {"FE": leaves[:3], "RA000": leaves[3:6], "TOTAL": leaves}
    figures = _figures(leaves)
    asked = ask(chart("Generation"), rows=_rows(figures, sums), region=REGION)
    assert _told(asked) == []
    for code, place in PLACES.items():
        fact = one(asked.of(code), subject="Total", kind="value", period="2021", place=place)
        assert fact.value == pytest.approx(sum(figures[place, 2021].values()))
        assert pick(asked.of(code), subject="FE", kind="value", period="2021", place=place)


def test_conflict_is_an_error_with_rows_and_settings(ask: Ask) -> None:
    """What is called as a sum is, and is another figure: no total until somebody decides."""
    rows = _rows(_figures(), {"Fossil": BURNT})
    # One wrong figure of Fossil.
    at = next(i for i, row in enumerate(rows) if "Fossil" in row and "France" in row)
    parts = rows[at].split(",")
    rows[at] = ",".join([*parts[:3], "1.0", *parts[4:]])
    asked = ask(chart("Generation"), rows=rows, region=REGION)
    [finding] = _told(asked)
    assert (finding.severity, finding.code, finding.cells) == (
        "error", "data.overlap", (f"row {at + 2}",),
    )  # fmt: skip
    assert "France 2016: 1 against" in finding.message
    assert not pick(asked.of("AT"), subject="Total")
    assert not pick(asked.of("AT"), kind="share of category")


def test_selection_and_group_with_an_aggregate_count_its_parts_once(ask: Ask) -> None:
    """A group of an aggregate and its parts is the parts; a selection of both has no sum."""
    figures = _figures()
    rows = _rows(figures, {"Thermal plants": BURNT})
    groups = {"Mine": ["Thermal plants", *BURNT, "Wind"]}
    asked = ask(chart("Generation", "Thermal plants, Gas, Wind"), rows=rows, region=REGION,
                groups=groups)  # fmt: skip
    own = figures["Austria", 2021]
    found = {f.subject: f.value for f in pick(asked.of("AT"), kind="value", period="2021",
                                              place="Austria")}  # fmt: skip
    assert found["Mine"] == pytest.approx(sum(own[name] for name in (*BURNT, "Wind")))
    assert not [name for name in found if name.startswith("Total of")]
    asked = ask(chart("Generation", "Thermal plants, Wind"), rows=rows, region=REGION)
    total = one(asked.of("AT"), subject="Total of Thermal plants, Wind", period="2021",
                kind="value", place="Austria")  # fmt: skip
    assert total.value == pytest.approx(found["Mine"])


def test_category_called_as_a_group_of_the_sheet_is_no_addend(ask: Ask) -> None:
    """Too few figures prove nothing by value; with the sheet's group they are an error."""
    rows = [f"Austria,{name},2020,{value},Generation,TWh"
            for name, value in (("Coal", 5), ("Gas", 9), ("Wind", 3), ("Burnt", 14))]  # fmt: skip
    categories = [("Coal", "Burnt"), ("Gas", "Burnt")]
    region = {"members": ["Austria"]}
    asked = ask(chart("Generation"), rows=rows, region=region, categories=categories)
    [finding] = _told(asked)
    assert (finding.severity, finding.code) == ("error", "data.overlap")
    assert "the sum of Coal, Gas, which group 'Burnt'" in finding.message
    asked = ask(chart("Generation"), rows=rows, region=region, groups={"Burnt": ["Coal", "Gas"]})
    assert _told(asked) == []
    fact = one(asked.of("AT"), subject="Total", kind="value", place="Austria")
    assert fact.value == 17


def test_shares_that_say_nothing_are_not_told(ask: Ask) -> None:
    """Net imports of both signs: nobody accounts for 150 % of them; the annex says why."""
    rows = [f"{place},Power,2020,{value},Net imports,TWh"
            for place, value in zip(PLACES.values(), (15, -9, 4), strict=True)]  # fmt: skip
    evidence = ask(chart("Net imports"), rows=rows, region=REGION).of("AT")
    assert not pick(evidence, kind="share of region")
    assert Gap("no share", "EU", "Net imports", ("Power",), target="2020", reason="signs") in (
        evidence.gaps
    )
    own = ["EU27,Power,2020,10,Net imports,TWh", *(row for row in rows if "France" not in row)]
    evidence = ask(chart("Net imports"), rows=[*own, "France,Power,2020,1,Net imports,TWh"],
                   region={"name": "EU27", **REGION}).of("AT")  # fmt: skip
    assert [gap.reason for gap in evidence.gaps if gap.kind == "no share"] == ["above"]


def test_equal_values_share_a_rank_and_noise_has_none(ask: Ask) -> None:
    """Two are equal first; zero, 1e-9 beside 20 and 1e-320 have neither rank nor share."""
    places = {"Austria": "20", "France": "20", "Germany": "4", "Spain": "1e-9", "Italy": "1e-320",
              "Malta": "0"}  # fmt: skip
    rows = [f"{place},Wind,2020,{value},Generation,TWh" for place, value in places.items()]
    asked = ask(chart("Generation"), rows=rows, region={"members": list(places)})
    for code, rank, equal in (("AT", 1, 2), ("FR", 1, 2), ("DE", 3, 1)):
        fact = one(asked.of(code), kind="rank")
        among = fact.derivation.among
        assert among is not None
        assert (fact.value, among.size, among.equal) == (rank, 6, equal)
    for code in ("ES", "IT", "MT"):
        assert not pick(asked.of(code), kind="rank")
        assert not pick(asked.of(code), kind="share of region")


def test_category_in_two_units_is_not_all_of_one(ask: Ask) -> None:
    """Hydro alone is in GWh: it is no share of itself there, and has no total."""
    rows = ["Austria,Hydro,2020,40,Generation,TWh", "Austria,Wind,2020,10,Generation,TWh",
            "Austria,Hydro,2020,40000,Generation,GWh"]  # fmt: skip
    evidence = ask(chart("Generation"), rows=rows, region={"members": ["Austria"]}).of("AT")
    assert {f.value for f in pick(evidence, kind="share of category", place="Austria")} == {80, 20}
    assert [f.unit for f in pick(evidence, subject="Total", kind="value", role="place")] == ["TWh"]


def test_published_share_that_the_figures_contradict_is_computed(ask: Ask) -> None:
    """After one changed cell the old share no longer fits the new total, and is told so."""
    rows = []
    for year in (2019, 2020, 2021):
        values = {"Hydro": 39.7, "Wind": 6.7, "Gas": 19.6 + year - 2019}
        total = sum(values.values())
        rows += [f"Austria,{n},{year},{v:.1f},Generation,TWh" for n, v in values.items()]
        rows += [f"Austria,{n},{year},{v / total * 100:.1f},Share of generation,%"
                 for n, v in values.items()]  # fmt: skip
    changed = [row.replace("Gas,2021,21.6", "Gas,2021,23.2") for row in rows]
    region = {"members": ["Austria"]}
    asked = ask(chart("Generation"), rows=rows, region=region)
    assert _told(asked) == []
    fact = one(asked.of("AT"), subject="Hydro", kind="share of category", period="2021")
    assert fact.derivation.operation == "published share"
    asked = ask(chart("Generation"), rows=changed, region=region)
    [finding] = _told(asked)
    assert (finding.severity, finding.code) == ("warning", "data.share-differs")
    fact = one(asked.of("AT"), subject="Hydro", kind="share of category", period="2021")
    assert fact.value == pytest.approx(39.7 / 69.6 * 100)
    assert fact.derivation.operation == "share of category"
    fact = one(asked.of("AT"), subject="Hydro", kind="share of category", period="2019")
    assert fact.derivation.operation == "published share"
