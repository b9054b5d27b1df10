import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from factbook.data.labels import from_texts, one_spelling
from factbook.data.lookalikes import lookalikes
from factbook.names import name_key

from .conftest import Load

HEADER = "COUNTRY,SECTOR,YEAR,VALUE,PROPERTY,UNIT\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Gas", "Gas\u200b"), ("Gas", "\ufeffGAS"), ("natural gas", " Natural\u00a0 Gas\t"),
        ("CO2", "CO₂"), ("Réunion", "Re\u0301union"), ("Gas", "Ｇａｓ"), ("off­shore", "Offshore"),
        ("ﬁnal use", "Final use"), ("STRASSE", "straße"), ("e\u200d\u0301", "é"),
    ],
)  # fmt: skip
def test_names_that_look_alike_have_one_key(one: str, other: str) -> None:
    """Case, blanks, format characters and forms of one character make no other name."""
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("Gas", "Gаs"), ("Gas", "Gás"), ("Gas 1", "Gas 2"), ("Gas", "Ga s")]
)
def test_other_names_have_other_keys(one: str, other: str) -> None:
    """An accent, a digit, a blank inside and a letter of another script make another name."""
    assert name_key(one) != name_key(other)


@given(st.text(max_size=40))
def test_key_of_a_key_is_itself(text: str) -> None:
    """A key can be compared with keys; the two Unicode forms of a text share theirs."""
    key = name_key(text)
    assert name_key(key) == key
    assert name_key(unicodedata.normalize("NFD", text)) == key
    assert name_key(unicodedata.normalize("NFC", text)) == key


def test_long_texts_are_compared_without_putting_marks_in_order() -> None:
    """A cell of a hundred thousand combining marks is no name; its key is the text."""
    text = "a" + "\u0315\u0300" * 50_000
    assert name_key(text) == text


def test_spelling_without_unseen_characters_is_shown() -> None:
    """However many rows have a zero-width blank, the clean spelling is shown; else that of most."""
    labels = from_texts(["Gas\u200b", "Gas\u200b", "GAS", "Gas", "CO₂", "CO₂", "CO2"])
    assert list(one_spelling(labels)) == ["Gas"] * 4 + ["CO₂"] * 3
    assert isinstance(one_spelling(labels), pd.Categorical)
    assert np.asarray(one_spelling(labels).codes).max() == 1


def test_one_series_of_both_spellings(load: Load) -> None:
    """Rows of `Gas` with and without a zero-width blank, and a country in NFD, are one series."""
    rows = "Re\u0301union,Gas\u200b,2020,1,CO₂,t\nRéunion,gas,2021,2,CO2,t\n"
    data, warnings = load({"etm.csv": HEADER + rows}, data={"etm": "etm.csv"})
    table = data.tables["ETM"]
    assert [w.code for w in warnings] == []
    [metric], [subject] = table.metrics(), table.subjects(table.metrics()[0])
    series = table.series("RE", metric, subject, "t")
    assert series is not None
    assert {at: point.value for at, point in series.points.items()} == {"2020": 1.0, "2021": 2.0}


def test_letters_of_another_script_are_named() -> None:
    """In a word of Latin letters, or of the same letters as another label."""
    found = lookalikes(["Gаs", "CO2", "СО2", "Οil", "Сoal", "Газ и нeфть"])
    assert found == {"Gаs": "а", "СО2": "СО", "Οil": "Ο", "Сoal": "С", "Газ и нeфть": "e"}


@pytest.mark.parametrize(
    "label", ["μg", "kΩ", "PPARα", "β-carotene", "ΔT", "Уголь", "СО2", "Ελλάδα GR", "Côte", "ВВП"]
)
def test_letters_on_purpose_are_none_of_them(label: str) -> None:
    """Symbols and names of another script stand as they are."""
    assert lookalikes([label, "Gas"]) == {}


def test_lookalikes_are_a_warning_that_names_the_letters(load: Load) -> None:
    """They stay another category: what they are meant as is for a person to say."""
    rows = "Austria,Gas,2020,1,Use,t\nAustria,Gаs,2020,2,Use,t\n"
    data, [warning] = load({"etm.csv": HEADER + rows}, data={"etm": "etm.csv"})
    assert (warning.code, warning.severity) == ("data.lookalikes", "warning")
    assert "SECTOR has" in warning.message
    assert "'Gаs' with а (U+0430 cyrillic small letter a)" in warning.message
    assert len(data.tables["ETM"].subjects("Use")) == 2
