"""Servers as pytest fixtures.

A test module has one by one line, ``model_server = fixtures.model_server``, and then a process of
its own; the same line in a `conftest.py` shares one process among all modules below it.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.servers import running
from tests.servers.redis_server import RUNNING, redis_answers, redis_server
from tests.servers.running import NOTHING, RunningServer

Serve = Callable[..., RunningServer]


@pytest.fixture(scope="session")
def model_server() -> Iterator[Serve]:
    """Gives a running model server with a restarted scenario and an empty ledger.

    It is the same process each time: a test that needs two servers, or ends one, takes
    `tests.servers.running.model_server`.
    """
    with running.model_server() as server:

        def serve(scenario: Mapping[str, Any] = NOTHING) -> RunningServer:
            server.set_scenario(scenario)
            server.clear_ledger()
            return server

        yield serve


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Redis: one of the tests' own, else one that runs on this machine."""
    if shutil.which("redis-server") is None and redis_answers(RUNNING):
        yield RUNNING
        return
    with redis_server(tmp_path_factory.mktemp("redis")) as address:
        yield address
