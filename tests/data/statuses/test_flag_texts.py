import pandas as pd
import pytest

from factbook.data.grids.values import parse_values
from factbook.data.statuses.flag_texts import LONGEST_TEXT, flags_within, split_column, split_flags


@pytest.mark.parametrize(
    ("text", "head", "flags"),
    [
        ("12.3 p", "12.3", "p"), ("12.3p", "12.3", "p"), ("12,3b", "12,3", "b"),
        (" 12.3\N{NO-BREAK SPACE}p ", "12.3", "p"), ("-5 bep", "-5", "bep"),
        ("\N{MINUS SIGN}1 234,5 e", "\N{MINUS SIGN}1 234,5", "e"),
        ("1.234.567 s", "1.234.567", "s"), ("5 e p", "5", "e p"),
        ("1'234 u", "1'234", "u"), (".5 d", ".5", "d"), ("7. r", "7.", "r"), ("0n", "0", "n"),
        ("1.2e5 p", "1.2e5", "p"), ("12e", "12", "e"), ("1.2e5e", "1.2e5", "e"),
        (":c", ":", "c"), (": u", ":", "u"), (":  cd", ":", "cd"), (": @C", ":", "@C"),
        (":@C", ":", "@C"), (": b@C", ":", "b @C"), (": m", ":", "m"), (".. e", "..", "e"),
        ("n/a [c]", "n/a", "[c]"), ("- z", "-", "z"),
        ("12 [p]", "12", "[p]"), ("12 [p][r]", "12", "[p] [r]"), ("0 [low]", "0", "[low]"),
        ("12 (e)", "12", "(e)"), ("12 [note 1]", "12", "[note 1]"), ("12 [P]", "12", "[P]"),
        ("12*", "12", "*"), ("12 ***", "12", "***"), ("12\N{DAGGER}", "12", "\N{DAGGER}"),
        ("12\N{DOUBLE DAGGER}", "12", "\N{DOUBLE DAGGER}"), ("12.3\u00b9", "12.3", "\u00b9"),
        ("12 p*", "12", "p *"),
        ("[x]", "", "[x]"), ("[c] [r]", "", "[c] [r]"), ("[low]", "", "[low]"), ("x", "", "x"),
        ("c", "", "c"), ("z", "", "z"), ("*", "", "*"),
    ],
)  # fmt: skip
def test_flags_stand_beside_numbers_and_gaps(text: str, head: str, flags: str) -> None:
    """As Eurostat, SDMX, British offices and footnotes print them; the number stays as written."""
    assert split_flags(text) == (head, flags)


@pytest.mark.parametrize(
    "text",
    ["", " ", ":", "..", "-", "n/a", "nan", "12", " 12.3 ", "1.2e5", "1.2E+5", "1,234", "1e-3",
     "12 GWh", "3 m", "3 c", "12 bn", "12 in", "5 pu", "12 mn", "5 M", "5 B", "5 E", "5 K",
     "12 pcs",
     "12 per", "12 pe", "12 ee", "12 %", "12 e5", "5 d 3", "(12)", "12 (3)", "12 (0.5)", "abc", "p",
     "Q", "b", "[no such thing]", "<0.1 [low]", "12 abcdefgh", "12 [", "12 @", ":?", "2021-03 p",
     "12 \N{LATIN SMALL LETTER E WITH ACUTE}", "1_000 p", "0x10p"],
)  # fmt: skip
def test_other_cells_are_left_alone(text: str) -> None:
    """Exponents, units, multiples and mistakes: what was bad stays bad."""
    assert split_flags(text) == (text, "")


def test_numbers_are_read_as_before() -> None:
    """A column with flags gives the numbers and gaps that it gives without them."""
    plain = ["1.234,5", "12,3", "7", ":", "1,2e3", "12 GWh", ""]
    flagged = ["1.234,5 p", "12,3b", "7 [r]", ":c", "1,2e3 e", "12 GWh", "[x]"]
    heads, flags = split_column(flagged)
    assert heads == plain
    assert flags == {0: "p", 1: "b", 2: "[r]", 3: "c", 4: "e", 6: "[x]"}
    one, other = (parse_values(pd.Series(texts, dtype=object)) for texts in (plain, heads))
    assert one.numbers.tolist()[:3] == other.numbers.tolist()[:3] == [1234.5, 12.3, 7.0]
    assert other.gaps.tolist() == [False, False, False, True, False, False, True]
    assert other.bad.tolist() == [False] * 5 + [True, False]


def test_long_cells_are_not_looked_at() -> None:
    """No number with flags has more than sixty characters."""
    text = "1" * LONGEST_TEXT + " p"
    assert split_flags(text) == (text, "")
    assert split_flags(text[2:]) == (text[2:-2], "p")


def test_pieces_of_flags_are_found() -> None:
    """However they are separated."""
    assert flags_within("b, ep;u @C[low] [note 1]*") == (
        "b", "ep", "u", "@C", "[low]", "[note 1]", "*",
    )  # fmt: skip
    assert flags_within("") == ()
