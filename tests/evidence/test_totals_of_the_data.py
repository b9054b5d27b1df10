"""Totals that the data give themselves: of places without categories, and of the region."""

from __future__ import annotations

import pytest

from factbook.evidence.wording import sentence
from tests.evidence.conftest import Ask, Asked, chart, one, pick

GENERATION = [
    "Austria,Coal,2020,30,Generation,TWh", "Austria,Gas,2020,30,Generation,TWh",
    "France,Coal,2020,30,Generation,TWh", "France,Gas,2020,5,Generation,TWh",
    "Germany,Total,2020,40,Generation,TWh",
]  # fmt: skip
OWN = "EU27,Total,2020,100,Generation,TWh"


def _figures(asked: Asked, code: str, place: str, kind: str = "value") -> dict[str, float]:
    return {f.subject: f.value for f in pick(asked.of(code), place=place, kind=kind)}


def test_place_with_a_total_alone_has_it(ask: Ask) -> None:
    """It counts in ranks and in the region's sum; categories it has none, nor shares of them."""
    asked = ask(chart("Generation"), rows=GENERATION)
    germany = asked.of("DE")
    assert _figures(asked, "DE", "Germany") == {"Total": 40}
    assert (
        sentence(one(germany, kind="value", place="Germany").derivation) == "the data's own total"
    )
    assert one(germany, kind="rank").value == 2
    assert one(germany, kind="rank").among == 3
    assert not pick(germany, kind="share of category")
    total = one(asked.of("EU"), kind="value", subject="Total", place="EU")
    assert total.value == 135
    assert "sum of 3 members of EU" in sentence(total.derivation)
    assert sentence(total.derivation).endswith("sum of Coal, Gas; of Germany the data's own total")
    # Of coal in Germany nothing is known, so that coal's share in the Union isn't either.
    assert _figures(asked, "EU", "EU", "share of category") == {}
    assert _figures(asked, "AT", "Austria", "share of category") == {"Coal": 50, "Gas": 50}


def test_own_total_of_the_region_is_its_total(ask: Ask) -> None:
    """Whatever its members give, and beside rows of its own for some categories."""
    asked = ask(chart("Generation"), rows=[OWN, *GENERATION])
    assert _figures(asked, "EU", "EU") == {"Total": 100, "Coal": 60, "Gas": 35}
    assert _figures(asked, "EU", "EU", "share of category") == {}
    assert one(asked.of("DE"), kind="share of region").value == 40
    total = one(asked.of("EU"), kind="value", subject="Total", place="EU")
    assert sentence(total.derivation) == "the data's own row for EU"
    asked = ask(chart("Generation"), rows=[OWN, "EU27,Coal,2020,55,Generation,TWh", *GENERATION])
    assert _figures(asked, "EU", "EU") == {"Total": 100, "Coal": 55, "Gas": 35}
    assert _figures(asked, "EU", "EU", "share of category") == {"Coal": 55}
    share = one(asked.of("EU"), kind="share of category", place="EU")
    assert sentence(share.derivation) == "value ÷ the data's own total (100 TWh) × 100"


def test_shares_stand_where_the_own_total_is_the_sum_of_the_categories(ask: Ask) -> None:
    """Half a per cent is rounding; shares are of the total that is told."""
    rows = ["EU27,Total,2020,95.2,Generation,TWh", *GENERATION[:4]]
    asked = ask(chart("Generation"), rows=rows)
    assert _figures(asked, "EU", "EU")["Total"] == 95.2
    share = one(asked.of("EU"), kind="share of category", subject="Coal", place="EU")
    assert share.value == pytest.approx(60 / 95.2 * 100)


def test_own_categories_of_the_region_are_its_total_where_they_are_all(ask: Ask) -> None:
    """Some of them, beside totals of members, would count what both have twice."""
    coal, gas = ("EU27,Coal,2020,90,Generation,TWh", "EU27,Gas,2020,50,Generation,TWh")
    asked = ask(chart("Generation"), rows=[coal, gas, *GENERATION])
    assert _figures(asked, "EU", "EU") == {"Total": 140, "Coal": 90, "Gas": 50}
    asked = ask(chart("Generation"), rows=[coal, *GENERATION])
    assert _figures(asked, "EU", "EU") == {"Total": 135, "Coal": 90, "Gas": 35}


def test_change_from_a_given_total_to_a_sum_is_told(ask: Ask) -> None:
    """Both are the place's total; the change leaves nothing out."""
    rows = [
        "Austria,Total,2018,16,Generation,TWh", "Austria,Total,2019,17,Generation,TWh",
        "Austria,Coal,2020,5,Generation,TWh", "Austria,Gas,2020,15,Generation,TWh",
        "Austria,Total,2020,20,Generation,TWh", "France,Coal,2018,1,Generation,TWh",
    ]  # fmt: skip
    asked = ask(chart("Generation"), rows=rows)
    austria = asked.of("AT")
    assert {f.period: f.value for f in pick(austria, kind="value", place="Austria",
                                            subject="Total")} == {
        "2018": 16, "2019": 17, "2020": 20,
    }  # fmt: skip
    change = one(austria, kind="relative change", subject="Total", place="Austria")
    assert (change.value, sentence(change.derivation)) == (25, "(2020 minus 2018) ÷ 2018 × 100")
    of_region = one(asked.of("EU"), kind="change", subject="Total", place="EU")
    assert of_region.value == 4
    assert sentence(of_region.derivation).endswith("without Coal (FR)")


@pytest.mark.parametrize("name", ["Everything", "everything", "Total generation", "Total"])
def test_total_is_found_by_the_name_that_the_data_give_it(ask: Ask, name: str) -> None:
    """Who lists a category that is a total asks for all of them."""
    rows = [
        f"Austria,{sector},{year},{value},Generation,TWh"
        for year in (2018, 2019, 2020)
        for sector, value in (("Coal", 5), ("Gas", year - 2000), ("Everything", year - 1995))
    ]
    asked = ask(chart("Generation", name), rows=rows)
    assert asked.findings == ()
    found = pick(asked.of("AT"), kind="value", place="Austria", period="2020")
    assert {f.subject: f.value for f in found} == {"Total": 25, "Gas": 20, "Coal": 5}
