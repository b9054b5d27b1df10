"""The lease: one run at a time works on a run folder.

Two things hold it. A lock of the operating system, which goes with its process however that ends;
and an owner file, ``.lease.json``, which says who it is, and whose time a heartbeat renews. The
owner file alone holds where the file system has no locks. A dead owner is taken over when its
death is proven:

- it ran on this machine, and its process is gone or its id now belongs to a later one;
- it ran on another machine, the lock is free, and its heartbeat has failed for
  `DEAD_AFTER_SECONDS`.

In any other case the project counts as held, and the message says how a person takes it over.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
import psutil
from filelock import BaseFileLock, FileLock, Timeout
from pydantic import BaseModel, ConfigDict, ValidationError

from factbook.errors import ProjectBusyError, StoppedError
from factbook.runs.folder import RunFolder, write_atomically

OWNER = ".lease.json"
LOCK = ".lease.lock"
BEAT_SECONDS = 10.0
DEAD_AFTER_SECONDS = 60.0
"""Six heartbeats: one that is late because of a busy disk proves nothing."""

_NO_LOCKS = {errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS}
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}
_SAME_START_SECONDS = 2.0  # start times are told with the clock of the machine, which is set

log = logging.getLogger("factbook")


class Owner(BaseModel):
    """Who holds a lease, as the owner file says.

    Attributes:
        host: Name of the machine.
        namespace: What process ids are counted in: containers may share a host's name.
        process: Process id.
        process_started: When it started, in seconds since 1970.
        flow_run: Id of the Prefect flow run; empty for a run from a shell.
        since: When it took the lease, in ISO 8601.
        token: Tells this taking from all others.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")  # a later version may say more

    host: str
    namespace: str
    process: int
    process_started: float
    flow_run: str = ""
    since: str
    token: str

    def __str__(self) -> str:
        """Who, and since when."""
        flow_run = f"flow run {self.flow_run}, " if self.flow_run else ""
        return f"{flow_run}process {self.process} on {self.host}, since {self.since}"


def _started_at(process: int) -> float | None:
    """When a process of this machine started; None when there is none."""
    try:
        found = psutil.Process(process)
        return None if found.status() == psutil.STATUS_ZOMBIE else float(found.create_time())
    except psutil.NoSuchProcess:
        return None


def _namespace() -> str:
    """Which process ids this process sees; empty where that is not known."""
    with suppress(OSError):
        return str(Path("/proc/self/ns/pid").readlink())
    return ""


def _lock(path: Path) -> BaseFileLock:
    return FileLock(path, blocking=False, thread_local=False)


@dataclass(frozen=True)
class Machine:
    """The machine as a lease sees it.

    Attributes:
        host: Its name.
        namespace: What its process ids are counted in.
        started_at: Process id → when it started; None when there is no such process.
        lock: Makes the operating system's lock of a file.
        beat_seconds: Time between heartbeats.
        dead_after_seconds: After how long without one an owner elsewhere is dead.
    """

    host: str
    namespace: str
    started_at: Callable[[int], float | None] = _started_at
    lock: Callable[[Path], BaseFileLock] = _lock
    beat_seconds: float = BEAT_SECONDS
    dead_after_seconds: float = DEAD_AFTER_SECONDS

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
            since=datetime.now(UTC).isoformat(timespec="seconds"),
            token=uuid.uuid4().hex,
        )

    def is_here(self, owner: Owner) -> bool:
        """Whether an owner's process id means something on this machine."""
        return (owner.host, owner.namespace) == (self.host, self.namespace)


class Lease:
    """A lease that this process holds, until it is released or the process ends.

    Args:
        folder: The run folder.
        machine: This machine.
        owner: This process.
        lock: The lock, held; None where the file system has none.
    """

    def __init__(
        self, folder: Path, machine: Machine, owner: Owner, lock: BaseFileLock | None
    ) -> None:
        self._path = folder / OWNER
        self._machine = machine
        self._owner = owner
        self._lock = lock
        self._released = threading.Event()
        self._lost = threading.Event()
        self._on_loss: Callable[[], None] = lambda: None
        self._beats = threading.Thread(target=self._beat, name="lease", daemon=True)
        self._beats.start()

    @classmethod
    def take(
        cls, folder: RunFolder, *, flow_run: str = "", machine: Machine | None = None
    ) -> Lease:
        """Take the lease of a run folder that exists.

        Args:
            folder: The run folder.
            flow_run: Id of the Prefect flow run, where there is one.
            machine: This machine.

        Raises:
            ProjectBusyError: Another run holds it; the message says who, and since when.
            StoppedError: The folder cannot be written to.
        """
        machine = machine or Machine.here()
        owner = machine.owner(flow_run)
        path = folder.path / OWNER
        lock = _locked(folder.path, machine)
        try:
            if lock is not None:
                _refuse_alive(path, machine, is_locked=True)
                write_atomically(path, _body(owner))
            else:
                _take_without_lock(path, machine, owner)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return cls(folder.path, machine, owner, lock)

    def when_lost(self, react: Callable[[], None]) -> None:
        """Do something when another run has taken the project over."""
        self._on_loss = react
        if self._lost.is_set():
            react()

    def verify(self) -> None:
        """Make sure that the project is still this run's.

        Raises:
            StoppedError: Another run has taken it over; nothing must be written any more.
        """
        with suppress(OSError):  # a share that is away for a while names nobody else
            if not self._is_mine():
                raise StoppedError(
                    "Another run has taken the project over: "
                    f"{_told(_read_or_none(self._path))}. What was paid until then is kept"
                )

    def release(self) -> None:
        """Let the project go; once is enough."""
        if self._released.is_set():
            return
        self.leave()
        if self._lock is not None:
            self._lock.release()

    def leave(self) -> None:
        """Take the owner's name away as the process ends; the lock goes with the process."""
        self._released.set()
        with suppress(OSError):
            if self._is_mine():
                self._path.unlink()

    def _beat(self) -> None:
        """Renew the owner file's time until the lease is released or lost."""
        while not self._released.wait(self._machine.beat_seconds):
            try:
                if not self._is_mine():
                    break
                os.utime(self._path)
            except OSError as error:  # a share that is away for a while; the next beat tries again
                log.warning("the lease of %s cannot be renewed: %s", self._path.parent, error)
        if not self._released.is_set():
            self._lost.set()
            self._on_loss()

    def _is_mine(self) -> bool:
        """Whether the owner file names this lease.

        Raises:
            OSError: It cannot be read just now.
        """
        try:
            found = _read(self._path)
        except FileNotFoundError:
            return False
        return found is not None and found.token == self._owner.token


@contextmanager
def lease(folder: RunFolder, *, machine: Machine | None = None) -> Iterator[Lease]:
    """Hold the lease of a run folder for a while.

    Args:
        folder: The run folder; it exists.
        machine: This machine.

    Raises:
        ProjectBusyError: Another run holds it; the message says who, and since when.
    """
    held = Lease.take(folder, machine=machine)
    try:
        yield held
    finally:
        held.release()


def _locked(folder: Path, machine: Machine) -> BaseFileLock | None:
    """The lock, held; None where the file system has no locks."""
    lock = machine.lock(folder / LOCK)
    try:
        lock.acquire()
    except Timeout:
        with suppress(FileNotFoundError):
            raise _busy(_read(folder / OWNER)) from None
        raise _busy(None) from None
    except NotImplementedError:
        return None
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return None
        raise StoppedError(
            f"{folder / LOCK} cannot be locked: {error.strerror}. Give another folder with --out"
        ) from None
    return lock


def _refuse_alive(path: Path, machine: Machine, *, is_locked: bool) -> Owner | None:
    """The owner that the file names, who is dead; None when there is no file.

    Raises:
        ProjectBusyError: The owner is alive, or it is not known that it is not.
    """
    try:
        owner = _read(path)
        silent_seconds = _silent_seconds(path)
    except FileNotFoundError:
        return None
    has_failed = silent_seconds > machine.dead_after_seconds
    if owner is not None and machine.is_here(owner):
        started = machine.started_at(owner.process)
        if started is None:
            return owner
        is_same = abs(started - owner.process_started) <= _SAME_START_SECONDS
        # Without a lock the clock alone would tell two processes with one id apart.
        if not is_same and (is_locked or has_failed):
            return owner
        raise _busy(owner)
    if is_locked and has_failed:
        return owner
    if is_locked:
        wait = (
            f"Its last sign of life is {silent_seconds:.0f} s old; if it is dead, it can be taken "
            f"over {machine.dead_after_seconds:.0f} s after that"
        )
    else:
        wait = f"If that run is dead, delete {path}: this file system has no locks to prove it"
    raise _busy(owner, wait)


def _take_without_lock(path: Path, machine: Machine, owner: Owner) -> None:
    """Write the owner file so that one of many processes succeeds.

    Raises:
        ProjectBusyError: Another run holds the lease.
    """
    dead = _refuse_alive(path, machine, is_locked=False)
    if dead is None:
        _create(path, _body(owner), path)
        return
    # Whoever creates this file may replace the dead owner, and looks again before: another may
    # have done so in between.
    marker = path.with_name(f"{path.name}.{dead.token}")
    _create(marker, b"", path)
    try:
        if _refuse_alive(path, machine, is_locked=False) != dead:
            raise _busy(_read_or_none(path))
        write_atomically(path, _body(owner))
    finally:
        marker.unlink(missing_ok=True)


def _create(path: Path, content: bytes, owner_path: Path) -> None:
    """Create a file whole.

    Raises:
        ProjectBusyError: It exists.
    """
    temporary = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        temporary.write_bytes(content)
        try:
            os.link(temporary, path)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            with path.open("xb") as file:
                file.write(content)
    except FileExistsError:
        remedy = f"If that run is dead, delete {path} and {owner_path.name}"
        raise _busy(_read_or_none(owner_path), remedy) from None
    except OSError as error:
        raise StoppedError(
            f"{path} cannot be written: {error.strerror}. Give another folder with --out"
        ) from None
    finally:
        with suppress(OSError):
            temporary.unlink()


def _silent_seconds(path: Path) -> float:
    """Time since the last heartbeat, by the clock of the file system that both stand in."""
    probe = path.with_name(f"{path.name}.{uuid.uuid4().hex}.tmp")
    try:
        probe.touch()
        return probe.stat().st_mtime - path.stat().st_mtime
    finally:
        with suppress(OSError):
            probe.unlink()


def _body(owner: Owner) -> bytes:
    return orjson.dumps(owner.model_dump())


def _read(path: Path) -> Owner | None:
    """The owner that a file names; None when it names none.

    Raises:
        OSError: It cannot be read.
    """
    try:
        return Owner.model_validate_json(path.read_bytes())
    except ValidationError:
        return None


def _read_or_none(path: Path) -> Owner | None:
    with suppress(OSError):
        return _read(path)
    return None


def _told(owner: Owner | None) -> str:
    return str(owner) if owner is not None else "it does not say who"


def _busy(owner: Owner | None, remedy: str = "") -> ProjectBusyError:
    told = f"Another run is working on this project: {_told(owner)}"
    return ProjectBusyError(f"{told}. {remedy}" if remedy else told)
