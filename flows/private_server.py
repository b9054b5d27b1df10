"""A private Prefect server, for the time of one run.

A run without ``PREFECT_API_URL`` starts a private server in a process of its own, while this
process reads the inputs; its database is a copy, in a temporary folder, of a migrated file that
is kept in the user's cache, as migrations take several seconds. Figures: docs/prefect-notes.md,
rules 14 and 15.
"""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from importlib.metadata import version
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import platformdirs

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
        port: Its port.
        database: Its database, a file of SQLite.

    Raises:
        StoppedError: From `wait`: the server did not start.
    """

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="factbook-prefect-"))
        self._log = self.folder / "server.log"
        self._template = _database_template()
        self.database = self.folder / "prefect.db"
        if self._template.exists():
            shutil.copyfile(self._template, self.database)
        self.port = _free_port()
        self._process = self._start()

    @property
    def api_url(self) -> str:
        """Address of the server's API."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def pid(self) -> int:
        """Id of the server's process, whose resources the benchmarks measure."""
        return self._process.pid

    def wait(self) -> None:
        """Wait until the server answers.

        Raises:
            StoppedError: It ended, or did not answer in time.
        """
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise StoppedError(
                    "The private Prefect server did not start: "
                    f"{self._last_words()}. Run the same command again, or set PREFECT_API_URL "
                    "to a server of your own"
                )
            time.sleep(0.05)
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
        command = [sys.executable, str(server), str(self.port), str(self.folder)]
        with self._log.open("wb") as log:
            # A session of its own: Ctrl-C ends the run first, and the run ends the server.
            return subprocess.Popen(  # noqa: S603 - a fixed command
                command,
                env=environment,
                stdin=subprocess.PIPE,  # ends with this process
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.folder,
            )

    def _answers(self) -> bool:
        address = f"{self.api_url}/health"
        with suppress(URLError, OSError), urlopen(address, timeout=2) as answer:  # noqa: S310
            return bool(answer.status == 200)
        return False

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


def _database_template() -> Path:
    """Where the migrated database is kept: in the user's cache, one for each Prefect version."""
    cache = platformdirs.user_cache_path("factbook", appauthor=False)
    return cache / f"prefect-{version('prefect')}.db"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
