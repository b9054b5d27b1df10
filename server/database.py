"""The server's database: its address, and the check that it can be used."""

from __future__ import annotations

import asyncio
import os
import shlex
from typing import TYPE_CHECKING

from factbook.errors import ConfigError, StoppedError
from server.config_error import config_error

if TYPE_CHECKING:  # imported where it is needed: it takes a while
    from sqlalchemy.engine import URL

SETTING = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
DEFAULT = "postgresql+asyncpg://postgres@127.0.0.1:5432/factbook"
OLDEST = (14, 9)
"""Older releases of PostgreSQL are not supported by Prefect (docs/prefect-notes.md, rule 16)."""

_FORM = "postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE"
_FORM_REMEDY = (
    f"Set {SETTING} to {_FORM}; in USER and PASSWORD write @ : / ? # % as %40 %3A %2F %3F %23 %25"
)


def database_url() -> str:
    """The address in the settings, else `DEFAULT`; it may contain a password.

    Raises:
        ConfigError: It is not an address of PostgreSQL, or it is incomplete. No part that may be
            a password is repeated.
    """
    from prefect.settings import get_current_settings

    known = get_current_settings().server.database.connection_url
    url = known.get_secret_value() if known is not None else ""
    is_named = SETTING in os.environ or url.startswith("postgresql")
    if not is_named:
        return DEFAULT
    if not url.startswith("postgresql+asyncpg://"):
        message = "the server's database is not PostgreSQL with asyncpg"
        kind, has_kind, _ = url.partition("://")
        if has_kind:
            message += f" but {kind}"
        raise config_error("database", message, f"Set {SETTING} to {_FORM}")
    _parsed(url)
    return url


def place(url: str) -> str:
    """A database for people to read: without user and password."""
    parts = _parsed(url)
    return f"database '{parts.database}' at {_host(parts)}"


def check_database(url: str) -> None:
    """Make sure that the database can be used, with the same connection as the server's.

    Raises:
        StoppedError: PostgreSQL does not answer.
        ConfigError: There is no such database, access is denied, or PostgreSQL is too old.
    """
    asyncio.run(_check(url))


async def _check(url: str) -> None:
    import asyncpg
    from prefect.server.database.configurations import AsyncPostgresConfiguration
    from sqlalchemy.exc import DBAPIError

    parts = _parsed(url)
    try:
        engine = await AsyncPostgresConfiguration(url).engine()
        try:
            async with engine.connect() as link:
                version = link.dialect.server_version_info or (0,)
        finally:
            await engine.dispose()
    except asyncpg.InvalidCatalogNameError:
        raise config_error(
            "database", f"there is no {place(url)}", f"Create it with: {_createdb(parts)}"
        ) from None
    except (
        asyncpg.InvalidAuthorizationSpecificationError,  # a wrong password is one of them
        asyncpg.ClientConfigurationError,
        asyncpg.InsufficientPrivilegeError,
    ) as error:
        raise config_error(
            "database",
            f"PostgreSQL denies the server access to the {place(url)}: {error}",
            f"Set the right user and password in {SETTING}",
        ) from None
    except (TypeError, ValueError, OverflowError) as error:  # asyncpg rejects its arguments
        message = f"the address of the {place(url)} is invalid: {str(error).rstrip('.')}"
        raise config_error("database", message, _FORM_REMEDY) from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, DBAPIError) as error:
        reason = error.orig if isinstance(error, DBAPIError) else error
        raise StoppedError(
            f"PostgreSQL does not answer at {_host(parts)} ({reason or type(reason).__name__}). "
            f"Start it, or set {SETTING} to {_FORM}"
        ) from None
    if version < OLDEST:
        raise config_error(
            "database",
            f"PostgreSQL at {_host(parts)} has version {'.'.join(map(str, version))}",
            "Upgrade it",
            allowed="14.9 or newer",
        )


def _parsed(url: str) -> URL:
    """The parts of an address.

    Raises:
        ConfigError: It cannot be read, or names no database.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        parts = make_url(url)
        parts.get_dialect()().create_connect_args(parts)  # hosts and ports of the query as well
    except (ArgumentError, ValueError):
        message = f"{SETTING} is not an address: its host or port cannot be read"
        raise _unreadable(message) from None
    if "@" in f"{parts.host}{parts.database}":  # what follows the first one may be a password
        raise _unreadable(f"{SETTING} has more than one @")
    if not parts.database:
        raise _unreadable(f"{SETTING} names no database")
    return parts


def _unreadable(message: str) -> ConfigError:
    return config_error("database", message, _FORM_REMEDY)


def _createdb(parts: URL) -> str:
    host, _, port = _host(parts).rpartition(":")
    options = ["-h", host, "-p", port]
    options += ["-U", parts.username] if parts.username else []
    return shlex.join(["createdb", *options, parts.database or ""])


def _host(parts: URL) -> str:
    """Host and port; of several, those of the first."""
    _, options = parts.get_dialect()().create_connect_args(parts)
    host, port = options.get("host") or "127.0.0.1", options.get("port") or 5432
    first = (found[0] if isinstance(found, list) else found for found in (host, port))
    return ":".join(map(str, first))
