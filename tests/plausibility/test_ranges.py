from .conftest import Look


def test_share_of_a_whole_above_all_of_it(look: Look) -> None:
    """140 % of the electricity cannot be renewable; the row and the range are named."""
    found = look({("France", "Wind", "Share of electricity", "%"): [10, 140, 12]})
    assert found["range"].cells == ("row 3",)
    assert "France, Wind, Share of electricity, 2001: 140 %; 0 to 100 (a share" in (
        found["range"].message
    )


def test_percentages_that_are_no_shares_have_no_bounds(look: Look) -> None:
    """Growth falls below 0 and debt passes 100 % of GDP."""
    assert not look(
        {
            ("France", "Total", "GDP growth", "%"): [2, -8, 6],
            ("France", "Total", "Government debt", "% of GDP"): [98, 115, 112],
        }
    )


def test_life_expectancy_of_800_years(look: Look) -> None:
    """A misplaced point is outside the range, whatever the series' own history."""
    found = look({("France", "Total", "Life expectancy", "years"): [80.1, 802, 80.4, 80.6]})
    assert found["range"].cells == ("row 3",)
    assert not look({("France", "Total", "Life expectancy", "years"): [80.1, 80.2, 80.4, 80.6]})


def test_negative_counts(look: Look) -> None:
    """Births cannot be negative, their balance with deaths can, as a category or as a measure."""
    found = look({("France", "Total", "Births", "persons"): [700, -690, 710]})
    assert found["range"].cells == ("row 3",)
    assert not look(
        {
            ("France", "Natural change", "Population", "persons"): [70, -69, 71],
            ("France", "Total", "Net migration", "persons"): [70, -69, 71],
        }
    )


def test_lone_negative_amount(look: Look) -> None:
    """One negative figure among many positive ones, of energy that may be a balance elsewhere."""
    generation = ("France", "Gas", "Generation", "TWh")
    found = look({generation: [*[30.5] * 6, -31, *[30.5] * 6]})
    assert found["negative"].cells == ("row 8",)
    often = [30.5, -31, 29, -28, 30, 31, -5, 12, 13, 15, 18]
    assert "negative" not in look({generation: often})
    balance = ("France", "Net imports", "Electricity", "TWh")
    assert "negative" not in look({balance: [*[30.5] * 6, -31, *[30.5] * 6]})


def test_bounds_of_the_project_replace_those_known(look: Look) -> None:
    """`[measures.NAME] minimum, maximum` are a project's own knowledge."""
    prices = {("France", "Total", "Price", "EUR/MWh"): [50, 4500, 60]}
    found = look(prices, measures={"Price": {"minimum": -500, "maximum": 4000}})
    assert "4500 EUR/MWh; -500 to 4000 (project.toml)" in found["range"].message
    assert "range" not in look(prices)
    share = {("France", "Wind", "Share of electricity", "%"): [10, 140, 12]}
    assert "range" not in look(share, measures={"Share of electricity": {"maximum": 150}})
