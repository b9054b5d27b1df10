"""Services that the repository's own commands start, for the time of the tests."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import httpx
import psutil

from tests.servers.running import ROOT

LOOPBACK = "127.0.0.1"
START_SECONDS = 120.0
END_SECONDS = 30.0
PORTS = range(20_000, 30_000)
"""Below those that Linux gives away by itself (from 32,768 on)."""


class Service:
    """A process with all that it starts, in a process group of its own.

    Attributes:
        name: What it is, in messages.
        log: File with all that it says.
    """

    def __init__(
        self, name: str, command: list[str], environment: Mapping[str, str], folder: Path
    ) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._command = command
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Id of its first process, which is the id of its group."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Start it, a first time or again."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=dict(self._environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_for(self, is_ready: Callable[[], bool]) -> None:
        """Wait until it is ready; fail with its last words when it ends or takes too long."""
        assert self._process is not None
        deadline = time.monotonic() + START_SECONDS
        while not is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the {self.name} did not start:\n{self.words()[-3000:]}")
            time.sleep(0.1)

    def words(self) -> str:
        """All that it has said."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def stop(self, sign: signal.Signals = signal.SIGTERM) -> None:
        """End its group, at last by force."""
        if self._process is None:
            return
        for sign_now in (sign, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, sign_now)
            except ProcessLookupError:
                break
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        self._process.wait()
        self._process = None


@contextmanager
def running(service: Service, is_ready: Callable[[], bool]) -> Iterator[Service]:
    """A service inside the block."""
    service.start()
    try:
        service.wait_for(is_ready)
        yield service
    finally:
        service.stop()


def answers(url: str) -> bool:
    """Whether a web address answers well."""
    try:
        return httpx.get(url, timeout=2, trust_env=False).is_success
    except httpx.HTTPError:
        return False


def processes_of(run_id: str) -> list[psutil.Process]:
    """Processes that work for a flow run."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):  # gone meanwhile, or not ours
            named = process.environ().get("PREFECT__FLOW_RUN_ID", "")
            if named and UUID(named) == UUID(run_id):
                found.append(process)
    return found


def free_port() -> int:
    """A port of this machine that nothing listens on.

    It is none of those that the system gives to connections and to whoever asks for any port, so
    that nobody else is likely to be given it before the service listens there.
    """
    while True:
        with socket.socket() as probe, suppress(OSError):  # taken
            port = PORTS.start + secrets.randbelow(len(PORTS))
            probe.bind((LOOPBACK, port))
            return port


def clean_environment(home: Path, **values: str) -> dict[str, str]:
    """The environment of a person who has set nothing, with a home folder of their own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PREFECT", "OPENAI", "FACTBOOK", "XDG", "MAKE", "MFLAGS"))
    }
    return {
        **kept,
        "HOME": str(home),
        "PREFECT_HOME": str(home / ".prefect"),
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
        **values,
    }
