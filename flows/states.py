"""Prefect states: what the outcome of a run is on a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prefect import State
from prefect.states import Cancelled, Completed, Failed

from factbook.runs.outcome import Outcome
from flows.artifacts.form_words import in_words_of_form


def end_state(outcome: Outcome, touched: Sequence[str] = ()) -> State[Any]:
    """The Prefect state of a run that ended so.

    Args:
        outcome: How it ended.
        touched: Titles of the fields of the form that were filled in, of which one may be wrong.
    """
    is_bad = outcome.state == "BadInput"
    message = in_words_of_form(outcome.message, touched if is_bad else ())
    if outcome.exit_code == 0:
        return Completed(name=outcome.state, message=message)
    if outcome.state == "Cancelled":
        return Cancelled(message=message)
    return Failed(name=outcome.state, message=message)
