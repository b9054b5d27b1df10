"""The lease: real processes, real kills; other machines and file systems are handed in."""

from __future__ import annotations

import errno
import fcntl
import json
import math
import os
import re
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import BaseFileLock

from factbook.errors import ProjectBusyError, StoppedError
from factbook.files.locks import file_lock
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import LOCK, Lease, lease, release_waiting, waiting_owner
from factbook.lease.owner import Machine
from factbook.lease.owner_file import OWNER

HOLDER = """
import sys, time
from pathlib import Path
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import lease
with lease(RunFolder(Path(sys.argv[1]), "report")):
    print("held", flush=True)
    time.sleep(60)
"""
LONG_AGO = 3600.0


class NoLock(BaseFileLock):
    """The lock of a file system that has none."""

    def _acquire(self) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    def _release(self) -> None:
        raise AssertionError("it was never held")


def no_locks(path: Path) -> BaseFileLock:
    """Makes locks that cannot be had."""
    return NoLock(path, blocking=False)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run folder that has been made."""
    made = RunFolder.of(tmp_path, "report")
    made.create()
    return made


@pytest.fixture
def holder(folder: RunFolder) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lease."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder.path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.communicate()


def owner(folder: RunFolder) -> dict[str, Any]:
    """What the owner file says."""
    body: dict[str, Any] = json.loads((folder.path / OWNER).read_text(encoding="utf-8"))
    return body


def left_by(folder: RunFolder, machine: Machine, silent_seconds: float = 0.0) -> dict[str, Any]:
    """An owner file as a run on a machine leaves it that is killed."""
    body = machine.owner("").model_dump()
    path = folder.path / OWNER
    path.write_text(json.dumps(body), encoding="utf-8")
    then = time.time() - silent_seconds
    os.utime(path, (then, then))
    return body


def machine(**others: Any) -> Machine:
    """This machine, but for some things."""
    return replace(Machine.here(), **others)


ELSEWHERE = machine(host="elsewhere")
WITHOUT_LOCKS = machine(lock=no_locks)
EITHER = pytest.mark.parametrize("here", [machine(), WITHOUT_LOCKS], ids=["locks", "no locks"])


@EITHER
def test_lease_is_held_by_one_and_released(folder: RunFolder, here: Machine) -> None:
    """A second one is refused with who holds it since when; after the end nothing is left."""
    with lease(folder, machine=here):
        body = owner(folder)
        message = f"process {os.getpid()} on {here.host}, since {body['since']}"
        with pytest.raises(ProjectBusyError, match=re.escape(message)):
            Lease.take(folder, machine=here)
        assert owner(folder) == body
    assert not (folder.path / OWNER).exists()
    with lease(folder, machine=here):
        assert owner(folder)["token"] != body["token"]


def test_running_process_holds_the_project(
    folder: RunFolder, holder: subprocess.Popen[str]
) -> None:
    """Another process is refused while it lives, and takes over once it is killed."""
    with pytest.raises(ProjectBusyError, match=f"process {holder.pid} on "):
        Lease.take(folder)
    holder.kill()
    holder.wait()
    assert owner(folder)["process"] == holder.pid
    with lease(folder):
        assert owner(folder)["process"] == os.getpid()


def test_running_process_holds_the_project_without_locks(
    folder: RunFolder, holder: subprocess.Popen[str]
) -> None:
    """The owner file alone holds while its process lives, and not after its death."""
    with pytest.raises(ProjectBusyError, match=f"process {holder.pid} on "):
        Lease.take(folder, machine=WITHOUT_LOCKS)
    holder.kill()
    process = psutil.Process(holder.pid)  # dead before its parent asks what became of it
    assert until(lambda: process.status() == psutil.STATUS_ZOMBIE)
    with lease(folder, machine=WITHOUT_LOCKS):
        assert owner(folder)["process"] == os.getpid()
    assert [path.name for path in folder.path.glob(".lease*")] == [LOCK]


def test_owner_names_process_start_and_flow_run(folder: RunFolder) -> None:
    """What a take-over is proven with, and what a person looks up in Prefect."""
    held = Lease.take(folder, flow_run="0a1b")
    body = owner(folder)
    assert body["process_started"] == pytest.approx(psutil.Process().create_time())
    with pytest.raises(ProjectBusyError, match="flow run 0a1b, process"):
        Lease.take(folder)
    held.release()


@EITHER
def test_process_id_of_a_later_process_is_no_owner(folder: RunFolder, here: Machine) -> None:
    """The id lives, but started at another time: the owner is dead."""
    left_by(folder, here, silent_seconds=LONG_AGO)
    started = psutil.Process().create_time()
    reused = replace(here, started_at=lambda _: started + 500)
    with lease(folder, machine=reused):
        assert owner(folder)["process_started"] == started + 500


@EITHER
def test_process_that_started_then_is_the_owner(folder: RunFolder, here: Machine) -> None:
    """However long it has been silent: a laptop was closed."""
    body = left_by(folder, here, silent_seconds=LONG_AGO)
    with pytest.raises(ProjectBusyError, match=re.escape(body["since"])):
        Lease.take(folder, machine=here)
    assert owner(folder) == body


def test_clock_alone_proves_nothing_without_locks(folder: RunFolder) -> None:
    """A start time told by a clock that was set is believed only once heartbeats fail."""
    body = left_by(folder, WITHOUT_LOCKS)
    moved = replace(WITHOUT_LOCKS, started_at=lambda _: psutil.Process().create_time() + 500)
    with pytest.raises(ProjectBusyError):
        Lease.take(folder, machine=moved)
    assert owner(folder) == body


@dataclass
class Watch:
    """Time that passes only while a process watches; what happens in it is handed in.

    Attributes:
        seconds: How long was watched.
        happens: Done after so many seconds, once.
        after_seconds: When.
    """

    happens: Callable[[], object] = lambda: None
    after_seconds: float = 25.0
    seconds: float = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        is_before = self.seconds < self.after_seconds
        self.seconds += seconds
        if is_before and self.seconds >= self.after_seconds:
            self.happens()

    def machine(self, **others: Any) -> Machine:
        """This machine, with this time."""
        return machine(clock=lambda: self.seconds, sleep=self.sleep, **others)


def send_heartbeat(folder: RunFolder) -> None:
    """Send the owner's heartbeat, whatever the clock of its machine says."""
    path = folder.path / OWNER
    then = path.stat().st_mtime + 10
    os.utime(path, (then, then))


CLOCKS = pytest.mark.parametrize(
    "silent_seconds", [61, LONG_AGO, -LONG_AGO], ids=["silent", "slow clock", "fast clock"]
)
"""How old the last heartbeat seems: a shared file system may use the clocks of its users."""


@CLOCKS
def test_owner_on_another_machine_is_dead_after_it_was_watched(
    folder: RunFolder, silent_seconds: float
) -> None:
    """The lock is free, and for a minute of this machine's own clock there was no heartbeat."""
    left_by(folder, ELSEWHERE, silent_seconds)
    watch = Watch()
    with lease(folder, machine=watch.machine()):
        assert owner(folder)["host"] == machine().host
    assert watch.seconds == pytest.approx(60, abs=1.5)


@CLOCKS
def test_owner_on_another_machine_is_alive_whatever_its_clock(
    folder: RunFolder, silent_seconds: float
) -> None:
    """One heartbeat while it is watched proves that it lives, however old its time seems."""
    body = left_by(folder, ELSEWHERE, silent_seconds)
    watch = Watch(lambda: send_heartbeat(folder))
    with pytest.raises(ProjectBusyError, match="on elsewhere, since"):
        Lease.take(folder, machine=watch.machine())
    assert owner(folder) == body
    assert watch.seconds == pytest.approx(25, abs=1.5)
    left_by(folder, ELSEWHERE, silent_seconds)
    Lease.take(folder, machine=Watch().machine()).release()  # the lock was released


def test_owner_that_ends_while_it_is_watched_leaves_the_lease(folder: RunFolder) -> None:
    """Its file is gone: there is nobody to wait for."""
    left_by(folder, ELSEWHERE, LONG_AGO)
    watch = Watch((folder.path / OWNER).unlink)
    with lease(folder, machine=watch.machine()):
        assert owner(folder)["host"] == machine().host
    assert watch.seconds < 30


def test_owner_on_another_machine_is_alive_while_it_sends_heartbeats(folder: RunFolder) -> None:
    """The message says how old the last heartbeat is, and nobody waits for the next one."""
    body = left_by(folder, ELSEWHERE, silent_seconds=40)
    watch = Watch()
    with pytest.raises(
        ProjectBusyError, match=r"on elsewhere, since .* 4\d s old; .* more than 60 s after it"
    ):
        Lease.take(folder, machine=watch.machine())
    assert owner(folder) == body
    assert watch.seconds == 0
    with lease(folder, machine=watch.machine(dead_after_seconds=30)):
        assert owner(folder) != body


def test_owner_elsewhere_without_locks_is_left_to_a_person(folder: RunFolder) -> None:
    """Nothing proves its death: the message names the file to delete, and that works."""
    body = left_by(folder, ELSEWHERE, silent_seconds=LONG_AGO)
    with pytest.raises(ProjectBusyError, match=r"on elsewhere.*delete .*\.lease\.json"):
        Lease.take(folder, machine=WITHOUT_LOCKS)
    assert owner(folder) == body
    (folder.path / OWNER).unlink()
    with lease(folder, machine=WITHOUT_LOCKS):
        assert owner(folder) != body


def test_container_of_the_same_name_is_another_machine(folder: RunFolder) -> None:
    """Its process ids say nothing here: that one is not found proves nothing."""
    left_by(folder, machine(namespace="pid:[1]"))
    with pytest.raises(ProjectBusyError):
        Lease.take(folder, machine=machine(started_at=lambda _: None))


def test_machines_of_the_same_name_are_as_distinct() -> None:
    """The first namespace has one number everywhere: the kernel's number of its start does not."""
    boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    assert machine().namespace == f"{boot} {Path('/proc/self/ns/pid').readlink()}"


@EITHER
def test_process_that_is_not_ours_to_know_is_alive(folder: RunFolder, here: Machine) -> None:
    """Without locks: a process of the id is there, and its start is not told."""
    left_by(folder, here)
    secret = replace(here, started_at=lambda _: math.nan)
    if here is WITHOUT_LOCKS:
        with pytest.raises(ProjectBusyError):
            Lease.take(folder, machine=secret)
    else:  # a lock is held by its process, so it is dead
        Lease.take(folder, machine=secret).release()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"host": "x"}', b"\xff"])
def test_damaged_owner_file_holds_until_it_is_old(folder: RunFolder, content: bytes) -> None:
    """It may be of a run elsewhere; a free lock and a minute of silence tell that it is not."""
    path = folder.path / OWNER
    path.write_bytes(content)
    with pytest.raises(ProjectBusyError, match="its owner is not known"):
        Lease.take(folder)
    then = time.time() - 61
    os.utime(path, (then, then))
    with pytest.raises(ProjectBusyError, match="delete"):
        Lease.take(folder, machine=WITHOUT_LOCKS)
    with lease(folder, machine=Watch().machine()):
        assert owner(folder)["process"] == os.getpid()


@pytest.mark.parametrize("has_dead_owner", [False, True])
def test_one_of_many_takes_it_without_locks(folder: RunFolder, has_dead_owner: bool) -> None:
    """Of many at once exactly one holds, also when all see the same dead owner."""
    dead = machine(lock=no_locks, started_at=lambda process: None if process == 1 else 7.0)
    for _ in range(20):
        if has_dead_owner:
            body = left_by(folder, dead)
            (folder.path / OWNER).write_text(json.dumps({**body, "process": 1}), encoding="utf-8")
        barrier = threading.Barrier(8)

        def contend(barrier: threading.Barrier = barrier) -> Lease | None:
            barrier.wait()
            try:
                return Lease.take(folder, machine=dead)
            except ProjectBusyError:
                return None

        with ThreadPoolExecutor(8) as pool:
            taken = [f.result() for f in [pool.submit(contend) for _ in range(8)]]
        [held] = [one for one in taken if one is not None]
        held.verify()
        held.release()
        assert list(folder.path.glob(f"{OWNER}*")) == []


@pytest.mark.parametrize("is_released", [False, True])
def test_owner_that_another_has_replaced_is_not_taken_over(
    folder: RunFolder, is_released: bool
) -> None:
    """Without locks: between the proof that the owner is dead and the take-over one came in."""
    left_by(folder, WITHOUT_LOCKS)
    others: list[Lease] = []

    def while_another_comes_in(process: int) -> float | None:
        if len(calls) == 1:  # the first is about this process itself
            others.append(Lease.take(folder, machine=gone))
            if is_released:
                others[0].release()
        calls.append(process)
        return None if len(calls) == 2 else 7.0

    calls: list[int] = []
    gone = machine(lock=no_locks, started_at=lambda _: None)
    late = machine(lock=no_locks, started_at=while_another_comes_in)
    with pytest.raises(ProjectBusyError):
        Lease.take(folder, machine=late)
    assert (folder.path / OWNER).exists() is not is_released
    if not is_released:
        others[0].verify()
        others[0].release()


def until(is_so: Callable[[], bool]) -> bool:
    """Wait until something is so, for two minutes at most."""
    deadline = time.monotonic() + 120
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_so()


def test_heartbeat_renews_the_owner_file(folder: RunFolder) -> None:
    """Its time goes on, and what it says stays."""
    with lease(folder, machine=machine(heartbeat_seconds=0.01)):
        path, body = folder.path / OWNER, owner(folder)
        os.utime(path, (0, 0))
        assert until(lambda: path.stat().st_mtime > 0)
        assert owner(folder) == body


@pytest.mark.parametrize("is_deleted", [False, True])
def test_run_that_was_taken_over_learns_of_it(folder: RunFolder, is_deleted: bool) -> None:
    """It is reported once, must write no more, and leaves the other's owner file alone."""
    held = Lease.take(folder, machine=machine(heartbeat_seconds=0.01))
    lost = threading.Event()
    held.when_lost(lost.set)
    held.verify()
    if is_deleted:
        (folder.path / OWNER).unlink()
    else:
        body = left_by(folder, ELSEWHERE)
    assert lost.wait(10)
    with pytest.raises(StoppedError, match="taken the project over"):
        held.verify()
    held.release()
    if not is_deleted:
        assert owner(folder) == body


def test_leaving_takes_the_name_away_and_keeps_the_lock(folder: RunFolder) -> None:
    """A process that ends at once says so first; nobody comes in before it is gone."""
    held = Lease.take(folder)
    held.leave()
    assert not (folder.path / OWNER).exists()
    lock = held._lock
    assert lock is not None

    def end(_: float) -> None:
        """What the end of the process does."""
        waited.append(lock.is_locked)
        lock.release()

    waited: list[bool] = []
    Lease.take(folder, machine=machine(sleep=end)).release()
    assert waited == [True]


@pytest.mark.parametrize("owner_file", ["none", "damaged", "of a dead run"])
def test_lock_that_no_run_holds_stops_the_run(folder: RunFolder, owner_file: str) -> None:
    """Whoever can open the file can hold it: that is no run that works, and no success."""
    if owner_file == "damaged":
        (folder.path / OWNER).write_bytes(b"[")
    elif owner_file == "of a dead run":
        body = left_by(folder, machine(started_at=lambda _: 1.0))
        body["process"] = dead_process()
        (folder.path / OWNER).write_text(json.dumps(body), encoding="utf-8")
    (folder.path / LOCK).touch()
    with (folder.path / LOCK).open() as opened:
        fcntl.flock(opened, fcntl.LOCK_EX)
        seconds = [0.0]
        quick = machine(clock=lambda: seconds[0], sleep=lambda s: seconds.append(seconds.pop() + s))
        with pytest.raises(StoppedError, match=r"\.lease\.lock is locked, and no run says"):
            Lease.take(folder, machine=quick)
    (folder.path / OWNER).unlink(missing_ok=True)
    Lease.take(folder).release()


def dead_process() -> int:
    """Id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize(("umask", "mode"), [(0o000, 0o660), (0o022, 0o640), (0o077, 0o600)])
def test_lock_is_open_to_the_group_at_most_and_to_it_as_the_umask_has_it(
    folder: RunFolder, umask: int, mode: int
) -> None:
    """Others could hold it for ever, for reading as well."""
    before = os.umask(umask)
    try:
        Lease.take(folder).release()
    finally:
        os.umask(before)
    assert stat.S_IMODE((folder.path / LOCK).stat().st_mode) == mode


def test_lock_that_fails_otherwise_stops_the_run(folder: RunFolder) -> None:
    """Only a file system without locks is worked on without one."""

    class Broken(NoLock):
        def _acquire(self) -> None:
            raise OSError(errno.EIO, "Input/output error")

    broken = machine(lock=lambda path: Broken(path, blocking=False))
    with pytest.raises(StoppedError, match="cannot be locked: Input/output error.*--out"):
        Lease.take(folder, machine=broken)
    assert not (folder.path / OWNER).exists()


def test_owner_file_that_cannot_be_read_stops_the_run(folder: RunFolder) -> None:
    """Nobody is taken for dead because of it; the sentence names the file."""
    (folder.path / OWNER).mkdir()
    with pytest.raises(StoppedError, match=r"\.lease\.json cannot be read: it is a folder"):
        Lease.take(folder)


RESUMER = """
import sys
from pathlib import Path
from factbook.errors import ProjectBusyError
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import Lease
folder = RunFolder(Path(sys.argv[1]), "report")
try:
    held = Lease.take(folder, flow_run=sys.argv[2])
except ProjectBusyError as error:
    print(error, flush=True)
else:
    print("held", flush=True)
    sys.stdin.readline()
    held.suspend() if sys.argv[3:] else held.release()
"""


def resumer(folder: RunFolder, *arguments: str) -> subprocess.Popen[str]:
    """A process that takes the lease for a flow run, and releases it on a line of input."""
    return subprocess.Popen(
        [sys.executable, "-c", RESUMER, str(folder.path), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    """The next line that a process says."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_waiting_flow_run_holds_the_project_without_a_process(folder: RunFolder) -> None:
    """Its process has ended: other runs are refused, and the error says who waits since when."""
    process = resumer(folder, "a1", "suspend")
    assert said(process) == "held"
    since = owner(folder)["since"]
    process.communicate("go\n", timeout=300)
    assert process.returncode == 0
    waiting = owner(folder)["waiting_since"]
    then = time.time() - LONG_AGO
    os.utime(folder.path / OWNER, (then, then))  # no heartbeat
    message = f"flow run a1, since {since}, waiting for approval since {waiting}. Approve or reject"
    for other in ("", "b2"):
        with pytest.raises(ProjectBusyError, match=re.escape(message)):
            Lease.take(folder, flow_run=other)
    found = waiting_owner(folder)
    assert found is not None
    assert found.flow_run == "a1"


@pytest.mark.parametrize(
    "here", [machine(), WITHOUT_LOCKS, ELSEWHERE, replace(ELSEWHERE, lock=no_locks)]
)
def test_waiting_flow_run_goes_on_in_any_process(folder: RunFolder, here: Machine) -> None:
    """It takes its lease again, holds it as before, and still shows since when it first had it."""
    held = Lease.take(folder, flow_run="a1")
    since = "2026-05-01T10:00:00+00:00"
    held.suspend()
    held.release()  # what the process does at its end takes nothing away
    held.leave()
    path = folder.path / OWNER
    path.write_text(json.dumps({**owner(folder), "since": since}), encoding="utf-8")
    again = Lease.take(folder, flow_run="a1", machine=here)
    assert (owner(folder)["since"], owner(folder)["waiting_since"]) == (since, "")
    assert waiting_owner(folder) is None
    held.release()
    held.leave()
    again.verify()
    with pytest.raises(ProjectBusyError, match="working on this project: flow run a1"):
        Lease.take(folder, flow_run="a1", machine=here)
    again.release()
    assert not path.exists()


@pytest.mark.parametrize("is_let_go", [True, False])
def test_flow_run_that_goes_on_outlasts_a_start_that_is_refused(
    folder: RunFolder, is_let_go: bool
) -> None:
    """That start has the lock for a moment, to look who has the project; other runs do not wait."""
    Lease.take(folder, flow_run="a1").suspend()
    other = file_lock(folder.path / LOCK)
    other.acquire()
    watch = Watch(other.release if is_let_go else lambda: None, after_seconds=1)
    with pytest.raises(ProjectBusyError):
        Lease.take(folder, flow_run="b2", machine=watch.machine())
    assert watch.seconds == 0
    if is_let_go:
        Lease.take(folder, flow_run="a1", machine=watch.machine()).release()
    else:
        with pytest.raises(ProjectBusyError):
            Lease.take(folder, flow_run="a1", machine=watch.machine())
        other.release()


def test_flow_run_goes_on_in_one_of_two_processes(folder: RunFolder) -> None:
    """An engine that starts it twice gets one that works and one that is refused."""
    Lease.take(folder, flow_run="a1").suspend()
    both = [resumer(folder, "a1") for _ in range(2)]
    lines = sorted(said(process) for process in both)
    assert lines[0].startswith("Another run is working on this project")
    assert lines[1] == "held"
    for process in both:
        process.communicate("go\n", timeout=300)
    assert not (folder.path / OWNER).exists()


@EITHER
def test_one_of_many_goes_on_without_a_process(folder: RunFolder, here: Machine) -> None:
    """Of many that take the waiting lease at once exactly one holds it."""
    for _ in range(20):
        Lease.take(folder, flow_run="a1", machine=here).suspend()
        barrier = threading.Barrier(8)

        def contend(barrier: threading.Barrier = barrier) -> Lease | None:
            barrier.wait()
            with suppress(ProjectBusyError):
                return Lease.take(folder, flow_run="a1", machine=here)
            return None

        with ThreadPoolExecutor(8) as pool:
            taken = [f.result() for f in [pool.submit(contend) for _ in range(8)]]
        [held] = [one for one in taken if one is not None]
        held.verify()
        held.release()
        assert list(folder.path.glob(f"{OWNER}*")) == []


@EITHER
def test_waiting_lease_is_released_by_a_person(folder: RunFolder, here: Machine) -> None:
    """Then any run may work; what nobody waits for is let alone."""
    assert release_waiting(folder, machine=here) is None
    with lease(folder, machine=here):
        body = owner(folder)
        assert release_waiting(folder, machine=here) is None
        assert owner(folder) == body
    Lease.take(folder, flow_run="a1", machine=here).suspend()
    assert release_waiting(folder, flow_run="b2", machine=here) is None
    gone = release_waiting(folder, flow_run="a1", machine=here)
    assert gone is not None
    assert gone.flow_run == "a1"
    with lease(folder, machine=here):
        assert owner(folder)["flow_run"] == ""


def test_only_the_lease_of_a_flow_run_can_wait(folder: RunFolder) -> None:
    """A run from a shell waits in its process; a released lease cannot wait."""
    held = Lease.take(folder)
    with pytest.raises(ValueError, match="flow run"):
        held.suspend()
    held.verify()
    held.release()
    let = Lease.take(folder, flow_run="a1")
    let.release()
    with pytest.raises(ValueError, match="flow run"):
        let.suspend()


def test_lost_lease_does_not_wait(folder: RunFolder) -> None:
    """The other's owner file stays as it is."""
    held = Lease.take(folder, flow_run="a1")
    body = left_by(folder, ELSEWHERE)
    with pytest.raises(StoppedError, match="taken the project over"):
        held.suspend()
    assert owner(folder) == body
    held.release()
