"""Processes that take a lease, work under it, and are killed or stopped."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from factbook.errors import ProjectBusyError, StoppedError
from factbook.files.atomic import write_atomically
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import Lease
from factbook.lease.owner import Machine
from tests.crash.points import ANY_STEP, arm
from tests.lease.test_lease import no_locks

HELD, BUSY, LOST, NOTHING, DONE = "held", "busy", "lost", "nothing", "done"
LONGEST_SECONDS = 30.0
HEARTBEAT_SECONDS = 0.01
NAMING_SECONDS = 0.2


class Work:
    """What a process does with a lease; the work is counting, as the file ``count`` tells.

    Args:
        folder: The run folder.
        has_locks: Whether its file system has locks.
    """

    def __init__(self, folder: Path, has_locks: bool) -> None:
        here = Machine.here() if has_locks else replace(Machine.here(), lock=no_locks)
        # An owner of this machine that lives is never dead, however long it is silent.
        self._machine = replace(
            here,
            heartbeat_seconds=HEARTBEAT_SECONDS,
            dead_after_seconds=HEARTBEAT_SECONDS,
            naming_seconds=NAMING_SECONDS,
        )
        self._folder = RunFolder(folder, "report")
        self._lease: Lease | None = None

    def take(self) -> str:
        """Take the lease; or who holds it, if that is known."""
        try:
            self._lease = Lease.take(self._folder, machine=self._machine)
        except (ProjectBusyError, StoppedError) as error:
            return f"{BUSY}: {error}"
        return HELD

    def state(self) -> str:
        """Whether the lease is still held."""
        if self._lease is None:
            return NOTHING
        try:
            self._lease.verify()
        except StoppedError:
            return LOST
        return HELD

    def count(self) -> str:
        """Go on counting where the last owner has ended, if the lease is held."""
        found = self.state()
        if found == HELD:
            path = self._folder.path / "count"
            done = int(path.read_bytes()) if path.exists() else 0
            write_atomically(path, str(done + 1).encode())
        return found

    def release(self) -> str:
        """Let the project go."""
        if self._lease is not None:
            self._lease.release()
            self._lease = None
        return DONE

    def die_in(self, order: str, step: int) -> str:
        """Carry out an order, and be killed at one of the next steps, counted from 1."""
        arm(self._folder.path, (ANY_STEP,) * step)
        return str(getattr(self, order)())


def carry_out(folder: Path, has_locks: bool, orders: Connection) -> None:
    """Carry out one order after another until there are no more: the name of a method of `Work`."""
    work = Work(folder, has_locks)
    while True:
        try:
            name, *arguments = orders.recv()
        except EOFError:
            return
        orders.send(getattr(work, name)(*arguments))


class Holder:
    """A process that does what it is told.

    Args:
        process: The process.
        orders: Where it is told.
    """

    def __init__(self, process: ForkServerProcess, orders: Connection) -> None:
        self._process = process
        self._orders = orders

    @classmethod
    def start(cls, folder: Path, *, has_locks: bool) -> Holder:
        """Start a process, forked from one that has imported everything."""
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([__name__])
        ours, theirs = context.Pipe()
        process = context.Process(target=carry_out, args=(folder, has_locks, theirs), daemon=True)
        process.start()
        theirs.close()
        return cls(process, ours)

    @property
    def pid(self) -> int:
        """Its process id."""
        assert self._process.pid is not None
        return self._process.pid

    def tell(self, *order: object) -> None:
        """Give an order and do not wait for what comes of it."""
        self._orders.send(order)

    def answer(self) -> str:
        """What came of the last order."""
        assert self._orders.poll(LONGEST_SECONDS)
        return str(self._orders.recv())

    def ask(self, *order: object) -> str:
        """Give an order; what came of it."""
        self.tell(*order)
        return self.answer()

    def stop(self) -> None:
        """Let it do nothing, as when a laptop's lid is closed."""
        os.kill(self.pid, signal.SIGSTOP)

    def wake(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self.wait_for_death()

    def wait_for_death(self) -> None:
        """Wait until it was killed."""
        self._process.join(LONGEST_SECONDS)
        assert self._process.exitcode == -signal.SIGKILL
        self._orders.close()


@contextmanager
def holders(folder: Path, number: int, *, has_locks: bool) -> Iterator[list[Holder]]:
    """Some processes; those that are in the list at the end are ended."""
    started = [Holder.start(folder, has_locks=has_locks) for _ in range(number)]
    try:
        yield started
    finally:
        for one in started:
            one.kill()
