"""Taking, working, crashes, closed lids and new starts in any order: one owner at a time."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from factbook.lease.owner_file import OWNER
from tests.crash.holders import BUSY, HELD, LONGEST_SECONDS, LOST, NOTHING, Holder, holders

PROCESSES = 3
STEPS_OF_TAKING, STEPS_OF_RELEASING = 12, 2

one_of_them = st.integers(0, PROCESSES - 1)


class LeaseInAnyOrder(RuleBasedStateMachine):
    """Processes that want the same run folder; an owner counts on where the last has ended.

    Attributes:
        owner: Number of the process that holds the lease; None for nobody that lives.
        robbed: Number of the one whose owner file was deleted and that has not let go yet.
        is_lid_closed: Whether the owner does nothing.
        count: How far they have counted.
    """

    has_locks = True

    def __init__(self) -> None:
        super().__init__()
        self.opened = ExitStack()
        self.folder = Path(self.opened.enter_context(tempfile.TemporaryDirectory()))
        self.all = self.opened.enter_context(
            holders(self.folder, PROCESSES, has_locks=self.has_locks)
        )
        self.owner: int | None = None
        self.robbed: int | None = None
        self.is_lid_closed = False
        self.count = 0

    def teardown(self) -> None:
        """End all processes."""
        self.opened.close()

    @property
    def is_free(self) -> bool:
        """Whether nobody that lives keeps the lease from others; a lock outlives its file."""
        return self.owner is None and not (self.has_locks and self.robbed is not None)

    @property
    def awake(self) -> list[int]:
        """Numbers of those that do something."""
        return [n for n in range(PROCESSES) if not (self.is_lid_closed and n == self.owner)]

    def ask_all(self, order: str) -> dict[int, str]:
        """Give an order to all that are awake, at once; what came of it, by number."""
        for number in self.awake:
            self.all[number].tell(order)
        return {number: self.all[number].answer() for number in self.awake}

    def replace(self, number: int) -> None:
        """Another process takes the place of one that is dead."""
        self.all[number] = Holder.start(self.folder, has_locks=self.has_locks)
        if number == self.owner:
            self.owner, self.is_lid_closed = None, False
        if number == self.robbed:
            self.robbed = None

    def took(self, number: int) -> None:
        """A process has taken the lease."""
        self.owner = number
        if number == self.robbed:
            self.robbed = None

    @rule(number=one_of_them)
    def take(self, number: int) -> None:
        """It gets what nobody holds, and is told who holds the rest."""
        if number not in self.awake:
            return
        answer = self.all[number].ask("take")
        if self.is_free:
            assert answer == HELD
            self.took(number)
        else:
            assert answer.startswith(BUSY)
            told = "no run says that it" if self.owner is None else f"process {self.pid} on "
            assert told in answer

    @precondition(lambda self: self.robbed is None)
    @rule(number=one_of_them)
    def take_all_at_once(self, number: int) -> None:
        """One of them gets it, if nobody holds it; it is given the number of what comes next."""
        took = [one for one, answer in self.ask_all("take").items() if answer == HELD]
        assert len(took) == self.is_free
        if took:
            self.all[number], self.all[took[0]] = self.all[took[0]], self.all[number]
            self.took(number)

    @precondition(lambda self: self.owner is not None and not self.is_lid_closed)
    @rule()
    def work(self) -> None:
        """The owner goes on where the last one has ended."""
        assert self.all[self.owner].ask("count") == HELD
        self.count += 1

    @rule(number=one_of_them)
    def release(self, number: int) -> None:
        """Who holds it lets go, and leaves no name; who does not changes nothing."""
        if number not in self.awake:
            return
        self.all[number].ask("release")
        if number == self.owner:
            self.owner = None
            assert not (self.folder / OWNER).exists()
        if number == self.robbed:
            self.robbed = None

    @rule(number=one_of_them)
    def crash(self, number: int) -> None:
        """SIGKILL, at any time, also behind a closed lid."""
        self.all[number].kill()
        self.replace(number)

    @precondition(lambda self: self.has_locks and self.is_free and self.robbed is None)
    @rule(number=one_of_them, step=st.integers(1, STEPS_OF_TAKING))
    def crash_in_taking(self, number: int, step: int) -> None:
        """SIGKILL at a file that it touches as it takes the lease, or at a heartbeat after it."""
        self.all[number].tell("die_in", "take", step)
        self.all[number].wait_for_death()
        self.replace(number)

    @precondition(lambda self: self.owner is not None and not self.is_lid_closed)
    @rule(step=st.integers(1, STEPS_OF_RELEASING))
    def crash_in_releasing(self, step: int) -> None:
        """SIGKILL before it has read its name in the owner file, or before that file is gone."""
        number = self.owner
        self.all[number].tell("die_in", "release", step)
        self.all[number].wait_for_death()
        self.replace(number)

    @precondition(lambda self: self.owner is not None and not self.is_lid_closed)
    @rule()
    def close_the_lid(self) -> None:
        """The owner is silent from now on, and lives."""
        self.all[self.owner].stop()
        self.is_lid_closed = True

    @precondition(lambda self: self.is_lid_closed)
    @rule()
    def open_the_lid(self) -> None:
        """It goes on as if nothing had been."""
        self.all[self.owner].wake()
        self.is_lid_closed = False

    @precondition(lambda self: self.owner is not None and not self.is_lid_closed)
    @rule()
    def wait_for_a_heartbeat(self) -> None:
        """The owner sends a heartbeat."""
        path = self.folder / OWNER
        os.utime(path, (0, 0))
        deadline = time.monotonic() + LONGEST_SECONDS
        while path.stat().st_mtime == 0:
            assert time.monotonic() < deadline
            time.sleep(0.001)

    @precondition(lambda self: self.owner is not None and not self.is_lid_closed)
    @precondition(lambda self: self.robbed is None)
    @rule()
    def delete_the_owner_file(self) -> None:
        """A person does: the owner must not go on."""
        (self.folder / OWNER).unlink()
        self.owner, self.robbed = None, self.owner

    @invariant()
    def one_holds_it_at_most(self) -> None:
        """Each process knows whether it may work, and nobody has counted beside the owner."""
        expected = dict.fromkeys(self.awake, NOTHING)
        if self.owner in expected:
            expected[self.owner] = HELD
        if self.robbed is not None:
            expected[self.robbed] = LOST
        assert self.ask_all("state") == expected
        assert int((self.folder / "count").read_bytes() if self.count else 0) == self.count

    @property
    def pid(self) -> int:
        """Process id of the owner."""
        assert self.owner is not None
        return self.all[self.owner].pid


class LeaseWithoutLocks(LeaseInAnyOrder):
    """The same where the file system has no locks, and the owner file alone holds."""

    has_locks = False


@pytest.mark.slow
@pytest.mark.timeout(480)
@pytest.mark.parametrize("machine", [LeaseInAnyOrder, LeaseWithoutLocks])
def test_lease_has_one_owner_in_any_order(machine: type[LeaseInAnyOrder]) -> None:
    """Taking, working, heartbeats, crashes, closed lids, a deleted owner file, take-overs."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=40,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
