"""The lease: one run at a time works on a run folder.

It consists of a lock of the operating system, which is released when its process ends in any way,
and of an owner file, ``.lease.json``, which names the owner and whose time a heartbeat renews. The
owner file counts alone where the file system has no locks, and while a flow run waits for approval,
when no process needs to live. A dead owner is replaced when its death is proven:

- it ran on this machine, and its process is gone or its id now belongs to a later process;
- it ran on another machine, the lock is free, and it has sent no heartbeat while this process
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

from factbook.errors import StoppedError
from factbook.files.locks import is_without_locks
from factbook.folder.run_folder import RunFolder
from factbook.lease.owner import Machine, Owner
from factbook.lease.owner_file import OwnerFile
from factbook.lease.takeover import busy, described, replace_without_lock, replaceable

LOCK = ".lease.lock"
_SECONDS_TO_REFUSE = 10.0
_SECONDS_BETWEEN_TRIES = 0.05

log = logging.getLogger("factbook")


class Lease:
    """A lease that this process holds, until it is released or the process ends.

    Args:
        folder: The run folder.
        machine: This machine.
        owner: This process.
        lock: The lock, held; None where the file system has none.
        before: The owner that this one replaces: dead, or its own flow run that has waited.
    """

    def __init__(
        self,
        folder: Path,
        machine: Machine,
        owner: Owner,
        lock: BaseFileLock | None,
        before: Owner | None = None,
    ) -> None:
        self.before = before
        self._file = OwnerFile(folder)
        self._machine = machine
        self._owner = owner
        self._lock = lock
        self._released = threading.Event()
        self._lost = threading.Event()
        self._on_loss: Callable[[], None] = lambda: None
        self._heartbeats = threading.Thread(target=self._renew, name="lease", daemon=True)
        self._heartbeats.start()

    @classmethod
    def take(
        cls, folder: RunFolder, *, flow_run: str = "", machine: Machine | None = None
    ) -> Lease:
        """Take the lease of an existing run folder.

        A flow run gets back the lease that it holds while it waits for approval (`suspend`), in
        any process and on any machine.

        Args:
            folder: The run folder.
            flow_run: Id of the Prefect flow run, if there is one.
            machine: This machine.

        Raises:
            ProjectBusyError: Another run holds it; the message says who, and since when.
            StoppedError: The folder cannot be written to.
        """
        machine = machine or Machine.here()
        owner = machine.owner(flow_run)
        lock = _locked(folder.path, machine, flow_run)
        try:
            before = replaceable(folder.path, machine, flow_run, is_locked=lock is not None)
            if before is not None and before.waiting_since:
                owner = owner.model_copy(update={"since": before.since})
            if lock is not None:
                OwnerFile(folder.path).replace(owner)
            else:
                replace_without_lock(folder.path, machine, before, owner)
        except BaseException:
            if lock is not None:
                lock.release()
            raise
        return cls(folder.path, machine, owner, lock, before)

    @property
    def has_waited(self) -> bool:
        """Whether its flow run continues after waiting for approval."""
        return self.before is not None and bool(self.before.waiting_since)

    def held_by(self, flow_run: str) -> None:
        """Set the flow run that holds the lease, if it did not exist when the lease was taken.

        Args:
            flow_run: Id of the flow run.

        Raises:
            StoppedError: Another run has taken the project over, or the disk is full.
        """
        self.verify()
        self._owner = self._owner.model_copy(update={"flow_run": flow_run})
        self._file.replace(self._owner)

    def when_lost(self, react: Callable[[], None]) -> None:
        """Call a function when another run has taken the project over."""
        self._on_loss = react
        if self._lost.is_set():
            react()

    def verify(self) -> None:
        """Make sure that the project is still this run's.

        Raises:
            StoppedError: Another run has taken it over; nothing must be written any more.
        """
        with suppress(OSError):  # a share that is unavailable for a while names nobody else
            if not self._is_mine():
                raise StoppedError(
                    "Another run has taken the project over: "
                    f"{described(self._file.read_if_there())}. What was paid until then is kept"
                )

    def suspend(self) -> None:
        """Leave the project to this flow run while it waits for approval; its process may end.

        Nobody else gets the lease until that flow run takes it again, or a person releases it
        (`release_waiting`).

        Raises:
            ValueError: The lease belongs to no flow run, or is no longer held.
            StoppedError: Another run has taken the project over, or the disk is full.
        """
        if not self._owner.flow_run or self._released.is_set():
            raise ValueError("only a lease held by a flow run can wait for approval")
        self.verify()
        self._file.replace(self._owner.waits())
        self._released.set()
        self._heartbeats.join()  # a late heartbeat would make the owner seem alive
        if self._lock is not None:
            self._lock.release()

    def release(self) -> None:
        """Release the project once; a suspended lease stays with its flow run."""
        if self._released.is_set():
            return
        self.leave()
        if self._lock is not None:
            self._lock.release()

    def leave(self) -> None:
        """Delete the owner file as the process ends; the lock is released with the process."""
        if self._released.is_set():
            return
        self._released.set()
        with suppress(OSError):
            if self._is_mine():
                self._file.delete()

    def _renew(self) -> None:
        """Send heartbeats until the lease is released or lost."""
        while not self._released.wait(self._machine.heartbeat_seconds):
            try:
                if not self._is_mine():
                    break
                self._file.send_heartbeat()
            except OSError as error:  # an unavailable share; the next heartbeat tries again
                log.warning("the lease of %s cannot be renewed: %s", self._file.path.parent, error)
        if not self._released.is_set():
            self._lost.set()
            self._on_loss()

    def _is_mine(self) -> bool:
        """Whether the owner file names this lease.

        Raises:
            OSError: It cannot be read at the moment.
        """
        try:
            found = self._file.read()
        except FileNotFoundError:
            return False
        return found is not None and found.token == self._owner.token


@contextmanager
def lease(folder: RunFolder, *, machine: Machine | None = None) -> Iterator[Lease]:
    """Hold the lease of a run folder inside the block.

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
    """The owner that waits for approval of a run folder's report; None when none does."""
    owner = OwnerFile(folder.path).read_if_there()
    return owner if owner is not None and owner.waiting_since else None


def release_waiting(
    folder: RunFolder, *, flow_run: str = "", machine: Machine | None = None
) -> Owner | None:
    """Release a project that waits for approval: a person has given up its flow run.

    Args:
        folder: The run folder.
        flow_run: The flow run to give up; another one still waits. Empty for any.
        machine: This machine.

    Returns:
        The owner that has waited; None when that flow run was not waiting.

    Raises:
        ProjectBusyError: Its flow run has continued in the meantime, or a run works on it.
        StoppedError: The folder cannot be written to.
    """
    waiting = waiting_owner(folder)
    if waiting is None or flow_run not in ("", waiting.flow_run):
        return None
    Lease.take(folder, flow_run=waiting.flow_run, machine=machine).release()
    return waiting


def _locked(folder: Path, machine: Machine, flow_run: str) -> BaseFileLock | None:
    """The locked lock; None where the file system has no locks.

    While only this flow run may have the project, another holder releases the lock soon: another
    start that is refused, or the process that has left the project to this flow run. Nor does a run
    hold it for long without its name: somebody else does then who can open the file.

    Raises:
        ProjectBusyError: Another run holds it.
        StoppedError: It is held, and not by a run; or it cannot be locked.
    """
    lock = machine.lock(folder / LOCK)
    began = machine.clock()
    while True:
        try:
            lock.acquire()
        except Timeout:
            owner = OwnerFile(folder).read_if_there()
            waited = machine.clock() - began
            if not _may_hold(machine, owner):
                if waited >= machine.naming_seconds:
                    raise _held_by_nobody(folder) from None
            elif not _waits(owner, flow_run) or waited >= _SECONDS_TO_REFUSE:
                raise busy(owner) from None
            machine.sleep(_SECONDS_BETWEEN_TRIES)
        except OSError as error:
            if is_without_locks(error):
                return None
            raise StoppedError(
                f"{folder / LOCK} cannot be locked: {error.strerror}. Give another folder with "
                "--out"
            ) from None
        else:
            return lock


def _may_hold(machine: Machine, owner: Owner | None) -> bool:
    """Whether an owner that is named may hold the lock; a dead one of this machine does not."""
    if owner is None:
        return False
    return bool(owner.waiting_since) or not (machine.is_here(owner) and machine.is_gone(owner))


def _held_by_nobody(folder: Path) -> StoppedError:
    return StoppedError(
        f"{folder / LOCK} is locked, and no run says that it works on this project: somebody else "
        "holds the file open. End that process, or delete the file if no run works on the project, "
        "then run the same command again"
    )


def _waits(owner: Owner | None, flow_run: str) -> bool:
    return owner is not None and bool(owner.waiting_since) and owner.flow_run == flow_run
