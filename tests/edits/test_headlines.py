"""The headline of an edit: how its file holds it, and what it stands for."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from factbook.edits.edit import Edits, with_headline, without_headline
from tests.edits.test_edits import SOLAR, WIND, edit_file, edit_of, recorded
from tests.sections import make_evidence, make_fact

EDIT = "# Wind reached {F2}\n\nSolar gave {F1}."


@given(st.text("ab# \n{}", max_size=12), st.text("ab# \n{}", max_size=12))
def test_headline_and_text_come_apart_as_they_were_put_together(headline: str, text: str) -> None:
    """Also a text that begins as a headline does, and a headline of several lines."""
    headline, text = headline.strip(), text.strip()
    one_line = " ".join(line.strip() for line in headline.split("\n") if line.strip())
    assert without_headline(with_headline(headline, text)) == (one_line, text)


@pytest.mark.parametrize(
    "text", ["Text.", "## Text", "#Text", "Text.\n\n# Text", "\\# Text", "-- # Text"]
)
def test_text_without_a_headline_is_its_file(text: str) -> None:
    """Only a heading of the highest level in the first line is one."""
    assert without_headline(text) == ("", text)
    assert with_headline("", text) == text


def test_headline_of_an_edit_stands_above_its_text() -> None:
    """Its references are facts of the section like all others."""
    record = recorded(edit_of(EDIT, SOLAR, WIND), make_evidence(SOLAR, WIND))
    assert record.status == "edited"
    assert record.headline_text == "Wind reached 6.48\xa0TWh"
    assert record.text == "Solar gave 2.78\xa0TWh."
    assert record.edit is not None
    assert not record.edit.is_outdated


def test_edit_without_a_headline_has_none() -> None:
    """What a writer would tell first is not what a person has told."""
    record = recorded(edit_of("Solar gave {F1}.", SOLAR), make_evidence(SOLAR))
    assert record.headline == ""


def test_changed_figure_of_a_headline_flags_the_edit() -> None:
    """It shows today's number, and is told like a figure of the text."""
    today = make_evidence(SOLAR, make_fact(2, value=7.1))
    record = recorded(edit_of(EDIT, SOLAR, WIND), today)
    assert record.headline_text == "Wind reached 7.1\xa0TWh"
    assert record.edit is not None
    assert record.edit.changes == ("Wind 2021: 6.48 → 7.1 TWh",)


def test_headline_that_refers_to_nothing_is_marked() -> None:
    """As a text is."""
    record = recorded(edit_of("# Wind reached {F9}\n\nText.", WIND), make_evidence(WIND))
    assert record.headline_text == "Wind reached F9"
    assert record.marks == ("The edit refers to F9, which is not a fact of this section.",)


@pytest.mark.parametrize("content", [b"# Only a headline\n", b"#\n"])
def test_headline_without_a_text_is_an_error(tmp_path: Path, content: bytes) -> None:
    """A section has a text."""
    edit_file(tmp_path, content)
    (finding,) = Edits.read(tmp_path, ["1.1.1@AT"]).findings
    assert (finding.severity, finding.code) == ("error", "edit.empty")
    assert finding.file == "edits/1.1.1@AT.md"
