"""A Redis for tests: one of their own, or one that runs on this machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from redis import Redis
from redis.exceptions import RedisError

from tests.on_server.services import LOOPBACK, Service, free_port, running

RUNNING = os.environ.get("FACTBOOK_TEST_REDIS", f"redis://{LOOPBACK}:6379/9")
"""The Redis that tests take where they cannot start one; they remove what they put there."""


@contextmanager
def redis_server(folder: Path, password: str = "") -> Iterator[str]:
    """A Redis on loopback that keeps nothing on disk; gives its address.

    Without the program the test is left out.

    Args:
        folder: Where its log goes.
        password: What it asks for; empty, nothing.
    """
    program = shutil.which("redis-server")
    if program is None:
        leave_out("no redis-server to start: install Redis (Debian: apt-get install redis-server)")
    port = free_port()
    options = ["--port", str(port), "--bind", LOOPBACK, "--save", ""]
    if password:
        options += ["--requirepass", password]
    address = f"redis://{f':{password}@' if password else ''}{LOOPBACK}:{port}/0"
    service = Service("redis", [program, *options], os.environ, folder)
    with running(service, lambda: redis_answers(address)):
        yield address


def redis_answers(address: str) -> bool:
    """Whether a Redis answers at an address."""
    with Redis.from_url(address, socket_timeout=30) as client:
        try:
            return bool(client.ping())
        except RedisError:
            return False


def leave_out(why: str) -> NoReturn:
    """Leave the running test out, as a service is missing; with ``CI`` set it fails.

    pytest tells at its end how many were left out, and why.
    """
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)
