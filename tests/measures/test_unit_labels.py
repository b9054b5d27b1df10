"""Codes of units and their labels say the same of figures."""

from __future__ import annotations

import pytest

from factbook.measures.known import known_measure
from factbook.measures.tables import read_table
from factbook.measures.unit_labels import label_of_unit

LABELS = read_table("unit_labels.toml")["labels"]


@pytest.mark.parametrize("code", LABELS)
def test_label_says_what_its_code_says(code: str) -> None:
    """What may be added, and whether changes are percentage points, does not depend on it."""
    one, other = (known_measure("Figures", unit) for unit in (code, LABELS[code]))
    for name in ("over_places", "over_categories", "over_time", "has_true_zero", "is_share"):
        assert getattr(one, name) == getattr(other, name), (name, one.reasons, other.reasons)
    assert one.denominator == other.denominator


def test_what_is_no_code_stays() -> None:
    """Also a code that is not in the table, and one in small letters."""
    assert label_of_unit("THS_T") == "thousand tonnes"
    assert [label_of_unit(text) for text in ("TWh", "ths_t", "X_Y", "")] == [
        "TWh",
        "ths_t",
        "X_Y",
        "",
    ]


@pytest.mark.parametrize(
    ("unit", "label"),
    [
        ("Percent of GDP", "percent of GDP"),
        ("Percentage points", "percentage points"),
        ("Thousands of persons", "thousand persons"),
        ("Number of enterprises", "enterprises"),
        ("Million euro", "million euro"),
        ("Chain linked volumes (2010), million euro", "chain linked volumes (2010), million euro"),
        ("National currency per US dollar", "national currency per US dollar"),
        ("Swiss francs", "Swiss francs"),
        ("US dollars", "US dollars"),
        ("Degrees Celsius", "degrees Celsius"),
        ("Head", "Head"),
        ("Mtoe", "Mtoe"),
        ("1 000 head", "thousand head"),
        ("1000 t", "thousand t"),
        ("'000 tonnes", "thousand tonnes"),
        ("1 000 000 m3", "million m3"),
        ("1,000 births", "thousand births"),
        ("Mg", "Mg"),
        ("Mt", "Mt"),
        ("U.S. dollars", "U.S. dollars"),
    ],
)
def test_units_in_words_stand_behind_numbers(unit: str, label: str) -> None:
    """As in a sentence, unless it would be another unit: "Head" is an animal of FAO's."""
    assert label_of_unit(unit) == label
    one, other = (known_measure("Exports", text) for text in (unit, label))
    assert one.over_places == other.over_places
    assert one.has_true_zero == other.has_true_zero
