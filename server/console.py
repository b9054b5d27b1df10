"""The console of a deployed run: its lines go to its worker, for as long as that lives."""

from __future__ import annotations

import logging
from contextlib import suppress

from prefect.logging.handlers import PrefectConsoleHandler


class LastingConsoleHandler(PrefectConsoleHandler):
    """Prefect's console, which ends the run with its worker: after it, lines are let go.

    `prefect.yaml` names it to deployed runs. Their lines go to the server all the same.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Show a line, if somebody reads it."""
        with suppress(SystemExit):  # Rich's answer to a pipe that nobody reads any more
            super().emit(record)
