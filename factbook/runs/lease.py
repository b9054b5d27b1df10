"""The lease: one run at a time works on a run folder.

Two things hold it. A lock of the operating system, which goes with its process however that ends;
and an owner file, ``.lease.json``, which says who it is, and whose time a heartbeat renews. The
owner file alone holds where the file system has no locks, and while a flow run waits for approval,
when no process needs to live. A dead owner is taken over when its death is proven:

- it ran on this machine, and its process is gone or its id now belongs to a later one;
- it ran on another machine, the lock is free, and it has given no sign of life while this process
  watched it for `DEAD_AFTER_SECONDS`.

In any other case the project counts as held, and the message says how a person takes it over.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import BaseFileLock, Timeout

from factbook.errors import ProjectBusyError, StoppedError
from factbook.llm.locks import is_without_locks
from factbook.runs.folder import RunFolder
from factbook.runs.owner import Machine, Owner
from factbook.runs.owner_file import OwnerFile, create

LOCK = ".lease.lock"
_SAME_TIME_SECONDS = 1.0  # as precise as the coarsest file systems tell times

log = logging.getLogger("factbook")


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
        self._file = OwnerFile(folder)
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

        A flow run gets back the lease that it holds while it waits for approval (`suspend`), in
        whatever process and on whatever machine it goes on.

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
        lock = _locked(folder.path, machine)
        try:
            before = _replaceable(folder.path, machine, flow_run, is_locked=lock is not None)
            if before is not None and before.waiting_since:
                owner = owner.model_copy(update={"since": before.since})
            if lock is not None:
                OwnerFile(folder.path).replace(owner)
            else:
                _replace_without_lock(folder.path, machine, before, owner)
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
                    f"{_told(self._file.read_if_there())}. What was paid until then is kept"
                )

    def suspend(self) -> None:
        """Leave the project to this flow run while it waits for approval; its process may end.

        Nobody else gets the lease until that flow run takes it again, or a person lets it go
        (`let_go`).

        Raises:
            ValueError: The lease is of no flow run, or is not held any more.
            StoppedError: Another run has taken the project over, or the disk is full.
        """
        if not self._owner.flow_run or self._released.is_set():
            raise ValueError("only the lease that a flow run holds can wait for its approval")
        self.verify()
        self._file.replace(self._owner.waits())
        self._released.set()
        self._beats.join()  # else a last heartbeat could be taken for life
        if self._lock is not None:
            self._lock.release()

    def release(self) -> None:
        """Let the project go; once is enough, and a suspended lease stays with its flow run."""
        if self._released.is_set():
            return
        self.leave()
        if self._lock is not None:
            self._lock.release()

    def leave(self) -> None:
        """Take the owner's name away as the process ends; the lock goes with the process."""
        if self._released.is_set():
            return
        self._released.set()
        with suppress(OSError):
            if self._is_mine():
                self._file.delete()

    def _beat(self) -> None:
        """Renew the owner file's time until the lease is released or lost."""
        while not self._released.wait(self._machine.beat_seconds):
            try:
                if not self._is_mine():
                    break
                self._file.beat()
            except OSError as error:  # a share that is away for a while; the next beat tries again
                log.warning("the lease of %s cannot be renewed: %s", self._file.path.parent, error)
        if not self._released.is_set():
            self._lost.set()
            self._on_loss()

    def _is_mine(self) -> bool:
        """Whether the owner file names this lease.

        Raises:
            OSError: It cannot be read just now.
        """
        try:
            found = self._file.read()
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


def waiting_owner(folder: RunFolder) -> Owner | None:
    """Who waits for approval of what stands in a run folder; None when nobody does."""
    owner = OwnerFile(folder.path).read_if_there()
    return owner if owner is not None and owner.waiting_since else None


def let_go(folder: RunFolder, *, machine: Machine | None = None) -> Owner | None:
    """Let a project go that waits for approval: a person has given its flow run up.

    Args:
        folder: The run folder.
        machine: This machine.

    Returns:
        Who has waited; None when nobody did.

    Raises:
        ProjectBusyError: Its flow run has gone on in the meantime, or a run works on it.
        StoppedError: The folder cannot be written to.
    """
    waiting = waiting_owner(folder)
    if waiting is not None:
        Lease.take(folder, flow_run=waiting.flow_run, machine=machine).release()
    return waiting


def _locked(folder: Path, machine: Machine) -> BaseFileLock | None:
    """The lock, held; None where the file system has no locks."""
    lock = machine.lock(folder / LOCK)
    try:
        lock.acquire()
    except Timeout:
        raise _busy(OwnerFile(folder).read_if_there()) from None
    except OSError as error:
        if is_without_locks(error):
            return None
        raise StoppedError(
            f"{folder / LOCK} cannot be locked: {error.strerror}. Give another folder with --out"
        ) from None
    return lock


def _replaceable(folder: Path, machine: Machine, flow_run: str, *, is_locked: bool) -> Owner | None:
    """The owner whom a run may replace: dead, or this very flow run; None when there is none.

    Raises:
        ProjectBusyError: The owner is alive or waits, or it is not known that it is dead.
        StoppedError: The owner file cannot be read.
    """
    file = OwnerFile(folder)
    try:
        owner = file.read()
        if owner is not None and owner.waiting_since:
            return _resumed(file, owner, flow_run)
        if owner is not None and machine.is_here(owner):
            return _dead_here(file, machine, owner, is_locked=is_locked)
        if not is_locked:
            raise _busy(owner, _deletion(file, "this file system has no locks to prove it"))
        _refuse_alive_elsewhere(file, machine, owner)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoppedError(
            f"{file.path} cannot be read: {error.strerror}. Mend the folder's permissions, or give "
            "another folder with --out"
        ) from None
    return owner


def _resumed(file: OwnerFile, owner: Owner, flow_run: str) -> Owner:
    """The owner that waits for approval, when this is its flow run.

    Raises:
        ProjectBusyError: This is another run.
    """
    if flow_run == owner.flow_run:
        return owner
    raise ProjectBusyError(
        f"This project waits for approval: {owner}. Approve or reject its report; "
        f"if that flow run is gone, delete {file.path}"
    )


def _dead_here(file: OwnerFile, machine: Machine, owner: Owner, *, is_locked: bool) -> Owner:
    """The owner, whose process of this machine is dead.

    Raises:
        ProjectBusyError: It is not, or that is not known.
    """
    if machine.is_gone(owner):
        return owner
    # Without a lock the clock alone would tell two processes with one id apart.
    is_silent = file.silent_seconds() > machine.dead_after_seconds
    if not machine.is_same(owner) and (is_locked or is_silent):
        return owner
    raise _busy(owner)


def _refuse_alive_elsewhere(file: OwnerFile, machine: Machine, owner: Owner | None) -> None:
    """Make sure that an owner of another machine is dead, the lock being free.

    Raises:
        ProjectBusyError: It is not, or that is not known.
    """
    silent_seconds, enough = file.silent_seconds(), machine.dead_after_seconds
    if -_SAME_TIME_SECONDS <= silent_seconds <= enough:
        raise _busy(
            owner,
            f"Its last sign of life is {max(silent_seconds, 0):.0f} s old; a start more than "
            f"{enough:.0f} s after it finds out whether that run is dead",
        )
    log.warning(
        "%s is held by a run that gives no sign of life: %s. It is watched for %.0f s, then taken "
        "over",
        file.path.parent,
        _told(owner),
        enough,
    )
    if not file.is_silent(machine):
        raise _busy(file.read_if_there())


def _replace_without_lock(
    folder: Path, machine: Machine, before: Owner | None, owner: Owner
) -> None:
    """Write the owner file so that one of many processes succeeds.

    Raises:
        ProjectBusyError: Another run holds the lease.
    """
    file = OwnerFile(folder)
    if before is None:
        _create(file, file.path, owner)
        return
    # Whoever creates this file may replace the owner, and looks again before: another may have
    # done so in between.
    marker = file.path.with_name(f"{file.path.name}.{before.token}")
    _create(file, marker)
    try:
        if _replaceable(folder, machine, owner.flow_run, is_locked=False) != before:
            raise _busy(file.read_if_there())
        file.replace(owner)
    finally:
        marker.unlink(missing_ok=True)


def _create(file: OwnerFile, path: Path, owner: Owner | None = None) -> None:
    """Create the owner file, or an empty marker beside it.

    Raises:
        ProjectBusyError: It exists.
    """
    try:
        if owner is None:
            create(path, b"")
        else:
            file.create(owner)
    except FileExistsError:
        raise _busy(file.read_if_there(), f"If that run is dead, delete {path}") from None


def _deletion(file: OwnerFile, why: str) -> str:
    return f"If that run is dead, delete {file.path}: {why}"


def _told(owner: Owner | None) -> str:
    return str(owner) if owner is not None else "it does not say who"


def _busy(owner: Owner | None, remedy: str = "") -> ProjectBusyError:
    told = f"Another run is working on this project: {_told(owner)}"
    return ProjectBusyError(f"{told}. {remedy}" if remedy else told)
