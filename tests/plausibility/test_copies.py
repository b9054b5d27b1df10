import random

from .conftest import Look


def series(count: int, *, repeat: int = 0) -> dict[tuple[str, str, str, str], list[float]]:
    """Series that change every year, the first `repeat` of them not in the last."""
    chance = random.Random(1)  # noqa: S311 - figures of a test
    found = {}
    for at in range(count):
        values = [round(100 + at + chance.uniform(-5, 5), 2) for _ in range(8)]
        if at < repeat:
            values[-1] = values[-2]
        found["France", f"Fuel {at}", "Generation", "TWh"] = values
    return found


def test_year_that_repeats_the_last_one(look: Look) -> None:
    """Nearly all series of a measure have the very figures of the year before."""
    found = look(series(12, repeat=12))
    assert found["repeated"].message.startswith("12 figures of t.csv of the last period")
    assert look(series(12, repeat=4)) == {}


def test_series_that_stands_still(look: Look) -> None:
    """Five equal figures at the end of a series that has changed every year."""
    gas = ("France", "Gas", "Generation", "TWh")
    values = [51.2, 52.9, 53.1, 54.4, 53.2, 54.87, 54.87, 54.87, 54.87, 54.87]
    found = look({gas: values})
    assert found["constant"].cells == ("row 11",)
    assert look({gas: values[:-1]}) == {}
    assert look({gas: values}, plausibility={"repeated": 6}) == {}


def test_capacities_stand_still_by_themselves(look: Look) -> None:
    """What is built changes now and then only."""
    hydro = ("France", "Hydro", "Capacity", "GW")
    built = [25.3, 25.3, 25.7, 25.7, 25.7, 25.9, 25.9, 25.9, 25.9, 25.9]
    assert look({hydro: built}) == {}
