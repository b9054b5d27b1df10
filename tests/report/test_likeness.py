"""When two texts are the same to a reader."""

from __future__ import annotations

import pytest

from factbook.report.likeness import folded, is_retyped, plain

TEXT = "It\u2019s \u22122.5\N{NO-BREAK SPACE}TWh in 2015\u20132021, non-CO2 \u2026"


@pytest.mark.parametrize(
    ("other", "retyped"),
    [
        (TEXT.replace("\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"), False),
        (TEXT.replace(" ", "\n"), False),
        (TEXT.replace("non-CO2", "non-\nCO2"), False),
        (TEXT.replace("TWh", "T\u00adWh\u200b"), False),
        (TEXT.replace("\u2212", "-"), True),
        (TEXT.replace("\u2212", "\u2013"), True),
        (TEXT.replace("\u2019", "'"), True),
        (TEXT.replace("\u2026", "..."), True),
    ],
)
def test_programs_change_nothing(other: str, retyped: bool) -> None:
    """Blanks, line ends, quotation marks, dashes and minus signs."""
    assert folded(other) == folded(TEXT)
    assert is_retyped(other, TEXT) is retyped


@pytest.mark.parametrize("other", [TEXT.replace("2.5", "25"), TEXT.replace("\u2212", ""), ""])
def test_words_and_figures_are_never_alike(other: str) -> None:
    """A sign that is gone is a change."""
    assert folded(other) != folded(TEXT)


def test_plain_text_keeps_its_marks() -> None:
    """Only blanks become one, and what nobody sees goes."""
    assert plain(" a\u00a0\n b\u00ad\u2019 ") == "a b\u2019"
