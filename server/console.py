"""The console of a deployed run: its lines go to its worker while that is alive."""

from __future__ import annotations

import logging
import sys

from prefect.logging.handlers import PrefectConsoleHandler

from factbook.cli.console import shown
from factbook.cli.outputs import discard


class LastingConsoleHandler(PrefectConsoleHandler):
    """Prefect's console handler: it outlives its worker, and commands no terminal.

    `prefect.yaml` selects it for deployed runs. Without a worker, lines are dropped here; the
    server receives them all the same. Control characters in lines are shown, as a worker's terminal
    prints what its runs say.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        return shown(super().format(record))

    def emit(self, record: logging.LogRecord) -> None:
        """Print a line, if somebody reads it."""
        try:
            super().emit(record)
        except SystemExit:  # raised by Rich when the pipe has no reader any more
            discard(sys.stderr)
