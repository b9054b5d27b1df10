"""The console of a deployed run: its lines go to its worker while that is alive."""

from __future__ import annotations

import logging
import sys

from prefect.logging.handlers import PrefectConsoleHandler

from factbook.cli.outputs import discard


class LastingConsoleHandler(PrefectConsoleHandler):
    """Prefect's console handler, which does not end the run when its worker is gone.

    `prefect.yaml` selects it for deployed runs. Without a worker, lines are dropped here; the
    server receives them all the same.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Print a line, if somebody reads it."""
        try:
            super().emit(record)
        except SystemExit:  # raised by Rich when the pipe has no reader any more
            discard(sys.stderr)
