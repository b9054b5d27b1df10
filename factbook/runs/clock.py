"""Times and resources of a run."""

from __future__ import annotations

import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime

import psutil

from factbook.folder.manifest_parts import Times


@dataclass
class Clock:
    """Times and resources of a run, measured from its creation.

    Attributes:
        started: When the run, or the part of it in this process, began.
        before_seconds: How long it worked before that, in a process that has ended.
    """

    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    before_seconds: float = 0.0

    def measured(self) -> Times:
        """Elapsed time, CPU time and peak memory of this process so far."""
        finished = datetime.now(UTC)
        elapsed = (finished - self.started).total_seconds() + self.before_seconds
        process = psutil.Process()
        with process.oneshot():
            cpu = process.cpu_times()
            begun = datetime.fromtimestamp(process.create_time(), UTC)
        return Times(
            started=self.started,
            finished=finished,
            elapsed_seconds=round(elapsed, 3),
            process_seconds=round((finished - begun).total_seconds(), 3),
            cpu_seconds=round(cpu.user + cpu.system, 3),
            peak_memory_mb=round(peak_memory_mb(), 1),
        )


def peak_memory_mb() -> float:
    """Largest resident memory of this process so far, in MB (10^6 bytes)."""
    info = psutil.Process().memory_info()
    peak = getattr(info, "peak_wset", None)  # Windows
    if peak is None:
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        peak = usage if platform.system() == "Darwin" else usage * 1024
    return float(peak) / 1e6
