"""What the report's annex says of changes: bounded, and only what a reader sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from factbook.diff import compare
from factbook.diff.annex import MOST_NAMED, changes_blocks, changes_title
from factbook.diff.changes import RunInfo
from factbook.report.blocks import AnyBlock, ListBlock, Paragraph, Table
from tests.runs.run_folders import Section, save_run
from tests.sections import make_fact

ONE = Section("1.1.1@AT")


def blocks(tmp_path: Path, old: tuple[Section, ...], new: tuple[Section, ...]) -> list[AnyBlock]:
    """The blocks of two runs of these sections."""
    found = compare(save_run(tmp_path / "old", *old), save_run(tmp_path / "new", *new))
    return list(changes_blocks(found))


def lines(found: list[AnyBlock]) -> list[str]:
    """Paragraphs and list items."""
    told: list[str] = []
    for block in found:
        if isinstance(block, Paragraph):
            told.append("".join(run.text for run in block.runs))
        elif isinstance(block, ListBlock):
            told += ["- " + "".join(run.text for run in item) for item in block.items]
    return told


@pytest.mark.parametrize(
    ("run", "title"),
    [
        ({"finished": "2026-05-01T10:00:00"}, "Changes since 2026-05-01"),
        ({"finished": "2026-05-01", "report_date": "2026-04-30"}, "Changes since 2026-04-30"),
        ({}, "Changes since the earlier report"),
    ],
)
def test_title_says_since_when(run: dict[str, str], title: str) -> None:
    """The date that the earlier report shows, else the one on which it was made."""
    assert changes_title(RunInfo(folder="old", project="A report", **run)) == title


def test_annex_tells_cells_sections_and_figures(tmp_path: Path) -> None:
    """Each under its own line, chapter by chapter, with what has changed it."""
    gone = Section("1.1.2@AT", title="Gas", text="Gas.")
    come = Section("1.1.3@AT", title="Hydro", text="Hydro.")
    changed = replace(ONE, facts=(make_fact(value=6.71),))
    found = blocks(tmp_path, (ONE, gone), (changed, come))
    assert lines(found) == [
        "Changed in the data",
        "- Austria, wind, 2021: 6.48 → 6.71\xa0TWh (generation)",
        "1: 3 sections",
        "- 1.1.1 Wind, Austria (changed: figures)",
        "- 1.1.3 Hydro, Austria (new)",
        "- 1.1.2 Gas, Austria (no longer in the report)",
    ]
    (table,) = [block for block in found if isinstance(block, Table)]
    figure = "Austria, wind, 2021, generation"
    assert table.rows == ((figure, "6.48\xa0TWh", "6.71\xa0TWh", "1.1.1"),)
    assert table.note == ""


def test_figure_of_many_sections_stands_once(tmp_path: Path) -> None:
    """With their numbers; sections of one sub-task for the same reason are one line."""
    places = ("Austria", "France")
    ids = ("1.1.1@AT", "1.1.1@FR", "1.1.2@AT")
    old = tuple(
        Section(name, title=f"Part {name[:5]}", place=place, facts=(make_fact(value=1.0),))
        for name, place in zip(ids, (*places, "Austria"), strict=True)
    )
    new = tuple(replace(one, facts=(make_fact(value=2.0),)) for one in old)
    found = blocks(tmp_path, old, new)
    assert lines(found)[2:] == [
        "1: 3 sections",
        "- 1.1.1 Part 1.1.1, Austria, France (changed: figures)",
        "- 1.1.2 Part 1.1.2, Austria (changed: figures)",
    ]
    (table,) = [block for block in found if isinstance(block, Table)]
    assert [row[-1] for row in table.rows] == ["1.1.1, 1.1.2"]


def test_annex_tells_titles(tmp_path: Path) -> None:
    """Readers see them: both stand there."""
    found = blocks(tmp_path, (ONE,), (replace(ONE, title="Wind power"),))
    assert lines(found) == [
        "Changed titles",
        '- 1.1.1 "Wind" → "Wind power"',
        "1: 1 section",
        "- 1.1.1 Wind power, Austria (changed: title)",
    ]


def test_annex_is_bounded(tmp_path: Path) -> None:
    """What is beyond the bound is counted."""
    many = MOST_NAMED + 3
    old = tuple(
        Section(f"1.1.{n}@AT", title=f"Fuel {n}", facts=(make_fact(subject=f"Fuel {n}"),))
        for n in range(many)
    )
    new = tuple(replace(s, facts=(replace(s.facts[0], value=9.0),)) for s in old)
    found = blocks(tmp_path, old, new)
    assert lines(found).count("- and 3 more") == 2
    assert len(lines(found)) == 2 + 2 * (MOST_NAMED + 1)
    (table,) = [block for block in found if isinstance(block, Table)]
    assert len(table.rows) == MOST_NAMED
    assert table.note == "And 3 other changed figures."


def test_annex_of_what_no_reader_sees(tmp_path: Path) -> None:
    """Another key with the same text is no change of the report."""
    found = blocks(tmp_path, (ONE,), (replace(ONE, parts={"settings.tone": "b"}),))
    assert lines(found) == ["Nothing that a reader sees has changed."]
