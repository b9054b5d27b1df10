"""The lease: real processes, real kills; other machines and file systems are handed in."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from filelock import BaseFileLock

from factbook.errors import ProjectBusyError, StoppedError
from factbook.runs.folder import RunFolder
from factbook.runs.lease import LOCK, OWNER, Lease, Machine, lease

HOLDER = """
import sys, time
from pathlib import Path
from factbook.runs.folder import RunFolder
from factbook.runs.lease import lease
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
def test_lease_is_held_by_one_and_let_go(folder: RunFolder, here: Machine) -> None:
    """A second one is refused with who holds it since when; after the end nothing is left."""
    with lease(folder, machine=here):
        body = owner(folder)
        told = f"process {os.getpid()} on {here.host}, since {body['since']}"
        with pytest.raises(ProjectBusyError, match=re.escape(told)):
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


def test_owner_on_another_machine_is_dead_after_its_heartbeats(folder: RunFolder) -> None:
    """The lock is free and the last sign of life is old enough."""
    left_by(folder, ELSEWHERE, silent_seconds=61)
    with lease(folder):
        assert owner(folder)["host"] == machine().host


def test_owner_on_another_machine_is_alive_while_it_beats(folder: RunFolder) -> None:
    """The message says how old the last sign of life is, and when it counts as dead."""
    body = left_by(folder, ELSEWHERE, silent_seconds=40)
    with pytest.raises(
        ProjectBusyError, match=r"on elsewhere, since .* 4\d s old; .* taken over 60 s"
    ):
        Lease.take(folder)
    assert owner(folder) == body
    with lease(folder, machine=machine(dead_after_seconds=30)):
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


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"host": "x"}', b"\xff"])
def test_damaged_owner_file_holds_until_it_is_old(folder: RunFolder, content: bytes) -> None:
    """It may be of a run elsewhere; a free lock and a minute of silence tell that it is not."""
    path = folder.path / OWNER
    path.write_bytes(content)
    with pytest.raises(ProjectBusyError, match="it does not say who"):
        Lease.take(folder)
    then = time.time() - 61
    os.utime(path, (then, then))
    with pytest.raises(ProjectBusyError, match="delete"):
        Lease.take(folder, machine=WITHOUT_LOCKS)
    with lease(folder):
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
    """Wait until something is so, for ten seconds at most."""
    deadline = time.monotonic() + 10
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)
    return is_so()


def test_heartbeat_renews_the_owner_file(folder: RunFolder) -> None:
    """Its time goes on, and what it says stays."""
    with lease(folder, machine=machine(beat_seconds=0.01)):
        path, body = folder.path / OWNER, owner(folder)
        os.utime(path, (0, 0))
        assert until(lambda: path.stat().st_mtime > 0)
        assert owner(folder) == body


@pytest.mark.parametrize("is_deleted", [False, True])
def test_run_that_was_taken_over_learns_of_it(folder: RunFolder, is_deleted: bool) -> None:
    """It is told once, must write no more, and leaves the other's owner file alone."""
    held = Lease.take(folder, machine=machine(beat_seconds=0.01))
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
    with pytest.raises(ProjectBusyError, match="does not say who"):
        Lease.take(folder)
    held._lock.release()  # type: ignore[union-attr] # what the end of the process does


def test_lock_that_fails_otherwise_stops_the_run(folder: RunFolder) -> None:
    """Only a file system without locks is worked on without one."""

    class Broken(NoLock):
        def _acquire(self) -> None:
            raise OSError(errno.EIO, "Input/output error")

    broken = machine(lock=lambda path: Broken(path, blocking=False))
    with pytest.raises(StoppedError, match="cannot be locked: Input/output error.*--out"):
        Lease.take(folder, machine=broken)
    assert not (folder.path / OWNER).exists()
