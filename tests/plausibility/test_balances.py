from .conftest import Look

YEARS = 12


def shares(**changed: float) -> dict[tuple[str, str, str, str], list[float]]:
    """Shares of three fuels that add up to 100 % in twelve years, but for the last of some."""
    found = {}
    for fuel, share in (("Gas", 30.0), ("Wind", 50.0), ("Solar", 20.0)):
        values = [share] * (YEARS - 1) + [changed.get(fuel, share)]
        found["France", fuel, "Electricity mix", "%"] = values
    return found


def test_shares_that_do_not_add_up(look: Look) -> None:
    """Eleven years add up to 100 %, the twelfth to 120 %."""
    found = look(shares(Wind=70))
    assert "France, Electricity mix, 2011: 120 %" in found["shares"].message
    assert "shares" not in look(shares(Wind=51))


def test_percentages_that_never_add_up_are_no_shares_of_one_whole(look: Look) -> None:
    """Rates of groups have no total."""
    rates = {
        ("France", group, "Unemployment rate", "%"): [9.0 + at, *[8.0 + at] * YEARS]
        for at, group in enumerate(("Young", "Old", "All others"))
    }
    assert "shares" not in look(rates)


def trade(net: list[float]) -> dict[tuple[str, str, str, str], list[float]]:
    """Imports of 10, exports of 4, and what is said to be left."""
    size = len(net)
    return {
        ("France", "Imports", "Electricity", "TWh"): [10.0] * size,
        ("France", "Exports", "Electricity", "TWh"): [4.0] * size,
        ("France", "Net imports", "Electricity", "TWh"): net,
    }


def test_net_imports_are_imports_without_exports(look: Look) -> None:
    """One year's net figure is not what its parts leave."""
    found = look(trade([6, 6, 6, 8, 6]))
    assert found["balance"].cells == ("row 15",)
    assert "8 TWh (10 − 4 = 6)" in found["balance"].message
    assert "balance" not in look(trade([6, 6, 6, 6.1, 6]))


def test_balance_that_never_holds_is_another_thing(look: Look) -> None:
    """Names can mean something else: then nothing is said."""
    assert "balance" not in look(trade([7, 8, 9, 7.5, 9]))


def test_exports_may_be_written_with_their_sign(look: Look) -> None:
    """Both signs are in use."""
    signed = trade([6, 6, 6, 6, 6])
    signed["France", "Exports", "Electricity", "TWh"] = [-4.0] * 5
    assert "balance" not in look(signed)
