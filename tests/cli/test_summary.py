"""The summary at the end of a run."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from factbook.cli.summary import print_summary
from factbook.runs.outcome import Outcome
from tests.manifests import save_manifest


def printed(
    folder: Path,
    budget_usd: float | None = None,
    end: tuple[str, str] = ("Incomplete", "1 of 3 sections is not written"),
    started: datetime | None = None,
    sections: dict[str, Any] | None = None,
    **calls: Any,
) -> list[str]:
    """The lines of the summary of a run with certain calls."""
    save_manifest(
        folder,
        slug="report",
        outcome={"state": end[0], "message": end[1]},
        config={"limits": {"budget_usd": budget_usd}, "outputs": ["md", "pdf"]},
        sections={
            "1.1.1@AT": {"chapter": "1", "status": "written"},
            "1.1.1@DE": {"chapter": "1", "status": "written"},
            "1.1.1@FR": {"chapter": "1", "status": "refused"},
            **(sections or {}),
        },
        calls=calls,
        times={
            "started": (started or datetime.now(UTC)).isoformat(),
            "elapsed_seconds": 2.0,
            "process_seconds": 3.0,
            "cpu_seconds": 1.0,
            "peak_memory_mb": 100.0,
            "sequential_seconds": 9.0,
            "section_seconds": {"1.1.1@AT": 4.5},
        },
        files=["report.md"],
    )
    file = io.StringIO()
    print_summary(Outcome(*end, folder), Console(file=file, width=200))
    return file.getvalue().splitlines()


def first_chapter(lines: list[str]) -> dict[str, str]:
    """The numbers of the first chapter by column."""
    names, numbers = ([cell.strip() for cell in re.split("[┃│]", lines[at])] for at in (0, 2))
    return dict(zip(names, numbers, strict=True))


def test_summary_tells_calls_tokens_and_cost(tmp_path: Path) -> None:
    """As the manifest has them, thousands apart."""
    lines = printed(
        tmp_path, made=1200, cached=3, input_tokens=1_234_567, output_tokens=89, cost_usd=1.2345
    )
    at = lines.index("Model calls: 1,200 made, 3 answered from the call store")
    assert lines[at + 1 : at + 3] == ["Tokens: 1,234,567 in, 89 out", "Cost: 1.23 USD"]


def test_summary_says_which_calls_have_no_price(tmp_path: Path) -> None:
    """A cost that leaves something out never looks like the whole."""
    lines = printed(tmp_path, made=2, without_price=1)
    assert "Cost: 0.00 USD; calls without a known price, not counted: 1" in lines


def test_summary_tells_the_runs_calls_from_the_reports(tmp_path: Path) -> None:
    """A run that goes on pays for what it adds, and says what the whole has cost so far."""
    run = {"made": 1, "cached": 2, "cost_usd": 0.25}
    lines = printed(tmp_path, made=8, cached=2, cost_usd=1.25, this_run=run)
    assert "Model calls: 1 made, 2 answered from the call store" in lines
    assert "Cost: 0.25 USD" in lines
    assert "With the runs that it continues: 1.25 USD" in lines
    lines = printed(tmp_path, 5.0, made=8, cached=2, cost_usd=1.25, this_run=run)
    assert "Budget: 1.25 of 5 USD are used by the report" in lines


def test_summary_without_calls_speaks_of_none(tmp_path: Path) -> None:
    """The offline writer costs nothing."""
    lines = printed(tmp_path)
    begins = ("Model calls", "Tokens", "Cost")
    assert not [line for line in lines if line.startswith(begins)]


def test_summary_says_what_calls_that_were_cut_off_may_have_cost(tmp_path: Path) -> None:
    """A cost of which a part is a bound never looks like the bill."""
    lines = printed(tmp_path, made=16, cost_usd=0.35, unknown_usd=0.31)
    assert (
        "Cost: 0.35 USD, of which 0.31 USD for calls that were cut off, "
        "at the most that they can have cost"
    ) in lines


def test_summary_ends_with_files_and_outcome(tmp_path: Path) -> None:
    """Chapters by status, times, files, and how it ended."""
    lines = printed(tmp_path)
    assert first_chapter(lines) == {
        "chapter": "1",
        "sections": "3",
        "written": "1",
        "unchanged": "1",
        "degraded": "0",
        "refused": "1",
        "failed": "0",
        "seconds": "4.50",
    }
    assert lines[-2:] == [str(tmp_path / "report.md"), "Incomplete: 1 of 3 sections is not written"]


def test_summary_of_a_selection_calls_nothing_missing_that_was_not_selected(
    tmp_path: Path,
) -> None:
    """Whether an earlier run has written it or none has."""
    others = {
        "1.2.1@AT": {"chapter": "1", "status": "missing", "is_selected": False},
        "1.2.1@DE": {"chapter": "1", "status": "written", "is_selected": False},
    }
    numbers = first_chapter(printed(tmp_path, sections=others))
    assert (numbers["sections"], numbers["not selected"]) == ("5", "2")
    assert numbers["unchanged"] == "1"
    assert "missing" not in numbers


def test_summary_of_an_interrupted_run_claims_no_more_than_it_did(tmp_path: Path) -> None:
    """What earlier runs wrote stands apart, their report too, and nothing is said to be made."""
    end = ("Cancelled", "Interrupted. 1 of 3 sections are done")
    lines = printed(tmp_path, None, end)
    assert first_chapter(lines) == {
        "chapter": "1",
        "sections": "3",
        "written": "1",
        "degraded": "0",
        "failed": "0",
        "earlier": "2",
        "seconds": "4.50",
    }
    assert lines[-3:-1] == [f"Folder: {tmp_path}", "No report is exported yet"]
    (tmp_path / "report.pdf").touch()
    assert printed(tmp_path, None, end)[-2] == "Of an earlier run, not of this one: report.pdf"


def test_summary_tells_nothing_of_another_run(tmp_path: Path) -> None:
    """A run that did not come to write its manifest leaves that of the last one."""
    lines = printed(
        tmp_path, None, ("Stopped", "The disk is full"), datetime(2000, 1, 1, tzinfo=UTC)
    )
    assert lines == ["Stopped: The disk is full"]
