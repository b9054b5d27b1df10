import pytest

from .conftest import Look

GAS = ("France", "Gas", "Generation", "TWh")


@pytest.mark.parametrize("factor", [1000, 100, 10])
@pytest.mark.parametrize("where", [3, 7])
def test_slips_are_named_by_their_factor(look: Look, factor: int, where: int) -> None:
    """A unit or a decimal point that slipped, inside a series or at its end, up or down."""
    for slip in (factor, 1 / factor):
        values = [51.2, 52.9, 53.1, 54.4, 53.2, 54.8, 55.1, 55.9]
        values[where] = round(values[where] * slip, 6)
        found = look({GAS: values})
        assert list(found) == [f"factor-{factor}"]
        assert found[f"factor-{factor}"].cells == (f"row {where + 2}",)


def test_jump_is_told_with_its_neighbours(look: Look) -> None:
    """Message, row and remedy of a figure that fits nowhere."""
    found = look({GAS: [51.2, 52.9, 53.1, 354.4, 53.2, 54.8]})
    assert "France, Gas, Generation, 2003: 354.4 TWh (53.1 in 2002, 53.2 in 2004)" in (
        found["jump"].message
    )
    assert found["jump"].severity == "warning"
    assert found["jump"].file == "t.csv"
    assert found["jump"].remedy


def test_step_of_the_unit(look: Look) -> None:
    """From one year on a series is in another unit: its first figure is named."""
    found = look({GAS: [51.2, 52.9, 53.1, 53900, 54100, 54800]})
    assert found["factor-1000"].cells == ("row 5",)


@pytest.mark.parametrize(
    "values",
    [
        [0.02, 0.4, 3.1, 9.9, 18, 31],  # what begins grows by large factors
        [80, 79, 77, 30, 6.7, 0],  # and what is ended falls
        [0.01, 0.01, 0.06, 0.01, 0.01, 0.02],  # the last digit moves
        [5, 55, 4, 60, 6, 48, 5, 51],  # a series that always jumps
        [51, 60, 40, 75, 38, 80, 55],
        [10, 200],
        [0, 0, 0, 51, 52, 53],
    ],
)
def test_ordinary_series_are_not_reported(look: Look, values: list[float]) -> None:
    """Growth, ends, rounding and unrest are no mistakes."""
    assert look({GAS: values}) == {}


def test_thresholds_are_the_projects(look: Look) -> None:
    """`jump` and `deviations` decide, and `off` ends it."""
    values = [51.2, 52.9, 53.1, 180.4, 53.2, 54.8]
    assert look({GAS: values}) == {}
    assert "jump" in look({GAS: values}, plausibility={"jump": 3})
    assert look({GAS: values}, plausibility={"jump": 3, "deviations": 1000}) == {}
    assert look({GAS: values}, plausibility={"jump": 3, "off": True}) == {}


def test_lone_zero(look: Look) -> None:
    """A gap written as 0; a series that has zeros now and then is left alone."""
    assert look({GAS: [51.2, 52.9, 0, 53.2, 54.8, 55]})["zero"].cells == ("row 4",)
    assert look({GAS: [51.2, 0, 52.9, 0, 53.2, 54.8]}) == {}
    assert look({GAS: [51.2, 41.5, 13.1, 0, 4.3, 17.5, 15]}) == {}


def test_temperatures_have_no_factors(look: Look) -> None:
    """8 °C are not eight times 1 °C."""
    mild = ("France", "Total", "Temperature", "°C")
    assert look({mild: [1.2, 1.1, 8.9, 1.2, 1.3, 1.1]}) == {}


def test_months_are_compared_with_those_of_other_years(look: Look) -> None:
    """The sun of December is a twentieth of June's every year, and no slip."""
    months = [f"{year}-{month:02}" for year in range(2015, 2022) for month in range(1, 13)]
    course = [8.1, 31.2, 60.3, 90.4, 110.2, 121.3, 118.4, 99.1, 70.2, 40.1, 14.2, 5.3]
    values = [round(one * (1 + at / 500), 2) for at, one in enumerate(course * 7)]
    sun = ("France", "Solar", "Generation", "TWh")
    assert look({sun: values}, periods=months) == {}
    values[12 * 3 + 11] *= 10
    found = look({sun: values}, periods=months)
    assert "2018-12: 58 TWh (5.67 in 2017-12, 5.93 in 2019-12)" in found["factor-10"].message


def test_equal_findings_are_one(look: Look) -> None:
    """However many figures slipped: one finding with their number, the worst, and all rows."""
    values = [51.2, 52.9, 53100, 54.4, 53.2]
    places = ("France", "Spain", "Italy", "Austria", "Poland")
    found = look({(place, *GAS[1:]): values for place in places})
    assert list(found) == ["factor-1000"]
    assert len(found["factor-1000"].cells) == 5
    assert found["factor-1000"].message.startswith("5 figures of t.csv do not go")
    assert found["factor-1000"].message.endswith("; and 2 more")


def test_factor_that_the_series_has_elsewhere_is_no_jump(look: Look) -> None:
    """One level that is left and returned to, beside a change half as large."""
    steady = [51.2, 51.4, 51.3, 51.5, 51.2, 51.3, 51.4, 51.2, 51.5, 51.3]
    assert "jump" in look({GAS: [*steady, 357.2, *steady]})
    assert look({GAS: [*steady, 357.2, *steady, 210.1, 209.3, 210.4]}) == {}


def test_last_digit_moves(look: Look) -> None:
    """Of 0.01 and 0.06 in two decimals the factor is not known; of 0.21 and 1.26 it is."""
    rounded = [0.01] * 5 + [0.06] + [0.01] * 5
    assert look({GAS: rounded}) == {}
    assert "jump" in look({GAS: [round(21 * one, 2) for one in rounded]})


def test_zero_of_a_small_place_is_no_wonder(look: Look) -> None:
    """Where others have a hundred times as much, a little less is 0."""
    large = ("Germany", *GAS[1:])
    small = [1.2, 1.29, 0, 1.32, 1.28, 1.25]
    assert "zero" in look({GAS: small})
    assert look({GAS: small, large: [150.1, 152.3, 149.8, 151.1, 150.7, 152.2]}) == {}
