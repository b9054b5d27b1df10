"""The address of the server's database: read as Prefect reads it, and never repeated in full.

What needs PostgreSQL is tested in `tests/on_server`.
"""

from __future__ import annotations

import pytest
from prefect.settings import PREFECT_SERVER_DATABASE_CONNECTION_URL, temporary_settings

from factbook.errors import ConfigError, StoppedError
from server.database import DEFAULT, SETTING, check_database, database_url, place

SECRET = "canary-4e"  # noqa: S105 - none


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Names no address; what a test sets is undone."""
    monkeypatch.delenv(SETTING, raising=False)
    return monkeypatch


def read(named: pytest.MonkeyPatch, url: str) -> str:
    """The address, as the environment names it."""
    named.setenv(SETTING, url)
    with temporary_settings({PREFECT_SERVER_DATABASE_CONNECTION_URL: url}):
        return database_url()


def test_without_a_setting_it_is_this_machines(named: pytest.MonkeyPatch) -> None:
    """Nothing has to be set on one machine."""
    assert database_url() == DEFAULT
    assert place(DEFAULT) == "database 'factbook' at 127.0.0.1:5432"


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("factbook", "is not PostgreSQL with asyncpg. Set"),
        (f"postgresql://me:{SECRET}@host/factbook", "PostgreSQL with asyncpg but postgresql. Set"),
        (f"postgresql+asyncpg://me:{SECRET}@host:port/factbook", "host or port cannot be read"),
        (f"postgresql+asyncpg://me:{SECRET}@host:/factbook", "host or port cannot be read"),
        (f"postgresql+asyncpg:me:{SECRET}@host", "is not PostgreSQL"),
        (f"postgresql+asyncpg://me:{SECRET}@host:5432", "names no database"),
        (f"postgresql+asyncpg://me:{SECRET}@host:5432/", "names no database"),
        (f"postgresql+asyncpg://me:a@{SECRET}@host/factbook", "has more than one @"),
        (f"postgresql+asyncpg://me:a@b/{SECRET}@host/factbook", "has more than one @"),
        (f"postgresql+asyncpg://me:a@b:{SECRET}@host/factbook", "host or port cannot be read"),
        (f"postgresql+asyncpg://me:a@b?{SECRET}@host/factbook", "names no database"),
    ],
)
def test_address_that_does_not_do_is_refused(named: pytest.MonkeyPatch, url: str, why: str) -> None:
    """What is wrong, the setting and its form; no part that may be a password."""
    with pytest.raises(ConfigError) as raised:
        read(named, url)
    assert why in str(raised.value)
    assert f"Set {SETTING} to postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE" in str(
        raised.value
    )
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize("password", [f"#{SECRET}", f"{SECRET}?x", f"{SECRET}/x", f"%40{SECRET}"])
def test_special_characters_of_a_password_end_nothing(
    named: pytest.MonkeyPatch, password: str, free: int
) -> None:
    """The host behind it is asked, and nothing of it is shown."""
    url = read(named, f"postgresql+asyncpg://me:{password}@127.0.0.1:{free}/factbook")
    assert place(url) == f"database 'factbook' at 127.0.0.1:{free}"
    with pytest.raises(StoppedError, match=f"does not answer at 127.0.0.1:{free}") as raised:
        check_database(url)
    assert SECRET not in str(raised.value)


def test_host_of_the_query_is_the_one_that_is_asked(named: pytest.MonkeyPatch, free: int) -> None:
    """Prefect connects to it: what is checked is the same connection."""
    url = read(named, f"postgresql+asyncpg://me:{SECRET}@/factbook?host=127.0.0.1:{free}")
    with pytest.raises(StoppedError, match=f"does not answer at 127.0.0.1:{free}"):
        check_database(url)


@pytest.mark.parametrize("option", ["sslmode=require", "application_name=x"])
def test_option_that_prefect_would_choke_on_is_refused(
    named: pytest.MonkeyPatch, option: str, free: int
) -> None:
    """Not left to a traceback of the server."""
    url = read(named, f"postgresql+asyncpg://me:{SECRET}@127.0.0.1:{free}/factbook?{option}")
    with pytest.raises(ConfigError) as raised:
        check_database(url)
    assert f"unexpected keyword argument '{option.split('=')[0]}'" in str(raised.value)
    assert SECRET not in str(raised.value)


def test_port_that_no_host_has_is_refused(named: pytest.MonkeyPatch) -> None:
    """Ports end at 65535."""
    url = read(named, f"postgresql+asyncpg://me:{SECRET}@127.0.0.1:99999/factbook")
    with pytest.raises(ConfigError, match="port must be 0-65535"):
        check_database(url)
