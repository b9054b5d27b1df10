"""What a person calls a figure."""

from __future__ import annotations

import pytest

from factbook.errors import ConfigError
from factbook.explain.figure_name import FigureName, figure_named, plain

SECTIONS = ("1.1.1@AT", "1.1.1@AT1", "1.1.2@Asia/Pacific", "1.1.2@Sample group", "conclusion@AT")


@pytest.mark.parametrize(
    ("text", "section", "fact"),
    [
        ("1.1.1@AT/F12", "1.1.1@AT", "F12"),
        (" 1.1.1@AT  F12 ", "1.1.1@AT", "F12"),
        ("1.1.1@AT {F12}", "1.1.1@AT", "F12"),
        ("1.1.1@AT1/F1", "1.1.1@AT1", "F1"),
        ("1.1.2@Sample group/F3", "1.1.2@Sample group", "F3"),
        ("1.1.2@Asia/Pacific/F3", "1.1.2@Asia/Pacific", "F3"),
        ("conclusion@AT/F200", "conclusion@AT", "F200"),
    ],
)
def test_section_and_fact_are_read(text: str, section: str, fact: str) -> None:
    """With a slash or a blank between them; ids may hold both."""
    name = figure_named(text, SECTIONS, "run")
    assert (name.section_id, name.fact_id, name.shown) == (section, fact, "")


@pytest.mark.parametrize(
    ("text", "section", "shown"),
    [
        ("39.7", "", "39.7"),
        ("39.7\N{NO-BREAK SPACE}TWh", "", "39.7 twh"),
        ("1.1.1@AT 39.7 TWh", "1.1.1@AT", "39.7 twh"),
        ("1.1.2@Sample group 1,800", "1.1.2@Sample group", "1800"),
        ("1.1.1@AT", "1.1.1@AT", ""),
        ("−4.3 %", "", "-4.3%"),
        ("39,7 TWh", "", "39.7 twh"),
        ("3rd of 27", "", "3rd of 27"),
    ],
)
def test_figure_as_it_stands_is_read(text: str, section: str, shown: str) -> None:
    """With or without a section, in any way of writing it."""
    name = figure_named(text, SECTIONS, "run")
    assert (name.section_id, name.fact_id, name.shown) == (section, "", shown)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "explain.figure"),
        ("F12", "explain.figure"),
        ("wind", "explain.figure"),
        ("1.1.1@AT wind", "explain.figure"),
        ("9" * 201, "explain.figure"),
        ("1.1.9@AT/F1", "section.unknown"),
        ("1.1.9@AT 39.7", "section.unknown"),
        ("1.1.1@ATX", "section.unknown"),
    ],
)
def test_what_is_no_figure_is_refused(text: str, code: str) -> None:
    """With what would be one, or with the sections that there are."""
    with pytest.raises(ConfigError) as caught:
        figure_named(text, SECTIONS, "run")
    [finding] = caught.value.findings
    assert finding.code == code
    assert finding.allowed
    assert finding.remedy


@pytest.mark.parametrize(
    ("said", "figure", "value", "is_it"),
    [
        ("39.7", "39.7%", 39.68, True),
        ("39.7 TWh", "39.7%", 39.68, False),
        ("39.7%", "39.7%", 39.68, True),
        ("1800", "1,800\N{NO-BREAK SPACE}TWh", 1802.0, True),
        ("39.70", "39.7 TWh", 39.7, True),
        ("4.3%", "\N{MINUS SIGN}4.3%", -4.3, True),
        ("-4.3%", "4.3%", -4.3, True),
        ("-4.3%", "4.3%", 4.3, False),
        ("3rd", "3rd of 27", 3.0, True),
        ("3", "equal 3rd of 27", 3.0, True),
        ("27", "3rd of 27", 3.0, False),
        ("9.7", "39.7%", 39.7, False),
        ("12 TWh", "12 TWh a year", 12.0, True),
    ],
)
def test_figures_are_told_apart(said: str, figure: str, value: float, is_it: bool) -> None:
    """By their numbers, by units where one is said, and by signs that words may say."""
    assert FigureName(shown=plain(said)).is_shown_as(figure, value) is is_it
