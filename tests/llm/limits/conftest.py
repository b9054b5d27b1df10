"""A Redis for the tests of limits, and limits of both backends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import redis

from factbook.llm.limits.shared import SharedLimits
from tests.llm.limits.backends import BACKENDS, Backend, clean, open_in
from tests.servers import fixtures

redis_url = fixtures.redis_url


@pytest.fixture
def name() -> str:
    """A name for keys in Redis that no other test has."""
    return f"test-{uuid4().hex}"


@pytest.fixture
def redis_client(redis_url: str, name: str) -> Iterator[redis.Redis]:
    """A client of a Redis; what bears the test's name there is removed at its end."""
    with redis.Redis.from_url(redis_url, decode_responses=True) as client:
        yield client
        clean(client, name)


@pytest.fixture
def client_of(request: pytest.FixtureRequest) -> Callable[[Backend], Any]:
    """The client of Redis that a backend needs; None in the process."""

    def client(backend: Backend) -> Any:
        return request.getfixturevalue("redis_client") if backend == "redis" else None

    return client


@pytest.fixture(params=BACKENDS)
def open_limits_in(
    request: pytest.FixtureRequest, client_of: Callable[[Backend], Any], name: str
) -> Callable[..., SharedLimits]:
    """Opens limits, of each backend in turn."""
    return partial(open_in, request.param, client=client_of(request.param), name=name)
