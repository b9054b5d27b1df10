"""A Redis for the tests of limits, and limits of both backends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from uuid import uuid4

import pytest
import redis

from factbook.llm.limits.shared import SharedLimits
from tests.llm.limits.backends import BACKENDS, REDIS_URL, clean, open_in


@pytest.fixture
def redis_client() -> Iterator[redis.Redis]:
    """The Redis of this machine."""
    client = redis.Redis.from_url(REDIS_URL, decode_responses=True)
    try:
        client.ping()
    except redis.ConnectionError as error:
        pytest.fail(f"No Redis answers at {REDIS_URL}; start redis-server. {error}")
    yield client
    client.close()


@pytest.fixture
def name(redis_client: redis.Redis) -> Iterator[str]:
    """A name for keys in Redis that no other test has; what bears it is removed."""
    name = f"test-{uuid4().hex}"
    yield name
    clean(redis_client, name)


@pytest.fixture(params=BACKENDS)
def open_limits_in(
    request: pytest.FixtureRequest, redis_client: redis.Redis, name: str
) -> Callable[..., SharedLimits]:
    """Opens limits, of each backend in turn."""
    return partial(open_in, request.param, client=redis_client, name=name)
