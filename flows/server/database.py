"""The server's database: which one, and whether it can be used."""

from __future__ import annotations

import asyncio
import os
import shlex
from urllib.parse import SplitResult, parse_qs, urlsplit

from factbook.errors import ConfigError, Finding, StoppedError

SETTING = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
DEFAULT = "postgresql+asyncpg://postgres@127.0.0.1:5432/factbook"
OLDEST = (14, 9)
"""Older releases of PostgreSQL are not supported by Prefect (PREFECT.md, rule 16)."""

CONNECT_SECONDS = 10


def database_url() -> str:
    """The address that the settings name, else `DEFAULT`; it may hold a password.

    Raises:
        ConfigError: It is none of PostgreSQL.
    """
    from prefect.settings import get_current_settings

    known = get_current_settings().server.database.connection_url
    url = known.get_secret_value() if known is not None else ""
    is_named = SETTING in os.environ or url.startswith("postgresql")
    if not is_named:
        return DEFAULT
    if not url.startswith("postgresql+asyncpg://"):
        raise _wrong(
            f"the server's database is of another kind than PostgreSQL: {url.split(':')[0]}",
            f"Set {SETTING} to postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE",
        )
    return url


def place(url: str) -> str:
    """A database as a person may read it: without user and password."""
    parts = urlsplit(url)
    return f"database '{_name(parts)}' at {_host(parts)}"


def check_database(url: str) -> None:
    """Make sure that the database can be used.

    Raises:
        StoppedError: PostgreSQL does not answer.
        ConfigError: No such database, no entry, or an older PostgreSQL.
    """
    asyncio.run(_check(url))


async def _check(url: str) -> None:
    import asyncpg

    parts = urlsplit(url)
    ssl = parse_qs(parts.query).get("ssl")
    try:
        link = await asyncpg.connect(
            parts._replace(scheme="postgresql", query=f"sslmode={ssl[0]}" if ssl else "").geturl(),
            timeout=CONNECT_SECONDS,
        )
    except asyncpg.InvalidCatalogNameError:
        raise _wrong(f"there is no {place(url)}", f"Make it with: {_createdb(parts)}") from None
    except (
        asyncpg.InvalidAuthorizationSpecificationError,  # a wrong password is one of them
        asyncpg.ClientConfigurationError,
        ValueError,
    ) as error:
        raise _wrong(
            f"PostgreSQL does not let the server in to the {place(url)}: {error}",
            f"Set user and password in {SETTING}",
        ) from None
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StoppedError(
            f"PostgreSQL does not answer at {_host(parts)} ({error or type(error).__name__}). "
            f"Start it, or set {SETTING} to postgresql+asyncpg://USER:PASSWORD@HOST:PORT/DATABASE"
        ) from None
    version = link.get_server_version()
    await link.close()
    if (version.major, version.minor) < OLDEST:
        raise _wrong(
            f"PostgreSQL at {_host(parts)} is {version.major}.{version.minor}",
            "Prefect needs 14.9 or newer",
        )


def _createdb(parts: SplitResult) -> str:
    options = ["-h", parts.hostname or "127.0.0.1", "-p", str(parts.port or 5432)]
    options += ["-U", parts.username] if parts.username else []
    return shlex.join(["createdb", *options, _name(parts)])


def _host(parts: SplitResult) -> str:
    return f"{parts.hostname or '127.0.0.1'}:{parts.port or 5432}"


def _name(parts: SplitResult) -> str:
    return parts.path.lstrip("/")


def _wrong(message: str, remedy: str) -> ConfigError:
    return ConfigError(
        [Finding(severity="error", code="server.database", message=message, remedy=remedy)]
    )
