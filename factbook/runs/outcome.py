"""How a run ended, for whoever started it: a shell, a flow, a caller in Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from factbook.checking.claims import Claim
from factbook.errors import FactbookError, ProjectBusyError, StoppedError, UserError
from factbook.runs.publish import Published

EXIT_CODES: Mapping[str, int] = {
    "Completed": 0,
    "Skipped": 0,
    "Rejected": 0,
    "Cached": 0,
    "Incomplete": 1,
    "BadInput": 2,
    "Stopped": 3,
    "AwaitingApproval": 3,
    "Cancelled": 130,
}
"""Name of the state that a run ended in → exit code of the command line."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        state: One of `EXIT_CODES`.
        message: One sentence.
        folder: The run folder; of a run that was skipped, the folder that holds it. None where
            none was reached.
        review: Of a report that waits for approval, what distinguishes it from any other.
        fail_on_change: Whether that report fails once it is approved, when a text has changed.
        changed: Ids of the sections that are not as the last run left them; None when there was
            no last run.
        flagged: Claims that the evidence contradicts or does not hold.
        published: The files that readers find.
        unchanged_seconds: Of a run that has written nothing, how long it took; ``run.json`` is
            that of an earlier run then.
    """

    state: str
    message: str
    folder: Path | None = None
    review: str = ""
    fail_on_change: bool = False
    changed: Sequence[str] | None = None
    flagged: Sequence[Claim] = ()
    published: Sequence[Published] = ()
    unchanged_seconds: float | None = None

    @property
    def exit_code(self) -> int:
        """Exit code of the command line."""
        return EXIT_CODES.get(self.state, 1)

    @property
    def links(self) -> dict[str, str]:
        """Name of a published file → the address that people open."""
        return {file.name: file.link for file in self.published if file.link}


def outcome_of(error: FactbookError, folder: Path | None = None) -> Outcome:
    """How a run ended that an error has ended.

    Args:
        error: The error.
        folder: The run folder, or the folder that holds it.

    Raises:
        FactbookError: The error, if it is not one that ends a run.
    """
    if isinstance(error, UserError):
        return Outcome("BadInput", str(error), folder)
    if isinstance(error, ProjectBusyError):
        return Outcome("Skipped", str(error), folder)
    if isinstance(error, StoppedError):
        return Outcome("Stopped", str(error), folder)
    raise error
