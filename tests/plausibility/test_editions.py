from factbook.plausibility.editions import Earlier

from .conftest import Look

GAS = ("France", "Gas", "Generation", "TWh")


def before(year: int, value: float, place: str = "France", table: str = "t") -> Earlier:
    """A figure of the last edition."""
    return Earlier(table, place, "Gas", "Generation", "TWh", "", str(year), value)


def test_revised_by_much(look: Look) -> None:
    """A figure of the past that is another one now, with its row."""
    old = [before(2000, 51.2), before(2001, 40.0), before(2002, 50.0)]
    found = look({GAS: [51.2, 52.9, 53.1]}, old)
    assert list(found) == ["revised"]
    assert found["revised"].cells == ("row 3",)
    assert "2001: 52.9 TWh (before 40)" in found["revised"].message
    assert look({GAS: [51.2, 52.9, 53.1]}, old, plausibility={"revised_percent": 50}) == {}


def test_gone(look: Look) -> None:
    """A figure, a place or a category of the last edition that has no figure any more."""
    old = [before(1999, 51.2), before(2000, 51.2), before(2000, 5, "Spain")]
    found = look({GAS: [51.2, 52.9]}, old)
    assert found["gone"].message.startswith("2 figures of t in the edition of compare_to are not")
    assert "France, Gas, Generation, 1999: 51.2 TWh" in found["gone"].message


def test_new_figures_and_other_tables_are_not_compared(look: Look) -> None:
    """What is new was not there before; a table that is no more says nothing."""
    assert look({GAS: [51.2, 52.9]}, [before(2000, 51.2), before(2000, 9, table="old")]) == {}
