"""Who owns a run folder, and what of that can be seen from a machine."""

from __future__ import annotations

import math
import os
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil
from filelock import BaseFileLock
from pydantic import BaseModel, ConfigDict

from factbook.files.locks import file_lock

HEARTBEAT_SECONDS = 10.0
DEAD_AFTER_SECONDS = 60.0
"""Six heartbeats: one that is late, because of a busy disk, proves nothing."""

NAMING_SECONDS = 5.0
"""A run that has got the lock writes its name at once, and one that ends lets go at once."""

_SAME_START_SECONDS = 2.0  # start times follow the machine's clock, which may be adjusted


class Owner(BaseModel):
    """The owner of a lease in the owner file: a process, or a flow run that waits.

    Attributes:
        host: Name of the machine.
        namespace: The namespace of process ids: a boot of a machine, and a container on it.
            Machines and containers may share a host name.
        process: Process id.
        process_started: When it started, in seconds since 1970.
        flow_run: Id of the Prefect flow run; empty for one on a private server, which ends with it.
        since: When it took the lease, in ISO 8601.
        waiting_since: Since when the flow run waits for approval, in ISO 8601; no process holds
            the lease then. Empty while one does.
        token: Unique for each time that the lease is taken.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")  # later versions may add fields

    host: str
    namespace: str
    process: int
    process_started: float
    flow_run: str = ""
    since: str
    waiting_since: str = ""
    token: str

    def __str__(self) -> str:
        """The owner, and since when it holds the lease."""
        if self.waiting_since:
            waiting = f"waiting for approval since {self.waiting_since}"
            return f"flow run {self.flow_run}, since {self.since}, {waiting}"
        flow_run = f"flow run {self.flow_run}, " if self.flow_run else ""
        return f"{flow_run}process {self.process} on {self.host}, since {self.since}"

    def waits(self) -> Owner:
        """The same flow run, waiting for approval from now on."""
        return self.model_copy(update={"waiting_since": _now()})


def started_at(process: int) -> float | None:
    """When a process of this machine started, in seconds since 1970.

    Returns:
        None when there is no such process; NaN when access is denied.
    """
    try:
        found = psutil.Process(process)
        return None if found.status() == psutil.STATUS_ZOMBIE else float(found.create_time())
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return math.nan


@dataclass(frozen=True)
class Machine:
    """The machine as a lease sees it.

    Attributes:
        host: Its name.
        namespace: The namespace of its process ids.
        started_at: Process id → when it started; like the function `started_at`.
        lock: Creates the operating system's lock of a file.
        clock: Its monotonic clock, in seconds.
        sleep: Waits for a number of seconds.
        heartbeat_seconds: Time between heartbeats.
        dead_after_seconds: Time without a heartbeat after which an owner elsewhere is dead.
        naming_seconds: Time after which whoever holds the lock without its name is no run.
    """

    host: str
    namespace: str
    started_at: Callable[[int], float | None] = started_at
    lock: Callable[[Path], BaseFileLock] = file_lock
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    heartbeat_seconds: float = HEARTBEAT_SECONDS
    dead_after_seconds: float = DEAD_AFTER_SECONDS
    naming_seconds: float = NAMING_SECONDS

    @classmethod
    def here(cls) -> Machine:
        """This machine."""
        return cls(host=socket.gethostname(), namespace=_namespace())

    def owner(self, flow_run: str) -> Owner:
        """This process as an owner, from now on."""
        process = os.getpid()
        return Owner(
            host=self.host,
            namespace=self.namespace,
            process=process,
            process_started=self.started_at(process) or 0.0,
            flow_run=flow_run,
            since=_now(),
            token=uuid.uuid4().hex,
        )

    def is_here(self, owner: Owner) -> bool:
        """Whether an owner's process id belongs to this machine."""
        return (owner.host, owner.namespace) == (self.host, self.namespace)

    def is_gone(self, owner: Owner) -> bool:
        """Whether no process on this machine has an owner's id."""
        return self.started_at(owner.process) is None

    def is_same(self, owner: Owner) -> bool:
        """Whether the process with an owner's id on this machine started when the owner did."""
        started = self.started_at(owner.process)
        return started is not None and abs(started - owner.process_started) <= _SAME_START_SECONDS


def _namespace() -> str:
    """The namespace of this process's ids; parts that are not known are left out.

    The first namespace of process ids has the same number on every machine, and two machines may
    share a host name: the boot id that the kernel generates at each start distinguishes machines.
    """
    known = []
    with suppress(OSError):
        known.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
    with suppress(OSError):
        known.append(str(Path("/proc/self/ns/pid").readlink()))
    return " ".join(known)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
