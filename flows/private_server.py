"""A private Prefect server, for the time of one run.

A run without ``PREFECT_API_URL`` starts a private server in a process of its own, while this
process reads the inputs; its database is a copy, in a temporary folder, of a migrated file that
is kept in the user's cache, as migrations take several seconds. Figures: docs/prefect-notes.md,
rules 14 and 15.

It has an authentication string of its own, handed over by a pipe, and tells by another the port
that the system has given it: neither stands in a command line, which all users can read.
"""

from __future__ import annotations

import os
import secrets
import select
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path

import platformdirs
from pydantic import SecretStr

from factbook.errors import StoppedError

START_SECONDS = 90
"""The first start on a machine migrates the database; later ones take three seconds."""

QUIET = {
    "PREFECT_LOGGING_LEVEL": "CRITICAL",
    "PREFECT_LOGGING_SERVER_LEVEL": "ERROR",
    "PREFECT_LOGGING_TO_API_ENABLED": "false",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}
_SERVER = {
    **QUIET,
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_UI_ENABLED": "0",
}


class PrivateServer:
    """A private Prefect server on a free loopback port, gone with the run.

    Create it first thing, do something else while it starts, then `wait`.

    Attributes:
        folder: Its temporary folder.
        auth: The authentication string that requests must carry, generated for this server.
        database: Its database, a file of SQLite.

    Raises:
        StoppedError: From `wait`: the server did not start.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="factbook-prefect-"))
        self._log = self.folder / "server.log"
        self._template = _database_template(self.folder)
        self.database = self.folder / "prefect.db"
        if self._template.exists():
            shutil.copyfile(self._template, self.database)
        self.auth = SecretStr(f"factbook:{secrets.token_urlsafe(24)}")
        self._port = 0
        self._process = self._start()

    @property
    def api_url(self) -> str:
        """Address of the server's API; known after `wait`."""
        return f"http://127.0.0.1:{self._port}/api"

    @property
    def environment(self) -> dict[str, str]:
        """The settings with which Prefect's clients reach the server; known after `wait`."""
        return {
            "PREFECT_API_URL": self.api_url,
            "PREFECT_API_AUTH_STRING": self.auth.get_secret_value(),
        }

    @property
    def pid(self) -> int:
        """Id of the server's process, whose resources the benchmarks measure."""
        return self._process.pid

    def wait(self) -> None:
        """Wait until the server answers.

        Raises:
            StoppedError: It ended, or did not answer in time.
        """
        port = self._port or self._told_port()
        if not port or self._process.poll() is not None:
            raise StoppedError(
                "The private Prefect server did not start: "
                f"{self._last_words()}. Run the same command again, or set PREFECT_API_URL "
                "to a server of your own"
            )
        self._port = port
        self._keep_template()

    def stop(self) -> None:
        """End the server. It is killed: an orderly end takes seconds, and its history goes."""
        self._process.kill()
        self._process.communicate()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start(self) -> subprocess.Popen[bytes]:
        url = f"sqlite+aiosqlite:///file:{self.database}?uri=true&check_same_thread=false"
        # Prefect takes its single-connection pool when the address contains ":memory:".
        environment = {
            **os.environ,
            **_SERVER,
            "PREFECT_API_DATABASE_CONNECTION_URL": f"{url}&pool=:memory:",
            "PREFECT_HOME": str(self.folder),
        }
        if self.database.exists():  # a copy of what an earlier start has prepared
            environment |= {
                "PREFECT_API_DATABASE_MIGRATE_ON_START": "false",
                "PREFECT_API_BLOCKS_REGISTER_ON_START": "false",
            }
        environment.pop("PREFECT_API_URL", None)
        server = Path(__file__).with_name("private_server_process.py")
        # -P keeps the modules beside the script from shadowing others of the same name.
        command = [sys.executable, "-P", str(server)]
        with self._log.open("wb") as log:
            # A session of its own: Ctrl-C ends the run first, and the run ends the server.
            process = subprocess.Popen(  # noqa: S603 - a fixed command
                command,
                env=environment,
                stdin=subprocess.PIPE,  # ends with this process
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                cwd=self.folder,
            )
        if process.stdin is not None:
            with suppress(BrokenPipeError):  # it has ended: `wait` tells
                process.stdin.write(f"{self.auth.get_secret_value()}\n".encode())
                process.stdin.flush()
        return process

    def _told_port(self) -> int:
        """The port, which the server tells once it answers; 0 when it ended or takes too long."""
        told = self._process.stdout
        if told is None or not select.select([told], [], [], START_SECONDS)[0]:
            return 0
        return int(told.readline() or 0)

    def _keep_template(self) -> None:
        """Keep the migrated database for the next run, unless one is kept already."""
        if self._template.exists():
            return
        with suppress(OSError, sqlite3.Error):  # without a cache the next start migrates again
            self._template.parent.mkdir(parents=True, exist_ok=True)
            temporary = self._template.with_suffix(f".{os.getpid()}.tmp")
            with (
                closing(sqlite3.connect(self.database)) as source,
                closing(sqlite3.connect(temporary)) as copy,
            ):
                source.backup(copy)
            temporary.replace(self._template)

    def _last_words(self) -> str:
        with suppress(OSError):
            lines = self._log.read_text(errors="replace").strip().splitlines()
            if lines:
                return lines[-1][:300]
        return "it wrote no message"


def _database_template(folder: Path) -> Path:
    """Where the migrated database is kept: in the user's cache, one for each Prefect version.

    Args:
        folder: Where it is kept, for nobody, of a user without a home.
    """
    cache = platformdirs.user_cache_path("factbook", appauthor=False)
    return (cache if cache.is_absolute() else folder) / f"prefect-{version('prefect')}.db"
