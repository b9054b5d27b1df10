"""What Prefect tasks and flows of this process have returned."""

from __future__ import annotations

from typing import Any

from prefect import State
from prefect.exceptions import MissingResult
from prefect.results import ResultRecordMetadata  # type: ignore[attr-defined]


def result_of(state: State[Any]) -> Any:
    """What a task or flow returned in this process, or the error that ended it.

    No result of ours is stored. A state that says where one is stored was set by somebody on the
    server: Prefect would load it as it is said to be stored, a pickle too, whose code it would run.

    Args:
        state: The state in which it ended.

    Raises:
        MissingResult: It has ended, but not in this process.
    """
    if isinstance(state.data, ResultRecordMetadata):
        raise MissingResult(f"somebody has set the state {state.name} on the Prefect server")
    return state.result(raise_on_failure=False)
