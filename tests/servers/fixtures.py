"""The model server as a pytest fixture.

A test module has it by one line, ``model_server = fixtures.model_server``, and then a process of
its own; the same line in a `conftest.py` shares one process among all modules below it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.servers import running
from tests.servers.running import NOTHING, RunningServer

Serve = Callable[..., RunningServer]


@pytest.fixture(scope="session")
def model_server() -> Iterator[Serve]:
    """Gives a running model server with a scenario begun anew and an empty ledger.

    It is the same process each time: a test that needs two servers, or ends one, takes
    `tests.servers.running.model_server`.
    """
    with running.model_server() as server:

        def serve(scenario: Mapping[str, Any] = NOTHING) -> RunningServer:
            server.set_scenario(scenario)
            server.clear_ledger()
            return server

        yield serve
