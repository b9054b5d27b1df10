"""Work orders: who may write sections of a run, and until when; with real owners that die."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from factbook.errors import StoppedError
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import Lease
from factbook.lease.owner import Machine
from factbook.lease.owner_file import OwnerFile
from factbook.runs.work_order import ORDER, OrderWatch, WorkOrder, withdraw_any

OWNER = """
import sys, time
from pathlib import Path
from factbook.folder.run_folder import RunFolder
from factbook.lease.lease import lease
from factbook.runs.work_order import WorkOrder
with lease(RunFolder(Path(sys.argv[1]), "report")):
    order = WorkOrder(Path(sys.argv[1]))
    order.issue()
    print(order.id, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    """A run folder."""
    made = RunFolder(tmp_path / "run", "report")
    made.create()
    return made


@pytest.fixture
def order(folder: RunFolder) -> Iterator[WorkOrder]:
    """An order of this process, which holds the lease."""
    lease = Lease.take(folder)
    made = WorkOrder(folder.path)
    made.issue()
    yield made
    lease.release()


def test_an_order_stands_until_it_is_withdrawn(order: WorkOrder) -> None:
    """Twice is as good as once."""
    watch = OrderWatch(order)
    assert not watch.is_over()
    order.withdraw()
    assert watch.is_over()
    order.withdraw()
    assert list(order.folder.glob(".work-order*")) == []


def test_a_later_order_ends_an_earlier_one(order: WorkOrder) -> None:
    """And is not withdrawn with it."""
    later = WorkOrder(order.folder)
    later.issue()
    assert OrderWatch(order).is_over()
    order.withdraw()
    assert not OrderWatch(later).is_over()
    withdraw_any(order.folder)
    assert OrderWatch(later).is_over()


def test_an_order_that_cannot_be_taken_away_stops_the_run(folder: RunFolder) -> None:
    """A folder stands there, which a run does not remove."""
    (folder.path / ORDER).mkdir()
    with pytest.raises(StoppedError, match=r"\.work-order cannot be removed: Is a directory"):
        withdraw_any(folder.path)


def test_an_order_is_over_when_nobody_holds_the_project(order: WorkOrder) -> None:
    """As when a person has deleted the owner file."""
    OwnerFile(order.folder).delete()
    assert OrderWatch(order).is_over()


def test_an_order_is_over_when_its_owner_is_killed(folder: RunFolder) -> None:
    """At once on the same machine, though the file still stands."""
    command = [sys.executable, "-c", OWNER, str(folder.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        order = WorkOrder(folder.path, owner.stdout.readline().strip())
        watch = OrderWatch(order)
        assert not watch.is_over()
        owner.kill()
        owner.wait()
    assert order.path.exists()
    assert watch.is_over()


def test_an_owner_elsewhere_is_dead_after_long_silence(order: WorkOrder) -> None:
    """By the clock of the machine that watches; a heartbeat begins the time anew."""
    now = 0.0
    elsewhere = replace(Machine.here(), host="elsewhere", clock=lambda: now)
    watch = OrderWatch(order, elsewhere)
    assert not watch.is_over()
    now = elsewhere.dead_after_seconds - 1
    assert not watch.is_over()
    os.utime(OwnerFile(order.folder).path, ns=(1, 1))
    now += elsewhere.dead_after_seconds - 1
    assert not watch.is_over()
    now += elsewhere.dead_after_seconds - 1
    assert not watch.is_over()
    now += 1
    assert watch.is_over()


def test_a_folder_that_is_away_ends_nothing(order: WorkOrder) -> None:
    """A share may be gone for a while: what cannot be seen is not over."""
    moved = order.folder.rename(order.folder.with_name("moved"))
    order.folder.write_bytes(b"")  # no folder, so that no file in it can be opened
    assert not OrderWatch(order).is_over()
    order.folder.unlink()
    moved.rename(order.folder)
    assert not OrderWatch(order).is_over()
