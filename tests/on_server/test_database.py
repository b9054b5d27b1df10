"""The check of the server's database against a real PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL, make_url

from factbook.errors import ConfigError
from server.database import check_database
from tests.on_server.database import apart, fresh_database

NAME = f"factbook_test_{os.getpid()}_check"


@pytest.fixture(scope="module")
def address() -> Iterator[URL]:
    """Address of an empty database."""
    with fresh_database(NAME) as found:
        yield make_url(found)


def text(url: URL) -> str:
    """An address as the environment has it."""
    return url.render_as_string(hide_password=False)


def check(address: str) -> None:
    """Check an address, as the command does, which has no event loop in its thread."""
    apart(lambda: check_database(address))


def test_database_that_is_there_does(address: URL) -> None:
    """By its host, or by one in the query, which Prefect takes likewise."""
    check(text(address))
    there = f"{address.host}:{address.port or 5432}"
    check(
        text(
            URL.create(
                **{**address._asdict(), "host": None, "port": None, "query": {"host": there}}
            )
        )
    )


def test_password_with_special_characters_is_sent_whole(address: URL) -> None:
    """Nothing of it is taken for a part of the address."""
    plain = text(address.set(password="PASSWORD"))  # noqa: S106 - any one, where PostgreSQL trusts
    check(plain.replace("PASSWORD", "a#b?c/d"))


def test_database_that_is_not_there_is_told(address: URL) -> None:
    """With the command that makes it."""
    with pytest.raises(ConfigError) as told:
        check(text(address.set(database="factbook_h_nowhere")))
    port = address.port or 5432
    assert f"there is no database 'factbook_h_nowhere' at {address.host}:{port}" in str(told.value)
    made = f"createdb -h {address.host} -p {port} -U {address.username} factbook_h_nowhere"
    assert made in str(told.value)


def test_user_that_is_not_there_is_told(address: URL) -> None:
    """The setting is named, and the password is not."""
    stranger = address.set(username="factbook_h_nobody", password="canary-2c")  # noqa: S106
    with pytest.raises(ConfigError, match="denies the server access to the database") as told:
        check(text(stranger))
    assert "canary" not in str(told.value)
