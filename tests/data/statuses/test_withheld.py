"""Confidential figures cannot be computed back from what a table shows."""

from __future__ import annotations

from itertools import product

import pytest

from factbook.data.dataset import DataSet
from tests.data.conftest import Load, Refuse

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"
VALUES = {"Coal": 3.0, "Gas": 5.0, "Wind": 7.0}
FACTORS = {"Austria": 1.0, "France": 2.0, "Italy": 4.0}
CONFIG = {
    "data": {"etm": "etm.csv"},
    "region": {"name": "EU", "members": ["Austria", "France", "Italy"]},
}


def block(hidden: dict[tuple[str, str, int], str]) -> str:
    """Three places, three categories and their totals, the region's own rows, in two years.

    Args:
        hidden: Place, category and year → what stands in the cell instead of the number.
    """
    rows = []
    for year, place in product((2020, 2021), (*FACTORS, "EU")):
        factor = FACTORS.get(place, sum(FACTORS.values())) * (year - 2019)
        for subject, value in (*VALUES.items(), ("Total", sum(VALUES.values()))):
            cell = hidden.get((place, subject, year), value * factor)
            rows.append(f"{place},{subject},{year},{cell},Generation,TWh")
    return HEADER + "\n".join(rows) + "\n"


def shown(dataset: DataSet, place: str, subject: str) -> set[str]:
    """Years in which the table gives a figure."""
    series = dataset.tables["ETM"].series(place, "Generation", subject, "TWh")
    return set(series.points) if series else set()


@pytest.mark.parametrize("cell", ["c", ": c", ":c", ": @C", "3.0 @C"])
def test_one_confidential_figure_hides_the_totals_that_give_it_away(load: Load, cell: str) -> None:
    """The region's figure less its other members is the secret, and so is the total."""
    dataset, _ = load({"etm.csv": block({("Austria", "Coal", 2021): cell})}, **CONFIG)
    assert shown(dataset, "AT", "Coal") == {"2020"}
    assert shown(dataset, "EU", "Coal") == {"2020"}
    assert shown(dataset, "EU", "-") == {"2020"} or shown(dataset, "EU", "Total") == {"2020"}
    assert shown(dataset, "EU", "Gas") == {"2020", "2021"}
    assert shown(dataset, "FR", "Coal") == {"2020", "2021"}
    (told,) = [c for c in dataset.cleanings if c.kind == "withheld"]
    assert told.count == 3
    assert "EU Generation Coal 2021" in told.sentence


def test_two_that_protect_each_other_hide_no_more_than_they_must(load: Load) -> None:
    """Two members' secrets leave the region's figure shown; their totals go."""
    hidden = {("Austria", "Coal", 2021): "c", ("France", "Coal", 2021): "c"}
    dataset, _ = load({"etm.csv": block(hidden)}, **CONFIG)
    assert shown(dataset, "EU", "Coal") == {"2020", "2021"}
    (told,) = [c for c in dataset.cleanings if c.kind == "withheld"]
    assert "EU" not in told.sentence


def test_year_less_its_other_months_is_no_way_round(load: Load) -> None:
    """A confidential month hides the year's own figure, and the region's of the month."""
    rows = [f"Austria,Coal,2021-{m:02},{'c' if m == 3 else m},Generation,TWh" for m in range(1, 13)]
    rows += ["Austria,Coal,2021,78,Generation,TWh", "Austria,Coal,2020,70,Generation,TWh"]
    dataset, _ = load({"etm.csv": HEADER + "\n".join(rows) + "\n"}, **CONFIG)
    assert shown(dataset, "AT", "Coal") == {"2020"}


def test_sums_of_categories_that_no_name_tells_are_found(load: Load) -> None:
    """Thermal is coal and gas: total less thermal would be the secret wind."""
    rows = []
    for year, place in product(range(2012, 2022), FACTORS):
        coal, gas, wind = (value * FACTORS[place] + (year * n) % 7 + 0.25 * n for n, value in
                           enumerate(VALUES.values(), start=1))  # fmt: skip
        is_secret = (place, year) == ("Austria", 2021)
        for subject, value in (("Coal", coal), ("Gas", gas), ("Wind", wind),
                               ("Thermal", coal + gas), ("Total", coal + gas + wind)):  # fmt: skip
            cell = "c" if is_secret and subject in ("Wind", "Coal", "Gas") else f"{value:.2f}"
            rows.append(f"{place},{subject},{year},{cell},Generation,TWh")
    dataset, _ = load({"etm.csv": HEADER + "\n".join(rows) + "\n"}, **CONFIG)
    (told,) = [c for c in dataset.cleanings if c.kind == "withheld"]
    assert told.count == 1
    assert "Austria Generation T" in told.sentence


def test_figures_that_do_not_add_are_left_alone(load: Load) -> None:
    """A region's mean price says nothing exact of one member's."""
    text = block({("Austria", "Coal", 2021): "c"}).replace("TWh", "EUR/MWh")
    dataset, _ = load({"etm.csv": text}, **CONFIG)
    assert not [c for c in dataset.cleanings if c.kind == "withheld"]


def test_more_secrets_than_can_be_looked_at_are_an_error(
    load: Load, refuse: Refuse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is published that might give them away, and the work has an end."""
    text = block({("Austria", "Coal", 2021): "c"})
    monkeypatch.setattr("factbook.data.statuses.withheld.MOST_WORK", 7)
    (finding,) = [f for f in refuse({"etm.csv": text}, **CONFIG) if f.severity == "error"]
    assert finding.code == "data.too-many-confidential"
    monkeypatch.setattr("factbook.data.statuses.withheld.MOST_WORK", 8)
    load({"etm.csv": text}, **CONFIG)


def test_dropped_categories_keep_their_secrets(load: Load) -> None:
    """A total that is shown beside all others would tell the one that is left out."""
    hidden = {("Austria", "Wind", 2021): "c"}
    drop = {"categories": {"drop": ["Wind"]}}
    dataset, _ = load({"etm.csv": block(hidden)}, **CONFIG, **drop)
    assert shown(dataset, "AT", "Total") | shown(dataset, "AT", "-") == {"2020"}
    dataset, _ = load({"etm.csv": block(hidden)}, **CONFIG, categories={"drop": ["Wind", "Total"]})
    assert shown(dataset, "AT", "Coal") == shown(dataset, "AT", "Gas") == {"2020", "2021"}
