"""A Dask scheduler and its workers, as processes over loopback; and runs that use them."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from factbook.llm.journal import JOURNAL, Ended, FileJournal, Sent
from flows.dask_cluster import SILENCE
from tests.on_server.services import LOOPBACK, Service, clean_environment, free_port
from tests.servers.redis_server import redis_server
from tests.servers.running import ROOT, RunningServer

DASK = str(ROOT / ".venv" / "bin" / "dask")
FACTBOOK = str(ROOT / ".venv" / "bin" / "factbook")
SLUG = "electricity-in-europe"
KEY = "sk-canary-51d2"
THREADS = 2
"""Of each worker."""

ALLOWED_FAILURES = 1
"""Of a section: a worker takes seconds to come back."""

RUN_SECONDS = 480.0


@dataclass
class Cluster:
    """A scheduler and its workers, each a process of its own, started by Dask's own commands.

    Attributes:
        folder: Home of their user, and logs.
        environment: Their environment, with which runs are started too.
        redis: Address of a Redis for limits and journal.
        port: The scheduler's port.
    """

    folder: Path
    environment: dict[str, str]
    redis: str
    port: int = field(default_factory=free_port)
    services: dict[str, Service] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The scheduler's address."""
        return f"tcp://{LOOPBACK}:{self.port}"

    @property
    def settings(self) -> tuple[str, ...]:
        """``--set`` assignments with which a run uses the cluster."""
        return ("runner=dask", f"dask_address={self.address}", f"limits.shared={self.redis}")

    def start(self, name: str, command: list[str], is_ready: Callable[[Service], bool]) -> Service:
        """Start one of its processes."""
        service = Service(name, command, self.environment, self.folder)
        service.start()
        self.services[name] = service
        service.wait_for(lambda: is_ready(service))
        return service

    def start_scheduler(self) -> Service:
        """The scheduler, without workers."""
        options = ["--host", LOOPBACK, "--port", str(self.port), "--no-dashboard"]
        return self.start("scheduler", [DASK, "scheduler", *options], lambda _: listens(self.port))

    def start_worker(self, name: str, *options: str) -> Service:
        """A worker of two threads, which works when this returns."""
        usual = ["--host", LOOPBACK, "--nthreads", str(THREADS), "--no-dashboard"]
        command = [DASK, "worker", self.address, "--name", name, *usual, *options]
        before = self._registrations(self.folder / f"{name}.log")
        return self.start(name, command, lambda one: self._registrations(one.log) > before)

    @staticmethod
    def _registrations(log: Path) -> int:
        """How often a worker has said that the scheduler has it."""
        return log.read_text(encoding="utf-8").count("Registered to:") if log.exists() else 0

    def workers(self) -> list[int]:
        """Process ids of all workers that the scheduler has."""
        return [info["pid"] for info in _ask(self.address)]

    def stop(self) -> None:
        """End all processes."""
        for service in reversed(self.services.values()):
            service.stop(signal.SIGKILL)
        self.services.clear()


def listens(port: int) -> bool:
    """Whether a process of this machine listens on a port."""
    return any(
        one.status == psutil.CONN_LISTEN and one.laddr.port == port
        for one in psutil.net_connections("tcp")
    )


def _ask(address: str) -> list[dict[str, Any]]:
    """What a scheduler knows of its workers, asked in a process that is gone afterwards."""
    said = subprocess.run(
        [sys.executable, "-c", _QUESTION, address], capture_output=True, text=True, timeout=60
    )
    assert said.returncode == 0, said.stderr
    return list(json.loads(said.stdout))


_QUESTION = """
import json, os, sys
from distributed import Client
with Client(sys.argv[1], timeout=20) as client:
    pids = client.run(os.getpid) if client.nthreads() else {}
print(json.dumps([{"address": address, "pid": pid} for address, pid in pids.items()]))
"""


@contextmanager
def cluster(folder: Path, **access: str) -> Iterator[Cluster]:
    """A scheduler and a Redis, without workers, gone at the end.

    Args:
        folder: Home of their user, and logs.
        **access: What of the environment lets workers and runs ask a model.
    """
    home = folder / "home"
    home.mkdir(parents=True)
    environment = clean_environment(
        home,
        XDG_CACHE_HOME=str(Path.home() / ".cache"),  # the migrated database takes seconds to make
        DASK_TEMPORARY_DIRECTORY=str(folder),
        DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES=str(ALLOWED_FAILURES),
        DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL=SILENCE,  # one that hangs is given up
        **access,
    )
    with redis_server(folder) as redis:
        started = Cluster(folder, environment, redis)
        environment |= {"REDIS_URL": redis, "FACTBOOK_DASK_ADDRESS": started.address}
        try:
            started.start_scheduler()
            yield started
        finally:
            started.stop()


@dataclass
class Run:
    """Runs of one project from a shell into one folder.

    Attributes:
        project: The project folder.
        out: Where results go.
        environment: The environment.
        settings: ``--set`` assignments.
    """

    project: Path
    out: Path
    environment: dict[str, str]
    settings: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self.out / SLUG

    @contextmanager
    def started(self) -> Iterator[subprocess.Popen[str]]:
        """A run that goes on, killed at the end of the block if it does so still."""
        assignments = [part for setting in self.settings for part in ("--set", setting)]
        process = subprocess.Popen(
            [FACTBOOK, "run", str(self.project), "--out", str(self.out), *assignments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.communicate()

    def to_end(self) -> tuple[int, str]:
        """Run to the end; the exit code and what was said."""
        with self.started() as process:
            return end_of(process)

    def events(self) -> tuple[list[Sent], list[Ended]]:
        """Attempts of the journal, and their ends."""
        events = FileJournal(self.folder / JOURNAL).read().events
        sent = [event for event in events if isinstance(event, Sent)]
        return sent, [event for event in events if isinstance(event, Ended)]

    def check_account(self, server: RunningServer, lost: int = 0) -> None:
        """Promises 1 and 5: the journal tells the provider's hits, and no saved answer is repeated.

        Args:
            server: The provider.
            lost: How many calls may have been caught by a kill before they were sent.
        """
        sent, ended = self.events()
        ids = [event.attempt for event in sent]
        hits = [hit.call_id for hit in server.ledger()]
        assert len(set(ids)) == len(ids)
        assert len(set(hits)) == len(hits)
        assert set(hits) <= set(ids)
        assert len(set(ids) - set(hits)) <= lost
        keys = {event.attempt: event.key for event in sent}
        accepted = Counter(keys[end.attempt] for end in ended if end.outcome == "answered")
        assert set(accepted.values()) == {1}

    def manifest(self) -> dict[str, Any]:
        """``run.json``."""
        return dict(json.loads((self.folder / "run.json").read_bytes()))


def end_of(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for the end of a run; the exit code and what was said."""
    said = process.communicate(timeout=RUN_SECONDS)[0]
    return process.returncode, said


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = RUN_SECONDS) -> None:
    """Wait for something; fail when it does not come."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        time.sleep(0.05)
