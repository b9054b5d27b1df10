"""The work order: leave for other processes to write sections of a run, as long as it stands.

The process that holds the project writes ``.work-order`` into the run folder before it hands out
sections, and takes it away first thing when the run stops, and when it ends. Whoever works for the
run looks at it before each section and several times a second meanwhile, at the lease's owner too:
one that was killed takes nothing away.
"""

from __future__ import annotations

import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from factbook.errors import StoppedError
from factbook.files.atomic import write_atomically
from factbook.files.regular_files import read_regular, remove
from factbook.lease.owner import Machine
from factbook.lease.owner_file import OwnerFile

ORDER = ".work-order"
_MOST_BYTES = 100  # it holds an id


@dataclass(frozen=True)
class WorkOrder:
    """Leave to write sections of a run.

    Attributes:
        folder: The run folder.
        id: What distinguishes it from the orders of other runs, and of the same run begun again.
    """

    folder: Path
    id: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / ORDER

    def issue(self) -> None:
        """Let others work; orders before this one do not stand any more.

        Raises:
            StoppedError: The file cannot be written.
        """
        write_atomically(self.path, self.id.encode("ascii"))

    def withdraw(self) -> None:
        """Let nobody work under this order any more."""
        with suppress(OSError, StoppedError):
            if not self.is_withdrawn():
                withdraw_any(self.folder)

    def is_withdrawn(self) -> bool:
        """Whether another order stands, or none.

        Raises:
            OSError: That cannot be seen just now.
        """
        try:
            return read_regular(self.path, _MOST_BYTES) != self.id.encode("ascii")
        except FileNotFoundError:
            return True


def withdraw_any(folder: Path) -> None:
    """Let nobody work for a run of this folder, whatever order it was under.

    Args:
        folder: The run folder.

    Raises:
        StoppedError: The order cannot be taken away.
    """
    try:
        remove(folder / ORDER)
    except OSError as error:
        raise StoppedError(
            f"{folder / ORDER} cannot be removed: {error.strerror}. Remove what stands there, then "
            "run the same command again"
        ) from None


class OrderWatch:
    """Tells a process that works under an order when it is over.

    Args:
        order: The order.
        machine: This machine.
    """

    def __init__(self, order: WorkOrder, machine: Machine | None = None) -> None:
        self._order = order
        self._machine = machine or Machine.here()
        self._owner = OwnerFile(order.folder)
        self._sign: tuple[bytes, int] | None = None
        self._signed_at = 0.0

    def is_over(self) -> bool:
        """Whether the order is withdrawn, or whoever gave it has died.

        A folder that cannot be read just now, as a share may be offline for a while, ends nothing.
        """
        try:
            return self._order.is_withdrawn() or self._is_owner_dead()
        except FileNotFoundError:  # of the lease: nobody holds the project
            return True
        except OSError:
            return False

    def _is_owner_dead(self) -> bool:
        """As the lease's takeover proves it: no such process here, or silent for long elsewhere."""
        owner = self._owner.read()
        if owner is None:
            return False
        if self._machine.is_here(owner):
            return self._machine.is_gone(owner)
        sign, now = self._owner.heartbeat(), self._machine.clock()
        if sign != self._sign:
            self._sign, self._signed_at = sign, now
        return now - self._signed_at >= self._machine.dead_after_seconds
