"""The live bar: what it says of a run."""

from __future__ import annotations

import io

from rich.console import Console

from factbook.cli.progress_bar import shown_progress
from factbook.runs.progress import Progress


def shown(progress: Progress, *, terminal: bool = True) -> str:
    """What a console of a certain kind has shown once the run is over."""
    file = io.StringIO()
    console = Console(file=file, width=120, force_terminal=terminal, no_color=True)
    with shown_progress(progress, console):
        pass
    return file.getvalue()


def test_bar_shows_cost_and_calls() -> None:
    """Sections with an outcome and at work, calls in flight, money paid."""
    progress = Progress(8)
    for _ in range(3):
        progress.begin()
        progress.begin_call()
    progress.finish("1.1.1@AT", "written")
    progress.finish("1.1.1@FR", "degraded")
    progress.add_cost(1.004)
    progress.add_cost(0.23)
    text = shown(progress)
    assert "2/8 sections, 1 degraded, 3 in flight with 3 model calls, 1.23 USD, " in text
    assert " s left" in text


def test_bar_of_a_run_without_calls_speaks_of_none() -> None:
    """The offline writer makes none."""
    assert "0/8 sections, 0 in flight, 0.00 USD" in shown(Progress(8))


def test_no_bar_without_a_terminal() -> None:
    """Log lines tell there."""
    assert shown(Progress(8), terminal=False) == ""
