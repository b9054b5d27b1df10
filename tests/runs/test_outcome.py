"""How a run ended: its exit code, and the errors that end one."""

from __future__ import annotations

from pathlib import Path

import pytest

from factbook.errors import (
    CancelledError,
    ConfigError,
    FactbookError,
    Finding,
    ProjectBusyError,
    StoppedError,
    WaitingRunError,
)
from factbook.runs.outcome import EXIT_CODES, Outcome, outcome_of
from factbook.runs.publish import Published


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (ConfigError([Finding(severity="error", code="config.x", message="no")]), "BadInput", 2),
        (ProjectBusyError("busy"), "Skipped", 0),
        (WaitingRunError("waits", "a-flow-run", Path("out")), "Skipped", 0),
        (StoppedError("full"), "Stopped", 3),
    ],
)
def test_error_that_ends_a_run_is_its_outcome(error: FactbookError, state: str, code: int) -> None:
    """With what it says, and where."""
    outcome = outcome_of(error, Path("out"))
    assert outcome == Outcome(state, str(error), Path("out"))
    assert outcome.exit_code == code


def test_error_that_ends_no_run_goes_on() -> None:
    """It is a fault of the program."""
    error = CancelledError("interrupted")
    with pytest.raises(CancelledError) as raised:
        outcome_of(error)
    assert raised.value is error


def test_state_that_nobody_knows_is_no_success() -> None:
    """Such as one of Prefect's own."""
    assert Outcome("Crashed", "").exit_code == 1
    assert min(EXIT_CODES.values()) == 0


def test_links_are_those_that_people_can_open() -> None:
    """A published file without an address has none."""
    files = (
        Published("a.md", "/srv", "https://here/a.md", True),
        Published("b.md", "/srv", "", True),
    )
    assert Outcome("Completed", "", published=files).links == {"a.md": "https://here/a.md"}
