"""A database of PostgreSQL for the time of the tests."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import asyncpg

POSTGRES = os.environ.get("FACTBOOK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432")
"""A PostgreSQL in which the tests may make and drop databases."""


def apart(work: Callable[[], object]) -> None:
    """Do something in a thread of its own: in that of the tests, a browser has an event loop."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(work).result()


@contextmanager
def fresh_database(name: str) -> Iterator[str]:
    """A new, empty database; gives its address as Prefect takes it, and drops it at the end.

    Raises:
        RuntimeError: PostgreSQL is away.
    """
    drop = f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'
    execute(f"{POSTGRES}/postgres", drop, f'CREATE DATABASE "{name}"')
    try:
        yield f"{POSTGRES.replace('postgresql:', 'postgresql+asyncpg:', 1)}/{name}"
    finally:
        execute(f"{POSTGRES}/postgres", drop)


def execute(address: str, *statements: str) -> None:
    """Have a database do something.

    Args:
        address: Of the database.
        *statements: SQL.

    Raises:
        RuntimeError: PostgreSQL is away.
    """

    async def work() -> None:
        link = await asyncpg.connect(address.replace("+asyncpg", ""), timeout=10)
        try:
            for statement in statements:
                await link.execute(statement)
        finally:
            await link.close()

    try:
        apart(lambda: asyncio.run(work()))
    except OSError as error:
        raise RuntimeError(
            f"the tests of the server need PostgreSQL, and there is none at {POSTGRES} ({error}); "
            "start one, or set FACTBOOK_TEST_POSTGRES"
        ) from error
