"""Units, and the published tables that they are read by."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from factbook.measures.names import Name
from factbook.measures.tables import read_table
from factbook.measures.unit_words import UnitWords
from factbook.measures.units import read_unit

UNITS = read_table("units.toml")
NAMES = read_table("names.toml")["words"]
CARE = {"flow": 0, "level": 1, "none": 2}


def spellings() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every spelling and code of the table with its entry."""
    for entry in UNITS["quantities"].values():
        prefixed = [p + s for s in entry.get("prefixed", ()) for p in entry.get("prefixes", ())]
        for text in (*prefixed, *entry.get("names", ()), *entry.get("codes", ())):
            yield text, entry


def test_every_unit_of_the_table_is_read() -> None:
    """As what its entry says, or as something of which less is added."""
    for text, entry in spellings():
        unit = read_unit(text)
        assert unit.quantity is not None or unit.is_ratio, text
        if unit.quantity is not None:
            assert CARE[unit.quantity.adds] >= CARE[entry["adds"]], text


def test_entries_have_no_other_keys() -> None:
    """A misspelt key would be a rule that nobody applies."""
    known = {"what", "adds", "names", "prefixed", "prefixes", "small", "zero", "share", "needs"}
    for name, entry in UNITS["quantities"].items():
        assert set(entry) <= known | {"codes", "spellings"}, name
        assert set(entry.get("small", ())) <= {text for text, _ in spellings()}, name
        assert entry.get("needs", "area") in NAMES, name


@pytest.mark.parametrize("kind", NAMES)
def test_words_of_names_can_occur(kind: str) -> None:
    """They are written as names are compared: small letters, no signs, none twice."""
    words = NAMES[kind]
    assert len(words) == len(set(words))
    assert not {word for word in words if not Name(word).word_of(kind)}


@pytest.mark.parametrize(
    ("one", "other", "adds"),
    [
        ("Mg", "mg", ("flow", "none")), ("Mt", "mt", ("flow", "flow")),
        ("MW", "mw", ("level", "level")), ("GWH", "gwh", ("flow", "flow")),
        ("PER", "person", ("level", "level")), ("kcal", "Gcal", ("none", "flow")),
    ],
)  # fmt: skip
def test_capitals_count_where_units_differ_in_them(
    one: str, other: str, adds: tuple[str, str]
) -> None:
    """Megagrams add, milligrams may be one person's."""
    quantities = read_unit(one).quantity, read_unit(other).quantity
    assert tuple(quantity and quantity.adds for quantity in quantities) == adds


@pytest.mark.parametrize("is_reversed", [False, True])
def test_other_capitals_mean_what_adds_less(is_reversed: bool) -> None:
    """Whatever the order of the table: MG may be milligrams."""
    entries = list(UNITS["quantities"].items())
    table = {**UNITS, "quantities": dict(entries[::-1] if is_reversed else entries)}
    meaning = UnitWords(table).meaning("MG", is_code=False)
    assert meaning is not None
    assert meaning.quantity is not None
    assert meaning.quantity.adds == "none"


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("million EUR", 1e6), ("€m", 1e6), ("k€", 1e3), ("EURm", 1e6), ("MIO_EUR", 1e6),
        ("CP_MEUR", 1e6), ("THS_PER", 1e3), ("1 000 t", 1e3), ("10^6 m3", 1e6), ("$000", 1e3),
        ("US$2010", 1), ("billion USD2015", 1e9), ("100 000 persons", 1e5), ("thousands", 1e3),
    ],
)  # fmt: skip
def test_multipliers_are_read(text: str, scale: float) -> None:
    """Years and codes of classifications are none."""
    assert read_unit(text).scale == scale


@pytest.mark.parametrize(
    "text", ["TWh/year", "Mt CO2/yr", "bbl/d", "billion US$2010/yr", "GWh p.a.", "kt per annum"]
)
def test_amounts_for_a_time_are_amounts(text: str) -> None:
    """Of energy, mass, volume and money; whether they add is asked with the name."""
    unit = read_unit(text)
    assert unit.is_per_time
    assert unit.quantity is not None
    assert unit.quantity.adds == "flow"


@pytest.mark.parametrize(
    "text",
    [
        "m/s",
        "km/h",
        "W/m2",
        "m s-1",
        "kg m⁻³",
        "GWh per capita",
        "T_HA",
        "KG_KG",
        "I21",
        "hours per week",
    ],
)
def test_ratios_are_no_amounts(text: str) -> None:
    """With a stroke, "per", a negative power, or a second unit in a code."""
    unit = read_unit(text)
    assert unit.is_ratio
    assert unit.quantity is None or unit.quantity.adds == "none"


def test_words_that_are_not_known_are_named() -> None:
    """All of them, so that a person can add them."""
    assert read_unit("Mt of foo baz").unknown == ("foo", "baz")
    assert read_unit("foo").quantity is None
    assert read_unit(" - ").is_blank
