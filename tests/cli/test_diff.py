"""A difference as a terminal shows it."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from factbook.cli.diff import MOST_FACTS, print_diff, show_diff
from factbook.diff import compare
from factbook.evidence.facts import Fact
from tests.runs.run_folders import Section, save_run
from tests.sections import make_fact

ONE = Section("1.1.1@AT")


def shown(
    tmp_path: Path, old: tuple[Section, ...], new: tuple[Section, ...], *, with_words: bool = False
) -> list[str]:
    """The lines that are printed of two runs of these sections."""
    found = compare(save_run(tmp_path / "old", *old), save_run(tmp_path / "new", *new))
    file = io.StringIO()
    print_diff(found, Console(file=file, width=80), with_words=with_words)
    return file.getvalue().splitlines()


def test_text_of_an_input_is_shown_as_it_is(tmp_path: Path) -> None:
    """Neither markup nor control characters do anything to the terminal."""
    changed = replace(ONE, title="[red]Wind\x1b[31m", text="[bold]More\x1b[2J: {F1}.")
    lines = shown(tmp_path, (ONE,), (changed,), with_words=True)
    assert "1.1.1@AT [red]Wind\\x1b[31m, Austria: changed" in lines
    assert "\x1b" not in "".join(lines)
    assert any("{+[bold]More\\x1b[2J+}" in line for line in lines)


def test_facts_beyond_a_few_are_counted(tmp_path: Path) -> None:
    """The JSON has them all."""

    def facts(value: float) -> tuple[Fact, ...]:
        return tuple(make_fact(n, subject=f"Fuel {n}", value=value) for n in range(1, 9))

    old, new = replace(ONE, facts=facts(1.0)), replace(ONE, facts=facts(2.0))
    lines = shown(tmp_path, (old,), (new,))
    (told,) = (line for line in lines if line.startswith("  evidence: "))
    assert told.count("Fuel") == MOST_FACTS
    assert told.endswith("; and 5 more facts")
    assert sum(line.startswith("  Fuel") for line in lines) == 8  # the cells of the data


def test_moved_sections_say_where_they_were(tmp_path: Path) -> None:
    """Under another id, or elsewhere in the order."""
    two = Section("1.1.2@AT", text="Solar.")
    lines = shown(tmp_path, (ONE, two), (ONE, replace(two, section_id="1.2.1@AT")))
    assert "1.2.1@AT Wind, Austria: moved from 1.1.2@AT" in lines
    assert lines[0] == "A report: 0 changed, 1 moved, 1 unchanged"


def test_sections_that_read_as_before_are_told_in_short(tmp_path: Path) -> None:
    """By cause, at the end."""
    parts = ({"upstream.1.1.9@AT": "a"}, {"upstream.1.1.9@AT": "b"})
    old, new = (
        tuple(Section(f"1.1.{n}@AT", text=f"Text {n}.", parts=part) for n in (1, 2))
        for part in parts
    )
    lines = shown(tmp_path, old, new)
    assert lines[-2:] == [
        "Same text as before, though their inputs changed",
        "  upstream: 1.1.1@AT, 1.1.2@AT",
    ]


def test_checks_status_and_cost_are_told(tmp_path: Path) -> None:
    """Where they differ."""
    old = save_run(tmp_path / "old", ONE, calls={"cost_usd": 0.5})
    worse = replace(ONE, text="None.", others={"status": "degraded", "marks": ("It is wrong.",)})
    new = save_run(tmp_path / "new", worse, checks={"contradicted": 1}, calls={"cost_usd": 0.75})
    file = io.StringIO()
    print_diff(compare(old, new), Console(file=file, width=80))
    lines = file.getvalue().splitlines()
    assert "Checks: 1 supported → 1 contradicted" in lines
    assert any(line.startswith("Cost: 0.5000 → 0.7500 USD, ") for line in lines)
    assert "  status: written → degraded" in lines
    assert "  checks: 1 supported → none" in lines
    assert "  marked: It is wrong." in lines


def test_page_that_cannot_be_written_stops(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With a sentence, and the exit code of a run that could not write."""
    run = save_run(tmp_path / "run", ONE)
    code = show_diff(
        run,
        run,
        as_json=False,
        with_words=False,
        html=tmp_path / "nowhere" / "page.html",
        fail_on_change=False,
    )
    captured = capsys.readouterr()
    assert (code, captured.out) == (3, "")
    assert "page.html cannot be written" in captured.err
