"""The live progress of a run on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from factbook.runs.progress import Progress

REFRESHES_PER_SECOND = 4


class _Bar:
    """Renders the progress of a run; asked again at each refresh."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def __rich__(self) -> Table:
        at = self._progress.snapshot()
        left = "" if at.left_seconds is None else f", {at.left_seconds:.0f} s left"
        others = "".join(
            f", {count} {status}" for status, count in at.by_status.items() if status != "written"
        )
        calls = f" with {at.calls_in_flight} model calls" if at.calls_in_flight else ""
        row = Table.grid(padding=(0, 1))
        row.add_row(
            ProgressBar(total=max(at.total, 1), completed=at.done, width=30),
            Text(
                f"{at.done}/{at.total} sections{others}, {at.in_flight} in flight{calls}, "
                f"{at.cost_usd:.2f} USD{left}"
            ),
        )
        return row


@contextmanager
def shown_progress(progress: Progress, console: Console) -> Iterator[Live | None]:
    """A live bar while a run is at work; None where there is no terminal, where log lines say it.

    Args:
        progress: The progress to show.
        console: The terminal.
    """
    if not console.is_terminal:
        yield None
        return
    bar = _Bar(progress)
    with Live(bar, console=console, refresh_per_second=REFRESHES_PER_SECOND) as live:
        yield live
