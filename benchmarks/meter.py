"""Wall time and CPU of a piece of work, in this process and in the Prefect server's."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

import psutil

REST_SECONDS = 0.25
"""How long the server must do nearly nothing, twice, to be at rest."""
PATIENCE_SECONDS = 60.0


class Meter:
    """Measures what happens while it is held: wall time to its end, CPU until the server rests.

    The server saves states and events after the flow has ended, and they cost what they cost.

    Attributes:
        wall_seconds: Wall time.
        cpu_seconds: CPU of this process.
        server_cpu_seconds: CPU of the server's process.
        others_cores: Cores that all other processes kept busy until the work ended: how far its
            wall time can be trusted.

    Args:
        server: The server's process.
    """

    def __init__(self, server: psutil.Process) -> None:
        self._server = server
        self.wall_seconds = self.cpu_seconds = self.server_cpu_seconds = self.others_cores = 0.0
        self._others_seconds = 0.0

    def __enter__(self) -> Self:
        """Start to measure."""
        self.cpu_seconds = -time.process_time()
        self.server_cpu_seconds = -_cpu_seconds(self._server)
        self._others_seconds = self._seconds_of_others()
        self.wall_seconds = -time.perf_counter()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the clock, wait until the server rests, and take the CPU."""
        self.wall_seconds += time.perf_counter()
        others = self._seconds_of_others() - self._others_seconds
        self.others_cores = max(others, 0.0) / self.wall_seconds
        wait_for_rest(self._server)
        self.cpu_seconds += time.process_time()
        self.server_cpu_seconds += _cpu_seconds(self._server)

    def _seconds_of_others(self) -> float:
        machine = psutil.cpu_times()
        busy = machine.user + machine.system + getattr(machine, "steal", 0.0)
        return float(busy) - time.process_time() - _cpu_seconds(self._server)


def wait_for_rest(server: psutil.Process) -> None:
    """Wait until the server has dealt with what it was sent."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    quiet = 0
    while quiet < 2 and time.monotonic() < deadline:
        before = _cpu_seconds(server)
        time.sleep(REST_SECONDS)
        quiet = quiet + 1 if _cpu_seconds(server) - before < REST_SECONDS / 10 else 0


def _cpu_seconds(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
